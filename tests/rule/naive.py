"""The rule a second time, the slow way: one day after another with a pencil. It shares no line with tracker/rule.

A calendar here is three plain things: the set of days that rest against the week, the set that work against it, and
the set of published years.
"""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

YEARLY = ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
GREENWICH = timezone(timedelta())


@dataclass
class Sheet:
    """A wall calendar on which somebody has crossed days out and circled others."""

    crossed: set[date]
    circled: set[date]
    years: set[int]

    def is_rest(self, day: date) -> bool:
        if day in self.circled:
            return False
        if day in self.crossed:
            return True
        if weeks.day_name[day.weekday()] in ("Saturday", "Sunday"):
            return True
        if day.year in self.years:
            return False
        return str(day)[5:] in YEARLY

    def is_guess(self, day: date) -> bool:
        if day in self.circled or day in self.crossed:
            return False
        if day.year not in self.years:
            return True
        in_the_last_three_days = day.month == 12 and day.day > 28
        return in_the_last_three_days and day.year + 1 not in self.years


def tomorrow(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def limit(
    sheet: Sheet, received: datetime, n: int, convention: str, closes: time | None, zone: ZoneInfo
) -> tuple[datetime, date, date, bool]:
    """(first late instant, day shown, day before it rolled, is it a guess) for the n-th day."""
    if convention == "hours":
        seconds = int(received.timestamp()) // 60 * 60 + n * 86400
        late = datetime.fromtimestamp(seconds, GREENWICH)
        day = datetime.fromtimestamp(seconds - 1, zone).date()
        return late, day, day, False
    day = received.astimezone(zone).date()
    guess = False
    counted = 0
    while counted < n:
        day = tomorrow(day)
        if convention == "working":
            guess = guess or sheet.is_guess(day)
            if sheet.is_rest(day):
                continue
        counted += 1
    before = day
    if convention == "natural-roll":
        guess = sheet.is_guess(day)
        while sheet.is_rest(day):
            day = tomorrow(day)
            guess = guess or sheet.is_guess(day)
    return first_late(day, closes, zone), day, before, guess


def first_late(day: date, closes: time | None, zone: ZoneInfo) -> datetime:
    """Look at the wall clock of the zone, minute by minute, from long before the limit on."""
    if closes is None:
        return _when_the_day_is_over(day, zone)
    target = datetime.combine(day, closes)
    for offset in range(-14 * 60, 15 * 60, 15):
        guess = (target + timedelta(minutes=offset)).replace(tzinfo=GREENWICH)
        if guess.astimezone(zone).replace(tzinfo=None) == target:
            return guess
    raise AssertionError(f"{target} does not happen in {zone}")


_over: dict[tuple[date, str], datetime] = {}


def _when_the_day_is_over(day: date, zone: ZoneInfo) -> datetime:
    """The last quarter of an hour that still belongs to the day, and the one after it."""
    if (day, zone.key) not in _over:
        start = datetime(day.year, day.month, day.day, tzinfo=GREENWICH)
        quarters = [start + timedelta(minutes=15 * k) for k in range(-16 * 4, 40 * 4)]
        of_the_day = [at for at in quarters if at.astimezone(zone).date() == day]
        _over[day, zone.key] = of_the_day[-1] + timedelta(minutes=15)
    return _over[day, zone.key]

"""The ladder once more, the long way round: walk through the days, and ask of each morning what it owes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar

DAY = timedelta(days=1)


def morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(8, 30), zone).astimezone(UTC)


def owed(
    due_at: datetime, due_day: date, calendar: Calendar, zone: ZoneInfo, until: datetime
) -> list[tuple[str, datetime]]:
    """Every rung of one limit whose morning comes by ``until``, with its instant, in order."""
    found: list[tuple[str, datetime]] = []
    late_mornings = {"late": due_at, "late_1": due_at + DAY, "late_3": due_at + 3 * DAY}
    given: set[str] = set()
    monday_passed = False
    day = due_day - 40 * DAY
    while morning(day, zone) <= until:
        at = morning(day, zone)
        works = calendar.works(day)
        if works and day < due_day and not any(calendar.works(d) for d in between(day, due_day)):
            found.append(("eve", at))
        if day == due_day and at < due_at:
            found.append(("due_day", at))
        if len(given) == 3 and day.weekday() == 0:
            monday_passed = True
        ripe = [rung for rung, late in late_mornings.items() if rung not in given and at >= late]
        if works and ripe:
            found.append((ripe[-1], at))
            given |= set(ripe)
        elif works and monday_passed:
            found.append(("weekly", at))
            monday_passed = False
        day += DAY
    return found


def between(first: date, last: date) -> list[date]:
    """The days after ``first`` and before ``last``."""
    return [first + n * DAY for n in range(1, (last - first).days)]

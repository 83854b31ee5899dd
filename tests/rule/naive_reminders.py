"""The ladder once more, the long way round: walk through the days, and ask of each morning what it owes.

A ladder is a list of rows here too: (anchor, n, roles). Nothing of the program's own reading of it is used, nor of
what it makes of the roster.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar

DAY = timedelta(days=1)
DEFAULT = (
    ("working", 1, {"handler"}),
    ("day", 0, {"handler"}),
    ("late", 0, {"handler", "supervisor"}),
    ("late", 1, {"handler", "supervisor"}),
    ("late", 3, {"handler", "supervisor", "leader"}),
    ("monday", 0, {"handler", "supervisor"}),
)
Row = tuple[str, int, set[str]]


def morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(8, 30), zone).astimezone(UTC)


def name(anchor: str, n: int) -> str:
    """How the program calls such a step."""
    if anchor == "working":
        return "eve" if n == 1 else f"before_{n}"
    if anchor == "day":
        return f"ahead_{n}" if n else "due_day"
    if anchor == "late":
        return f"late_{n}" if n else "late"
    return "weekly"


def owed(
    due_at: datetime,
    due_day: date,
    calendar: Calendar,
    zone: ZoneInfo,
    until: datetime,
    rows: tuple[Row, ...] = DEFAULT,
    still: tuple[tuple[datetime, datetime], ...] = (),
) -> list[tuple[str, datetime]]:
    """Every rung of one limit whose morning comes by ``until``, with its instant, in order. In ``still``, from when to
    when the limit stood still, nothing late is said."""
    found: list[tuple[str, datetime]] = []
    lates = sorted(n for anchor, n, _ in rows if anchor == "late")
    given: set[int] = set()
    monday_passed = False
    day = due_day - 100 * DAY
    while morning(day, zone) <= until:
        at = morning(day, zone)
        works = calendar.works(day)
        said: list[Row] = []
        for row in rows:
            anchor, n, _ = row
            before = sum(calendar.works(d) for d in between(day, due_day)) if anchor == "working" else 0
            if anchor == "working" and works and day < due_day and before == n - 1:
                said.append(row)
            if anchor == "day" and day + n * DAY == due_day and at < due_at:
                said.append(row)
        if len(given) == len(lates) and at >= due_at and day.weekday() == 0:
            monday_passed = True
        silent = any(since <= at < until for since, until in still)
        ripe = [n for n in lates if n not in given and at >= due_at + n * DAY and not silent]
        if works and ripe:
            said += [row for row in rows if row[0] == "late" and row[1] in ripe]
            given |= set(ripe)
        elif works and monday_passed and any(anchor == "monday" for anchor, _, _ in rows):
            found.append(("weekly", at))
            monday_passed = False
        found += [(name(anchor, n), at) for anchor, n, roles in said if not said_better(anchor, n, roles, said)]
        day += DAY
    return found


def said_better(anchor: str, n: int, roles: set[str], said: list[Row]) -> bool:
    """Does a nearer or later step of that morning reach the same people?"""
    order = {"working": 0, "day": 0, "late": 1}

    def weight(anchor: str, n: int) -> tuple[int, int, bool]:
        return order[anchor], n if anchor == "late" else -n, anchor == "day"

    return any(weight(a, m) > weight(anchor, n) and people >= roles for a, m, people in said)


def duty_day(at: datetime, zone: ZoneInfo) -> date:
    """The last day whose half past eight has struck."""
    day = at.astimezone(zone).date() + DAY
    while morning(day, zone) > at:
        day -= DAY
    return day


def on_rest_days(roles: set[str], at: datetime, due_at: datetime, calendar: Calendar, zone: ZoneInfo) -> bool:
    """Does whoever is on duty hear what the handler hears: on a rest day, of what is over before anybody works?"""
    day = at.astimezone(zone).date()
    if "handler" not in roles or calendar.works(day) or due_at <= at:
        return False
    while not (calendar.works(day) and morning(day, zone) > at):
        day += DAY
    return due_at < morning(day, zone)


def between(first: date, last: date) -> list[date]:
    """The days after ``first`` and before ``last``."""
    return [first + n * DAY for n in range(1, (last - first).days)]

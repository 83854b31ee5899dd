"""Where a local day ends as an instant, and how a limit reads on the office's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_MIDNIGHT = time(0)


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant on the wall clock of ``zone``. Raises ValueError for a naive datetime: it names no instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone)


def wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, when the clock of ``zone`` first shows that time on that day."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a local day, in UTC: the first instant after which that day never comes back.

    Where the clocks go back over midnight (Newfoundland did, at 00:01) the day has two midnights; the second ends it,
    so that 23:59:59 of the due day is on time whichever of the two it was. Where midnight is skipped, the day ends as
    the clocks go forward.
    """
    midnight = datetime.combine(day + _DAY, _MIDNIGHT, zone)
    first, second = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    repeated = second > first and last_day(second, zone) == day
    return second if repeated else first


def last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """The local day of the last instant before ``due_at``: the day a limit is shown under."""
    return (due_at - _INSTANT).astimezone(zone).date()


def shown(due_at: datetime, zone: ZoneInfo) -> tuple[date, str]:
    """A limit as people read it: the day and ``24:00``, or the hour at which the office closes."""
    before, after = (due_at - _INSTANT).astimezone(zone), due_at.astimezone(zone)
    if before.date() < after.date() or after.time() == _MIDNIGHT:
        return before.date(), "24:00"
    return after.date(), after.strftime("%H:%M")

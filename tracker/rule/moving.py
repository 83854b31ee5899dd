"""What may move a deadline, and only that: extension, suspension and resumption, correction of the receipt time.

Source: docs/rule.md, “What may move a deadline”. Nothing here decides whether an act is allowed (see asking.py); each
function takes the stages as they stand and gives them back as the act leaves them. All instants are aware, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.instants import last_day, local
from tracker.rule.lights import State
from tracker.rule.stages import Due, Rule, Stage, count, due, ends

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """The limit of one stage with what has moved it.

    ``first_due_at``: the due time before anything moved it. ``extended``: it has used its one extension.
    ``extended_by``: the counted days by which extensions moved it, an earlier stage's among them. ``given_back``: what
    resumptions added, in counted days, under ``hours`` in minutes. The due time is always the count of all of them
    from ``starts_at``. While it is paused, ``since`` says from when, and ``left`` what it had left then (counted days,
    or minutes); None when it was late already and keeps its due time.
    """

    due: Due
    starts_at: datetime
    first_due_at: datetime
    state: str = State.OPEN
    extended: bool = False
    extended_by: int = 0
    given_back: int = 0
    since: datetime | None = None
    left: int | None = None

    @property
    def key(self) -> str:
        return self.due.key

    @property
    def moved(self) -> bool:
        """Has anything but a correction moved it? Then the first due time is shown beside it."""
        return self.due.due_at != self.first_due_at


@dataclass(frozen=True)
class Counting:
    """By what an office counts: the rule of the case, the working days, and the zone of the wall clock."""

    rule: Rule
    calendar: Calendar
    zone: ZoneInfo

    @property
    def by_hours(self) -> bool:
        return self.rule.convention == "hours"


def extend(limits: Iterable[Limit], key: str, days: int, counting: Counting) -> tuple[Limit, ...]:
    """延期 of the stage ``key`` by ``days`` counted days from its unrolled date, and of the open ones after it.

    One that is paused gets them when it resumes. Only the asked stage has used its one extension.
    """
    found = []
    reached = False
    for limit in limits:
        asked = limit.key == key
        reached = reached or asked
        if asked or (reached and limit.state in (State.OPEN, State.PAUSED)):
            limit = replace(_extended(limit, days, counting), extended=limit.extended or asked)
        found.append(limit)
    return tuple(found)


def _extended(limit: Limit, days: int, counting: Counting) -> Limit:
    left = limit.left
    if left is not None:
        left += days * (24 * 60 if counting.by_hours else 1)
    return replace(limit, due=later(limit.due, days, counting), extended_by=limit.extended_by + days, left=left)


def stop(
    limits: Iterable[Limit], since: datetime, counting: Counting, keys: Iterable[str] | None = None
) -> tuple[Limit, ...]:
    """中止 from ``since``, when it was asked: the open stages, or ``keys`` alone of them, stop."""
    wanted = None if keys is None else frozenset(keys)
    return tuple(
        replace(limit, state=State.PAUSED, since=since, left=remaining(limit.due, since, counting))
        if limit.state == State.OPEN and (wanted is None or limit.key in wanted)
        else limit
        for limit in limits
    )


def resume(limits: Iterable[Limit], at: datetime, counting: Counting) -> tuple[Limit, ...]:
    """恢复 at ``at``: every paused stage runs again with what it had left; one that was late keeps its due time."""
    return tuple(_resumed(limit, at, counting) if limit.state == State.PAUSED else limit for limit in limits)


def _resumed(limit: Limit, at: datetime, counting: Counting) -> Limit:
    running = replace(limit, state=State.OPEN, since=None, left=None)
    if limit.left is None:
        return running
    fresh = _left_from(limit.due, limit.left, at, counting)
    if fresh.due_at < limit.due.due_at or fresh.unrolled_day < limit.due.unrolled_day:
        return running  # the calendar has changed meanwhile, and nothing that was granted is taken away
    return replace(running, due=fresh, given_back=limit.given_back + _between(limit.due, fresh, counting))


def correct(limits: Iterable[Limit], received_at: datetime, counting: Counting) -> tuple[Limit, ...]:
    """The receipt time corrected: what ran from it is counted anew, with all that was granted on top.

    Stages that are done stay done, held against their new due time. A later round, which runs from an instant of its
    own, is not among ``limits``.
    """
    return tuple(_corrected(limit, received_at, counting) for limit in limits)


def _corrected(limit: Limit, received_at: datetime, counting: Counting) -> Limit:
    def counted(days: int) -> Due:
        return due(counting.rule, Stage(limit.key, days), received_at, counting.calendar, counting.zone)

    days = limit.due.days
    granted = limit.extended_by + (0 if counting.by_hours else limit.given_back)
    fresh = replace(counted(days + granted), days=days)
    if counting.by_hours:
        fresh = _moved_to(fresh, fresh.due_at + limit.given_back * _MINUTE, counting.zone)
    return replace(
        limit,
        due=fresh,
        starts_at=received_at,
        first_due_at=counted(days).due_at,
        left=None if limit.since is None else remaining(fresh, limit.since, counting),
    )


def later(limit: Due, days: int, counting: Counting) -> Due:
    """The limit ``days`` counted days after its unrolled date, rolled anew where the rule rolls."""
    if counting.by_hours:
        return _moved_to(limit, limit.due_at + days * _DAY, counting.zone)
    unrolled, day, provisional = count(counting.rule.convention, limit.unrolled_day, days, counting.calendar)
    return replace(
        limit,
        due_at=ends(counting.rule, day, counting.zone),
        due_day=day,
        unrolled_day=unrolled,
        provisional=provisional or _stays_provisional(limit, counting),
    )


def remaining(limit: Due, since: datetime, counting: Counting) -> int | None:
    """The counted days from the day of ``since`` to the unrolled date; under ``hours`` the minutes to the due time.

    None when it is late at ``since``. 0 on the last day, and on a rest day over which the limit has rolled.
    """
    if since >= limit.due_at:
        return None
    if counting.by_hours:
        return (limit.due_at - _whole_minute(since)) // _MINUTE
    days = (limit.unrolled_day - local(since, counting.zone).date()).days
    if counting.rule.convention != "working":
        return max(days, 0)
    return sum(counting.calendar.works(limit.unrolled_day - n * _DAY) for n in range(days))


def _left_from(limit: Due, left: int, at: datetime, counting: Counting) -> Due:
    if counting.by_hours:
        return _moved_to(limit, _whole_minute(at) + left * _MINUTE, counting.zone)
    fresh = _days_from(limit, left, at, counting)
    # A stage that was on time when it stopped is not late as it resumes: after the closing hour the day is over.
    return fresh if fresh.due_at > at else _days_from(limit, left + 1, at, counting)


def _days_from(limit: Due, left: int, at: datetime, counting: Counting) -> Due:
    start = local(at, counting.zone).date()
    if left or counting.rule.convention != "working":
        unrolled, day, provisional = count(counting.rule.convention, start, left, counting.calendar)
    else:
        _, day, provisional = count("natural-roll", start, 0, counting.calendar)
        unrolled = day
    return replace(
        limit,
        due_at=ends(counting.rule, day, counting.zone),
        due_day=day,
        unrolled_day=unrolled,
        provisional=provisional or _stays_provisional(limit, counting),
    )


def _between(old: Due, new: Due, counting: Counting) -> int:
    """What lies between two limits, in the unit that the rule counts in."""
    if counting.by_hours:
        return (new.due_at - old.due_at) // _MINUTE
    days = (new.unrolled_day - old.unrolled_day).days
    if counting.rule.convention != "working":
        return days
    return sum(counting.calendar.works(new.unrolled_day - n * _DAY) for n in range(days))


def _moved_to(limit: Due, due_at: datetime, zone: ZoneInfo) -> Due:
    day = last_day(due_at, zone)
    return replace(limit, due_at=due_at, due_day=day, unrolled_day=day)


def _stays_provisional(limit: Due, counting: Counting) -> bool:
    """Under ``working`` the days already counted are part of the count; a rolled limit asks about its last ones."""
    return limit.provisional and counting.rule.convention == "working"


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Pause:
    """One suspension of one stage; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Spent:
    """Time from the start of a stage: ``gross`` all of it, ``net`` without its suspensions."""

    gross: timedelta
    net: timedelta


def spent(starts_at: datetime, until: datetime, pauses: Iterable[Pause]) -> Spent:
    """The time spent on a stage by ``until``. Pauses of one stage never overlap."""
    gross = max(until - starts_at, timedelta(0))
    stood = sum(
        (max(min(pause.until or until, until) - max(pause.since, starts_at), timedelta(0)) for pause in pauses),
        timedelta(0),
    )
    return Spent(gross, gross - stood)

"""The light of a stage at an instant: computed, never stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.rule.refusals import N_

if TYPE_CHECKING:
    from tracker.rule.stages import Rule


class State(StrEnum):
    """What the register knows of a stage."""

    OPEN = "open"
    PAUSED = "paused"  # 中止, or waiting for the report
    DONE = "done"
    BACKFILL = "backfill"  # done by a late entry that nobody has held against the evidence yet
    ENDED = "ended"  # 终止: ended early, with approval
    UNRECORDED = "unrecorded"  # an old case that was brought in: nobody wrote this stage down


class Light(StrEnum):
    NORMAL = "normal"
    NEAR = "near"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"
    DONE_LATE = "done_late"
    ENDED = "ended"
    UNRECORDED = "unrecorded"
    BACKFILL = "backfill"
    ASKED = "asked"  # 延期待批: an extension was asked for in time and waits for its decision


ONE_DAY, DAYS, HOURS, MINUTES = N_("1天"), N_("%(n)s天"), N_("%(n)s小时"), N_("%(n)s分")
LONG_SHORT = N_("%(long)s%(short)s")

_LIGHT_OF_STATE = {
    State.PAUSED: Light.PAUSED,
    State.BACKFILL: Light.BACKFILL,
    State.ENDED: Light.ENDED,
    State.UNRECORDED: Light.UNRECORDED,
}


def light(
    key: str,
    due_at: datetime,
    state: str,
    done_at: datetime | None,
    at: datetime,
    rule: Rule,
    *,
    asked: bool = False,
) -> Light:
    """The light of the stage ``key`` at the instant ``at``; all instants aware. ``asked``: an extension waits.

    ``due_at`` is the first late instant: overdue from ``due_at`` on, near due before it, done on time before it.
    Raises ValueError for a state that does not exist and for a stage that is done but does not say when.
    """
    known = State(state)
    if known in _LIGHT_OF_STATE:
        return _LIGHT_OF_STATE[known]
    if known is State.DONE:
        if done_at is None:
            raise ValueError("a stage that is done says when")
        return Light.DONE if done_at < due_at else Light.DONE_LATE
    if asked:
        return Light.ASKED
    if at >= due_at:
        return Light.OVERDUE
    hours = rule.near_contact_hours if key == "contact" else rule.near_hours
    return Light.NEAR if at >= due_at - timedelta(hours=hours) else Light.NORMAL


def lateness(due_at: datetime, at: datetime) -> timedelta:
    """How late a stage is at ``at``, or was when it was done then. Never negative."""
    return max(at - due_at, timedelta(0))


def span(delta: timedelta, translate: Callable[[str], str] = str) -> str:
    """A length of time in at most two neighbouring units, rounded down: 2天1小时, 3小时, 0分; in English 2 days 1 h.

    Never negative: a span below zero is shown as none.
    """
    minutes = max(delta // timedelta(minutes=1), 0)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    long, short = ((days, DAYS), (hours, HOURS)) if days else ((hours, HOURS), (minutes, MINUTES))
    if days == 1:
        long = (1, ONE_DAY)
    told = [translate(unit) % {"n": n} for n, unit in (long, short) if n] or [translate(MINUTES) % {"n": 0}]
    return told[0] if len(told) == 1 else translate(LONG_SHORT) % {"long": told[0], "short": told[1]}

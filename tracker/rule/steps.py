"""Steps of the wall clock: by how much it moved beyond the time that really passed, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A step forward of more than this holds what leaves the house; a step back of more than a minute is put on record.
FORWARD, BACK = timedelta(minutes=5), timedelta(minutes=1)
#: Unless somebody confirms the clock before.
HOLD = timedelta(minutes=30)
#: A machine that was off for longer than any holiday, or whose battery died: nobody can tell these apart.
LONG_OFF = timedelta(days=30)


@dataclass(frozen=True)
class Reading:
    """The wall clock (UTC), the seconds since the machine was started with its sleep among them, and the name of that
    start, "" where the system gives none."""

    wall: datetime
    passed: float
    boot: str


def step(before: Reading, now: Reading) -> timedelta:
    """By how much the wall clock moved beyond the time that passed: positive forward, zero for sleep and for rounding.

    Between two starts of the machine nobody counted: then only what goes back, or is longer than LONG_OFF, is a step.
    """
    moved = now.wall - before.wall
    if now.boot == before.boot and now.passed >= before.passed:
        found = moved - timedelta(seconds=round(now.passed - before.passed))
    else:
        found = moved if moved < timedelta(0) or moved > LONG_OFF else timedelta(0)
    return found if found > FORWARD or found < -BACK else timedelta(0)


def takes_back(found: timedelta, held: timedelta) -> bool:
    """Does a step back undo a step forward, but for what still counts as none?"""
    return -found >= held - FORWARD

"""Watching the wall clock: a jump forward holds what the scheduler does, a step back sends nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule import steps
from tracker.rule.steps import Reading
from tracker.store import audit, clock_steps, heartbeat
from tracker.store.clock_steps import Step
from tracker.store.database import writing
from tracker.store.deliveries import LONGEST_PAUSE

#: The reading is kept for the next process as often as this: a tick need not write for it.
KEEP_EVERY = timedelta(minutes=5)


def watch(db: Database, before: Reading | None, now: Reading) -> Step | None:
    """Look at the clocks once a tick; the step that holds the tick's work back, or None.

    ``before`` is the last reading of this process; its first tick goes by the one that was kept.
    """
    kept = before or clock_steps.reading(db)
    found = steps.step(kept, now) if kept else timedelta(0)
    if found:
        with writing(db):
            _stepped(db, found, now)
            clock_steps.keep_reading(db, now)
    elif _is_old(db, now):
        with writing(db):
            clock_steps.keep_reading(db, now)
    holding = clock_steps.holding(db)
    if holding is not None and holding.until is not None and now.wall >= holding.until:
        with writing(db):
            clock_steps.end(db, now.wall, "passed")
            _note(db, None, "clock.passed", now.wall)
        return None
    return holding


def rest(db: Database, at: datetime) -> None:
    """A tick that does nothing gives a sign of life all the same."""
    with writing(db):
        heartbeat.beat(db, heartbeat.REST, at)


def confirm(db: Database, actor: Actor, at: datetime) -> None:
    """The clock is right: what is held goes out with the next tick."""
    with writing(db):
        if clock_steps.holding(db) is not None:
            clock_steps.end(db, at, "confirmed", actor.person_id)
            _note(db, actor, "clock.confirmed", at)


def _stepped(db: Database, found: timedelta, now: Reading) -> None:
    holding = clock_steps.holding(db)
    forward = found > timedelta(0)
    if holding is not None and (forward or steps.takes_back(found, holding.by)):
        clock_steps.end(db, now.wall, "passed" if forward else "stepped_back")
    clock_steps.add(db, now.wall, found, now.wall + steps.HOLD if forward else None)
    if not forward:
        clock_steps.hasten(db, now.wall, now.wall - found, now.wall + LONGEST_PAUSE)
        heartbeat.beat(db, heartbeat.REST, now.wall)  # one that rested ahead would pass for the latest till then
    _note(db, None, "clock.stepped", now.wall, seconds=round(found.total_seconds()))


def _is_old(db: Database, now: Reading) -> bool:
    kept = clock_steps.reading(db)
    return kept is None or kept.boot != now.boot or abs(now.wall - kept.wall) >= KEEP_EVERY


def _note(db: Database, actor: Actor | None, act: str, at: datetime, **detail: Any) -> None:
    person, address = (actor.person_id, actor.address) if actor else (None, "")
    audit.append(db, at=at, person_id=person, act=act, address=address, detail=detail)

"""Steps of the wall clock that were seen, and the last reading of the clocks from which the next step is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.steps import Reading
from tracker.store import heartbeat
from tracker.store.database import execute, insert, row, rows, shaped

CLOCK = "clock"
COLUMNS = """
SELECT clock_step.id, clock_step.at, clock_step.seconds, clock_step.until, clock_step.ended_at, clock_step.ended_why,
    person.name AS ended_by
FROM clock_step LEFT JOIN person ON person.id = clock_step.ended_by
"""
HELD = "WHERE clock_step.until IS NOT NULL AND clock_step.ended_at IS NULL"
HOLDING = f"{COLUMNS} {HELD} ORDER BY clock_step.id DESC LIMIT 1"
LAST = COLUMNS + "ORDER BY clock_step.id DESC LIMIT :limit"
ADD = "INSERT INTO clock_step (at, seconds, until) VALUES (:at, :seconds, :until)"
END = """
UPDATE clock_step SET ended_at = :at, ended_by = :by, ended_why = :why WHERE until IS NOT NULL AND ended_at IS NULL
"""
# What the clock that was ahead would have sent by then, and what would be tried again later than any pause lasts.
HASTEN = """
UPDATE delivery SET try_after = :now WHERE sent_at IS NULL AND dead = 0 AND try_after > :now
AND (try_after <= :was OR (tries > 0 AND try_after > :latest))
"""


@dataclass(frozen=True)
class Step:
    """``by``: how far the clock moved beyond the time that passed. ``until``: when what it held goes out by itself;
    None for a step back, which holds nothing. ``ended_why``: confirmed, passed, stepped_back, or "" while it holds."""

    id: int
    at: datetime
    by: timedelta
    until: datetime | None
    ended_at: datetime | None
    ended_why: str
    ended_by: str


def reading(db: Database) -> Reading | None:
    """The reading of the clocks that was kept last."""
    found = heartbeat.last(db, CLOCK)
    if found is None:
        return None
    kept = json.loads(found.detail)
    return Reading(found.at, kept["passed"], kept["boot"])


def keep_reading(db: Database, one: Reading) -> None:
    heartbeat.beat(db, CLOCK, one.wall, json.dumps({"passed": one.passed, "boot": one.boot}))


def holding(db: Database) -> Step | None:
    """The step that holds what leaves the house, if one does."""
    found = row(db, HOLDING)
    return None if found is None else _step(found)


def last(db: Database, limit: int = 20) -> tuple[Step, ...]:
    """The last steps, the newest first."""
    return tuple(_step(r) for r in rows(db, LAST, {"limit": limit}))


def add(db: Database, at: datetime, by: timedelta, until: datetime | None) -> int:
    fields = {"at": to_text(at), "seconds": round(by.total_seconds())}
    return insert(db, ADD, {**fields, "until": to_text(until) if until else None})


def end(db: Database, at: datetime, why: str, by: int | None = None) -> None:
    """Let go what is held: ``why`` is confirmed, passed or stepped_back."""
    execute(db, END, {"at": to_text(at), "by": by, "why": why})


def hasten(db: Database, now: datetime, was: datetime, latest: datetime) -> int:
    """After the clock was set back from ``was``: what waits for an hour that is no longer near goes when it is due."""
    return execute(db, HASTEN, {"now": to_text(now), "was": to_text(was), "latest": to_text(latest)})


def _step(found: object) -> Step:
    names = ("id", "seconds", "ended_why")
    kept = shaped(found, names, instants=("at", "until", "ended_at"), texts=("ended_by",))
    return Step(**{"by": timedelta(seconds=kept.pop("seconds")), **kept})

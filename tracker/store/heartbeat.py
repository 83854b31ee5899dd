"""The signs of life of a process, and what it remembers from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, row

BEAT = """
INSERT INTO heartbeat (name, at, detail) VALUES (:name, :at, :detail)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail
"""
LAST = "SELECT at, detail FROM heartbeat WHERE name = :name"

#: The tick of the scheduler; the people, days and ladder that its plans were last made for; and the planning anew that
#: is under way.
TICK, PLANS, REPLAN = "tick", "plans", "replan"
#: The days of the calendar that the digests were last planned for.
DAYS = "days"
#: Alive without a tick: while it rests, since the clock jumped, and while it sends. What is owed since the last real
#: tick still is.
REST = "rest"
#: The last backup that stands: the instant of its copy, and its folder.
BACKUP = "backup"


@dataclass(frozen=True)
class Beat:
    at: datetime
    detail: str


def beat(db: Database, name: str, at: datetime, detail: str = "") -> None:
    """``name`` was alive at ``at``."""
    execute(db, BEAT, {"name": name, "at": to_text(at), "detail": detail})


def last(db: Database, name: str) -> Beat | None:
    """The last sign of life of ``name``; None if it never gave one."""
    found = row(db, LAST, {"name": name})
    return None if found is None else Beat(from_text(found["at"]), found["detail"])


@dataclass(frozen=True)
class Replan:
    """Every open case is being planned anew: since a change at ``since`` to the state ``goal``, done up to the case
    ``after``."""

    since: datetime
    goal: str
    after: int


def replan(db: Database) -> Replan | None:
    """The planning anew that is under way, if one is."""
    found = last(db, REPLAN)
    if found is None or not found.detail:
        return None
    goal, after = found.detail.split()
    return Replan(found.at, goal, int(after))


def set_replan(db: Database, going: Replan) -> None:
    """How far it has come."""
    beat(db, REPLAN, going.since, f"{going.goal} {going.after}")


def end_replan(db: Database, going: Replan) -> None:
    """Every case has been planned for ``going.goal``."""
    beat(db, REPLAN, going.since)
    beat(db, PLANS, going.since, going.goal)


def alive_at(db: Database) -> datetime | None:
    """When the scheduler gave its last sign of life; None if it never did."""
    return max((one.at for name in (TICK, REST) if (one := last(db, name)) is not None), default=None)

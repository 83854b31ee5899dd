"""The other clocks of a case: rows of `deadline` of the kind 'outside'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.stages import Due
from tracker.store.database import execute, insert, row, rows, shaped

ADD = """
INSERT INTO deadline (case_id, round, kind, key, days, starts_at, due_at, due_day, first_due_at, unrolled_day,
    provisional, clock, source, convention, set_by, set_at)
VALUES (:case_id, :round, 'outside', :key, :days, :starts_at, :due_at, :due_day, :due_at, :unrolled_day, :provisional,
    :clock, :source, :convention, :set_by, :set_at)
"""
KEYS = "SELECT key FROM deadline WHERE case_id = :case_id AND round = :round"
BY_ID = "SELECT id, case_id, key, due_at FROM deadline WHERE id = :id AND kind = 'outside'"
RUNNING = """
SELECT id FROM deadline WHERE case_id = :case_id AND kind = 'outside' AND state = 'open' AND clock = :clock ORDER BY id
"""
EVER = """
SELECT 1 FROM deadline WHERE case_id = :case_id AND kind = 'outside' AND state IN ('open', 'done') AND clock = :clock
"""
NAMES = """
SELECT DISTINCT substr(key, 1, instr(key || '#', '#') - 1) AS name FROM deadline
WHERE kind = 'outside' AND state = 'open' AND clock <> 'revisit' ORDER BY name
"""
# One conditional statement each: of two people at once, one does it.
FINISH = """
UPDATE deadline SET state = 'done', done_at = :done_at, fact_id = :fact_id
WHERE id = :id AND kind = 'outside' AND state = 'open'
"""
CANCEL = """
UPDATE deadline SET state = 'ended', cancelled_why = :why WHERE id = :id AND kind = 'outside' AND state = 'open'
"""
# From now on the instant is a given one; `first_due_at` and `days` stay as they were set.
MOVE = """
UPDATE deadline SET due_version = due_version + (due_at <> :due_at), due_at = :due_at, due_day = :due_day,
    unrolled_day = :unrolled_day, provisional = :provisional, convention = ''
WHERE id = :id AND kind = 'outside' AND state = 'open'
"""
EXTEND = """
UPDATE deadline SET due_version = due_version + 1, due_at = :due_at, due_day = :due_day,
    unrolled_day = :unrolled_day, provisional = :provisional, extended = 1, extended_by = extended_by + :days
WHERE id = :id AND kind = 'outside'
"""
RECOUNT = """
UPDATE deadline SET due_version = due_version + (due_at <> :due_at), due_at = :due_at, due_day = :due_day,
    unrolled_day = :unrolled_day, provisional = :provisional, first_due_at = :first_due_at
WHERE id = :id AND kind = 'outside'
"""


@dataclass(frozen=True)
class Clock:
    """One other clock, as far as its acts ask. ``due_at`` is the first instant that is late (UTC)."""

    id: int
    case_id: int
    key: str
    due_at: datetime


@dataclass(frozen=True)
class Setting:
    """By whom a clock was set, when, and by what authority; how its days are counted."""

    clock: str
    source: str
    convention: str
    by: int | None
    at: datetime


def add(db: Database, case_id: int, round_: int, starts_at: datetime, due: Due, setting: Setting) -> int:
    """A clock that runs from ``starts_at``; the id of its limit."""
    return insert(
        db,
        ADD,
        {
            "case_id": case_id,
            "round": round_,
            "key": due.key,
            "days": due.days or None,
            "starts_at": to_text(starts_at),
            **_fields(due),
            "clock": setting.clock,
            "source": setting.source,
            "convention": setting.convention,
            "set_by": setting.by,
            "set_at": to_text(setting.at),
        },
    )


def names(db: Database) -> tuple[str, ...]:
    """The names of the clocks that run on open cases, each once."""
    return tuple(r["name"] for r in rows(db, NAMES))


def keys(db: Database, case_id: int, round_: int) -> frozenset[str]:
    """The keys of all limits of a round."""
    return frozenset(r["key"] for r in rows(db, KEYS, {"case_id": case_id, "round": round_}))


def by_id(db: Database, deadline_id: int) -> Clock | None:
    """The clock with this id; None where there is none, or it is a stage."""
    found = row(db, BY_ID, {"id": deadline_id})
    return None if found is None else Clock(**shaped(found, ("id", "case_id", "key"), instants=("due_at",)))


def running(db: Database, case_id: int, clock: str) -> tuple[int, ...]:
    """The clocks of a kind that run on a case, oldest first."""
    return tuple(r["id"] for r in rows(db, RUNNING, {"case_id": case_id, "clock": clock}))


def ever(db: Database, case_id: int, clock: str) -> bool:
    """Does a clock of this kind run on the case, or has one been met?"""
    return row(db, EVER, {"case_id": case_id, "clock": clock}) is not None


def finish(db: Database, deadline_id: int, done_at: datetime, fact_id: int | None) -> bool:
    """Met at ``done_at``; False when it runs no more."""
    return bool(execute(db, FINISH, {"id": deadline_id, "done_at": to_text(done_at), "fact_id": fact_id}))


def cancel(db: Database, deadline_id: int, why: str) -> bool:
    """Taken back for a reason; False when it runs no more."""
    return bool(execute(db, CANCEL, {"id": deadline_id, "why": why}))


def move(db: Database, deadline_id: int, due: Due) -> bool:
    """Another due time, a given one; the first is kept. False when it runs no more."""
    return bool(execute(db, MOVE, {"id": deadline_id, **_fields(due)}))


def extend(db: Database, deadline_id: int, due: Due, days: int) -> None:
    """Its one extension, by ``days``."""
    execute(db, EXTEND, {"id": deadline_id, "days": days, **_fields(due)})


def recount(db: Database, deadline_id: int, first: Due, due: Due) -> None:
    """Counted anew from another start: its first due time and the present one."""
    execute(db, RECOUNT, {"id": deadline_id, "first_due_at": to_text(first.due_at), **_fields(due)})


def _fields(due: Due) -> dict[str, str | int]:
    return {
        "due_at": to_text(due.due_at),
        "due_day": due.due_day.isoformat(),
        "unrolled_day": due.unrolled_day.isoformat(),
        "provisional": int(due.provisional),
    }

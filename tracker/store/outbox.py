"""The reminders: planned once under their owed key, withdrawn when their reason ends, raised when they fall due."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, rows

# A reminder that was withdrawn is owed again when its reason comes back (a stage undone): the same row, once.
PLAN = """
INSERT INTO reminder (owed_key, case_id, deadline_id, due_version, rung, recipient_id, owed_at, planned_at, body)
VALUES (:owed_key, :case_id, :deadline_id, :due_version, :rung, :recipient_id, :owed_at, :at, :body)
ON CONFLICT (owed_key) DO UPDATE SET withdrawn_at = NULL, withdrawn_why = '', planned_at = excluded.planned_at
WHERE withdrawn_at IS NOT NULL AND shown_at IS NULL
"""
WITHDRAW = """
UPDATE reminder SET withdrawn_at = :at, withdrawn_why = :why
WHERE id = :id AND shown_at IS NULL AND withdrawn_at IS NULL
"""
OF_CASE = """
SELECT id, owed_key, deadline_id, due_version, rung, recipient_id, owed_at, shown_at, withdrawn_at
FROM reminder WHERE case_id = :case_id ORDER BY id
"""


@dataclass(frozen=True)
class Planned:
    """A reminder that is owed. ``at`` is when, UTC."""

    owed_key: str
    rung: str
    recipient_id: int
    at: datetime
    case_id: int | None = None
    deadline_id: int | None = None
    due_version: int | None = None
    body: str = "{}"


@dataclass(frozen=True)
class Kept:
    """A reminder of a case as it stands in the outbox."""

    id: int
    owed_key: str
    deadline_id: int | None
    due_version: int | None
    rung: str
    recipient_id: int
    owed_at: datetime
    shown: bool
    withdrawn: bool

    @property
    def waits(self) -> bool:
        return not self.shown and not self.withdrawn


def plan(db: Database, owed: Iterable[Planned], at: datetime) -> None:
    """Put what is owed into the outbox; what is there already stays as it is."""
    for one in owed:
        fields = {
            "owed_key": one.owed_key,
            "case_id": one.case_id,
            "deadline_id": one.deadline_id,
            "due_version": one.due_version,
            "rung": one.rung,
            "recipient_id": one.recipient_id,
            "owed_at": to_text(one.at),
            "at": to_text(at),
            "body": one.body,
        }
        execute(db, PLAN, fields)


def withdraw(db: Database, ids: Iterable[int], at: datetime, why: str) -> None:
    """Take back reminders that nobody has been shown; they are kept, with the reason."""
    for one in ids:
        execute(db, WITHDRAW, {"id": one, "at": to_text(at), "why": why})


def of_case(db: Database, case_id: int) -> tuple[Kept, ...]:
    """Every reminder of a case, in the order of planning."""
    return tuple(_kept(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def _kept(found: Any) -> Kept:
    return Kept(
        found["id"],
        found["owed_key"],
        found["deadline_id"],
        found["due_version"],
        found["rung"],
        found["recipient_id"],
        from_text(found["owed_at"]),
        found["shown_at"] is not None,
        found["withdrawn_at"] is not None,
    )


def body(**said: object) -> str:
    """What a reminder says beside its rung and limit, as it is kept."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

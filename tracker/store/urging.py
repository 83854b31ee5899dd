"""催办 in the outbox: what waits to go out, and what a person was reminded of today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import rows, shaped, value

# A range of the index of what waits; :until is when the last one that may be taken back goes out. The plus keeps SQLite
# from reading every reminder there ever was for the sake of their order: this is asked on each overdue page.
WAITING = """
SELECT reminder.id, reminder.case_id, cases.no, reminder.owed_at, reminder.body
FROM reminder JOIN cases ON cases.id = reminder.case_id
WHERE reminder.shown_at IS NULL AND reminder.withdrawn_at IS NULL AND reminder.owed_at <= :until
AND reminder.rung = 'urge' ORDER BY +reminder.id
"""
SHOWN = """
SELECT count(*) FROM reminder WHERE case_id = :case_id AND recipient_id = :person_id AND shown_at >= :since
"""


@dataclass(frozen=True)
class Waiting:
    """A 催办 that nobody has been shown yet, and whose it is."""

    id: int
    case_id: int
    no: str
    owed_at: datetime
    by: int


def waiting(db: Database, until: datetime) -> tuple[Waiting, ...]:
    """Every 催办 that goes out by ``until`` and has not gone, in the order of planning."""
    return tuple(_waiting(r) for r in rows(db, WAITING, {"until": to_text(until)}))


def shown_since(db: Database, case_id: int, person_id: int, since: datetime) -> int:
    """How often a person was reminded of a case from ``since`` on, by whatever rung."""
    return int(value(db, SHOWN, {"case_id": case_id, "person_id": person_id, "since": to_text(since)}))


def _waiting(found: Any) -> Waiting:
    kept = shaped(found, ("id", "case_id", "no"), instants=("owed_at",))
    return Waiting(**kept, by=json.loads(found["body"])["by_id"])

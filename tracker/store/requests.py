"""What one person asked and another decides: early ends and closings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, rows, shaped

INSERT = """
INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)
VALUES (:case_id, :round, :kind, :ground, :reason, :asked_at, :asked_by)
"""
# One conditional statement: of two supervisors deciding at once, one decides.
DECIDE = """
UPDATE request SET decision = :decision, decided_at = :at, decided_by = :by, answer = :answer
WHERE id = :id AND decision IS NULL
"""
OF_CASE = """
SELECT request.*, asker.name AS asked_by_name, decider.name AS decided_by_name
FROM request LEFT JOIN person AS asker ON asker.id = request.asked_by
LEFT JOIN person AS decider ON decider.id = request.decided_by
WHERE request.case_id = :case_id ORDER BY request.id
"""


@dataclass(frozen=True)
class Request:
    """An early end or a closing that was asked for, and what became of it."""

    id: int
    case_id: int
    round: int
    kind: str
    ground: str
    reason: str
    asked_at: datetime
    asked_by: int
    asked_by_name: str
    decided_at: datetime | None
    decided_by: int | None
    decided_by_name: str
    decision: str
    answer: str


def add(
    db: Database, *, case_id: int, round_: int, kind: str, reason: str, at: datetime, by: int, ground: str = ""
) -> int:
    """Write down what is asked; its id. The schema allows one open request a case."""
    return insert(
        db,
        INSERT,
        {
            "case_id": case_id,
            "round": round_,
            "kind": kind,
            "ground": ground,
            "reason": reason,
            "asked_at": to_text(at),
            "asked_by": by,
        },
    )


def decide(db: Database, request_id: int, decision: str, *, at: datetime, by: int | None, answer: str = "") -> bool:
    """Decide an open request; False when somebody has decided it before. The schema refuses the asker."""
    return bool(
        execute(db, DECIDE, {"id": request_id, "decision": decision, "at": to_text(at), "by": by, "answer": answer})
    )


NAMES = ("id", "case_id", "round", "kind", "ground", "reason", "asked_by", "decided_by", "answer")
INSTANTS = ("asked_at", "decided_at")
TEXTS = ("asked_by_name", "decided_by_name", "decision")


def of_case(db: Database, case_id: int) -> tuple[Request, ...]:
    """The requests of a case, oldest first."""
    found = rows(db, OF_CASE, {"case_id": case_id})
    return tuple(Request(**shaped(r, NAMES, instants=INSTANTS, texts=TEXTS)) for r in found)

"""退单: the orders that went back to their source, what it said, and within which limit they may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.returning import Answer, Limit
from tracker.store.database import execute, insert, row, rows, shaped

ADD = """
INSERT INTO order_return (case_id, round, ground, reason, returned_at, returned_by)
VALUES (:case_id, :round, :ground, :reason, :at, :by)
"""
# One conditional statement: of two people at once, one writes the answer down.
ANSWER = """
UPDATE order_return SET outcome = :outcome, answer = :answer, answered_at = :answered_at, recorded_at = :at,
    recorded_by = :by
WHERE id = :id AND outcome IS NULL
"""
OF_CASE = """
SELECT order_return.*, sender.name AS returned_by_name, recorder.name AS recorded_by_name
FROM order_return JOIN person AS sender ON sender.id = order_return.returned_by
LEFT JOIN person AS recorder ON recorder.id = order_return.recorded_by
WHERE order_return.case_id = :case_id ORDER BY order_return.id
"""
LIMITS = "SELECT channel, amount, unit FROM return_limit ORDER BY channel"
LIMIT_OF = "SELECT channel, amount, unit FROM return_limit WHERE channel = :channel"
CLEAR_LIMITS = "DELETE FROM return_limit"
ADD_LIMIT = "INSERT INTO return_limit (channel, amount, unit) VALUES (:channel, :amount, :unit)"


@dataclass(frozen=True)
class OrderReturn:
    """One 退单. ``outcome`` is "" while the source has not answered; ``answered_at`` is when it did."""

    id: int
    round: int
    ground: str
    reason: str
    returned_at: datetime
    returned_by: int
    returned_by_name: str
    outcome: str
    answer: str
    answered_at: datetime | None
    recorded_at: datetime | None
    recorded_by: int | None
    recorded_by_name: str


def add(db: Database, case_id: int, round_: int, ground: str, reason: str, *, at: datetime, by: int) -> int:
    """The order went back; the id of it. The schema allows one a case that waits for its answer."""
    fields = {"case_id": case_id, "round": round_, "ground": ground, "reason": reason}
    return insert(db, ADD, {**fields, "at": to_text(at), "by": by})


def answer(db: Database, return_id: int, said: Answer, *, at: datetime, by: int) -> bool:
    """What the source said; False when that was written down before."""
    fields = {"id": return_id, "outcome": said.outcome, "answer": said.text, "by": by}
    return bool(execute(db, ANSWER, {**fields, "answered_at": to_text(said.answered_at), "at": to_text(at)}))


NAMES = ("id", "round", "ground", "reason", "returned_by", "returned_by_name", "answer", "recorded_by")
INSTANTS = ("returned_at", "answered_at", "recorded_at")


def of_case(db: Database, case_id: int) -> tuple[OrderReturn, ...]:
    """The returns of a case, oldest first."""
    found = rows(db, OF_CASE, {"case_id": case_id})
    return tuple(
        OrderReturn(**shaped(r, NAMES, instants=INSTANTS, texts=("outcome", "recorded_by_name"))) for r in found
    )


def limits(db: Database) -> tuple[Limit, ...]:
    """The limits that the office has written down, by channel."""
    return tuple(Limit(**shaped(r, ("channel", "amount", "unit"))) for r in rows(db, LIMITS))


def limit_of(db: Database, channel: str) -> Limit | None:
    """The limit of one channel, if it has one."""
    found = row(db, LIMIT_OF, {"channel": channel})
    return Limit(**shaped(found, ("channel", "amount", "unit"))) if found else None


def put_limits(db: Database, wanted: Iterable[Limit]) -> None:
    """Keep these limits in place of those before."""
    execute(db, CLEAR_LIMITS)
    for limit in wanted:
        execute(db, ADD_LIMIT, {"channel": limit.channel, "amount": limit.amount, "unit": limit.unit})

"""回访: whom to call after closing, what they said, and what was decided on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.callback import NO_ANSWER
from tracker.store.database import execute, insert, rows, shaped, value

INSERT = """
INSERT INTO callback (case_id, round, outcome, reason, redo, at, by)
VALUES (:case_id, :round, :outcome, :reason, :redo, :at, :by)
"""
OF_CASE = """
SELECT callback.*, caller.name AS by_name, decision.redone, decision.answer, decision.at AS decided_at,
    decider.name AS decided_by
FROM callback JOIN person AS caller ON caller.id = callback.by
LEFT JOIN callback_decision AS decision ON decision.callback_id = callback.id
LEFT JOIN person AS decider ON decider.id = decision.by
WHERE callback.case_id = :case_id ORDER BY callback.id
"""
DECIDE = """
INSERT INTO callback_decision (callback_id, redone, answer, at, by) VALUES (:id, :redone, :answer, :at, :by)
ON CONFLICT (callback_id) DO NOTHING
"""
# A range of the index cases_closed. Whoever did not answer is called again after a while, so many times.
TO_CALL = """
FROM cases LEFT JOIN (SELECT case_id, round, count(*) AS n, max(at) AS last FROM callback GROUP BY case_id, round)
    AS tried ON tried.case_id = cases.id AND tried.round = cases.round
WHERE cases.state = 'closed' AND cases.historic = 0 AND cases.closed_at > :since
AND EXISTS (SELECT 1 FROM complainant WHERE complainant.case_id = cases.id AND complainant.phone IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM callback WHERE callback.case_id = cases.id AND callback.round = cases.round
    AND callback.outcome <> :no_answer)
AND (tried.n IS NULL OR (tried.n < :most AND tried.last <= :before))
"""
NEXT = "SELECT cases.no " + TO_CALL + "ORDER BY coalesce(tried.last, ''), cases.closed_at, cases.id LIMIT 1"
COUNT = "SELECT count(*) " + TO_CALL


@dataclass(frozen=True)
class Callback:
    """One call, and the decision on it where it asked for the case to be done over. ``redone`` is None until then."""

    id: int
    round: int
    outcome: str
    reason: str
    redo: bool
    at: datetime
    by: int
    by_name: str
    redone: bool | None
    answer: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True)
class Asked:
    """Who is to be called: closed after ``since``, not tried after ``before``, tried fewer than ``most`` times."""

    since: datetime
    before: datetime
    most: int


def add(
    db: Database, case_id: int, round_: int, outcome: str, reason: str, *, redo: bool, at: datetime, by: int
) -> int:
    """Append one call; its id."""
    fields = {"case_id": case_id, "round": round_, "outcome": outcome, "reason": reason}
    return insert(db, INSERT, {**fields, "redo": int(redo), "at": to_text(at), "by": by})


def of_case(db: Database, case_id: int) -> tuple[Callback, ...]:
    """The calls about a case, oldest first."""
    names = ("id", "round", "outcome", "reason", "by", "by_name")
    return tuple(
        Callback(
            **shaped(r, names, instants=("at", "decided_at"), texts=("answer", "decided_by"), flags=("redo",)),
            redone=None if r["redone"] is None else bool(r["redone"]),
        )
        for r in rows(db, OF_CASE, {"case_id": case_id})
    )


def decide(db: Database, callback_id: int, *, redone: bool, answer: str, at: datetime, by: int) -> bool:
    """Decide whether the case is done over; False when somebody has decided before."""
    fields = {"id": callback_id, "redone": int(redone), "answer": answer, "at": to_text(at), "by": by}
    return bool(execute(db, DECIDE, fields))


def next_no(db: Database, asked: Asked) -> str:
    """The number of the case to call about next, "" when nobody waits. Who did not answer comes after the others."""
    return str(value(db, NEXT, params(asked)) or "")


def count(db: Database, asked: Asked) -> int:
    """How many wait for a call now."""
    return int(value(db, COUNT, params(asked)))


def params(asked: Asked) -> dict[str, object]:
    """What TO_CALL asks for."""
    fields = {"since": to_text(asked.since), "before": to_text(asked.before)}
    return {**fields, "most": asked.most, "no_answer": NO_ANSWER}

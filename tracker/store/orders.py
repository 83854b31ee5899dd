"""督办: ordered, answered, accepted or returned, withdrawn. Everything is appended; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, row, rows, shaped

INSERT = """
INSERT INTO supervision (case_id, round, text, due_at, deadline_id, at, by)
VALUES (:case_id, :round, :text, :due_at, :deadline_id, :at, :by)
"""
ANSWER = "INSERT INTO supervision_answer (supervision_id, text, at, by) VALUES (:id, :text, :at, :by)"
EVIDENCE = "INSERT INTO supervision_evidence (answer_id, evidence_id) VALUES (:answer_id, :evidence_id)"
# Of two people at once one decides: the other finds the row there.
RETURN = """
INSERT INTO supervision_return (answer_id, reason, at, by) VALUES (:id, :reason, :at, :by) ON CONFLICT DO NOTHING
"""
END = """
INSERT INTO supervision_end (supervision_id, how, reason, at, by) VALUES (:id, :how, :reason, :at, :by)
ON CONFLICT DO NOTHING
"""
# The answer that stands is the last one, unless it was returned.
SELECT = """
SELECT supervision.id, supervision.case_id, supervision.text, supervision.due_at, supervision.deadline_id,
    supervision.at, supervision.by, giver.name AS by_name, cases.no, cases.title, cases.handler_id, cases.unit_id,
    handler.name AS handler, street.name AS street, answer.id AS answer_id, answer.at AS answered_at,
    answer.by AS answered_by, done.how AS ended, done.at AS ended_at, done.reason AS ended_why, ender.name AS ended_by
FROM supervision JOIN cases ON cases.id = supervision.case_id JOIN person AS giver ON giver.id = supervision.by
LEFT JOIN person AS handler ON handler.id = cases.handler_id LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN supervision_answer AS answer ON answer.id = (
    SELECT max(id) FROM supervision_answer WHERE supervision_answer.supervision_id = supervision.id)
    AND NOT EXISTS (SELECT 1 FROM supervision_return WHERE supervision_return.answer_id = answer.id)
LEFT JOIN supervision_end AS done ON done.supervision_id = supervision.id
LEFT JOIN person AS ender ON ender.id = done.by
"""
OF_CASE = SELECT + "WHERE supervision.case_id = :case_id ORDER BY supervision.id"
# How it stands: ``open`` without an answer, ``waits`` for its acceptance, ``ended``; "" for whatever is not ended.
LIST = (
    SELECT
    + """
WHERE CASE :state WHEN '' THEN done.how IS NULL WHEN 'open' THEN done.how IS NULL AND answer.id IS NULL
    WHEN 'waits' THEN done.how IS NULL AND answer.id IS NOT NULL ELSE done.how IS NOT NULL END
AND (:handler_id IS NULL OR coalesce(cases.handler_id, 0) = :handler_id)
AND (:street_id IS NULL OR coalesce(cases.street_id, 0) = :street_id)
ORDER BY supervision.due_at, supervision.id LIMIT :size
"""
)
OPEN_COUNT = """
SELECT count(*) AS n FROM supervision JOIN cases ON cases.id = supervision.case_id
WHERE NOT EXISTS (SELECT 1 FROM supervision_end WHERE supervision_end.supervision_id = supervision.id)
AND (:handler_id IS NULL OR cases.handler_id = :handler_id)
"""
ANSWERS = """
SELECT answer.id, answer.supervision_id, answer.text, answer.at, answer.by, giver.name AS by_name,
    back.reason AS returned_why, back.at AS returned_at, returner.name AS returned_by,
    (SELECT group_concat(evidence_id, ' ') FROM supervision_evidence WHERE answer_id = answer.id) AS evidence
FROM supervision_answer AS answer JOIN supervision ON supervision.id = answer.supervision_id
JOIN person AS giver ON giver.id = answer.by
LEFT JOIN supervision_return AS back ON back.answer_id = answer.id LEFT JOIN person AS returner ON returner.id = back.by
WHERE supervision.case_id = :case_id ORDER BY answer.id
"""
# Those that fell due in [:since, :until): met when the answer that stands came before the due time; one that waits for
# its answer past its due time counts as late, one that has yet time does not count. Withdrawn ones are left out.
ON_TIME = """
WITH met AS (
    SELECT supervision.due_at, (
        SELECT max(answer.at) FROM supervision_answer AS answer WHERE answer.supervision_id = supervision.id
        AND NOT EXISTS (SELECT 1 FROM supervision_return WHERE supervision_return.answer_id = answer.id)) AS answered_at
    FROM supervision WHERE supervision.due_at >= :since AND supervision.due_at < :until
    AND NOT EXISTS (SELECT 1 FROM supervision_end WHERE supervision_end.supervision_id = supervision.id
        AND supervision_end.how = 'withdrawn'))
SELECT count(*) FILTER (WHERE answered_at < due_at) AS on_time, count(*) AS due FROM met
WHERE due_at <= :at OR answered_at IS NOT NULL
"""


@dataclass(frozen=True)
class Order:
    """One 督办 and its case. ``answered_at`` is of the answer that stands; ``ended`` is accepted, withdrawn or ""."""

    id: int
    case_id: int
    text: str
    due_at: datetime
    deadline_id: int | None
    at: datetime
    by: int
    by_name: str
    no: str
    title: str
    handler_id: int | None
    unit_id: int | None
    handler: str
    street: str
    answer_id: int | None
    answered_at: datetime | None
    answered_by: int | None
    ended: str
    ended_at: datetime | None
    ended_why: str
    ended_by: str

    @property
    def waits(self) -> bool:
        """Does an answer wait for its acceptance?"""
        return self.answer_id is not None and not self.ended


@dataclass(frozen=True)
class Answer:
    """One answer with the ids of its evidence, and why it was returned, if it was."""

    id: int
    supervision_id: int
    text: str
    at: datetime
    by: int
    by_name: str
    returned_why: str
    returned_at: datetime | None
    returned_by: str
    evidence: tuple[int, ...]


def add(
    db: Database, *, case_id: int, round_: int, text: str, due_at: datetime, deadline_id: int, at: datetime, by: int
) -> int:
    """Write down what is ordered by when; its id."""
    fields = {"case_id": case_id, "round": round_, "text": text, "due_at": to_text(due_at)}
    return insert(db, INSERT, {**fields, "deadline_id": deadline_id, "at": to_text(at), "by": by})


def answer(db: Database, order_id: int, text: str, evidence: Iterable[int], *, at: datetime, by: int) -> int:
    """The answer to it, with the ids of its evidence."""
    answer_id = insert(db, ANSWER, {"id": order_id, "text": text, "at": to_text(at), "by": by})
    for one in evidence:
        execute(db, EVIDENCE, {"answer_id": answer_id, "evidence_id": one})
    return answer_id


def send_back(db: Database, answer_id: int, reason: str, *, at: datetime, by: int) -> bool:
    """Return an answer; False when somebody has returned it before."""
    return bool(execute(db, RETURN, {"id": answer_id, "reason": reason, "at": to_text(at), "by": by}))


def end(db: Database, order_id: int, how: str, reason: str, *, at: datetime, by: int) -> bool:
    """It is accepted or withdrawn; False when it has ended before."""
    return bool(execute(db, END, {"id": order_id, "how": how, "reason": reason, "at": to_text(at), "by": by}))


def of_case(db: Database, case_id: int) -> tuple[Order, ...]:
    """The 督办 of a case, oldest first."""
    return tuple(_order(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def answers(db: Database, case_id: int) -> tuple[Answer, ...]:
    """Every answer in a case, oldest first."""
    names = ("id", "supervision_id", "text", "at", "by", "by_name")
    return tuple(
        Answer(
            **{
                **shaped(r, names, instants=("at", "returned_at"), texts=("returned_why", "returned_by")),
                "evidence": tuple(int(one) for one in (r["evidence"] or "").split()),
            }
        )
        for r in rows(db, ANSWERS, {"case_id": case_id})
    )


def listed(
    db: Database, state: str = "", *, handler_id: int | None = None, street_id: int | None = None, size: int = 500
) -> tuple[Order, ...]:
    """The 督办 that stand like that (open, waits, ended; "" for all that are not ended), most urgent first."""
    asked = {"state": state, "handler_id": handler_id, "street_id": street_id, "size": size}
    return tuple(_order(r) for r in rows(db, LIST, asked))


def count_open(db: Database, handler_id: int | None = None) -> int:
    """How many have not ended, of one handler or of all."""
    found = row(db, OPEN_COUNT, {"handler_id": handler_id})
    return int(found["n"]) if found else 0


def on_time(db: Database, since: datetime, until: datetime, at: datetime) -> tuple[int, int]:
    """督办按期率: how many of those due in [since, until) were answered in time as of ``at``, and how many count."""
    found = row(db, ON_TIME, {"since": to_text(since), "until": to_text(until), "at": to_text(at)})
    return (found["on_time"], found["due"]) if found else (0, 0)


NAMES = (
    *("id", "case_id", "text", "deadline_id", "by", "by_name", "no", "title", "handler_id", "unit_id"),
    *("answer_id", "answered_by"),
)
INSTANTS = ("due_at", "at", "answered_at", "ended_at")


def _order(found: object) -> Order:
    return Order(
        **shaped(found, NAMES, instants=INSTANTS, texts=("handler", "street", "ended", "ended_why", "ended_by"))
    )

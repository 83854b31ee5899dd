"""回头看 after closing: when somebody goes to see again, and what they saw. And which cases were opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, row, rows, shaped

INSERT = """
INSERT INTO revisit (case_id, round, due_day, person_id, set_at, set_by)
VALUES (:case_id, :round, :day, :person_id, :at, :by)
"""
MOVE = """
UPDATE revisit SET due_day = :day, person_id = :person_id, day_version = day_version + 1
WHERE id = :id AND done_at IS NULL AND dropped_at IS NULL
"""
RECORD = """
UPDATE revisit SET rebound = :rebound, text = :text, done_at = :at, done_by = :by
WHERE id = :id AND done_at IS NULL AND dropped_at IS NULL
"""
DROP = "UPDATE revisit SET dropped_at = :at WHERE case_id = :case_id AND done_at IS NULL AND dropped_at IS NULL"
SELECT = """
SELECT revisit.id, revisit.case_id, revisit.round, revisit.due_day, revisit.day_version, revisit.person_id,
    visitor.name AS person, revisit.set_at, setter.name AS set_by, revisit.rebound, revisit.text, revisit.done_at,
    doer.name AS done_by, revisit.dropped_at, cases.no, cases.title, cases.place, street.name AS street
FROM revisit JOIN cases ON cases.id = revisit.case_id JOIN person AS setter ON setter.id = revisit.set_by
LEFT JOIN person AS visitor ON visitor.id = revisit.person_id LEFT JOIN person AS doer ON doer.id = revisit.done_by
LEFT JOIN street ON street.id = cases.street_id
"""
OF_CASE = SELECT + "WHERE revisit.case_id = :case_id ORDER BY revisit.id"
MINE = "AND (:person_id IS NULL OR revisit.person_id = :person_id OR cases.handler_id = :person_id)\n"
# A range of the index of what is still to be done; and what was done, newest first.
OPEN = (
    SELECT
    + "WHERE revisit.done_at IS NULL AND revisit.dropped_at IS NULL\n"
    + MINE
    + "ORDER BY revisit.due_day, revisit.id LIMIT :size"
)
DONE = SELECT + "WHERE revisit.done_at IS NOT NULL\n" + MINE + "ORDER BY revisit.id DESC LIMIT :size"
COUNT = """
SELECT count(*) AS n FROM revisit JOIN cases ON cases.id = revisit.case_id
WHERE revisit.done_at IS NULL AND revisit.dropped_at IS NULL AND revisit.due_day <= :day
"""
COUNT_MINE = COUNT + MINE
REOPEN = """
INSERT INTO reopening (case_id, round, ground, reason, at, by) VALUES (:case_id, :round, :ground, :reason, :at, :by)
"""


@dataclass(frozen=True)
class Visit:
    """One visit that is owed on ``due_day`` (of the office), by ``person``; ``rebound`` is None until it was made."""

    id: int
    case_id: int
    round: int
    due_day: date
    day_version: int
    person_id: int | None
    person: str
    set_at: datetime
    set_by: str
    rebound: bool | None
    text: str
    done_at: datetime | None
    done_by: str
    dropped_at: datetime | None
    no: str
    title: str
    place: str
    street: str

    @property
    def open(self) -> bool:
        """Is it still to be made?"""
        return self.done_at is None and self.dropped_at is None


def add(db: Database, case_id: int, round_: int, day: date, person_id: int | None, *, at: datetime, by: int) -> int:
    """Set a visit; its id. The schema allows one open visit a case."""
    fields = {"case_id": case_id, "round": round_, "day": day.isoformat(), "person_id": person_id}
    return insert(db, INSERT, {**fields, "at": to_text(at), "by": by})


def move(db: Database, visit_id: int, day: date, person_id: int | None) -> bool:
    """Another day; False when it was made or dropped meanwhile."""
    return bool(execute(db, MOVE, {"id": visit_id, "day": day.isoformat(), "person_id": person_id}))


def record(db: Database, visit_id: int, *, rebound: bool, text: str, at: datetime, by: int) -> bool:
    """What was seen; False when somebody has said so before."""
    return bool(
        execute(db, RECORD, {"id": visit_id, "rebound": int(rebound), "text": text, "at": to_text(at), "by": by})
    )


def drop(db: Database, case_id: int, at: datetime) -> bool:
    """The case is done over: the visit of its earlier closing is owed no more."""
    return bool(execute(db, DROP, {"case_id": case_id, "at": to_text(at)}))


def of_case(db: Database, case_id: int) -> tuple[Visit, ...]:
    """The visits of a case, oldest first."""
    return tuple(_visit(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def listed(db: Database, *, done: bool, person_id: int | None = None, size: int = 200) -> tuple[Visit, ...]:
    """What is to be visited, the earliest day first, or what was, newest first; of one person, or of all."""
    return tuple(_visit(r) for r in rows(db, DONE if done else OPEN, {"person_id": person_id, "size": size}))


def count_due(db: Database, day: date, person_id: int | None = None) -> int:
    """How many are owed by the end of ``day``."""
    found = row(db, COUNT_MINE, {"day": day.isoformat(), "person_id": person_id})
    return int(found["n"]) if found else 0


def reopened(db: Database, case_id: int, round_: int, ground: str, reason: str, *, at: datetime, by: int) -> int:
    """Write down that a closed case was opened for ``round_``, and why."""
    fields = {"case_id": case_id, "round": round_, "ground": ground, "reason": reason, "at": to_text(at), "by": by}
    return insert(db, REOPEN, fields)


def _visit(found: object) -> Visit:
    names = ("id", "case_id", "round", "due_day", "day_version", "person_id", "set_by", "rebound", "text")
    texts = ("person", "done_by", "street")
    kept = shaped(found, (*names, "no", "title", "place"), instants=("set_at", "done_at", "dropped_at"), texts=texts)
    kept["rebound"] = None if kept["rebound"] is None else bool(kept["rebound"])
    return Visit(**{**kept, "due_day": date.fromisoformat(kept["due_day"])})

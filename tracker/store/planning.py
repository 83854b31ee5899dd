"""What the planner of reminders reads: one case with its running limits, and who stands where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlite_utils import Database

from tracker.clock import from_text
from tracker.rule.reminders import Limit
from tracker.store.database import row, rows

CASE = """
SELECT cases.id, cases.no, cases.round, cases.state, cases.historic, cases.unit_id, handler.id AS handler_id
FROM cases LEFT JOIN person AS handler ON handler.id = cases.handler_id AND handler.active = 1
WHERE cases.id = :case_id
"""
# Every round of the case: what a later round does not count anew runs on in the earlier one.
LIMITS = """
SELECT id, round, due_at, due_day, due_version FROM deadline
WHERE case_id = :case_id AND state = 'open' ORDER BY due_at, id
"""
SUPERVISORS = """
SELECT person.id, person.unit_id FROM person JOIN person_role ON person_role.person_id = person.id
WHERE person_role.role = 'supervisor' AND person.active = 1 ORDER BY person.id
"""
QUESTIONS = """
SELECT 'request-' || id AS subject, kind, asked_by, asked_at, 0 AS due_version, NULL AS deadline_id
FROM request WHERE case_id = :case_id AND decision IS NULL
UNION ALL
SELECT CAST(deadline.id AS TEXT), 'backfill', fact.recorded_by, fact.recorded_at, deadline.due_version, deadline.id
FROM deadline JOIN fact ON fact.id = deadline.fact_id
WHERE deadline.case_id = :case_id AND deadline.state = 'backfill'
"""
OPEN_CASES = """
SELECT id FROM cases WHERE state IN ('open', 'applied') AND historic = 0 AND id > :after ORDER BY id LIMIT :limit
"""
PEOPLE = """
SELECT person.id, person.unit_id, person.active, person_role.role IS NOT NULL
FROM person LEFT JOIN person_role ON person_role.person_id = person.id AND person_role.role = 'supervisor'
ORDER BY person.id
"""
DAYS = "SELECT day, works FROM calendar_override ORDER BY day"


@dataclass(frozen=True)
class Question:
    """Something that waits for another person's decision; ``asked_by`` is who may not give it."""

    subject: str
    kind: str
    asked_by: int | None
    asked_at: datetime
    due_version: int
    deadline_id: int | None


@dataclass(frozen=True)
class Supervisor:
    id: int
    unit_id: int | None


@dataclass(frozen=True)
class Standing:
    """How a case stands for the planner. ``runs`` is false when it is closed or historic: then it owes nothing."""

    id: int
    no: str
    round: int
    runs: bool
    handler_id: int | None
    unit_id: int | None
    limits: tuple[Limit, ...]
    questions: tuple[Question, ...]


def standing(db: Database, case_id: int) -> Standing:
    """One case as it stands now. A handler who has left counts as none."""
    found = row(db, CASE, {"case_id": case_id})
    if found is None:
        raise LookupError(f"no case {case_id}")
    runs = found["state"] in ("open", "applied") and not found["historic"]
    one = {"case_id": case_id}
    return Standing(
        id=found["id"],
        no=found["no"],
        round=found["round"],
        runs=runs,
        handler_id=found["handler_id"],
        unit_id=found["unit_id"],
        limits=tuple(
            Limit(r["id"], r["round"], from_text(r["due_at"]), date.fromisoformat(r["due_day"]), r["due_version"])
            for r in (rows(db, LIMITS, one) if runs else ())
        ),
        questions=tuple(
            Question(
                r["subject"], r["kind"], r["asked_by"], from_text(r["asked_at"]), r["due_version"], r["deadline_id"]
            )
            for r in (rows(db, QUESTIONS, one) if runs else ())
        ),
    )


def supervisors(db: Database) -> tuple[Supervisor, ...]:
    """The active supervisors of the office."""
    return tuple(Supervisor(r["id"], r["unit_id"]) for r in rows(db, SUPERVISORS))


def over(unit_id: int | None, people: Iterable[Supervisor], without: int | None = None) -> tuple[int, ...]:
    """Those who supervise a case of ``unit_id``: the unit's and those of no one unit; if that is nobody, everybody.

    ``without`` is left out: nobody decides what they asked for themselves.
    """
    everybody = tuple(one for one in people if one.id != without)
    near = tuple(one.id for one in everybody if one.unit_id is None or one.unit_id == unit_id)
    return near or tuple(one.id for one in everybody)


def open_cases(db: Database, after: int, limit: int) -> tuple[int, ...]:
    """The next ids of the cases that may owe reminders, in order."""
    return tuple(r["id"] for r in rows(db, OPEN_CASES, {"after": after, "limit": limit}))


def fingerprint(db: Database) -> str:
    """Changes when somebody comes, goes, changes unit or becomes supervisor, and when a day of the calendar does."""
    told = [tuple(r) for sql in (PEOPLE, DAYS) for r in rows(db, sql)]
    return sha256(repr(told).encode()).hexdigest()

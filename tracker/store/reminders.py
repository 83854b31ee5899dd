"""The reminders: planned once under their owed key, withdrawn when their reason ends, raised when they fall due."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, row, rows, shaped

# A reminder that was withdrawn is owed again when its reason comes back (a stage undone): the same row, once. That of a
# week may have another morning by then. A digest that a later one stands for has been told with it.
PLAN = """
INSERT INTO reminder (owed_key, case_id, deadline_id, due_version, rung, recipient_id, owed_at, planned_at, body)
VALUES (:owed_key, :case_id, :deadline_id, :due_version, :rung, :recipient_id, :owed_at, :at, :body)
ON CONFLICT (owed_key) DO UPDATE SET withdrawn_at = NULL, withdrawn_why = '', planned_at = excluded.planned_at,
    owed_at = excluded.owed_at
WHERE withdrawn_at IS NOT NULL AND withdrawn_why <> 'superseded' AND shown_at IS NULL
"""
# The same to another person, who is told in whose place; owed once like any other.
COPY = """
INSERT INTO reminder (owed_key, case_id, deadline_id, due_version, rung, recipient_id, owed_at, planned_at, body)
SELECT :owed_key, case_id, deadline_id, due_version, rung, :recipient_id, owed_at, :at,
    json_set(body, '$.for', (SELECT name FROM person WHERE person.id = reminder.recipient_id))
FROM reminder WHERE id = :id
ON CONFLICT (owed_key) DO UPDATE SET withdrawn_at = NULL, withdrawn_why = '', planned_at = excluded.planned_at
WHERE withdrawn_at IS NOT NULL AND shown_at IS NULL
"""
WITHDRAW = """
UPDATE reminder SET withdrawn_at = :at, withdrawn_why = :why
WHERE id = :id AND shown_at IS NULL AND withdrawn_at IS NULL
"""
OF_CASE = """
SELECT id, owed_key, deadline_id, due_version, rung, recipient_id, owed_at, shown_at IS NOT NULL AS shown, withdrawn_at,
    withdrawn_why, body
FROM reminder WHERE case_id = :case_id ORDER BY id
"""
# All that a tick looks at: a range of the index reminder_waiting.
_WAITING = """
SELECT reminder.id, reminder.owed_key, reminder.rung, reminder.recipient_id, reminder.owed_at, reminder.case_id,
    reminder.deadline_id, cases.no AS case_no, cases.grade, deadline.key AS limit_key,
    CASE WHEN deadline.clock = 'revisit' THEN (SELECT person_id FROM revisit
        WHERE revisit.case_id = cases.id AND done_at IS NULL AND dropped_at IS NULL)
        ELSE cases.handler_id END AS handler_id,
    deadline.kind AS limit_kind,
    coalesce(deadline.due_at, cases.next_due_at) AS due_at, person.name, person.account, person.active,
    person.email
FROM reminder LEFT JOIN cases ON cases.id = reminder.case_id LEFT JOIN deadline ON deadline.id = reminder.deadline_id
JOIN person ON person.id = reminder.recipient_id
WHERE reminder.shown_at IS NULL AND reminder.withdrawn_at IS NULL AND reminder.owed_at <= :at
"""
DUE = f"{_WAITING} ORDER BY reminder.owed_at, reminder.recipient_id LIMIT :size"
# Without a person the rows of every one; with one only those are looked at, in the index.
OF_RUNGS = f"""{_WAITING} AND reminder.rung IN (SELECT value FROM json_each(:rungs))
AND :recipient_id IN (0, reminder.recipient_id) ORDER BY reminder.owed_at, reminder.recipient_id
"""  # noqa: S608
# By their names, however much else is waiting.
NAMED = f"""{_WAITING.replace("AND reminder.owed_at", "AND +reminder.owed_at")}
AND reminder.owed_key IN (SELECT value FROM json_each(:keys))
"""  # noqa: S608
SETTLED = """
SELECT coalesce(sum(shown_at IS NOT NULL OR (withdrawn_at IS NOT NULL AND withdrawn_why <> :why)), 0) AS settled,
    coalesce(sum(shown_at IS NULL AND withdrawn_at IS NOT NULL AND withdrawn_why = :why), 0) AS back
FROM reminder WHERE owed_key IN (SELECT value FROM json_each(:keys))
"""
SHOW = """
UPDATE reminder SET shown_at = :at, delivery_id = :delivery_id, body = coalesce(:body, body)
WHERE id = :id AND shown_at IS NULL AND withdrawn_at IS NULL
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
    withdrawn_at: datetime | None
    withdrawn_why: str
    body: str

    @property
    def waits(self) -> bool:
        return not self.shown and self.withdrawn_at is None


@dataclass(frozen=True)
class Due:
    """A reminder that fell due and was not shown. ``due_at`` is that of its limit, else of the case's nearest one."""

    id: int
    owed_key: str
    rung: str
    recipient_id: int
    owed_at: datetime
    case_id: int | None
    deadline_id: int | None
    case_no: str
    handler_id: int | None
    limit_key: str
    limit_kind: str
    grade: str
    due_at: datetime | None
    name: str
    account: str
    active: bool
    email: str


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


def copy(db: Database, reminder_id: int, key: str, recipient_id: int, at: datetime) -> None:
    """Plan the same for another person under ``key``."""
    execute(db, COPY, {"id": reminder_id, "owed_key": key, "recipient_id": recipient_id, "at": to_text(at)})


def withdraw(db: Database, ids: Iterable[int], at: datetime, why: str) -> None:
    """Take back reminders that nobody has been shown; they are kept, with the reason."""
    for one in ids:
        execute(db, WITHDRAW, {"id": one, "at": to_text(at), "why": why})


def of_case(db: Database, case_id: int) -> tuple[Kept, ...]:
    """Every reminder of a case, in the order of planning."""
    names = ("id", "owed_key", "deadline_id", "due_version", "rung", "recipient_id", "withdrawn_why", "body")
    found = rows(db, OF_CASE, {"case_id": case_id})
    return tuple(Kept(**shaped(r, names, instants=("owed_at", "withdrawn_at"), flags=("shown",))) for r in found)


def due(db: Database, at: datetime, size: int = -1) -> tuple[Due, ...]:
    """What fell due by ``at`` and waits to be shown, oldest first: all of it, or the first ``size``."""
    return _due(db, DUE, {"at": to_text(at), "size": size})


def due_of_rungs(db: Database, at: datetime, rungs: Iterable[str], recipient_id: int = 0) -> tuple[Due, ...]:
    """The same of some rungs alone; of one person, or of all."""
    chosen = {"rungs": json.dumps(sorted(rungs)), "recipient_id": recipient_id}
    return _due(db, OF_RUNGS, {"at": to_text(at), **chosen})


def settled(db: Database, keys: Iterable[str], why: str) -> tuple[int, int]:
    """How many of these have been shown or taken back for another reason than ``why``; and how many for it."""
    found = row(db, SETTLED, {"keys": json.dumps(sorted(keys)), "why": why})
    return (found["settled"], found["back"]) if found is not None else (0, 0)


def due_named(db: Database, at: datetime, keys: Iterable[str]) -> tuple[Due, ...]:
    """The same of the reminders with these names, in no order."""
    return _due(db, NAMED, {"at": to_text(at), "keys": json.dumps(sorted(keys))})


def _due(db: Database, statement: str, params: dict[str, object]) -> tuple[Due, ...]:
    names = (
        "id",
        "owed_key",
        "rung",
        "recipient_id",
        "case_id",
        "deadline_id",
        "handler_id",
        "name",
        "account",
        "email",
    )
    texts = ("case_no", "limit_key", "limit_kind", "grade")
    return tuple(
        Due(**shaped(r, names, instants=("owed_at", "due_at"), texts=texts, flags=("active",)))
        for r in rows(db, statement, params)
    )


def show(db: Database, reminder_id: int, at: datetime, delivery_id: int | None, said: str | None = None) -> None:
    """The in-app notice, which is the reminder; ``delivery_id`` is the message that carries it besides, if any."""
    execute(db, SHOW, {"id": reminder_id, "at": to_text(at), "delivery_id": delivery_id, "body": said})


def body(**said: object) -> str:
    """What a reminder says beside its rung and limit, as it is kept."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

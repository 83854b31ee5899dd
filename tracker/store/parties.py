"""The co-handlers of a case, and the parties to it who have no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, rows, shaped

CO_HANDLERS = """
SELECT co_handler.person_id AS id, person.name, '' AS role, co_handler.added_at
FROM co_handler JOIN person ON person.id = co_handler.person_id
WHERE co_handler.case_id = :case_id ORDER BY co_handler.added_at, person.id
"""
ADD_CO_HANDLER = "INSERT INTO co_handler (case_id, person_id, added_at) VALUES (:case_id, :person_id, :at)"
DROP_CO_HANDLER = "DELETE FROM co_handler WHERE case_id = :case_id AND person_id = :person_id"
PARTIES = "SELECT id, name, role, added_at FROM party WHERE case_id = :case_id ORDER BY id"
ADD_PARTY = "INSERT INTO party (case_id, role, name, added_at) VALUES (:case_id, :role, :name, :at)"
DROP_PARTY = "DELETE FROM party WHERE case_id = :case_id AND id = :id"
# By the index co_handler_person.
CO_HANDLED = """
SELECT cases.no, cases.title, cases.next_due_at, street.name AS street, handler.name AS handler
FROM co_handler JOIN cases ON cases.id = co_handler.case_id
LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE co_handler.person_id = :person_id AND cases.state IN ('open', 'applied')
ORDER BY cases.next_due_at IS NULL, cases.next_due_at, cases.id
"""


@dataclass(frozen=True)
class Party:
    """A co-handler (``id`` of the person, no role) or another party (``id`` of its row)."""

    id: int
    name: str
    role: str
    added_at: datetime


@dataclass(frozen=True)
class CoHandled:
    """An open case of somebody else in which a person lends a hand."""

    no: str
    title: str
    next_due_at: datetime | None
    street: str
    handler: str


def co_handlers(db: Database, case_id: int) -> tuple[Party, ...]:
    """The co-handlers of a case, the first one first."""
    return _some(db, CO_HANDLERS, case_id)


def parties(db: Database, case_id: int) -> tuple[Party, ...]:
    """The other parties to a case."""
    return _some(db, PARTIES, case_id)


def add_co_handler(db: Database, case_id: int, person_id: int, at: datetime) -> None:
    execute(db, ADD_CO_HANDLER, {"case_id": case_id, "person_id": person_id, "at": to_text(at)})


def drop_co_handler(db: Database, case_id: int, person_id: int) -> bool:
    """False when it was none (any more). That it was one stays in the trail."""
    return bool(execute(db, DROP_CO_HANDLER, {"case_id": case_id, "person_id": person_id}))


def add_party(db: Database, case_id: int, role: str, name: str, at: datetime) -> None:
    execute(db, ADD_PARTY, {"case_id": case_id, "role": role, "name": name, "at": to_text(at)})


def drop_party(db: Database, case_id: int, party_id: int) -> bool:
    """False when it is not there (any more)."""
    return bool(execute(db, DROP_PARTY, {"case_id": case_id, "id": party_id}))


def co_handled(db: Database, person_id: int) -> tuple[CoHandled, ...]:
    """The open cases that somebody co-handles, the nearest limit first."""
    found = rows(db, CO_HANDLED, {"person_id": person_id})
    texts = ("street", "handler")
    return tuple(CoHandled(**shaped(r, ("no", "title"), instants=("next_due_at",), texts=texts)) for r in found)


def _some(db: Database, statement: str, case_id: int) -> tuple[Party, ...]:
    found = rows(db, statement, {"case_id": case_id})
    return tuple(Party(**shaped(r, ("id", "name", "role"), instants=("added_at",))) for r in found)

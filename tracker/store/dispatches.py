"""What waits for its handler's signature, and what was given back and waits for another handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.ladder import URGENT_GRADE
from tracker.store.database import execute, rows, shaped, value

GIVE_BACK = """
INSERT INTO dispatch_return (case_id, person_id, at, ground, reason)
VALUES (:case_id, :person_id, :at, :ground, :reason)
"""
# The first conditions are those of the index cases_unsigned, word for word.
UNSIGNED = """
SELECT cases.no, cases.title, cases.dispatched_at AS at, cases.next_due_at, street.name AS street
FROM cases LEFT JOIN street ON street.id = cases.street_id
WHERE dispatched_at IS NOT NULL AND signed_at IS NULL AND state = 'open' AND handler_id = :handler_id
ORDER BY cases.dispatched_at, cases.id
"""
# The second condition is that of the index cases_handler, word for word: open cases without a handler are few.
RETURNED = """
SELECT cases.no, cases.title, dispatch_return.at, cases.next_due_at, street.name AS street,
    person.name AS returned_by, dispatch_return.ground, dispatch_return.reason
FROM dispatch_return JOIN cases ON cases.id = dispatch_return.case_id
JOIN person ON person.id = dispatch_return.person_id LEFT JOIN street ON street.id = cases.street_id
WHERE cases.handler_id IS NULL AND cases.state IN ('open', 'applied') AND cases.state = 'open'
AND dispatch_return.id = (SELECT max(id) FROM dispatch_return AS later WHERE later.case_id = cases.id)
ORDER BY dispatch_return.at, cases.id
"""
# Given to nobody yet, and not given back by anybody: those stand in a list of their own. The plus keeps to the index
# cases_handler: open cases without a handler are few.
UNDISPATCHED = """
SELECT cases.no, cases.title, cases.received_at AS at, cases.next_due_at, street.name AS street,
    cases.grade = :urgent AS urgent
FROM cases LEFT JOIN street ON street.id = cases.street_id
WHERE cases.handler_id IS NULL AND cases.state IN ('open', 'applied') AND +cases.state = 'open' AND cases.historic = 0
AND NOT EXISTS (SELECT 1 FROM dispatch_return WHERE dispatch_return.case_id = cases.id)
ORDER BY urgent DESC, cases.next_due_at IS NULL, cases.next_due_at, cases.id LIMIT :size
"""
UNDISPATCHED_COUNT = """
SELECT count(*) FROM cases
WHERE cases.handler_id IS NULL AND cases.state IN ('open', 'applied') AND +cases.state = 'open' AND cases.historic = 0
AND NOT EXISTS (SELECT 1 FROM dispatch_return WHERE dispatch_return.case_id = cases.id)
"""

# The condition of the index cases_handler, word for word.
OF_HANDLER = """
SELECT no FROM cases WHERE handler_id = :handler_id AND state IN ('open', 'applied')
ORDER BY next_due_at IS NULL, next_due_at, id
"""


@dataclass(frozen=True)
class Unsigned:
    """A case that waits for a signature since ``at``."""

    no: str
    title: str
    at: datetime
    next_due_at: datetime | None
    street: str


@dataclass(frozen=True)
class Undispatched(Unsigned):
    """A case that was received at ``at`` and has had no handler yet."""

    urgent: bool


@dataclass(frozen=True)
class Returned(Unsigned):
    """A case that was given back at ``at`` and has no handler since."""

    returned_by: str
    ground: str
    reason: str


def give_back(db: Database, case_id: int, person_id: int, ground: str, reason: str, at: datetime) -> None:
    """Write down that somebody gave a dispatch back."""
    fields = {"case_id": case_id, "person_id": person_id, "ground": ground, "reason": reason}
    execute(db, GIVE_BACK, {**fields, "at": to_text(at)})


def unsigned(db: Database, handler_id: int) -> tuple[Unsigned, ...]:
    """What was dispatched to a handler who has not signed, the oldest first."""
    found = rows(db, UNSIGNED, {"handler_id": handler_id})
    return tuple(
        Unsigned(**shaped(r, ("no", "title"), instants=("at", "next_due_at"), texts=("street",))) for r in found
    )


def undispatched(db: Database, size: int) -> tuple[Undispatched, ...]:
    """What nobody has been given yet, urgent cases first, then by the nearest limit."""
    found = rows(db, UNDISPATCHED, {"urgent": URGENT_GRADE, "size": size})
    instants, flags = ("at", "next_due_at"), ("urgent",)
    return tuple(
        Undispatched(**shaped(r, ("no", "title"), instants=instants, texts=("street",), flags=flags)) for r in found
    )


def count_undispatched(db: Database) -> int:
    """How many of them there are in all."""
    return int(value(db, UNDISPATCHED_COUNT))


def returned(db: Database) -> tuple[Returned, ...]:
    """What was given back and is still nobody's, the oldest first."""
    texts = ("street", "returned_by", "ground", "reason")
    return tuple(
        Returned(**shaped(r, ("no", "title"), instants=("at", "next_due_at"), texts=texts)) for r in rows(db, RETURNED)
    )


def of_handler(db: Database, handler_id: int) -> tuple[str, ...]:
    """The numbers of the cases that somebody has under way, the nearest limit first."""
    return tuple(r["no"] for r in rows(db, OF_HANDLER, {"handler_id": handler_id}))

"""The secret addresses under which people read their deadlines in a calendar; a hash is kept, never the token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, row, rows, shaped, value

MADE_AT = "SELECT made_at FROM calendar_feed WHERE person_id = :person_id AND revoked_at IS NULL"
MAKE = "INSERT INTO calendar_feed (person_id, token_hash, made_at) VALUES (:person_id, :token_hash, :at)"
REVOKE = "UPDATE calendar_feed SET revoked_at = :at WHERE person_id = :person_id AND revoked_at IS NULL"
OWNER = """
SELECT calendar_feed.person_id FROM calendar_feed JOIN person ON person.id = calendar_feed.person_id
WHERE calendar_feed.token_hash = :token_hash AND calendar_feed.revoked_at IS NULL AND person.active = 1
"""
# A range of the index of a person's open cases, and one of that of their visits to closed ones.
RUNNING = """
SELECT deadline.id, cases.no, deadline.key, deadline.due_at, deadline.due_day, deadline.due_version,
    street.name AS street
FROM cases JOIN deadline ON deadline.case_id = cases.id LEFT JOIN street ON street.id = cases.street_id
WHERE cases.handler_id = :person_id AND cases.state IN ('open', 'applied') AND deadline.state = 'open'
UNION ALL
SELECT deadline.id, cases.no, deadline.key, deadline.due_at, deadline.due_day, deadline.due_version, street.name
FROM revisit JOIN cases ON cases.id = revisit.case_id
JOIN deadline ON deadline.case_id = cases.id AND deadline.clock = 'revisit' AND deadline.state = 'open'
    AND deadline.kind = 'outside'
LEFT JOIN street ON street.id = cases.street_id
WHERE revisit.person_id = :person_id AND revisit.done_at IS NULL AND revisit.dropped_at IS NULL
ORDER BY 4, 1 LIMIT :limit
"""


@dataclass(frozen=True)
class Running:
    """A deadline of one's own that runs. ``key`` is the stage or the name of another clock; ``street`` "" for none."""

    id: int
    no: str
    key: str
    due_at: datetime
    due_day: date
    due_version: int
    street: str


def made_at(db: Database, person_id: int) -> datetime | None:
    """When the address that holds was made; None when there is none."""
    found = row(db, MADE_AT, {"person_id": person_id})
    return None if found is None else from_text(found["made_at"])


def make(db: Database, person_id: int, token_hash: bytes, at: datetime) -> None:
    execute(db, MAKE, {"person_id": person_id, "token_hash": token_hash, "at": to_text(at)})


def revoke(db: Database, person_id: int, at: datetime) -> bool:
    """The address holds no more; whether there was one."""
    return execute(db, REVOKE, {"person_id": person_id, "at": to_text(at)}) > 0


def owner(db: Database, token_hash: bytes) -> int | None:
    """Whose address it is; None for one that is wrong, was revoked, or whose person has left."""
    found = value(db, OWNER, {"token_hash": token_hash})
    return None if found is None else int(found)


def running(db: Database, person_id: int, limit: int) -> tuple[Running, ...]:
    """The deadlines of the cases that a person handles and of the visits (回头看) that they make, the nearest first."""
    names = ("id", "no", "key", "due_version")
    return tuple(
        Running(**shaped(r, names, instants=("due_at",), texts=("street",)), due_day=date.fromisoformat(r["due_day"]))
        for r in rows(db, RUNNING, {"person_id": person_id, "limit": limit})
    )

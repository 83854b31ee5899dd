"""Closed cases for the archive: the list, and the sealed trail of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import rows, shaped

# Keyset pages along the index cases_closed.
CLOSED = """
SELECT cases.id, cases.no, cases.title, cases.closed_at, street.name AS street, handler.name AS handler,
    (SELECT count(*) FROM evidence WHERE evidence.case_id = cases.id) AS files
FROM cases LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE cases.state = 'closed' AND cases.historic = 0 AND cases.closed_at < :before
AND (cases.closed_at, cases.id) < (:at, :id)
ORDER BY cases.closed_at DESC, cases.id DESC LIMIT :size
"""
TRAIL = """
SELECT audit.seq, audit.at, audit.act, audit.address, audit.detail, audit.mac, person.name AS person
FROM audit LEFT JOIN person ON person.id = audit.person_id WHERE audit.case_id = :case_id ORDER BY audit.seq
"""


@dataclass(frozen=True)
class Closed:
    """A closed case in the list; ``files`` is how many pieces of evidence it has."""

    id: int
    no: str
    title: str
    closed_at: datetime
    street: str
    handler: str
    files: int


@dataclass(frozen=True)
class Sealed:
    """One record of the audit trail as it stands, with its seal (hex)."""

    seq: int
    at: str
    person: str
    act: str
    address: str
    detail: str
    seal: str


def closed(db: Database, before: datetime, last: tuple[datetime, int], size: int) -> tuple[Closed, ...]:
    """The cases closed before an instant, newest first, without imported ones: those after ``last`` (closed at, id)."""
    asked = {"before": to_text(before), "at": to_text(last[0]), "id": last[1], "size": size}
    names = ("id", "no", "title", "files")
    return tuple(
        Closed(**shaped(r, names, instants=("closed_at",), texts=("street", "handler")))
        for r in rows(db, CLOSED, asked)
    )


def trail(db: Database, case_id: int) -> tuple[Sealed, ...]:
    """Every record of the audit trail about a case, oldest first."""
    plain = ("seq", "at", "act", "address", "detail")
    return tuple(
        Sealed(**shaped(r, plain, texts=("person",)), seal=r["mac"].hex())
        for r in rows(db, TRAIL, {"case_id": case_id})
    )

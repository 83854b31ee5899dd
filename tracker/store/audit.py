"""The audit trail: append-only, each record sealed with an HMAC over itself and the seal before it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store import roster
from tracker.store.database import insert, row, rows
from tracker.store.keys import key_for

LAST = "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1"
APPEND = """
INSERT INTO audit (seq, at, person_id, act, case_id, address, detail, mac)
VALUES (:seq, :at, :person_id, :act, :case_id, :address, :detail, :mac)
"""
ALL = """
SELECT seq, at, person_id, act, case_id, address, detail, mac FROM audit WHERE seq > :after ORDER BY seq LIMIT 5000
"""
OF_CASE = """
SELECT audit.seq, audit.at, audit.person_id, audit.act, audit.case_id, audit.address, audit.detail, person.name
FROM audit LEFT JOIN person ON person.id = audit.person_id
WHERE audit.case_id = :case_id ORDER BY audit.seq DESC
"""
START = b"tracker audit 1"


@dataclass(frozen=True)
class Record:
    """One line of the trail. ``at`` is UTC; ``detail`` never holds the complainant's identity."""

    seq: int
    at: datetime
    person_id: int | None
    person: str
    act: str
    case_id: int | None
    address: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A record that does not hold: the number of the first bad row and what is wrong with it."""

    seq: int
    what: str


def append(
    db: Database,
    *,
    at: datetime,
    person_id: int | None,
    act: str,
    case_id: int | None = None,
    address: str = "",
    detail: dict[str, Any] | None = None,
) -> int:
    """Add one record; its number. Call it inside the transaction of the act it records.

    What somebody does with the rights of the duty officer says so here, where no act can leave it out.
    """
    if person_id is not None and (turn := roster.lent(db, person_id, at)):
        detail = {**(detail or {}), "duty": turn.day.isoformat()}
    last = row(db, LAST)
    seq, before = (last["seq"] + 1, last["mac"]) if last else (1, START)
    fields = {
        "seq": seq,
        "at": to_text(at),
        "person_id": person_id,
        "act": act,
        "case_id": case_id,
        "address": address,
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    }
    insert(db, APPEND, {**fields, "mac": _seal(key_for(db).audit, before, fields)})
    return int(seq)


def _seal(key: bytes, before: bytes, fields: dict[str, Any]) -> bytes:
    words = json.dumps(list(fields.values()), ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, before + words.encode(), sha256).digest()


def verify(db: Database, head: tuple[int, bytes] | None = None) -> Fault | None:
    """Read the whole trail; the first fault, or None when every record holds.

    ``head`` is a number and seal written down earlier (the day's head): a trail cut short of it is found by it alone,
    since a chain cannot tell that its own end is missing.
    """
    key, before, expected = key_for(db).audit, START, 1
    seen_head = head is None
    for record in _all(db):
        if record["seq"] != expected:
            return Fault(expected, "missing")
        fields = {name: record[name] for name in ("seq", "at", "person_id", "act", "case_id", "address", "detail")}
        if not hmac.compare_digest(_seal(key, before, fields), record["mac"]):
            return Fault(record["seq"], "changed")
        if head is not None and record["seq"] == head[0]:
            if record["mac"] != head[1]:
                return Fault(record["seq"], "changed")
            seen_head = True
        before, expected = record["mac"], expected + 1
    return None if seen_head else Fault(expected, "missing")


def head(db: Database) -> tuple[int, bytes] | None:
    """Number and seal of the last record, for keeping somewhere else."""
    last = row(db, LAST)
    return (last["seq"], last["mac"]) if last else None


def _all(db: Database) -> Iterator[Any]:
    after = 0
    while chunk := rows(db, ALL, {"after": after}):
        yield from chunk
        after = chunk[-1]["seq"]


def of_case(db: Database, case_id: int) -> tuple[Record, ...]:
    """The trail of one case, newest first."""
    return tuple(
        Record(
            r["seq"],
            from_text(r["at"]),
            r["person_id"],
            r["name"] or "",
            r["act"],
            r["case_id"],
            r["address"],
            json.loads(r["detail"]),
        )
        for r in rows(db, OF_CASE, {"case_id": case_id})
    )

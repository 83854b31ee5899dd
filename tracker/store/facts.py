"""What happened to a case, with its evidence: append-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, row, rows, shaped

INSERT = """
INSERT INTO fact (case_id, round, kind, happened_at, recorded_at, recorded_by, body, reason, late_cause, backfilled,
    undoes)
VALUES (:case_id, :round, :kind, :happened_at, :recorded_at, :recorded_by, :body, :reason, :late_cause, :backfilled,
    :undoes)
"""
OF_CASE = """
SELECT fact.*, person.name AS by_name, acted_for.for_id AS recorded_for,
    EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo') AS undone
FROM fact LEFT JOIN person ON person.id = fact.recorded_by LEFT JOIN acted_for ON acted_for.fact_id = fact.id
WHERE fact.case_id = :case_id ORDER BY fact.id
"""
EVIDENCE = """
INSERT INTO evidence (case_id, fact_id, kind, name, sha256, size, added_at, added_by)
VALUES (:case_id, :fact_id, :kind, :name, :sha256, :size, :added_at, :added_by)
"""
PHOTO = "INSERT INTO photo (evidence_id, taken, spot) VALUES (:id, :taken, :spot)"
# Backwards from the latest, and not past what an office records in a shift.
LAST_OF = """
SELECT body FROM fact WHERE id > (SELECT max(id) FROM fact) - 2000 AND recorded_by = :person_id AND kind = :kind
AND recorded_at >= :since ORDER BY id DESC LIMIT 1
"""
# What was entered from another case rests on the evidence there, as deep as the copies go: referred to, never copied.
EVIDENCE_OF_CASE = """
WITH RECURSIVE source (fact_id, from_id) AS (
    SELECT id, json_extract(body, '$.shared_fact') FROM fact
    WHERE case_id = :case_id AND json_extract(body, '$.shared_fact') IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo')
    UNION
    SELECT source.fact_id, json_extract(fact.body, '$.shared_fact') FROM source JOIN fact ON fact.id = source.from_id
    WHERE json_extract(fact.body, '$.shared_fact') IS NOT NULL
), found (id, fact_id) AS (
    SELECT id, fact_id FROM evidence WHERE case_id = :case_id
    UNION ALL
    SELECT evidence.id, source.fact_id FROM source JOIN evidence ON evidence.fact_id = source.from_id
)
SELECT evidence.id, evidence.case_id, found.fact_id, evidence.kind, evidence.name, evidence.sha256, evidence.size,
    evidence.added_at, photo.taken, photo.spot
FROM found JOIN evidence ON evidence.id = found.id LEFT JOIN photo ON photo.evidence_id = evidence.id
ORDER BY evidence.id
"""


@dataclass(frozen=True)
class Fact:
    """One recorded fact. ``happened_at`` as the officer said it, ``recorded_at`` as the system saw it (UTC)."""

    id: int
    case_id: int
    round: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: int | None
    by_name: str
    recorded_for: int | None  # whose substitute the recorder was
    body: dict[str, Any]
    reason: str
    late_cause: str
    backfilled: bool
    undoes: int | None
    undone: bool


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence. The bytes lie under their SHA-256 in the attachments folder; ``taken`` and ``spot`` are
    what a photograph tells of itself, "" where it tells nothing."""

    id: int
    case_id: int
    fact_id: int | None
    kind: str
    name: str
    sha256: str
    size: int
    added_at: datetime
    taken: str = ""
    spot: str = ""


def add(
    db: Database,
    *,
    case_id: int,
    round_: int,
    kind: str,
    happened_at: datetime,
    recorded_at: datetime,
    recorded_by: int | None,
    body: dict[str, Any],
    reason: str = "",
    late_cause: str = "",
    backfilled: bool = False,
    undoes: int | None = None,
) -> int:
    """Append one fact; its id."""
    return insert(
        db,
        INSERT,
        {
            "case_id": case_id,
            "round": round_,
            "kind": kind,
            "happened_at": to_text(happened_at),
            "recorded_at": to_text(recorded_at),
            "recorded_by": recorded_by,
            "body": json.dumps(body, ensure_ascii=False),
            "reason": reason,
            "late_cause": late_cause,
            "backfilled": int(backfilled),
            "undoes": undoes,
        },
    )


def of_case(db: Database, case_id: int) -> tuple[Fact, ...]:
    """The facts of a case in the order in which they were recorded."""
    return tuple(_fact(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def last_of(db: Database, person_id: int, kind: str, since: datetime) -> dict[str, Any] | None:
    """What this person recorded last of this kind since then, if anything."""
    found = row(db, LAST_OF, {"person_id": person_id, "kind": kind, "since": to_text(since)})
    return json.loads(found["body"]) if found else None


def add_evidence(db: Database, *, case_id: int, fact_id: int | None, file: Any, at: datetime, by: int | None) -> int:
    """Append one piece of evidence: ``file`` is an `attachments.Stored`."""
    evidence_id = insert(
        db,
        EVIDENCE,
        {
            "case_id": case_id,
            "fact_id": fact_id,
            "kind": file.kind,
            "name": file.name,
            "sha256": file.sha256,
            "size": file.size,
            "added_at": to_text(at),
            "added_by": by,
        },
    )
    if file.taken or file.spot:
        execute(db, PHOTO, {"id": evidence_id, "taken": file.taken, "spot": file.spot})
    return evidence_id


def evidence_of_case(db: Database, case_id: int) -> tuple[Evidence, ...]:
    """The evidence of a case, oldest first; that of site work from another case stands under the copy of it here."""
    found = rows(db, EVIDENCE_OF_CASE, {"case_id": case_id})
    return tuple(Evidence(**shaped(r, EVIDENCE_NAMES, instants=("added_at",), texts=("taken", "spot"))) for r in found)


EVIDENCE_NAMES = ("id", "case_id", "fact_id", "kind", "name", "sha256", "size")
NAMES = ("id", "case_id", "round", "kind", "recorded_by", "recorded_for", "reason", "late_cause", "undoes")


def _fact(found: Any) -> Fact:
    kept = shaped(
        found, NAMES, instants=("happened_at", "recorded_at"), texts=("by_name",), flags=("backfilled", "undone")
    )
    return Fact(**kept, body=json.loads(found["body"]))

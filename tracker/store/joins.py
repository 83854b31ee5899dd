"""Which case is joined to which (并入), linked to which (关联), and where site work of one stands in another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, row, rows, shaped

JOIN = "INSERT INTO joining (case_id, lead_id, at, by) VALUES (:case_id, :lead_id, :at, :by)"
SET_LEAD = "UPDATE cases SET lead_case_id = :lead_id WHERE id = :case_id"
UNDO_JOIN = "INSERT INTO joining_undone (joining_id, at, by) VALUES (:id, :at, :by)"
# One that was joined before joinings had rows of their own has none.
JOINING = """
SELECT joining.id, joining.lead_id AS other_id, cases.no, cases.title, cases.state, cases.historic, joining.at,
    joining.by
FROM joining JOIN cases ON cases.id = joining.lead_id
WHERE joining.case_id = :case_id AND NOT EXISTS (SELECT 1 FROM joining_undone WHERE joining_id = joining.id)
ORDER BY joining.id DESC LIMIT 1
"""
LINK = "INSERT INTO link (case_id, other_id, note, at, by) VALUES (:case_id, :other_id, :note, :at, :by)"
UNDO_LINK = "INSERT INTO link_undone (link_id, at, by) VALUES (:id, :at, :by)"
# Both ways: what this case was linked to, and what was linked to it.
LINKS = """
SELECT link.id, cases.id AS other_id, cases.no, cases.title, cases.state, cases.historic, link.at, link.by
FROM link JOIN cases ON cases.id = CASE link.case_id WHEN :case_id THEN link.other_id ELSE link.case_id END
WHERE link.id IN (SELECT id FROM link WHERE case_id = :case_id UNION SELECT id FROM link WHERE other_id = :case_id)
    AND NOT EXISTS (SELECT 1 FROM link_undone WHERE link_id = link.id)
ORDER BY cases.received_at, link.id
"""
EVER_LINKED = """
SELECT 1 FROM link WHERE case_id IN (:one, :other) AND other_id IN (:one, :other)
"""
COPIES = """
SELECT fact.id, fact.case_id FROM fact
WHERE json_extract(body, '$.shared_fact') = :fact_id
    AND NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo')
ORDER BY fact.id
"""
# Up to where each fact of the case was recorded, and from there down to every copy. What was taken back counts too:
# the words that were written for several cases stay where they still stand.
SHARING = """
WITH RECURSIVE source (id) AS (
    SELECT id FROM fact WHERE case_id = :case_id
    UNION
    SELECT json_extract(fact.body, '$.shared_fact') FROM source JOIN fact ON fact.id = source.id
    WHERE json_extract(fact.body, '$.shared_fact') IS NOT NULL
), standing (id) AS (
    SELECT id FROM source
    UNION
    SELECT fact.id FROM standing JOIN fact ON json_extract(fact.body, '$.shared_fact') = standing.id
)
SELECT DISTINCT fact.case_id FROM standing JOIN fact ON fact.id = standing.id
WHERE fact.case_id <> :case_id ORDER BY fact.case_id
"""
INSPECTED = """
SELECT DISTINCT case_id FROM fact
WHERE case_id IN (SELECT value FROM json_each(:ids)) AND kind = 'inspection' AND happened_at < :before
    AND json_extract(body, '$.shared_fact') IS NULL
ORDER BY happened_at DESC LIMIT :size
"""


@dataclass(frozen=True)
class Tie:
    """What binds a case to another one: the other case, since when and by whom (None: the command line)."""

    id: int
    other_id: int
    no: str
    title: str
    state: str
    historic: bool
    at: datetime
    by: int | None


def join(db: Database, case_id: int, lead_id: int, at: datetime, by: int) -> None:
    """Join the case to its lead case."""
    execute(db, SET_LEAD, {"case_id": case_id, "lead_id": lead_id})
    insert(db, JOIN, {"case_id": case_id, "lead_id": lead_id, "at": to_text(at), "by": by})


def unjoin(db: Database, case_id: int, joining_id: int, at: datetime, by: int) -> None:
    """Take a joining back; the row of it stays."""
    execute(db, SET_LEAD, {"case_id": case_id, "lead_id": None})
    insert(db, UNDO_JOIN, {"id": joining_id, "at": to_text(at), "by": by})


def joining(db: Database, case_id: int) -> Tie | None:
    """The joining that holds, if its case was joined and it is on record when."""
    found = row(db, JOINING, {"case_id": case_id})
    return _tie(found) if found else None


def link(db: Database, case_id: int, other_id: int, note: str, at: datetime, by: int | None) -> int:
    """Link two cases; the id of the link."""
    return insert(db, LINK, {"case_id": case_id, "other_id": other_id, "note": note, "at": to_text(at), "by": by})


def unlink(db: Database, link_id: int, at: datetime, by: int) -> None:
    """Take a link back; the row of it stays."""
    insert(db, UNDO_LINK, {"id": link_id, "at": to_text(at), "by": by})


def links(db: Database, case_id: int) -> tuple[Tie, ...]:
    """The cases linked to this one, either way, in the order in which they were received."""
    return tuple(_tie(r) for r in rows(db, LINKS, {"case_id": case_id}))


def ever_linked(db: Database, one: int, other: int) -> bool:
    """Was there ever a link between the two, taken back or not?"""
    return row(db, EVER_LINKED, {"one": one, "other": other}) is not None


def copies(db: Database, fact_id: int) -> tuple[tuple[int, int], ...]:
    """Where a fact stands in other cases: the ids of the copy and of its case."""
    return tuple((r["id"], r["case_id"]) for r in rows(db, COPIES, {"fact_id": fact_id}))


def sharing(db: Database, case_id: int) -> tuple[int, ...]:
    """The other cases in which a fact of this one stands or stood: by joining, by one visit, or cited."""
    return tuple(r["case_id"] for r in rows(db, SHARING, {"case_id": case_id}))


def inspected(db: Database, ids: Iterable[int], before: datetime, size: int) -> tuple[int, ...]:
    """Those of the cases that were inspected before an instant, by themselves; the last ``size``."""
    asked = {"ids": json.dumps(list(ids)), "before": to_text(before), "size": size}
    return tuple(r["case_id"] for r in rows(db, INSPECTED, asked))


def _tie(found: Any) -> Tie:
    names = ("id", "other_id", "no", "title", "state", "by")
    return Tie(**shaped(found, names, instants=("at",), flags=("historic",)))

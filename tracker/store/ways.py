"""What the choice of a way asks of a case."""

from __future__ import annotations

from sqlite_utils import Database

from tracker.store.database import value

UNIT = """
SELECT person.unit_id FROM cases JOIN person ON person.id = cases.handler_id WHERE cases.id = :case_id
"""


def unit_of(db: Database, case_id: int | None) -> int | None:
    """The unit of whoever handles a case."""
    found = value(db, UNIT, {"case_id": case_id})
    return None if found is None else int(found)

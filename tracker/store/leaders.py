"""责任领导 of a case: a person, from an instant, until another takes over or nobody does. An assignment, not a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store import features
from tracker.store.database import execute, insert, rows, shaped, value

FEATURE = "leaders"
NOW = """
SELECT leader.person_id FROM leader JOIN person ON person.id = leader.person_id AND person.active = 1
WHERE leader.case_id = :case_id AND leader.until_at IS NULL
"""
OF_CASE = """
SELECT leader.person_id, person.name, leader.from_at, leader.until_at
FROM leader JOIN person ON person.id = leader.person_id WHERE leader.case_id = :case_id ORDER BY leader.id
"""
ADD = "INSERT INTO leader (case_id, person_id, from_at) VALUES (:case_id, :person_id, :at)"
END = "UPDATE leader SET until_at = :at WHERE case_id = :case_id AND until_at IS NULL"


@dataclass(frozen=True)
class Led:
    """One person's time as the leader of a case; ``until_at`` is None while it lasts."""

    person_id: int
    name: str
    from_at: datetime
    until_at: datetime | None


def leader(db: Database, case_id: int) -> int | None:
    """The id of the responsible leader of a case, if it has one who is still here."""
    found = value(db, NOW, {"case_id": case_id}) if features.on(db, FEATURE) else None
    return None if found is None else int(found)


def of_case(db: Database, case_id: int) -> tuple[Led, ...]:
    """Who has led a case, the first one first."""
    found = rows(db, OF_CASE, {"case_id": case_id})
    return tuple(Led(**shaped(r, ("person_id", "name"), instants=("from_at", "until_at"))) for r in found)


def put(db: Database, case_id: int, person_id: int | None, at: datetime) -> None:
    """From ``at`` on this person leads the case, or nobody does."""
    execute(db, END, {"case_id": case_id, "at": to_text(at)})
    if person_id is not None:
        insert(db, ADD, {"case_id": case_id, "person_id": person_id, "at": to_text(at)})

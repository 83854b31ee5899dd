"""责任领导 of a case: a person, from an instant, until another takes over or nobody does. An assignment, not a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store import features
from tracker.store.database import execute, insert, row, rows, shaped, value

FEATURE = "leaders"
NOW = """
SELECT leader.person_id, person.name, leader.from_at, leader.until_at
FROM leader JOIN person ON person.id = leader.person_id AND person.active = 1
WHERE leader.case_id = :case_id AND leader.until_at IS NULL
"""
OF_CASE = """
SELECT leader.person_id, person.name, leader.from_at, leader.until_at
FROM leader JOIN person ON person.id = leader.person_id WHERE leader.case_id = :case_id ORDER BY leader.id
"""
ADD = "INSERT INTO leader (case_id, person_id, from_at) VALUES (:case_id, :person_id, :at)"
END = "UPDATE leader SET until_at = :at WHERE case_id = :case_id AND until_at IS NULL"
ADD_VISIT = """
INSERT INTO visit (case_id, leader_id, happened_at, recorded_at, recorded_by, met, said, promised)
VALUES (:case_id, :leader_id, :happened_at, :recorded_at, :recorded_by, :met, :said, :promised)
"""
VISITS = """
SELECT visit.happened_at, leader.name AS leader, visit.met, visit.said, visit.promised
FROM visit JOIN person AS leader ON leader.id = visit.leader_id
WHERE visit.case_id = :case_id ORDER BY visit.happened_at, visit.id
"""
# 包案: by the indexes leader_one and leader_person; what is closed is nobody's any more.
LED = """
SELECT cases.no, cases.title, cases.state, cases.next_due_at, cases.next_limit, street.name AS street,
    handler.name AS handler, person.id AS leader_id, person.name AS leader, leader.from_at,
    (SELECT count(*) FROM visit WHERE visit.case_id = cases.id) AS visits,
    (SELECT max(happened_at) FROM visit WHERE visit.case_id = cases.id) AS last_visit_at
FROM leader JOIN cases ON cases.id = leader.case_id JOIN person ON person.id = leader.person_id
LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE leader.until_at IS NULL AND cases.state IN ('open', 'applied')
AND (:leader_id IS NULL OR leader.person_id = :leader_id)
ORDER BY cases.next_due_at IS NULL, cases.next_due_at, cases.id LIMIT :size
"""
COUNT = """
SELECT count(*) FROM leader JOIN cases ON cases.id = leader.case_id
WHERE leader.until_at IS NULL AND cases.state IN ('open', 'applied')
AND (:leader_id IS NULL OR leader.person_id = :leader_id)
"""


@dataclass(frozen=True)
class Visit:
    """下访: the leader went to see for themselves."""

    happened_at: datetime
    leader: str
    met: str
    said: str
    promised: str


@dataclass(frozen=True)
class LedCase:
    """One open case under its leader; ``next_limit`` is the nearest limit that runs, "" for none."""

    no: str
    title: str
    state: str
    next_due_at: datetime | None
    next_limit: str
    street: str
    handler: str
    leader_id: int
    leader: str
    from_at: datetime
    visits: int
    last_visit_at: datetime | None


@dataclass(frozen=True)
class Led:
    """One person's time as the leader of a case; ``until_at`` is None while it lasts."""

    person_id: int
    name: str
    from_at: datetime
    until_at: datetime | None


def leader(db: Database, case_id: int) -> Led | None:
    """The responsible leader of a case, if it has one who is still here."""
    found = row(db, NOW, {"case_id": case_id}) if features.on(db, FEATURE) else None
    return None if found is None else _led(found)


def of_case(db: Database, case_id: int) -> tuple[Led, ...]:
    """Who has led a case, the first one first."""
    return tuple(_led(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def _led(found: Any) -> Led:
    return Led(**shaped(found, ("person_id", "name"), instants=("from_at", "until_at")))


def put(db: Database, case_id: int, person_id: int | None, at: datetime) -> None:
    """From ``at`` on this person leads the case, or nobody does."""
    execute(db, END, {"case_id": case_id, "at": to_text(at)})
    if person_id is not None:
        insert(db, ADD, {"case_id": case_id, "person_id": person_id, "at": to_text(at)})


def add_visit(
    db: Database,
    case_id: int,
    leader_id: int,
    *,
    happened_at: datetime,
    recorded_at: datetime,
    recorded_by: int,
    met: str,
    said: str,
    promised: str,
) -> int:
    """Append one visit; its id."""
    fields = {"case_id": case_id, "leader_id": leader_id, "recorded_by": recorded_by}
    instants = {"happened_at": to_text(happened_at), "recorded_at": to_text(recorded_at)}
    return insert(db, ADD_VISIT, {**fields, **instants, "met": met, "said": said, "promised": promised})


def visits(db: Database, case_id: int) -> tuple[Visit, ...]:
    """The visits on a case, the first one first."""
    names = ("leader", "met", "said", "promised")
    return tuple(Visit(**shaped(r, names, instants=("happened_at",))) for r in rows(db, VISITS, {"case_id": case_id}))


def led(db: Database, leader_id: int | None, size: int) -> tuple[LedCase, ...]:
    """The open cases of one leader, or of all, the nearest limit first."""
    names = ("no", "title", "state", "leader_id", "leader", "visits")
    instants, texts = ("next_due_at", "from_at", "last_visit_at"), ("next_limit", "street", "handler")
    found = rows(db, LED, {"leader_id": leader_id, "size": size})
    return tuple(LedCase(**shaped(r, names, instants=instants, texts=texts)) for r in found)


def count(db: Database, leader_id: int | None = None) -> int:
    """How many open cases one leader has, or all have."""
    return int(value(db, COUNT, {"leader_id": leader_id}))

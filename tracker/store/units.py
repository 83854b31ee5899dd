"""The complained-about units: the cases about each, under whatever spelling, their grades, and the penalties."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, rows, shaped, value

MINE = "AND (:person_id IS NULL OR cases.handler_id = :person_id)"
# The newest grade of a unit, given under whichever of its names.
GRADE = """
(SELECT grade FROM unit_grade WHERE unit_grade.name = {name} OR unit_grade.name IN (
    SELECT spelling FROM unit_spelling WHERE unit_spelling.name = {name}) ORDER BY id DESC LIMIT 1)
"""
LISTED = f"""
WITH found AS (
    SELECT coalesce(unit_spelling.name, cases.subject_unit) AS name, count(*) AS cases,
        sum(cases.state <> 'closed') AS open, max(cases.received_at) AS last_at
    FROM cases LEFT JOIN unit_spelling ON unit_spelling.spelling = cases.subject_unit
    WHERE cases.subject_unit <> '' AND cases.received_at >= :since {MINE}
    GROUP BY 1
)
SELECT name, cases, open, last_at, {GRADE.format(name="found.name")} AS grade FROM found
WHERE (:q = '' OR instr(name, :q)) ORDER BY cases DESC, last_at DESC, name LIMIT :size
"""  # noqa: S608
NAMES = """
SELECT DISTINCT coalesce(unit_spelling.name, cases.subject_unit) AS name
FROM cases LEFT JOIN unit_spelling ON unit_spelling.spelling = cases.subject_unit WHERE cases.subject_unit <> ''
"""
CANONICAL = "SELECT name FROM unit_spelling WHERE spelling = :name"
SPELLINGS = "SELECT spelling FROM unit_spelling WHERE name = :name ORDER BY spelling"
KNOWN = """
SELECT EXISTS (SELECT 1 FROM cases WHERE subject_unit <> '' AND subject_unit = :name)
    OR EXISTS (SELECT 1 FROM unit_spelling WHERE name = :name OR spelling = :name)
"""
REPOINT = "UPDATE unit_spelling SET name = :name, at = :at, by = :by WHERE name = :spelling"
SPELL = """
INSERT INTO unit_spelling (spelling, name, at, by) VALUES (:spelling, :name, :at, :by)
ON CONFLICT (spelling) DO UPDATE SET name = excluded.name, at = excluded.at, by = excluded.by
"""
UNSPELL = "DELETE FROM unit_spelling WHERE spelling = :spelling"

ADD_GRADE = "INSERT INTO unit_grade (name, grade, reason, at, by) VALUES (:name, :grade, :reason, :at, :by)"
GRADES = """
SELECT unit_grade.grade, unit_grade.reason, unit_grade.at, person.name AS by_name
FROM unit_grade JOIN person ON person.id = unit_grade.by
WHERE unit_grade.name IN (SELECT value FROM json_each(:names)) ORDER BY unit_grade.id DESC
"""

LAST = """
(SELECT json_extract(fact.body, '$.{field}') FROM fact WHERE fact.case_id = cases.id AND fact.kind = '{kind}'
    AND NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo')
    ORDER BY fact.id DESC LIMIT 1) AS {name}
"""
WHAT_CAME = ",".join(
    LAST.format(kind=kind, field=field, name=name)
    for kind, field, name in (
        ("inspection", "finding", "first_finding"),
        ("inspection", "demand", "demand"),
        ("inspection", "demand_until", "demand_until"),
        ("recheck", "rectified", "rectified"),
        ("resolution", "finding", "finding"),
        ("resolution", "next_step", "next_step"),
    )
)
OF_UNIT = f"""
SELECT cases.no, cases.title, cases.place, cases.received_at, cases.state, cases.historic, cases.subject_unit,
    person.name AS handler, {WHAT_CAME}
FROM cases LEFT JOIN person ON person.id = cases.handler_id
WHERE cases.subject_unit <> '' AND cases.subject_unit IN (SELECT value FROM json_each(:names)) {MINE}
ORDER BY cases.received_at DESC, cases.id DESC LIMIT :size
"""  # noqa: S608
COUNT = """
SELECT count(*) FROM cases
WHERE subject_unit <> '' AND subject_unit IN (SELECT value FROM json_each(:names)) AND received_at >= :since
"""
NEARBY = f"""
SELECT cases.no, cases.title, cases.place, cases.received_at, cases.state, cases.subject_unit
FROM cases WHERE cases.received_at >= :since {MINE}
AND cases.place IN (SELECT place FROM cases
    WHERE subject_unit <> '' AND subject_unit IN (SELECT value FROM json_each(:names))
    AND received_at >= :since)
AND cases.subject_unit NOT IN (SELECT value FROM json_each(:names))
ORDER BY cases.received_at DESC, cases.id DESC LIMIT :size
"""  # noqa: S608


@dataclass(frozen=True)
class Unit:
    """A unit in the list: how many cases since the day that was asked, how many of them under way, the last one."""

    name: str
    cases: int
    open: int
    last_at: datetime
    grade: str


@dataclass(frozen=True)
class UnitCase:
    """A case about the unit, and what came of it so far. Days are ISO text."""

    no: str
    title: str
    place: str
    received_at: datetime
    state: str
    historic: bool
    subject_unit: str
    handler: str
    first_finding: str
    demand: str
    demand_until: str
    rectified: str
    finding: str
    next_step: str


@dataclass(frozen=True)
class Neighbour:
    """A case at a place of the unit that names another unit, or none."""

    no: str
    title: str
    place: str
    received_at: datetime
    state: str
    subject_unit: str


@dataclass(frozen=True)
class Grade:
    """A grade that was given: a key of rule.units.GRADES."""

    grade: str
    reason: str
    at: datetime
    by_name: str


def listed(db: Database, since: datetime, q: str, person_id: int | None, size: int) -> tuple[Unit, ...]:
    """The units with the most cases received from ``since`` on whose name contains ``q``; of one handler, or of all."""
    found = rows(db, LISTED, {"since": to_text(since), "q": q, "person_id": person_id, "size": size})
    return tuple(Unit(**shaped(r, ("name", "cases", "open"), instants=("last_at",), texts=("grade",))) for r in found)


def names(db: Database) -> tuple[str, ...]:
    """Every unit that a case is about, under its one name."""
    return tuple(r["name"] for r in rows(db, NAMES))


def canonical(db: Database, name: str) -> str:
    """The one name of the unit that goes by ``name`` as well."""
    return str(value(db, CANONICAL, {"name": name}) or name)


def spellings(db: Database, name: str) -> tuple[str, ...]:
    """The other spellings of a unit."""
    return tuple(r["spelling"] for r in rows(db, SPELLINGS, {"name": name}))


def known(db: Database, name: str) -> bool:
    """Is any case about this unit?"""
    return bool(value(db, KNOWN, {"name": name}))


def merge(db: Database, spelling: str, name: str, at: datetime, by: int) -> None:
    """From now on ``spelling``, with all of its own spellings, is ``name``."""
    kept = {"spelling": spelling, "name": name, "at": to_text(at), "by": by}
    execute(db, REPOINT, kept)
    execute(db, SPELL, kept)


def separate(db: Database, spelling: str) -> bool:
    """From now on ``spelling`` is a unit of its own; whether it was a spelling of another."""
    return bool(execute(db, UNSPELL, {"spelling": spelling}))


def add_grade(db: Database, name: str, grade: str, reason: str, at: datetime, by: int) -> None:
    """Keep a grade; the ones before it stay on record."""
    insert(db, ADD_GRADE, {"name": name, "grade": grade, "reason": reason, "at": to_text(at), "by": by})


def grades(db: Database, known_as: Iterable[str]) -> tuple[Grade, ...]:
    """Every grade that was given to the unit under any of its names, the newest first."""
    found = rows(db, GRADES, {"names": _json(known_as)})
    return tuple(Grade(**shaped(r, ("grade", "reason", "by_name"), instants=("at",))) for r in found)


def cases_of(db: Database, known_as: Iterable[str], person_id: int | None, size: int) -> tuple[UnitCase, ...]:
    """The cases about the unit, the newest first; of one handler, or of all."""
    found = rows(db, OF_UNIT, {"names": _json(known_as), "person_id": person_id, "size": size})
    plain = ("no", "title", "place", "state", "subject_unit")
    came = ("handler", "first_finding", "demand", "demand_until", "rectified", "finding", "next_step")
    return tuple(
        UnitCase(**shaped(r, plain, instants=("received_at",), texts=came, flags=("historic",))) for r in found
    )


def count(db: Database, known_as: Iterable[str], since: datetime) -> int:
    """How many cases about the unit were received from ``since`` on."""
    return int(value(db, COUNT, {"names": _json(known_as), "since": to_text(since)}))


def nearby(
    db: Database, known_as: Iterable[str], since: datetime, person_id: int | None, size: int
) -> tuple[Neighbour, ...]:
    """Cases at the places of the unit that are not said to be about it."""
    asked = {"names": _json(known_as), "since": to_text(since), "person_id": person_id, "size": size}
    plain = ("no", "title", "place", "state", "subject_unit")
    return tuple(Neighbour(**shaped(r, plain, instants=("received_at",))) for r in rows(db, NEARBY, asked))


def _json(known_as: Iterable[str]) -> str:
    return json.dumps(list(known_as), ensure_ascii=False)

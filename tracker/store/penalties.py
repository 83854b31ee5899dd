"""立案查处: the penalties that came of a case. Amounts in fen (1/100 yuan)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, rows, shaped

ADD = """
INSERT INTO penalty (case_id, number, amount, decided_on, note, at, by)
VALUES (:case_id, :number, :amount, :decided_on, :note, :at, :by)
"""
WITHDRAW = """
UPDATE penalty SET withdrawn_at = :at, withdrawn_why = :why
WHERE id = :id AND case_id = :case_id AND withdrawn_at IS NULL
"""
COLUMNS = """
SELECT penalty.id, penalty.number, penalty.amount, penalty.decided_on, penalty.note, penalty.at, penalty.withdrawn_at,
    penalty.withdrawn_why, person.name AS by_name, cases.no
FROM penalty JOIN person ON person.id = penalty.by JOIN cases ON cases.id = penalty.case_id
"""
OF_CASE = COLUMNS + "WHERE penalty.case_id = :case_id ORDER BY penalty.id"
OF_UNIT_WHERE = """
WHERE cases.subject_unit IN (SELECT value FROM json_each(:names)) AND penalty.withdrawn_at IS NULL
AND (:person_id IS NULL OR cases.handler_id = :person_id) ORDER BY penalty.decided_on DESC, penalty.id DESC
"""
OF_UNIT = COLUMNS + OF_UNIT_WHERE


@dataclass(frozen=True)
class Penalty:
    """One penalty: ``amount`` in fen, None while no fine has been set; ``decided_on`` a day of the office."""

    id: int
    no: str
    number: str
    amount: int | None
    decided_on: date
    note: str
    at: datetime
    by_name: str
    withdrawn_at: datetime | None
    withdrawn_why: str


def add(
    db: Database, case_id: int, number: str, amount: int | None, decided_on: date, note: str, at: datetime, by: int
) -> int:
    """Keep a penalty of the case; its id."""
    kept = {"case_id": case_id, "number": number, "amount": amount, "decided_on": decided_on.isoformat(), "note": note}
    return insert(db, ADD, {**kept, "at": to_text(at), "by": by})


def withdraw(db: Database, case_id: int, penalty_id: int, why: str, at: datetime) -> bool:
    """Mark one as entered wrongly; False when it is not the case's, or was withdrawn already."""
    return bool(execute(db, WITHDRAW, {"id": penalty_id, "case_id": case_id, "why": why, "at": to_text(at)}))


def of_case(db: Database, case_id: int) -> tuple[Penalty, ...]:
    """All of a case, those that were withdrawn too."""
    return tuple(_penalty(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def of_unit(db: Database, known_as: Iterable[str], person_id: int | None) -> tuple[Penalty, ...]:
    """Those that stand of the cases about a unit, the newest first; of one handler, or of all."""
    asked = {"names": json.dumps(list(known_as), ensure_ascii=False), "person_id": person_id}
    return tuple(_penalty(r) for r in rows(db, OF_UNIT, asked))


def _penalty(found: object) -> Penalty:
    plain = ("id", "no", "number", "amount", "note", "by_name", "withdrawn_why")
    kept = shaped(found, plain, instants=("at", "withdrawn_at"))
    return Penalty(**kept, decided_on=date.fromisoformat(found["decided_on"]))  # type: ignore[index]

"""The streets (街道) of the office, each with the letters that pick it while typing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from tracker.store.database import execute, insert, row, rows

ALL = "SELECT id, name, code, active FROM street ORDER BY active DESC, id"
BY_NAME = "SELECT id, name, code, active FROM street WHERE name = :name"
ADD = "INSERT INTO street (name, code) VALUES (:name, :code)"
CHANGE = "UPDATE street SET name = :name, code = :code, active = :active WHERE id = :id"


@dataclass(frozen=True)
class Street:
    id: int
    name: str
    code: str  # xg for 新港街道
    active: bool


def every(db: Database) -> tuple[Street, ...]:
    """Those in use first."""
    return tuple(Street(r["id"], r["name"], r["code"], bool(r["active"])) for r in rows(db, ALL))


def named(db: Database, name: str) -> Street | None:
    found = row(db, BY_NAME, {"name": name})
    return None if found is None else Street(found["id"], found["name"], found["code"], bool(found["active"]))


def add(db: Database, name: str, code: str) -> int:
    return insert(db, ADD, {"name": name, "code": code})


def change(db: Database, street: Street) -> None:
    fields = {"id": street.id, "name": street.name, "code": street.code, "active": int(street.active)}
    execute(db, CHANGE, fields)

"""The people of the office, their units and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker import clock
from tracker.store.database import execute, insert, row, rows, value


@dataclass(frozen=True)
class Person:
    id: int
    account: str
    name: str
    unit_id: int | None
    unit: str
    email: str
    locale: str  # "" follows the office
    shortcuts: bool
    active: bool
    must_change_password: bool
    roles: frozenset[str]


@dataclass(frozen=True)
class Unit:
    id: int
    name: str
    active: bool


_PERSON = """
SELECT p.id, p.account, p.name, p.unit_id, coalesce(u.name, '') AS unit, p.email, p.locale, p.shortcuts, p.active,
    p.must_change_password,
    (SELECT group_concat(r.role) FROM person_role r WHERE r.person_id = p.id) AS roles
FROM person p LEFT JOIN unit u ON u.id = p.unit_id
"""
BY_ID = _PERSON + " WHERE p.id = :id"
BY_ACCOUNT = _PERSON + " WHERE p.account = :account"
EVERYBODY = _PERSON + " ORDER BY p.active DESC, u.name, p.id"
WITH_ROLE = (
    _PERSON + " JOIN person_role held ON held.person_id = p.id AND held.role = :role WHERE p.active = 1 ORDER BY p.id"
)
ANYBODY = "SELECT EXISTS (SELECT 1 FROM person)"
PASSWORD_HASH = "SELECT password_hash FROM person WHERE id = :id"
ADD = """
INSERT INTO person (account, name, password_hash, unit_id, email, created_at, must_change_password)
VALUES (:account, :name, :password_hash, :unit_id, :email, :at, :must_change_password)
"""
GIVE_ROLE = "INSERT INTO person_role (person_id, role) VALUES (:id, :role)"
TAKE_ROLES = "DELETE FROM person_role WHERE person_id = :id"
SET_PASSWORD = """
UPDATE person SET password_hash = :password_hash, must_change_password = :must_change_password WHERE id = :id
"""
SET_DETAILS = "UPDATE person SET name = :name, unit_id = :unit_id, email = :email WHERE id = :id"
SET_ACTIVE = "UPDATE person SET active = :active WHERE id = :id"
SET_LOCALE = "UPDATE person SET locale = :locale WHERE id = :id"
SET_SHORTCUTS = "UPDATE person SET shortcuts = :shortcuts WHERE id = :id"
OPEN_CASES = "SELECT count(*) FROM cases WHERE handler_id = :id AND state IN ('open', 'applied')"
UNITS = "SELECT id, name, active FROM unit ORDER BY active DESC, id"
UNIT_BY_NAME = "SELECT id FROM unit WHERE name = :name"
ADD_UNIT = "INSERT INTO unit (name) VALUES (:name)"


def _person(found: Any) -> Person:
    roles = frozenset((found["roles"] or "").split(",")) - {""}
    return Person(
        id=found["id"],
        account=found["account"],
        name=found["name"],
        unit_id=found["unit_id"],
        unit=found["unit"],
        email=found["email"],
        locale=found["locale"],
        shortcuts=bool(found["shortcuts"]),
        active=bool(found["active"]),
        must_change_password=bool(found["must_change_password"]),
        roles=roles,
    )


def anybody(db: Database) -> bool:
    """Has the first person been created?"""
    return bool(value(db, ANYBODY))


def person(db: Database, person_id: int) -> Person | None:
    found = row(db, BY_ID, {"id": person_id})
    return None if found is None else _person(found)


def by_account(db: Database, account: str) -> Person | None:
    found = row(db, BY_ACCOUNT, {"account": account})
    return None if found is None else _person(found)


def everybody(db: Database) -> tuple[Person, ...]:
    """Those who work here first, by unit; then those who have left."""
    return tuple(_person(found) for found in rows(db, EVERYBODY))


def with_role(db: Database, role: str) -> tuple[Person, ...]:
    """The active people who hold ``role``."""
    return tuple(_person(found) for found in rows(db, WITH_ROLE, {"role": role}))


def password_hash(db: Database, person_id: int) -> str:
    return str(value(db, PASSWORD_HASH, {"id": person_id}))


def add(
    db: Database,
    *,
    account: str,
    name: str,
    password_hash: str,
    roles: Iterable[str],
    at: datetime,
    unit_id: int | None = None,
    email: str = "",
    must_change_password: bool = False,
) -> int:
    """A new person with these roles; their id. IntegrityError when the account is taken."""
    fields = {
        "account": account,
        "name": name,
        "password_hash": password_hash,
        "unit_id": unit_id,
        "email": email,
        "at": clock.to_text(at),
        "must_change_password": int(must_change_password),
    }
    person_id = insert(db, ADD, fields)
    set_roles(db, person_id, roles)
    return person_id


def set_roles(db: Database, person_id: int, roles: Iterable[str]) -> None:
    execute(db, TAKE_ROLES, {"id": person_id})
    for role in sorted(roles):
        execute(db, GIVE_ROLE, {"id": person_id, "role": role})


def set_password(db: Database, person_id: int, password_hash: str, *, must_change: bool) -> None:
    fields = {"id": person_id, "password_hash": password_hash, "must_change_password": int(must_change)}
    execute(db, SET_PASSWORD, fields)


def set_details(db: Database, person_id: int, *, name: str, unit_id: int | None, email: str) -> None:
    execute(db, SET_DETAILS, {"id": person_id, "name": name, "unit_id": unit_id, "email": email})


def set_active(db: Database, person_id: int, active: bool) -> None:
    execute(db, SET_ACTIVE, {"id": person_id, "active": int(active)})


def set_locale(db: Database, person_id: int, locale: str) -> None:
    execute(db, SET_LOCALE, {"id": person_id, "locale": locale})


def set_shortcuts(db: Database, person_id: int, on: bool) -> None:
    execute(db, SET_SHORTCUTS, {"id": person_id, "shortcuts": int(on)})


def open_cases(db: Database, person_id: int) -> int:
    """How many cases this person still has to bring to an end."""
    return int(value(db, OPEN_CASES, {"id": person_id}))


def units(db: Database) -> tuple[Unit, ...]:
    return tuple(Unit(found["id"], found["name"], bool(found["active"])) for found in rows(db, UNITS))


def unit_named(db: Database, name: str) -> int:
    """The id of the unit called ``name``, which is added if it is new."""
    found = value(db, UNIT_BY_NAME, {"name": name})
    return insert(db, ADD_UNIT, {"name": name}) if found is None else int(found)

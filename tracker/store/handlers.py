"""The office's table of handlers: who is given what comes from a street, or is of a category."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from tracker.rule.dispatch import Line
from tracker.store.database import execute, rows, shaped, value

ALL = """
SELECT handler_rule.street_id, handler_rule.category, handler_rule.handler_id, street.name AS street,
    category.name AS category_name, person.name AS handler,
    person.active = 1 AND EXISTS (
        SELECT 1 FROM person_role WHERE person_role.person_id = person.id AND person_role.role = 'handler') AS works
FROM handler_rule JOIN person ON person.id = handler_rule.handler_id
LEFT JOIN street ON street.id = handler_rule.street_id LEFT JOIN category ON category.code = handler_rule.category
ORDER BY handler_rule.category IS NOT NULL, handler_rule.street_id, handler_rule.category
"""
ANY = """
SELECT EXISTS (SELECT 1 FROM handler_rule) OR EXISTS (
    SELECT 1 FROM grid WHERE active = 1 AND handler_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.grids' AND value = '1'))
"""
CLEAR = "DELETE FROM handler_rule"
ADD = "INSERT INTO handler_rule (street_id, category, handler_id) VALUES (:street_id, :category, :handler_id)"


def every(db: Database) -> tuple[Line, ...]:
    """The table: streets first, then categories."""
    names = ("street_id", "category", "handler_id")
    texts = ("street", "category_name", "handler")
    return tuple(Line(**shaped(r, names, texts=texts, flags=("works",))) for r in rows(db, ALL))


def in_use(db: Database) -> bool:
    """Has the office said who is given what, by its table or by its grids?"""
    return bool(value(db, ANY))


def put(db: Database, table: Iterable[Line]) -> None:
    """Keep this table in place of the one before."""
    execute(db, CLEAR)
    for line in table:
        execute(db, ADD, {"street_id": line.street_id, "category": line.category, "handler_id": line.handler_id})

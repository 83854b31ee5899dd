"""The grids (网格) under the streets, each with the handler who is given its cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from tracker.rule.dispatch import Line
from tracker.rule.refusals import N_, Refusal
from tracker.store import features
from tracker.store.database import execute, insert, row, rows, shaped

FEATURE = "grids"
ALL = """
SELECT grid.id, grid.street_id, street.name AS street, grid.name, grid.handler_id, person.name AS handler, grid.active,
    person.active = 1 AND EXISTS (
        SELECT 1 FROM person_role WHERE person_role.person_id = person.id AND person_role.role = 'handler') AS works
FROM grid JOIN street ON street.id = grid.street_id LEFT JOIN person ON person.id = grid.handler_id
ORDER BY grid.active DESC, grid.street_id, grid.id
"""
STREET_OF = "SELECT street_id FROM grid WHERE id = :id AND active = 1"
ADD = "INSERT INTO grid (street_id, name, handler_id) VALUES (:street_id, :name, :handler_id)"
CHANGE = (
    "UPDATE grid SET street_id = :street_id, name = :name, handler_id = :handler_id, active = :active WHERE id = :id"
)
PUT = "UPDATE cases SET grid_id = :grid_id WHERE id = :case_id"


@dataclass(frozen=True)
class Grid:
    """One grid of a street; ``handler_id`` is None where the street's handler has it too."""

    id: int
    street_id: int
    name: str
    handler_id: int | None = None
    active: bool = True
    street: str = ""
    handler: str = ""
    works: bool = False


def every(db: Database) -> tuple[Grid, ...]:
    """Those in use first, by street."""
    names, flags = ("id", "street_id", "name", "handler_id"), ("active", "works")
    return tuple(Grid(**shaped(r, names, texts=("street", "handler"), flags=flags)) for r in rows(db, ALL))


def in_use(db: Database) -> tuple[Grid, ...]:
    """What may be chosen for a case: nothing unless the office works with grids."""
    return tuple(one for one in every(db) if one.active) if features.on(db, FEATURE) else ()


def lines(db: Database) -> Iterator[Line]:
    """The grids as lines of the table of handlers."""
    for one in in_use(db):
        if one.handler_id is not None:
            yield Line(
                one.street_id,
                None,
                one.handler_id,
                street=one.street,
                handler=one.handler,
                works=one.works,
                grid_id=one.id,
                grid=one.name,
            )


def street_of(db: Database, grid_id: int | None) -> int | None:
    """The street of a grid in use."""
    found = row(db, STREET_OF, {"id": grid_id}) if grid_id is not None else None
    return int(found["street_id"]) if found else None


def unknown(db: Database, grid_id: int | None, street_id: int | None) -> Iterator[Refusal]:
    """Refuse a grid that the office does not have, or that lies in another street."""
    if grid_id is None:
        return
    of = street_of(db, grid_id)
    if of is None:
        yield Refusal(N_("没有这个网格，请另选"), field="grid")
    elif street_id is not None and street_id != of:
        yield Refusal(N_("所选网格不在这个街道，请核对街道或网格"), field="grid")


def put(db: Database, case_id: int, grid_id: int) -> None:
    """The case lies in this grid."""
    execute(db, PUT, {"case_id": case_id, "grid_id": grid_id})


def add(db: Database, grid: Grid) -> int:
    return insert(db, ADD, {"street_id": grid.street_id, "name": grid.name, "handler_id": grid.handler_id})


def change(db: Database, grid: Grid) -> None:
    fields = {"id": grid.id, "street_id": grid.street_id, "name": grid.name, "handler_id": grid.handler_id}
    execute(db, CHANGE, {**fields, "active": int(grid.active)})

"""Registering a case against writing its rows: what checking, counting, sealing and planning cost on top.

Both commit each case by itself at synchronous=FULL, in turn, to two copies of one register. The rows that the act wrote
are read back and written to the other copy by bare INSERTs, prepared beforehand, in one transaction.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlite_utils import Database

from tests import factories
from tests.factories import NOW
from tracker.office.actors import actor_for
from tracker.store.database import connect, rows, value
from tracker.store.register import DATABASE, open_register

#: Every table that a registration writes to, in an order that the foreign keys allow, with the column of the case.
TABLES = {
    "cases": "id",
    "case_category": "case_id",
    "complainant": "case_id",
    "deadline": "case_id",
    "audit": "case_id",
    "reminder": "case_id",
}
Statement = tuple[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Measured:
    """Medians of one case, in milliseconds, and the rows that were written for it."""

    act: float
    raw: float
    rows: int

    @property
    def ratio(self) -> float:
        return self.act / self.raw


def measure(home: Path, cases: int) -> Measured:
    """Register ``cases`` cases, and write each one's rows by hand as well."""
    db = _office(home)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copy(home / DATABASE, home / "raw.db")
    raw = connect(home / "raw.db")
    assert value(db, "PRAGMA synchronous") == value(raw, "PRAGMA synchronous") == 2
    clerk = actor_for(next(one for one in _people(db) if "clerk" in one.roles))
    handler = next(one for one in _people(db) if "handler" in one.roles)
    acts, raws, written = [], [], 0
    for n in range(cases):
        at = NOW + timedelta(minutes=n)
        began = perf_counter()
        case = factories.make_case(db, clerk, at, handler_id=handler.id, name="张先生", source_no=f"S{n}")
        acts.append(perf_counter() - began)
        statements = list(_statements(db, case.id))
        written = sum(len(found) for _, found in statements)
        began = perf_counter()
        raw.conn.execute("BEGIN IMMEDIATE")
        for sql, found in statements:
            raw.conn.executemany(sql, found)
        raw.conn.execute("COMMIT")
        raws.append(perf_counter() - began)
    for table in TABLES:
        count = f"SELECT count(*) FROM {table}"  # noqa: S608
        assert value(raw, count) == value(db, count), table
    db.close()
    raw.close()
    return Measured(median(acts) * 1000, median(raws) * 1000, written)


def _office(home: Path) -> Database:
    db = open_register(home, NOW)
    factories.set_up_office(db)
    factories.add_street(db)
    for roles in (("clerk",), ("handler",), ("supervisor",), ("supervisor",)):
        factories.add_person(db, roles=roles)
    return db


def _people(db: Database):
    from tracker.store import people

    return people.everybody(db)


def _statements(db: Database, case_id: int) -> Iterator[Statement]:
    for table, column in TABLES.items():
        found = rows(db, f"SELECT * FROM {table} WHERE {column} = :id", {"id": case_id})  # noqa: S608
        names = found[0].keys()
        places = ", ".join("?" * len(names))
        yield f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", [tuple(r) for r in found]  # noqa: S608

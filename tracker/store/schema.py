"""Numbered migrations. A migration that has landed is never edited: the next change is the next number."""

from __future__ import annotations

from sqlite_utils import Database

from tracker.store.database import execute, rows, value, writing
from tracker.store.schema_1 import MIGRATION_1
from tracker.store.schema_1_seed import SEED_1
from tracker.store.schema_2 import MIGRATION_2
from tracker.store.schema_3 import MIGRATION_3
from tracker.store.schema_4 import MIGRATION_4
from tracker.store.schema_5 import MIGRATION_5
from tracker.store.schema_6 import MIGRATION_6
from tracker.store.schema_7 import MIGRATION_7
from tracker.store.schema_8 import MIGRATION_8
from tracker.store.schema_9 import MIGRATION_9
from tracker.store.schema_10 import MIGRATION_10
from tracker.store.schema_11 import MIGRATION_11
from tracker.store.schema_12 import MIGRATION_12
from tracker.store.schema_13 import MIGRATION_13
from tracker.store.schema_14 import MIGRATION_14
from tracker.store.schema_15 import MIGRATION_15
from tracker.store.schema_16 import MIGRATION_16
from tracker.store.schema_17 import MIGRATION_17
from tracker.store.schema_18 import MIGRATION_18
from tracker.store.schema_20 import MIGRATION_20

APPLIED = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL
) STRICT
"""

MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (*MIGRATION_1, *SEED_1),
    2: MIGRATION_2,
    3: MIGRATION_3,
    4: MIGRATION_4,
    5: MIGRATION_5,
    6: MIGRATION_6,
    7: MIGRATION_7,
    8: MIGRATION_8,
    9: MIGRATION_9,
    10: MIGRATION_10,
    11: MIGRATION_11,
    12: MIGRATION_12,
    13: MIGRATION_13,
    14: MIGRATION_14,
    15: MIGRATION_15,
    16: MIGRATION_16,
    17: MIGRATION_17,
    18: MIGRATION_18,
    20: MIGRATION_20,
}
LATEST = max(MIGRATIONS)


def migrate(db: Database, at: str) -> tuple[int, ...]:
    """Bring the register to the latest number; the numbers that were applied now.

    Two processes may start at once: the whole is one BEGIN IMMEDIATE, and the second finds nothing left to do.
    """
    with writing(db):
        execute(db, APPLIED)
        have = {number for (number,) in rows(db, "SELECT number FROM migration")}
        due = sorted(number for number in MIGRATIONS if number not in have)
        for number in due:
            for statement in MIGRATIONS[number]:
                execute(db, statement)
            execute(db, "INSERT INTO migration (number, applied_at) VALUES (:n, :at)", {"n": number, "at": at})
    return tuple(due)


def version(db: Database) -> int:
    """The number of the last migration that the register has seen."""
    return int(value(db, "SELECT max(number) FROM migration") or 0)

"""Migration 16: the complained-about units. Two spellings of one name, grades, and penalties."""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

MIGRATION_16 = (
    # A case keeps its unit as it was written; this says which other name the same unit goes by.
    f"""CREATE TABLE unit_spelling (
        spelling TEXT PRIMARY KEY CHECK (spelling <> ''),
        name TEXT NOT NULL CHECK (name <> '' AND name <> spelling),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX unit_spelling_name ON unit_spelling (name)",
    f"""CREATE TABLE unit_grade (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL CHECK (name <> ''),
        grade TEXT NOT NULL CHECK (grade IN ('green', 'yellow', 'red')),
        reason TEXT NOT NULL CHECK (reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX unit_grade_name ON unit_grade (name, id)",
    *append_only("unit_grade"),
    # The amount in fen (1/100 yuan); NULL while no fine has been set. What was wrong is withdrawn with a reason.
    f"""CREATE TABLE penalty (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        number TEXT NOT NULL CHECK (trim(number) <> ''),
        amount INTEGER CHECK (amount >= 0),
        decided_on TEXT NOT NULL CHECK (decided_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
        note TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        withdrawn_at TEXT CHECK (withdrawn_at {INSTANT}),
        withdrawn_why TEXT NOT NULL DEFAULT '',
        CHECK ((withdrawn_at IS NULL) = (withdrawn_why = ''))
    ) STRICT""",
    "CREATE INDEX penalty_case ON penalty (case_id, id)",
    no_delete("penalty"),
)

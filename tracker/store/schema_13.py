"""Migration 13: prepared replies, and the reply that went back to its source later than it was given."""

from __future__ import annotations

from tracker.store.schema_1 import append_only
from tracker.store.schema_1_cases import INSTANT

MIGRATION_13 = (
    # `category` NULL: for every category.
    """CREATE TABLE reply_template (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        category TEXT REFERENCES category (code),
        text TEXT NOT NULL CHECK (trim(text) <> ''),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
    ) STRICT""",
    f"""CREATE TABLE hand_back (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        PRIMARY KEY (case_id, round)
    ) STRICT, WITHOUT ROWID""",
    *append_only("hand_back"),
)

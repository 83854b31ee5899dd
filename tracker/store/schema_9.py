"""Migration 9: the other clocks of a case. What kind each is, who set it by what, and why it was taken back."""

from __future__ import annotations

from tracker.store.schema_1_cases import INSTANT

MIGRATION_9 = (
    # Of a limit of the kind 'outside': see rule/clocks.py. `convention` is '' where the instant was given.
    "ALTER TABLE deadline ADD COLUMN clock TEXT NOT NULL DEFAULT '' CHECK (clock = '' OR kind = 'outside')",
    "ALTER TABLE deadline ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE deadline ADD COLUMN convention TEXT NOT NULL DEFAULT ''"
    " CHECK (convention IN ('', 'natural', 'natural-roll', 'working', 'hours'))",
    "ALTER TABLE deadline ADD COLUMN set_by INTEGER REFERENCES person (id)",
    f"ALTER TABLE deadline ADD COLUMN set_at TEXT CHECK (set_at {INSTANT})",
    "ALTER TABLE deadline ADD COLUMN cancelled_why TEXT NOT NULL DEFAULT ''"
    " CHECK (cancelled_why = '' OR (kind = 'outside' AND state = 'ended'))",
    # Until now the limit of the source was the only one from outside.
    "UPDATE deadline SET clock = 'reply' WHERE kind = 'outside'",
    "CREATE INDEX deadline_clock ON deadline (clock, due_at, case_id) WHERE kind = 'outside' AND state = 'open'",
)

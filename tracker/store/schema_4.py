"""Migration 4: the call-back (回访) after closing, and what a supervisor decides when the citizen is not satisfied."""

from __future__ import annotations

from tracker.store.schema_1 import append_only
from tracker.store.schema_1_cases import INSTANT

MIGRATION_4 = (
    f"""CREATE TABLE callback (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('满意', '基本满意', '不满意', '未接通')),
        reason TEXT NOT NULL DEFAULT '',
        redo INTEGER NOT NULL DEFAULT 0 CHECK (redo IN (0, 1)),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        CHECK (outcome <> '不满意' OR reason <> ''),
        CHECK (redo = 0 OR outcome = '不满意')
    ) STRICT""",
    "CREATE INDEX callback_case ON callback (case_id, round, id)",
    # A citizen says once a round how satisfied they are.
    "CREATE UNIQUE INDEX callback_rated ON callback (case_id, round) WHERE outcome <> '未接通'",
    "CREATE INDEX callback_redo ON callback (id) WHERE redo = 1",
    f"""CREATE TABLE callback_decision (
        callback_id INTEGER PRIMARY KEY REFERENCES callback (id),
        redone INTEGER NOT NULL CHECK (redone IN (0, 1)),
        answer TEXT NOT NULL CHECK (answer <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    *append_only("callback"),
    *append_only("callback_decision"),
    "CREATE INDEX cases_closed ON cases (closed_at, id) WHERE state = 'closed' AND historic = 0",
)

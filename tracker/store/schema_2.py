"""Migration 2: what moves a due time. Requests for an extension or a suspension, and the pauses of a limit.

SQLite cannot change a CHECK: `request` is built anew, with its rows, indexes and trigger.
"""

from __future__ import annotations

from tracker.store.schema_1 import no_delete
from tracker.store.schema_1_cases import INSTANT

COLUMNS_1 = """
id, case_id, round, kind, ground, reason, asked_at, asked_by, decided_at, decided_by, decision, answer
"""
REQUEST = (
    f"""CREATE TABLE request_2 (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('end', 'close', 'extension', 'suspension')),
        ground TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        asked_by INTEGER NOT NULL REFERENCES person (id),
        decided_at TEXT,
        decided_by INTEGER REFERENCES person (id) CHECK (decided_by <> asked_by),
        decision TEXT CHECK (decision IN ('approved', 'refused', 'withdrawn')),
        answer TEXT NOT NULL DEFAULT '',
        deadline_id INTEGER REFERENCES deadline (id),
        days INTEGER CHECK (days > 0),
        told_at TEXT CHECK (told_at IS NULL OR told_at {INSTANT}),
        CHECK ((decision IS NULL) = (decided_at IS NULL)),
        CHECK (kind <> 'end' OR ground IN ('not_ours', 'withdrawn', 'unfounded')),
        CHECK (kind <> 'suspension' OR ground IN ('case', 'report')),
        CHECK ((kind = 'extension') = (deadline_id IS NOT NULL)),
        CHECK ((kind = 'extension') = (days IS NOT NULL)),
        CHECK (kind = 'extension' OR told_at IS NULL)
    ) STRICT""",
    f"INSERT INTO request_2 ({COLUMNS_1}) SELECT {COLUMNS_1} FROM request",  # noqa: S608
    "DROP TABLE request",
    "ALTER TABLE request_2 RENAME TO request",
    "CREATE UNIQUE INDEX request_one_open ON request (case_id) WHERE decision IS NULL",
    "CREATE INDEX request_case ON request (case_id, id)",
    no_delete("request"),
)

# What was granted beyond the days of the rule: the due time of a limit is always the count of all of them. `given_back`
# is in counted days, in minutes where the rule counts hours.
LIMITS = (
    "ALTER TABLE deadline ADD COLUMN extended INTEGER NOT NULL DEFAULT 0 CHECK (extended IN (0, 1))",
    "ALTER TABLE deadline ADD COLUMN extended_by INTEGER NOT NULL DEFAULT 0 CHECK (extended_by >= 0)",
    "ALTER TABLE deadline ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0 CHECK (given_back >= 0)",
    "CREATE INDEX deadline_paused ON deadline (case_id, due_at) WHERE state = 'paused'",
)

PAUSE = (
    # `had_left`: what the limit had left at `since`, in the unit in which its rule counts; NULL when it was late.
    f"""CREATE TABLE pause (
        id INTEGER PRIMARY KEY,
        request_id INTEGER NOT NULL REFERENCES request (id),
        deadline_id INTEGER NOT NULL REFERENCES deadline (id),
        since TEXT NOT NULL CHECK (since {INSTANT}),
        had_left INTEGER CHECK (had_left >= 0),
        until TEXT CHECK (until IS NULL OR until {INSTANT}),
        UNIQUE (request_id, deadline_id),
        CHECK (until IS NULL OR until >= since)
    ) STRICT""",
    "CREATE UNIQUE INDEX pause_running ON pause (deadline_id) WHERE until IS NULL",
    "CREATE INDEX pause_deadline ON pause (deadline_id, since)",
    no_delete("pause"),
)

MIGRATION_2 = (*REQUEST, *LIMITS, *PAUSE)

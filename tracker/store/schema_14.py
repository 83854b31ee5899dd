"""Migration 14: the ladder of reminders. Every version that the office has had is kept; the last one holds."""

from __future__ import annotations

from tracker.store.schema_1 import append_only
from tracker.store.schema_1_cases import INSTANT

TABLES = (
    # `restores`: the former version that this one brings back.
    f"""CREATE TABLE ladder (
        version INTEGER PRIMARY KEY,
        at TEXT CHECK (at {INSTANT}),
        by INTEGER REFERENCES person (id),
        restores INTEGER REFERENCES ladder (version) CHECK (restores < version),
        CHECK ((at IS NULL) = (version = 1))
    ) STRICT""",
    """CREATE TABLE ladder_rung (
        version INTEGER NOT NULL REFERENCES ladder (version),
        place INTEGER NOT NULL CHECK (place >= 0),
        subject TEXT NOT NULL CHECK (subject IN ('limit', 'stage', 'contact', 'inspection', 'recheck', 'resolution',
            'outside', 'dispatch', 'entry', 'unsigned', 'decide', 'review')),
        anchor TEXT NOT NULL CHECK (anchor IN ('act', 'hours', 'working', 'day', 'late', 'monday')),
        offset INTEGER NOT NULL CHECK (offset >= 0),
        grade TEXT NOT NULL DEFAULT '' CHECK (grade IN ('', '一般', '紧急', '疑难')),
        handler INTEGER NOT NULL DEFAULT 0 CHECK (handler IN (0, 1)),
        co_handler INTEGER NOT NULL DEFAULT 0 CHECK (co_handler IN (0, 1)),
        supervisor INTEGER NOT NULL DEFAULT 0 CHECK (supervisor IN (0, 1)),
        leader INTEGER NOT NULL DEFAULT 0 CHECK (leader IN (0, 1)),
        duty INTEGER NOT NULL DEFAULT 0 CHECK (duty IN (0, 1)),
        channels TEXT NOT NULL DEFAULT '',
        urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        PRIMARY KEY (version, place),
        CHECK (handler + co_handler + supervisor + leader + duty > 0)
    ) STRICT, WITHOUT ROWID""",
    *append_only("ladder"),
    *append_only("ladder_rung"),
)

# What a closed case may still owe: a date of its own (回头看), beside the limits that its source set.
LIMITS = ("CREATE INDEX deadline_outside ON deadline (case_id) WHERE kind = 'outside' AND state = 'open'",)

SEED = (
    "INSERT INTO ladder (version) VALUES (1)",
    """INSERT INTO ladder_rung
        (version, place, subject, anchor, offset, grade, handler, supervisor, leader, urgent) VALUES
        (1, 0, 'dispatch', 'act', 0, '', 1, 0, 0, 0),
        (1, 1, 'dispatch', 'act', 0, '紧急', 1, 0, 1, 1),
        (1, 2, 'entry', 'act', 0, '', 0, 1, 0, 0),
        (1, 3, 'unsigned', 'hours', 4, '', 1, 0, 0, 0),
        (1, 4, 'unsigned', 'hours', 24, '', 1, 1, 0, 0),
        (1, 5, 'limit', 'working', 1, '', 1, 0, 0, 0),
        (1, 6, 'limit', 'day', 0, '', 1, 0, 0, 0),
        (1, 7, 'limit', 'day', 0, '紧急', 1, 0, 0, 1),
        (1, 8, 'limit', 'late', 0, '', 1, 1, 0, 0),
        (1, 9, 'limit', 'late', 0, '紧急', 1, 1, 1, 1),
        (1, 10, 'limit', 'late', 1, '', 1, 1, 0, 0),
        (1, 11, 'limit', 'late', 3, '', 1, 1, 1, 0),
        (1, 12, 'limit', 'monday', 0, '', 1, 1, 0, 0),
        (1, 13, 'decide', 'act', 0, '', 0, 1, 0, 0)""",
)

MIGRATION_14 = (*TABLES, *LIMITS, *SEED)

"""Migration 3: whose case it is. The table of handlers, 签收 and 退回派单, co-handlers, other parties, and absences."""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

# A case that was dispatched before this has no `dispatched_at`: nobody is asked to sign for it now.
SIGNING = (
    f"ALTER TABLE cases ADD COLUMN dispatched_at TEXT CHECK (dispatched_at {INSTANT})",
    f"ALTER TABLE cases ADD COLUMN signed_at TEXT CHECK (signed_at {INSTANT} AND signed_at >= dispatched_at)",
    """CREATE INDEX cases_unsigned ON cases (handler_id, dispatched_at, id)
        WHERE dispatched_at IS NOT NULL AND signed_at IS NULL AND state = 'open'""",
    f"""CREATE TABLE dispatch_return (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        person_id INTEGER NOT NULL REFERENCES person (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        ground TEXT NOT NULL CHECK (ground IN ('area', 'duty', 'double', 'unclear', 'other')),
        reason TEXT NOT NULL DEFAULT '',
        CHECK (ground <> 'other' OR reason <> '')
    ) STRICT""",
    "CREATE INDEX dispatch_return_case ON dispatch_return (case_id, id)",
    *append_only("dispatch_return"),
)

# One row for a street, for a category, or for a category in a street.
TABLE = (
    """CREATE TABLE handler_rule (
        id INTEGER PRIMARY KEY,
        street_id INTEGER REFERENCES street (id),
        category TEXT REFERENCES category (code),
        handler_id INTEGER NOT NULL REFERENCES person (id),
        CHECK (street_id IS NOT NULL OR category IS NOT NULL)
    ) STRICT""",
    "CREATE UNIQUE INDEX handler_rule_one ON handler_rule (coalesce(street_id, 0), coalesce(category, ''))",
)

PARTIES = (
    f"""CREATE TABLE co_handler (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        person_id INTEGER NOT NULL REFERENCES person (id),
        added_at TEXT NOT NULL CHECK (added_at {INSTANT}),
        PRIMARY KEY (case_id, person_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX co_handler_person ON co_handler (person_id, case_id)",
    f"""CREATE TABLE party (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        role TEXT NOT NULL CHECK (role IN ('street', 'property', 'operator', 'third')),
        name TEXT NOT NULL CHECK (trim(name) <> ''),
        added_at TEXT NOT NULL CHECK (added_at {INSTANT}),
        UNIQUE (case_id, role, name)
    ) STRICT""",
)

ABSENCES = (
    # From the first instant of the first day to the last of the last, on the office's clock.
    f"""CREATE TABLE absence (
        id INTEGER PRIMARY KEY,
        person_id INTEGER NOT NULL REFERENCES person (id),
        substitute_id INTEGER NOT NULL REFERENCES person (id) CHECK (substitute_id <> person_id),
        from_at TEXT NOT NULL CHECK (from_at {INSTANT}),
        until_at TEXT NOT NULL CHECK (until_at {INSTANT}),
        entered_at TEXT NOT NULL CHECK (entered_at {INSTANT}),
        ended_at TEXT CHECK (ended_at {INSTANT}),
        CHECK (from_at < until_at)
    ) STRICT""",
    "CREATE INDEX absence_person ON absence (person_id, until_at) WHERE ended_at IS NULL",
    "CREATE INDEX absence_substitute ON absence (substitute_id, until_at) WHERE ended_at IS NULL",
    no_delete("absence"),
)

MIGRATION_3 = (*SIGNING, *TABLE, *PARTIES, *ABSENCES)

"""Migration 12: supervision. 督办 and its answers, cards, early warnings, spot checks, re-visits, what was reopened.

Tables of their own, and nothing in them reaches a limit: no card, check or visit can move a due time.
"""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

# A 督办 is open until it has an end. Its limit runs with the case (`deadline_id`); the due time stands here as well,
# since a case that is closed has no limit that runs.
ORDERS = (
    f"""CREATE TABLE supervision (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        text TEXT NOT NULL CHECK (text <> ''),
        due_at TEXT NOT NULL CHECK (due_at {INSTANT}),
        deadline_id INTEGER REFERENCES deadline (id),
        at TEXT NOT NULL CHECK (at {INSTANT} AND at < due_at),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX supervision_case ON supervision (case_id, id)",
    "CREATE INDEX supervision_due ON supervision (due_at, id)",
    f"""CREATE TABLE supervision_answer (
        id INTEGER PRIMARY KEY,
        supervision_id INTEGER NOT NULL REFERENCES supervision (id),
        text TEXT NOT NULL CHECK (text <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX supervision_answer_of ON supervision_answer (supervision_id, id)",
    """CREATE TABLE supervision_evidence (
        answer_id INTEGER NOT NULL REFERENCES supervision_answer (id),
        evidence_id INTEGER NOT NULL UNIQUE REFERENCES evidence (id),
        PRIMARY KEY (answer_id, evidence_id)
    ) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE supervision_return (
        answer_id INTEGER PRIMARY KEY REFERENCES supervision_answer (id),
        reason TEXT NOT NULL CHECK (reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    f"""CREATE TABLE supervision_end (
        supervision_id INTEGER PRIMARY KEY REFERENCES supervision (id),
        how TEXT NOT NULL CHECK (how IN ('accepted', 'withdrawn')),
        reason TEXT NOT NULL DEFAULT '' CHECK (how = 'accepted' OR reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
)

# `given_by` is NULL for a card that the schedule gave. `due_version` is that of the limit as it was late.
CARDS = (
    f"""CREATE TABLE card (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        colour TEXT NOT NULL CHECK (colour IN ('yellow', 'red')),
        reason TEXT NOT NULL CHECK (reason <> '' OR given_by IS NULL),
        deadline_id INTEGER REFERENCES deadline (id),
        due_version INTEGER,
        given_at TEXT NOT NULL CHECK (given_at {INSTANT}),
        given_by INTEGER REFERENCES person (id),
        CHECK ((deadline_id IS NULL) = (due_version IS NULL)),
        CHECK (given_by IS NOT NULL OR deadline_id IS NOT NULL)
    ) STRICT""",
    "CREATE INDEX card_case ON card (case_id, id)",
    "CREATE UNIQUE INDEX card_by_schedule ON card (deadline_id, due_version, colour) WHERE given_by IS NULL",
    f"""CREATE TABLE card_taken_back (
        card_id INTEGER PRIMARY KEY REFERENCES card (id),
        reason TEXT NOT NULL CHECK (reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
)

# One alert for a place or unit and window: `alert_key` is the name under which it is owed.
WARNINGS = (
    f"""CREATE TABLE warning (
        id INTEGER PRIMARY KEY,
        alert_key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('place', 'unit')),
        what TEXT NOT NULL CHECK (what <> ''),
        since TEXT NOT NULL CHECK (since {INSTANT}),
        until TEXT NOT NULL CHECK (until {INSTANT} AND until > at),
        size INTEGER NOT NULL CHECK (size > 1),
        days INTEGER NOT NULL CHECK (days > 0),
        case_id INTEGER NOT NULL REFERENCES cases (id),
        at TEXT NOT NULL CHECK (at {INSTANT})
    ) STRICT""",
    "CREATE INDEX warning_of ON warning (kind, what, until)",
    f"""CREATE TABLE warning_handled (
        warning_id INTEGER PRIMARY KEY REFERENCES warning (id),
        note TEXT NOT NULL CHECK (note <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
)

# The pool of a draw is kept whole, with who was drawn: anybody can draw again from the same pool by the same seed.
CHECKS = (
    f"""CREATE TABLE spot_draw (
        id INTEGER PRIMARY KEY,
        since TEXT NOT NULL CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
        until TEXT NOT NULL CHECK (until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND until >= since),
        percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
        seed TEXT NOT NULL CHECK (seed <> ''),
        pool INTEGER NOT NULL CHECK (pool > 0),
        size INTEGER NOT NULL CHECK (size BETWEEN 1 AND pool),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    """CREATE TABLE spot_pool (
        draw_id INTEGER NOT NULL REFERENCES spot_draw (id),
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        drawn INTEGER NOT NULL CHECK (drawn IN (0, 1)),
        PRIMARY KEY (draw_id, case_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX spot_pool_drawn ON spot_pool (case_id, draw_id) WHERE drawn = 1",
    f"""CREATE TABLE spot_result (
        draw_id INTEGER NOT NULL,
        case_id INTEGER NOT NULL,
        passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
        text TEXT NOT NULL CHECK (text <> '' OR passed = 1),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        PRIMARY KEY (draw_id, case_id),
        FOREIGN KEY (draw_id, case_id) REFERENCES spot_pool (draw_id, case_id)
    ) STRICT, WITHOUT ROWID""",
)

# A case that is done over drops the visit that its earlier closing was owed.
VISITS = (
    f"""CREATE TABLE revisit (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        due_day TEXT NOT NULL CHECK (due_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
        day_version INTEGER NOT NULL DEFAULT 1,
        person_id INTEGER REFERENCES person (id),
        set_at TEXT NOT NULL CHECK (set_at {INSTANT}),
        set_by INTEGER NOT NULL REFERENCES person (id),
        rebound INTEGER CHECK (rebound IN (0, 1)),
        text TEXT NOT NULL DEFAULT '' CHECK (rebound IS NULL OR text <> ''),
        done_at TEXT CHECK (done_at {INSTANT}),
        done_by INTEGER REFERENCES person (id),
        dropped_at TEXT CHECK (dropped_at {INSTANT}),
        CHECK ((rebound IS NULL) = (done_at IS NULL)),
        CHECK ((done_by IS NULL) = (done_at IS NULL)),
        CHECK (done_at IS NULL OR dropped_at IS NULL)
    ) STRICT""",
    "CREATE UNIQUE INDEX revisit_open ON revisit (case_id) WHERE done_at IS NULL AND dropped_at IS NULL",
    "CREATE INDEX revisit_due ON revisit (due_day, id) WHERE done_at IS NULL AND dropped_at IS NULL",
    "CREATE INDEX revisit_case ON revisit (case_id, id)",
    f"""CREATE TABLE reopening (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL CHECK (round > 1),
        ground TEXT NOT NULL CHECK (ground IN ('spot', 'revisit', 'other')),
        reason TEXT NOT NULL CHECK (reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        UNIQUE (case_id, round)
    ) STRICT""",
)

APPEND_ONLY_12 = (
    *("supervision", "supervision_answer", "supervision_evidence", "supervision_return", "supervision_end"),
    *("card", "card_taken_back", "warning", "warning_handled"),
    *("spot_draw", "spot_pool", "spot_result", "reopening"),
)
MIGRATION_12 = (
    *ORDERS,
    *CARDS,
    *WARNINGS,
    *CHECKS,
    *VISITS,
    *(trigger for table in APPEND_ONLY_12 for trigger in append_only(table)),
    no_delete("revisit"),
)

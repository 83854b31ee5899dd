"""Migration 1: cases, their limits, facts, evidence and requests."""

from __future__ import annotations

INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"

CASES = (
    f"""CREATE TABLE cases (
        id INTEGER PRIMARY KEY,
        no TEXT NOT NULL UNIQUE,
        received_at TEXT NOT NULL CHECK (received_at {INSTANT}),
        received_from TEXT NOT NULL CHECK (received_from IN ('dispatch', 'registration', 'call', 'letter')),
        received_month TEXT NOT NULL,
        registered_at TEXT NOT NULL CHECK (registered_at {INSTANT}),
        registered_by INTEGER REFERENCES person (id),
        channel TEXT NOT NULL,
        source_no TEXT,
        kind TEXT NOT NULL DEFAULT '投诉举报',
        grade TEXT NOT NULL DEFAULT '一般',
        title TEXT NOT NULL,
        content TEXT NOT NULL,
        place TEXT NOT NULL,
        street_id INTEGER REFERENCES street (id),
        subject_unit TEXT NOT NULL DEFAULT '',
        confidential INTEGER NOT NULL DEFAULT 1 CHECK (confidential IN (0, 1)),
        anonymous INTEGER NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
        rule_version INTEGER REFERENCES rule (version),
        handler_id INTEGER REFERENCES person (id),
        unit_id INTEGER REFERENCES unit (id),
        lead_case_id INTEGER REFERENCES cases (id) CHECK (lead_case_id <> id),
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'closed')),
        historic INTEGER NOT NULL DEFAULT 0 CHECK (historic IN (0, 1)),
        round INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1),
        version INTEGER NOT NULL DEFAULT 1,
        updated_at TEXT NOT NULL,
        updated_by INTEGER REFERENCES person (id),
        next_due_at TEXT,
        next_limit TEXT,
        closed_at TEXT,
        entry_key TEXT,
        CHECK (state IN ('open', 'applied') OR next_due_at IS NULL),
        CHECK ((next_due_at IS NULL) = (next_limit IS NULL)),
        CHECK ((closed_at IS NULL) = (state IN ('open', 'applied')))
    ) STRICT""",
    # The live list and its count are one range read of this index (EXPLAIN QUERY PLAN is asserted): it holds all that
    # they ask of a case. Only cases under way are in it.
    """CREATE INDEX cases_next ON cases
        (next_due_at, id, next_limit, no, title, place, received_at, street_id, handler_id, unit_id, registered_by,
        lead_case_id, state, round)
        WHERE next_due_at IS NOT NULL""",
    "CREATE INDEX cases_handler ON cases (handler_id, next_due_at, id) WHERE state IN ('open', 'applied')",
    "CREATE UNIQUE INDEX cases_source_no ON cases (channel, source_no) WHERE source_no IS NOT NULL",
    # The form that a case was typed into: sent twice, it is still one case.
    "CREATE UNIQUE INDEX cases_entry ON cases (entry_key) WHERE entry_key IS NOT NULL",
    "CREATE INDEX cases_lead ON cases (lead_case_id) WHERE lead_case_id IS NOT NULL",
    "CREATE INDEX cases_received ON cases (received_at, id)",
    "CREATE INDEX cases_place ON cases (place, received_at)",
    "CREATE INDEX cases_subject ON cases (subject_unit, received_at) WHERE subject_unit <> ''",
    # Under way, and no limit runs: what wants its reply or its closing.
    """CREATE INDEX cases_idle ON cases (id, handler_id, registered_by)
        WHERE state = 'open' AND next_due_at IS NULL AND historic = 0""",
    "CREATE INDEX cases_open ON cases (state, id) WHERE state IN ('open', 'applied')",
    """CREATE TABLE case_category (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        code TEXT NOT NULL REFERENCES category (code),
        PRIMARY KEY (case_id, code)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE complainant (
        case_id INTEGER PRIMARY KEY REFERENCES cases (id),
        name BLOB,
        phone BLOB,
        phone_index BLOB
    ) STRICT""",
    "CREATE INDEX complainant_phone ON complainant (phone_index) WHERE phone_index IS NOT NULL",
    f"""CREATE TABLE deadline (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('stage', 'outside')),
        key TEXT NOT NULL,
        days INTEGER,
        starts_at TEXT NOT NULL CHECK (starts_at {INSTANT}),
        due_at TEXT NOT NULL CHECK (due_at {INSTANT}),
        due_day TEXT NOT NULL,
        first_due_at TEXT NOT NULL,
        unrolled_day TEXT NOT NULL,
        provisional INTEGER NOT NULL DEFAULT 0 CHECK (provisional IN (0, 1)),
        due_version INTEGER NOT NULL DEFAULT 1,
        state TEXT NOT NULL DEFAULT 'open'
            CHECK (state IN ('open', 'done', 'ended', 'paused', 'unrecorded', 'backfill')),
        done_at TEXT CHECK (done_at IS NULL OR done_at {INSTANT}),
        fact_id INTEGER REFERENCES fact (id),
        backfilled INTEGER NOT NULL DEFAULT 0 CHECK (backfilled IN (0, 1)),
        UNIQUE (case_id, round, key),
        CHECK ((state = 'done') = (done_at IS NOT NULL)),
        CHECK (kind = 'outside' OR key IN ('contact', 'inspection', 'recheck', 'resolution'))
    ) STRICT""",
    # `overdue --at` reads this one: what had passed its limit at an instant and was not done by then.
    "CREATE INDEX deadline_due ON deadline (due_at, done_at, case_id, key) WHERE state IN ('open', 'done', 'backfill')",
    "CREATE INDEX deadline_backfill ON deadline (case_id) WHERE state = 'backfill'",
)

FACTS = (
    f"""CREATE TABLE fact (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('attempt', 'contact', 'inspection', 'recheck', 'resolution', 'reply',
            'note', 'undo', 'backfill_decision')),
        happened_at TEXT NOT NULL CHECK (happened_at {INSTANT}),
        recorded_at TEXT NOT NULL CHECK (recorded_at {INSTANT}),
        recorded_by INTEGER REFERENCES person (id),
        body TEXT NOT NULL CHECK (json_valid(body)),
        reason TEXT NOT NULL DEFAULT '',
        late_cause TEXT NOT NULL DEFAULT '',
        backfilled INTEGER NOT NULL DEFAULT 0 CHECK (backfilled IN (0, 1)),
        undoes INTEGER UNIQUE REFERENCES fact (id),
        CHECK (happened_at <= recorded_at),
        CHECK ((kind IN ('undo', 'backfill_decision')) = (undoes IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX fact_case ON fact (case_id, round, id)",
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        fact_id INTEGER REFERENCES fact (id),
        kind TEXT NOT NULL CHECK (kind IN ('jpg', 'png', 'pdf', 'text')),
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
        size INTEGER NOT NULL CHECK (size > 0),
        added_at TEXT NOT NULL,
        added_by INTEGER REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX evidence_case ON evidence (case_id, id)",
    """CREATE TABLE request (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('end', 'close')),
        ground TEXT NOT NULL DEFAULT '' CHECK (kind = 'close' OR ground IN ('not_ours', 'withdrawn', 'unfounded')),
        reason TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        asked_by INTEGER NOT NULL REFERENCES person (id),
        decided_at TEXT,
        decided_by INTEGER REFERENCES person (id) CHECK (decided_by <> asked_by),
        decision TEXT CHECK (decision IN ('approved', 'refused', 'withdrawn')),
        answer TEXT NOT NULL DEFAULT '',
        CHECK ((decision IS NULL) = (decided_at IS NULL))
    ) STRICT""",
    "CREATE UNIQUE INDEX request_one_open ON request (case_id) WHERE decision IS NULL",
    "CREATE INDEX request_case ON request (case_id, id)",
)

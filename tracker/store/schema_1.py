"""Migration 1: the register. Invariants live here: STRICT, CHECK, UNIQUE, foreign keys, append-only triggers.

Instants are TEXT `YYYY-MM-DDTHH:MM:SSZ` (UTC), days are TEXT `YYYY-MM-DD` in the office's zone.
"""

from __future__ import annotations

INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"

PEOPLE = (
    """CREATE TABLE setting (
        key TEXT PRIMARY KEY CHECK (key <> ''),
        value TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE unit (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
    ) STRICT""",
    """CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (trim(account) <> ''),
        name TEXT NOT NULL CHECK (trim(name) <> ''),
        password_hash TEXT NOT NULL,
        unit_id INTEGER REFERENCES unit (id),
        email TEXT NOT NULL DEFAULT '',
        locale TEXT NOT NULL DEFAULT '',
        shortcuts INTEGER NOT NULL DEFAULT 1 CHECK (shortcuts IN (0, 1)),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        created_at TEXT NOT NULL,
        must_change_password INTEGER NOT NULL DEFAULT 0 CHECK (must_change_password IN (0, 1))
    ) STRICT""",
    """CREATE TABLE person_role (
        person_id INTEGER NOT NULL REFERENCES person (id),
        role TEXT NOT NULL CHECK (role IN ('clerk', 'handler', 'supervisor', 'admin', 'auditor')),
        PRIMARY KEY (person_id, role)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER person_role_admin_is_no_auditor BEFORE INSERT ON person_role
        WHEN NEW.role IN ('admin', 'auditor') AND EXISTS (
            SELECT 1 FROM person_role WHERE person_id = NEW.person_id
            AND role IN ('admin', 'auditor') AND role <> NEW.role)
        BEGIN SELECT RAISE(ABORT, 'admin and auditor never together'); END""",
    """CREATE TABLE session (
        token_hash BLOB PRIMARY KEY,
        person_id INTEGER NOT NULL REFERENCES person (id),
        created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        ended_at TEXT,
        address TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX session_person ON session (person_id)",
    """CREATE TABLE login_failure (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL COLLATE NOCASE,
        address TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX login_failure_account ON login_failure (account, at)",
    "CREATE INDEX login_failure_address ON login_failure (address, at)",
)

RULES = (
    """CREATE TABLE rule (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('投诉举报', '求助', '咨询', '建议', '表扬')),
        grade TEXT NOT NULL CHECK (grade IN ('一般', '紧急', '疑难')),
        holds_from TEXT NOT NULL,
        convention TEXT NOT NULL CHECK (convention IN ('natural', 'natural-roll', 'working', 'hours')),
        closes TEXT,
        near_hours INTEGER NOT NULL CHECK (near_hours > 0),
        near_contact_hours INTEGER NOT NULL CHECK (near_contact_hours > 0),
        yellow_days INTEGER NOT NULL CHECK (yellow_days > 0),
        red_days INTEGER NOT NULL CHECK (red_days > yellow_days)
    ) STRICT""",
    """CREATE TABLE rule_stage (
        version INTEGER NOT NULL REFERENCES rule (version),
        ordinal INTEGER NOT NULL,
        key TEXT NOT NULL CHECK (key IN ('contact', 'inspection', 'recheck', 'resolution')),
        days INTEGER NOT NULL CHECK (days > 0),
        PRIMARY KEY (version, key),
        UNIQUE (version, ordinal)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE calendar_override (
        day TEXT PRIMARY KEY,
        works INTEGER NOT NULL CHECK (works IN (0, 1)),
        note TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE street (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        code TEXT NOT NULL DEFAULT '',
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
    ) STRICT""",
    """CREATE TABLE category (
        code TEXT PRIMARY KEY,
        parent TEXT NOT NULL,
        name TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        UNIQUE (parent, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE counter (
        prefix TEXT NOT NULL,
        year INTEGER NOT NULL,
        last INTEGER NOT NULL CHECK (last > 0),
        PRIMARY KEY (prefix, year)
    ) STRICT, WITHOUT ROWID""",
)

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
    "CREATE INDEX cases_lead ON cases (lead_case_id) WHERE lead_case_id IS NOT NULL",
    "CREATE INDEX cases_received ON cases (received_at, id)",
    "CREATE INDEX cases_place ON cases (place, received_at)",
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

OUTBOX = (
    f"""CREATE TABLE reminder (
        id INTEGER PRIMARY KEY,
        owed_key TEXT NOT NULL UNIQUE,
        case_id INTEGER REFERENCES cases (id),
        deadline_id INTEGER REFERENCES deadline (id),
        due_version INTEGER,
        rung TEXT NOT NULL,
        recipient_id INTEGER NOT NULL REFERENCES person (id),
        owed_at TEXT NOT NULL CHECK (owed_at {INSTANT}),
        planned_at TEXT NOT NULL,
        withdrawn_at TEXT,
        withdrawn_why TEXT NOT NULL DEFAULT '',
        shown_at TEXT,
        read_at TEXT,
        delivery_id INTEGER REFERENCES delivery (id),
        body TEXT NOT NULL DEFAULT '{{}}' CHECK (json_valid(body))
    ) STRICT""",
    # Planned, not yet raised, not withdrawn: all that a tick has to look at.
    "CREATE INDEX reminder_waiting ON reminder (owed_at, recipient_id) WHERE shown_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX reminder_inbox ON reminder (recipient_id, shown_at, id) WHERE shown_at IS NOT NULL",
    "CREATE INDEX reminder_unread ON reminder (recipient_id, shown_at) WHERE shown_at IS NOT NULL AND read_at IS NULL",
    "CREATE INDEX reminder_delivery ON reminder (delivery_id) WHERE delivery_id IS NOT NULL",
    "CREATE INDEX reminder_case ON reminder (case_id, id) WHERE case_id IS NOT NULL",
    """CREATE TABLE delivery (
        id INTEGER PRIMARY KEY,
        recipient_id INTEGER NOT NULL REFERENCES person (id),
        channel TEXT NOT NULL,
        owed_at TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        tries INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0 CHECK (failed BETWEEN 0 AND tries),
        try_after TEXT NOT NULL,
        sent_at TEXT,
        answer TEXT NOT NULL DEFAULT '',
        dead INTEGER NOT NULL DEFAULT 0 CHECK (dead IN (0, 1)),
        UNIQUE (recipient_id, channel, owed_at, message_id)
    ) STRICT""",
    "CREATE INDEX delivery_waiting ON delivery (try_after, id) WHERE sent_at IS NULL AND dead = 0",
    """CREATE TABLE heartbeat (
        name TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        detail TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
)

AUDIT = (
    f"""CREATE TABLE audit (
        seq INTEGER PRIMARY KEY CHECK (seq > 0),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        person_id INTEGER REFERENCES person (id),
        act TEXT NOT NULL,
        case_id INTEGER REFERENCES cases (id),
        address TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL CHECK (json_valid(detail)),
        mac BLOB NOT NULL CHECK (length(mac) = 32)
    ) STRICT""",
    "CREATE INDEX audit_case ON audit (case_id, seq) WHERE case_id IS NOT NULL",
)

APPEND_ONLY = ("audit", "fact", "evidence")


def append_only(table: str) -> tuple[str, str]:
    """The triggers that refuse to change or remove a row of ``table``."""
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def no_delete(table: str) -> str:
    """The trigger that keeps every row of ``table``: there is no delete button in this product."""
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END"
    )


MIGRATION_1 = (
    *PEOPLE,
    *RULES,
    *FACTS[:2],
    *CASES,
    *FACTS[2:],
    *OUTBOX,
    *AUDIT,
    *(trigger for table in APPEND_ONLY for trigger in append_only(table)),
    *(no_delete(table) for table in ("cases", "deadline", "request", "reminder", "delivery", "person", "complainant")),
)

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    ("11", "大气", "恶臭异味"),
    ("12", "大气", "餐饮油烟"),
    ("13", "大气", "扬尘"),
    ("14", "大气", "工业废气"),
    ("15", "大气", "烟粉尘"),
    ("16", "大气", "汽修喷漆"),
    ("17", "大气", "机动车"),
    ("21", "噪声", "建筑施工"),
    ("22", "噪声", "社会生活"),
    ("23", "噪声", "工业"),
    ("24", "噪声", "交通"),
    ("25", "噪声", "夜间施工"),
    ("31", "水", "工业废水"),
    ("32", "水", "生活污水"),
    ("33", "水", "黑臭河道"),
    ("41", "固废", "生活垃圾"),
    ("42", "固废", "工业固废"),
    ("43", "固废", "危废"),
    ("44", "固废", "医废"),
    ("45", "固废", "建筑垃圾"),
    ("51", "辐射", "电磁"),
    ("52", "辐射", "电离"),
    ("61", "生态破坏", "生态破坏"),
    ("71", "光", "光污染"),
    ("72", "土壤", "土壤"),
    ("73", "化学品", "化学品"),
    ("81", "建设项目", "建设项目"),
    ("99", "其他", "其他"),
)

SEED_1 = (
    # Rule version 1: the published timetable for ordinary complaints, natural days (docs/rule.md).
    "INSERT INTO rule (version, name, kind, grade, holds_from, convention, closes, near_hours, near_contact_hours,"
    " yellow_days, red_days) VALUES (1, '1-3-10-15', '投诉举报', '一般', '2000-01-01', 'natural', NULL, 24, 4, 1, 3)",
    "INSERT INTO rule_stage (version, ordinal, key, days) VALUES"
    " (1, 1, 'contact', 1), (1, 2, 'inspection', 3), (1, 3, 'recheck', 10), (1, 4, 'resolution', 15)",
    "INSERT INTO category (code, parent, name) VALUES " + ", ".join(map(str, CATEGORIES)),  # noqa: S608
)

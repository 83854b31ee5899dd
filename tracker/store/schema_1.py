"""Migration 1: the register. Invariants live here: STRICT, CHECK, UNIQUE, foreign keys, append-only triggers.

Instants are TEXT `YYYY-MM-DDTHH:MM:SSZ` (UTC), days are TEXT `YYYY-MM-DD` in the office's zone.
"""

from __future__ import annotations

from tracker.store.schema_1_cases import CASES, FACTS, INSTANT

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

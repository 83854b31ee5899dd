"""Migration 7: the decisions of intake. Acceptance, 不予受理, 退单, transfer, kind and route, and the list of appeals.

SQLite cannot change a CHECK: `request` is built anew under its own name, with whatever refers to it left where it is.
"""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
ROUTES = "('举报查处', '信访事项', '复议诉讼', '非本部门')"
COLUMNS_5 = """
id, case_id, round, kind, ground, reason, asked_at, asked_by, decided_at, decided_by, decision, answer, deadline_id,
days, told_at, settled, model
"""
REQUEST = (
    "CREATE TABLE request_before_7 AS SELECT * FROM request",
    # The pauses point at rows that are gone until these are back; the check waits for the end of the transaction.
    "PRAGMA defer_foreign_keys = ON",
    "DROP TABLE request",
    f"""CREATE TABLE request (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('end', 'close', 'extension', 'suspension', 'refuse', 'reclassify')),
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
        settled TEXT NOT NULL DEFAULT '' CHECK (settled IN ('', '实际解决', '解释说明')),
        model INTEGER NOT NULL DEFAULT 0 CHECK (model IN (0, 1)),
        receiver TEXT NOT NULL DEFAULT '',
        handed_on TEXT CHECK (handed_on IS NULL OR handed_on {DAY}),
        new_kind TEXT NOT NULL DEFAULT '',
        new_grade TEXT NOT NULL DEFAULT '',
        CHECK ((decision IS NULL) = (decided_at IS NULL)),
        CHECK (kind <> 'end' OR ground IN ('not_ours', 'withdrawn', 'unfounded')),
        CHECK (kind <> 'suspension' OR ground IN ('case', 'report')),
        CHECK (kind <> 'refuse' OR ground IN ('unclear', 'duty', 'legal', 'settled', 'other')),
        CHECK ((kind = 'extension') = (deadline_id IS NOT NULL)),
        CHECK ((kind = 'extension') = (days IS NOT NULL)),
        CHECK (kind = 'extension' OR told_at IS NULL),
        CHECK (kind = 'close' OR (settled = '' AND model = 0)),
        CHECK (receiver = '' OR (kind = 'end' AND ground = 'not_ours')),
        CHECK ((receiver = '') = (handed_on IS NULL)),
        CHECK ((kind = 'reclassify') = (new_kind <> '')),
        CHECK ((kind = 'reclassify') = (new_grade <> ''))
    ) STRICT""",
    f"INSERT INTO request ({COLUMNS_5}) SELECT {COLUMNS_5} FROM request_before_7",  # noqa: S608
    "DROP TABLE request_before_7",
    "CREATE UNIQUE INDEX request_one_open ON request (case_id) WHERE decision IS NULL",
    "CREATE INDEX request_case ON request (case_id, id)",
    no_delete("request"),
)

# 依法分类处理信访诉求清单: each version whole, from the day on which it holds.
APPEALS = (
    f"""CREATE TABLE appeal_list (
        version INTEGER PRIMARY KEY CHECK (version > 0),
        holds_from TEXT NOT NULL CHECK (holds_from {DAY}),
        note TEXT NOT NULL DEFAULT '',
        added_at TEXT NOT NULL CHECK (added_at {INSTANT}),
        added_by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    f"""CREATE TABLE appeal (
        id INTEGER PRIMARY KEY,
        version INTEGER NOT NULL REFERENCES appeal_list (version),
        ordinal INTEGER NOT NULL CHECK (ordinal > 0),
        name TEXT NOT NULL CHECK (trim(name) <> ''),
        basis TEXT NOT NULL,
        route TEXT NOT NULL CHECK (route IN {ROUTES}),
        reply TEXT NOT NULL,
        UNIQUE (version, ordinal),
        UNIQUE (version, name)
    ) STRICT""",
    *append_only("appeal_list"),
    *append_only("appeal"),
)

CASES = (
    f"ALTER TABLE cases ADD COLUMN route TEXT NOT NULL DEFAULT '举报查处' CHECK (route IN {ROUTES})",
    "ALTER TABLE cases ADD COLUMN appeal_id INTEGER REFERENCES appeal (id)",
    f"""CREATE TABLE acceptance (
        case_id INTEGER PRIMARY KEY REFERENCES cases (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    *append_only("acceptance"),
)

# 退单 to the source. It ends nothing by itself: another person writes down that the source has confirmed it.
RETURNS = (
    f"""CREATE TABLE order_return (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL,
        ground TEXT NOT NULL CHECK (ground IN ('scope', 'duty', 'area', 'incomplete', 'double', 'other')),
        reason TEXT NOT NULL DEFAULT '',
        returned_at TEXT NOT NULL CHECK (returned_at {INSTANT}),
        returned_by INTEGER NOT NULL REFERENCES person (id),
        outcome TEXT CHECK (outcome IN ('confirmed', 'refused', 'withdrawn')),
        answer TEXT NOT NULL DEFAULT '',
        answered_at TEXT CHECK (answered_at {INSTANT}),
        recorded_at TEXT CHECK (recorded_at {INSTANT}),
        recorded_by INTEGER REFERENCES person (id),
        CHECK (ground <> 'other' OR reason <> ''),
        CHECK ((outcome IS NULL) = (recorded_at IS NULL)),
        CHECK ((outcome IS NULL) = (recorded_by IS NULL)),
        CHECK ((outcome IS NULL) = (answered_at IS NULL)),
        CHECK (answered_at <= recorded_at),
        CHECK (outcome <> 'confirmed' OR recorded_by <> returned_by)
    ) STRICT""",
    "CREATE UNIQUE INDEX order_return_open ON order_return (case_id) WHERE outcome IS NULL",
    "CREATE INDEX order_return_case ON order_return (case_id, id)",
    no_delete("order_return"),
    """CREATE TABLE return_limit (
        channel TEXT PRIMARY KEY,
        amount INTEGER NOT NULL CHECK (amount > 0),
        unit TEXT NOT NULL CHECK (unit IN ('hours', 'working'))
    ) STRICT, WITHOUT ROWID""",
)

MIGRATION_7 = (*REQUEST, *APPEALS, *CASES, *RETURNS)

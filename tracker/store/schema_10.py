"""Migration 10: repeats. Joinings and links with what took them back, group cases, and orders that came again."""

from __future__ import annotations

from tracker.store.schema_1 import append_only
from tracker.store.schema_1_cases import INSTANT

TABLES = (
    f"""CREATE TABLE joining (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        lead_id INTEGER NOT NULL REFERENCES cases (id) CHECK (lead_id <> case_id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX joining_case ON joining (case_id, id)",
    f"""CREATE TABLE joining_undone (
        joining_id INTEGER PRIMARY KEY REFERENCES joining (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    # `by` is nobody where the command line made the link.
    f"""CREATE TABLE link (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        other_id INTEGER NOT NULL REFERENCES cases (id) CHECK (other_id <> case_id),
        note TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX link_case ON link (case_id, other_id)",
    "CREATE INDEX link_other ON link (other_id, case_id)",
    f"""CREATE TABLE link_undone (
        link_id INTEGER PRIMARY KEY REFERENCES link (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    # Each row replaces the one before it: how many people stand behind the case, 0 for a case of one.
    f"""CREATE TABLE case_group (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        heads INTEGER NOT NULL CHECK (heads = 0 OR heads BETWEEN 2 AND 100000),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id)
    ) STRICT""",
    "CREATE INDEX case_group_case ON case_group (case_id, id, heads)",
    f"""CREATE TABLE reorder (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        round INTEGER NOT NULL CHECK (round > 1),
        dispatched_at TEXT NOT NULL CHECK (dispatched_at {INSTANT}),
        reason TEXT NOT NULL CHECK (reason <> ''),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        CHECK (dispatched_at <= at),
        UNIQUE (case_id, round)
    ) STRICT""",
)
#: Site work entered in one case that was recorded in another names the fact that it is a copy of.
SOURCE = "json_extract(body, '$.shared_fact')"

MIGRATION_10 = (
    *TABLES,
    *append_only("joining"),
    *append_only("joining_undone"),
    *append_only("link"),
    *append_only("link_undone"),
    *append_only("case_group"),
    *append_only("reorder"),
    f"CREATE INDEX fact_source ON fact ({SOURCE}) WHERE {SOURCE} IS NOT NULL",
    "CREATE INDEX evidence_fact ON evidence (fact_id, id)",
)

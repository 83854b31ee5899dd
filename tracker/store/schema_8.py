"""Migration 8: who stands in for whom. Deputies of supervisors, what was done for another, responsible leaders with
their visits, and the grids of a street."""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

DEPUTIES = (
    # 代行审批, from the first instant of the first day to the last of the last, on the office's clock.
    f"""CREATE TABLE deputy (
        id INTEGER PRIMARY KEY,
        supervisor_id INTEGER NOT NULL REFERENCES person (id),
        deputy_id INTEGER NOT NULL REFERENCES person (id) CHECK (deputy_id <> supervisor_id),
        from_at TEXT NOT NULL CHECK (from_at {INSTANT}),
        until_at TEXT NOT NULL CHECK (until_at {INSTANT}),
        named_at TEXT NOT NULL CHECK (named_at {INSTANT}),
        ended_at TEXT CHECK (ended_at {INSTANT}),
        CHECK (from_at < until_at)
    ) STRICT""",
    "CREATE INDEX deputy_deputy ON deputy (deputy_id, until_at) WHERE ended_at IS NULL",
    "CREATE INDEX deputy_supervisor ON deputy (supervisor_id, until_at) WHERE ended_at IS NULL",
    no_delete("deputy"),
)

# What a substitute asked for or recorded is also that of the person whom she stood in for: neither decides on it.
ACTED_FOR = (
    """CREATE TABLE acted_for (
        id INTEGER PRIMARY KEY,
        for_id INTEGER NOT NULL REFERENCES person (id),
        request_id INTEGER UNIQUE REFERENCES request (id),
        fact_id INTEGER UNIQUE REFERENCES fact (id),
        CHECK ((request_id IS NULL) <> (fact_id IS NULL))
    ) STRICT""",
    *append_only("acted_for"),
    """CREATE TRIGGER request_not_decided_by_whom_it_is_for BEFORE UPDATE OF decided_by ON request
        WHEN NEW.decided_by IN (SELECT for_id FROM acted_for WHERE request_id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'nobody decides what was asked for them'); END""",
)

LEADERS = (
    f"""CREATE TABLE leader (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        person_id INTEGER NOT NULL REFERENCES person (id),
        from_at TEXT NOT NULL CHECK (from_at {INSTANT}),
        until_at TEXT CHECK (until_at {INSTANT}),
        CHECK (until_at >= from_at)
    ) STRICT""",
    "CREATE UNIQUE INDEX leader_one ON leader (case_id) WHERE until_at IS NULL",
    "CREATE INDEX leader_person ON leader (person_id, case_id) WHERE until_at IS NULL",
    no_delete("leader"),
    f"""CREATE TABLE visit (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        leader_id INTEGER NOT NULL REFERENCES person (id),
        happened_at TEXT NOT NULL CHECK (happened_at {INSTANT}),
        recorded_at TEXT NOT NULL CHECK (recorded_at {INSTANT}),
        recorded_by INTEGER NOT NULL REFERENCES person (id),
        met TEXT NOT NULL CHECK (trim(met) <> ''),
        said TEXT NOT NULL CHECK (trim(said) <> ''),
        promised TEXT NOT NULL DEFAULT '',
        CHECK (happened_at <= recorded_at)
    ) STRICT""",
    "CREATE INDEX visit_case ON visit (case_id, happened_at)",
    *append_only("visit"),
)

GRIDS = (
    """CREATE TABLE grid (
        id INTEGER PRIMARY KEY,
        street_id INTEGER NOT NULL REFERENCES street (id),
        name TEXT NOT NULL CHECK (trim(name) <> ''),
        handler_id INTEGER REFERENCES person (id),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        UNIQUE (street_id, name)
    ) STRICT""",
    no_delete("grid"),
    "ALTER TABLE cases ADD COLUMN grid_id INTEGER REFERENCES grid (id)",
)

MIGRATION_8 = (*DEPUTIES, *ACTED_FOR, *LEADERS, *GRIDS)

"""Invariants live in the schema: what no code, right or wrong, can write."""

from __future__ import annotations

import re

import pytest

from tests.factories import make_case
from tests.office.entries import CONTACT, entry_of
from tracker.office import stages
from tracker.store import schema
from tracker.store.database import IntegrityError, execute, rows, value, writing
from tracker.store.register import attachments
from tracker.store.schema import MIGRATIONS

APPEND_ONLY = ("audit", "fact", "evidence")
KEPT = ("cases", "deadline", "request", "reminder", "delivery", "person", "complainant")
INSTANT = "2026-06-17T02:24:00Z"


@pytest.fixture
def db(register, home, make_actor):
    """A register with a case and one row at least in every table that must keep its rows."""
    clerk, handler = make_actor(), make_actor(roles=("handler",))
    case = make_case(register, clerk, handler_id=handler.person_id)
    around = entry_of(case.received_at)
    stages.record(register, attachments(home), handler, case.no, 1, CONTACT, around, case.received_at)
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by) VALUES (1, 1, 'close', '', :at, 1)",
        {"at": INSTANT},
    )
    execute(
        register,
        "INSERT INTO delivery (recipient_id, channel, owed_at, message_id, try_after)"
        " VALUES (1, 'mail', :at, 'm', :at)",
        {"at": INSTANT},
    )
    return register


def tables(db):
    found = rows(db, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {r["name"]: r["sql"] for r in found}


def test_every_table_is_strict(db):
    assert [name for name, sql in tables(db).items() if "STRICT" not in sql.rsplit(")", 1)[1]] == []


def test_strict_refuses_a_text_where_a_number_belongs(db):
    with pytest.raises(IntegrityError, match="cannot store TEXT"):
        execute(db, "UPDATE cases SET round = 'two'")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_an_append_only_row_is_not_changed(db, table):
    column = rows(db, f"PRAGMA table_info({table})")[1]["name"]
    with pytest.raises(IntegrityError, match="append-only"):
        execute(db, f"UPDATE {table} SET {column} = {column}")  # noqa: S608


@pytest.mark.parametrize("table", [*APPEND_ONLY, *KEPT])
def test_a_row_is_not_deleted(db, table):
    assert value(db, f"SELECT count(*) FROM {table}") > 0  # noqa: S608
    with pytest.raises(IntegrityError, match=r"append-only|are kept"):
        execute(db, f"DELETE FROM {table}")  # noqa: S608


@pytest.mark.parametrize("table", [*APPEND_ONLY, *KEPT])
def test_a_row_is_not_replaced(db, table):
    """INSERT OR REPLACE deletes without asking the triggers unless recursive_triggers is on."""
    with pytest.raises(IntegrityError, match=r"append-only|are kept"):
        execute(db, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")  # noqa: S608


def test_without_recursive_triggers_a_row_would_be_replaced(db):
    """The guard, broken once: this is what the pragma is for."""
    execute(db, "PRAGMA recursive_triggers=0")
    execute(db, "INSERT OR REPLACE INTO audit SELECT * FROM audit LIMIT 1")


@pytest.mark.parametrize("table", [*APPEND_ONLY, *KEPT])
def test_without_its_trigger_a_row_would_be_deleted(db, table):
    """The guard, broken once: nothing else keeps the last row of a table that nobody refers to."""
    execute(db, f"DROP TRIGGER {table}_no_delete")
    execute(db, "PRAGMA foreign_keys=0")
    assert execute(db, f"DELETE FROM {table}") > 0  # noqa: S608


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        (
            "UNIQUE",
            "INSERT INTO cases (no, received_at, received_from, received_month, registered_at, channel, title,"
            " content, place, updated_at) SELECT no, received_at, received_from, received_month, registered_at,"
            " channel, title, content, place, updated_at FROM cases",
        ),
        (
            "UNIQUE",
            "INSERT INTO deadline (case_id, round, kind, key, starts_at, due_at, due_day, first_due_at,"
            " unrolled_day) SELECT case_id, round, kind, key, starts_at, due_at, due_day, first_due_at, unrolled_day"
            " FROM deadline LIMIT 1",
        ),
        (
            "UNIQUE",
            "INSERT INTO reminder (owed_key, rung, recipient_id, owed_at, planned_at)"
            " SELECT owed_key, rung, recipient_id, owed_at, planned_at FROM reminder LIMIT 1",
        ),
        ("UNIQUE", "INSERT INTO person (account, name, password_hash, created_at) VALUES ('PERSON1', 'x', '', '')"),
        (
            "UNIQUE",
            "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by) VALUES (1, 1, 'close', '', '', 1)",
        ),
        (
            "NOT NULL",
            "INSERT INTO reminder (owed_key, rung, recipient_id, owed_at, planned_at)"
            " VALUES (NULL, 'x', 1, '2026-06-17T02:24:00Z', '')",
        ),
        ("FOREIGN KEY", "UPDATE cases SET street_id = 99"),
        ("FOREIGN KEY", "INSERT INTO case_category (case_id, code) VALUES (1, 'no')"),
        ("FOREIGN KEY", "INSERT INTO person_role (person_id, role) VALUES (99, 'clerk')"),
        ("CHECK", "UPDATE cases SET received_at = '2026-06-17 10:24'"),
        ("CHECK", "UPDATE cases SET state = 'lost'"),
        ("CHECK", "UPDATE cases SET state = 'closed', closed_at = updated_at"),  # with a limit that still runs
        ("CHECK", "UPDATE cases SET closed_at = updated_at"),  # closed, and still open
        ("CHECK", "UPDATE cases SET next_limit = NULL"),
        ("CHECK", "UPDATE cases SET lead_case_id = id"),
        ("CHECK", "UPDATE deadline SET state = 'done' WHERE key = 'inspection'"),  # and does not say when
        ("CHECK", "UPDATE deadline SET key = 'lunch' WHERE key = 'inspection'"),
        ("CHECK", "UPDATE deadline SET due_at = '2026-06-17'"),
        (
            "CHECK",
            "INSERT INTO fact (case_id, round, kind, happened_at, recorded_at, body) VALUES (1, 1, 'note',"
            " '2026-06-17T02:24:01Z', '2026-06-17T02:24:00Z', '{}')",
        ),  # in the future
        (
            "CHECK",
            "INSERT INTO fact (case_id, round, kind, happened_at, recorded_at, body) VALUES (1, 1, 'undo',"
            " '2026-06-17T02:24:00Z', '2026-06-17T02:24:00Z', '{}')",
        ),  # undoes nothing
        (
            "CHECK",
            "INSERT INTO fact (case_id, round, kind, happened_at, recorded_at, body) VALUES (1, 1, 'note',"
            " '2026-06-17T02:24:00Z', '2026-06-17T02:24:00Z', 'words')",
        ),
        ("CHECK", "UPDATE request SET decision = 'approved', decided_at = asked_at, decided_by = asked_by"),
        ("CHECK", "UPDATE request SET decision = 'approved'"),
        ("CHECK", "UPDATE person SET name = ' '"),
        ("CHECK", "UPDATE rule SET red_days = yellow_days"),
        ("admin and auditor", "INSERT INTO person_role (person_id, role) VALUES (1, 'admin'), (1, 'auditor')"),
    ],
)
def test_what_may_not_be_is_refused_by_the_schema(db, what, sql):
    with pytest.raises(IntegrityError, match=what), writing(db):
        execute(db, sql)


def test_every_instant_of_the_register_is_checked_for_its_shape(db):
    """The columns by which cases are judged: a local time or a bare day would compare wrongly as text."""
    sql = tables(db)
    for table, columns in {
        "cases": ("received_at", "registered_at"),
        "deadline": ("starts_at", "due_at", "done_at"),
        "fact": ("happened_at", "recorded_at"),
        "reminder": ("owed_at",),
        "audit": ("at",),
    }.items():
        for column in columns:
            assert re.search(rf"\b{column} GLOB", sql[table]), (table, column)


def test_a_second_start_finds_nothing_to_do(db):
    assert schema.migrate(db, INSTANT) == ()
    assert schema.version(db) == schema.LATEST == max(MIGRATIONS)


def test_migrations_never_rebuild_a_table(db):
    """sqlite-utils' transform() drops the triggers of a table in silence; every trigger of the migrations is there."""
    written = {
        name
        for statements in MIGRATIONS.values()
        for statement in statements
        for name in re.findall(r"CREATE TRIGGER (\w+)", statement)
    }
    assert {r["name"] for r in rows(db, "SELECT name FROM sqlite_master WHERE type = 'trigger'")} == written
    assert len(written) >= 2 * len(APPEND_ONLY) + len(KEPT)


def test_rule_version_1_is_the_published_timetable(db):
    assert [tuple(r) for r in rows(db, "SELECT key, days FROM rule_stage WHERE version = 1 ORDER BY ordinal")] == [
        ("contact", 1),
        ("inspection", 3),
        ("recheck", 10),
        ("resolution", 15),
    ]

"""Migration 2 builds a table anew: what the register held, and what it held to, is there afterwards."""

from __future__ import annotations

import pytest

from tests.factories import NOW, add_person
from tests.office.cases_sql import add_case, natural
from tracker.clock import to_text
from tracker.store import requests, schema
from tracker.store.database import IntegrityError, execute, row, rows, value
from tracker.store.register import open_register
from tracker.store.schema import migrate

ASK = """
INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)
VALUES (:case_id, 1, :kind, :ground, '理由', '2026-06-17T02:24:00Z', 1)
"""


def everything(db):
    """Tables, columns with their checks, indexes and triggers, as SQLite keeps them."""
    return {
        (r["type"], r["name"]): " ".join((r["sql"] or "").split())
        for r in rows(db, "SELECT type, name, sql FROM sqlite_master")
    }


@pytest.fixture
def old(tmp_path, monkeypatch):
    """A register at migration 1 with a closing that was asked for and an early end that was refused."""
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", {1: schema.MIGRATIONS[1]})
        db = open_register(tmp_path / "old", NOW)
    first = add_person(db, roles=("handler",)).id
    second = add_person(db, roles=("supervisor",)).id
    case_id = add_case(db, natural("2026-06-17"), handler_id=first)
    execute(db, ASK, {"case_id": case_id, "kind": "end", "ground": "not_ours"})
    requests_1 = "UPDATE request SET decision = 'refused', decided_at = asked_at, decided_by = :by, answer = '不同意'"
    execute(db, requests_1, {"by": second})
    execute(db, ASK, {"case_id": case_id, "kind": "close", "ground": ""})
    yield db
    db.close()


def test_a_migrated_register_is_the_same_as_a_fresh_one(old, tmp_path):
    fresh = open_register(tmp_path / "fresh", NOW)
    assert schema.version(old) == 1
    assert migrate(old, to_text(NOW)) == tuple(sorted(schema.MIGRATIONS))[1:]
    assert everything(old) == everything(fresh)
    assert migrate(old, to_text(NOW)) == ()
    fresh.close()


def test_the_requests_of_before_are_kept_as_they_were(old):
    before = [tuple(r) for r in rows(old, "SELECT * FROM request ORDER BY id")]
    migrate(old, to_text(NOW))
    after = [tuple(r) for r in rows(old, "SELECT * FROM request ORDER BY id")]
    assert after == [(*kept, None, None, None, "", 0, "", None, "", "") for kept in before]
    first, second = requests.of_case(old, 1)
    assert (first.decision, first.answer, second.decision) == ("refused", "不同意", "")


def test_the_foreign_keys_hold_after_the_migration(old):
    migrate(old, to_text(NOW))
    assert rows(old, "PRAGMA foreign_key_check") == []
    with pytest.raises(IntegrityError):
        execute(old, ASK, {"case_id": 999, "kind": "close", "ground": ""})


def test_no_trigger_of_before_is_lost(old):
    def triggers():
        return {name for kind, name in everything(old) if kind == "trigger"}

    before = triggers()
    migrate(old, to_text(NOW))
    assert triggers() >= before | {"pause_no_delete"}


@pytest.mark.parametrize("statement", ["DELETE FROM request", "DELETE FROM pause"])
def test_a_request_and_a_pause_are_never_deleted(register, statement):
    person = add_person(register)
    case_id = add_case(register, natural("2026-06-17"), handler_id=person.id)
    execute(register, ASK, {"case_id": case_id, "kind": "suspension", "ground": "case"})
    execute(
        register,
        "INSERT INTO pause (request_id, deadline_id, since, had_left) VALUES (1, 1, '2026-06-17T02:24:00Z', 1)",
    )
    with pytest.raises(IntegrityError, match="kept"):
        execute(register, statement)


ROW = """
INSERT INTO request (kind, ground, deadline_id, days, told_at, case_id, round, reason, asked_at, asked_by) VALUES
"""
SAID = "1, 1, '理由', '2026-06-17T02:24:00Z', 1"
WRONG = {
    "a kind that does not exist": "'holiday', '', NULL, NULL, NULL",
    "an end without its ground": "'end', '', NULL, NULL, NULL",
    "a suspension of neither the case nor the report": "'suspension', 'withdrawn', NULL, NULL, NULL",
    "an extension without its stage": "'extension', '', NULL, 3, NULL",
    "an extension without its days": "'extension', '', 1, NULL, NULL",
    "an extension by no day": "'extension', '', 1, 0, NULL",
    "a closing with days": "'close', '', NULL, 3, NULL",
    "a suspension of which the citizen was told": "'suspension', 'case', NULL, NULL, '2026-06-17T02:24:00Z'",
    "an extension told at no instant": "'extension', '', 1, 3, 'yes'",
}


@pytest.mark.parametrize("values", WRONG.values(), ids=WRONG.keys())
def test_the_schema_refuses(register, values):
    person = add_person(register)
    add_case(register, natural("2026-06-17"), handler_id=person.id)
    with pytest.raises(IntegrityError):
        execute(register, ROW + f"({values}, {SAID})")


def test_a_limit_stands_in_one_pause_at_a_time(register):
    person = add_person(register)
    case_id = add_case(register, natural("2026-06-17"), handler_id=person.id)
    execute(register, ASK, {"case_id": case_id, "kind": "suspension", "ground": "case"})
    execute(register, "UPDATE request SET decision = 'withdrawn', decided_at = asked_at")
    execute(register, ASK, {"case_id": case_id, "kind": "suspension", "ground": "case"})
    pause = "INSERT INTO pause (request_id, deadline_id, since) VALUES (:request, 1, '2026-06-17T02:24:00Z')"
    execute(register, pause, {"request": 1})
    with pytest.raises(IntegrityError):
        execute(register, pause, {"request": 2})
    execute(register, "UPDATE pause SET until = since")
    execute(register, pause, {"request": 2})
    assert value(register, "SELECT count(*) FROM pause") == 2


def test_the_paused_limits_are_found_by_an_index(register):
    plan = row(register, "EXPLAIN QUERY PLAN SELECT case_id FROM deadline WHERE state = 'paused'")
    assert "deadline_paused" in plan["detail"]


def test_a_new_register_starts_at_the_latest_number(tmp_path):
    db = open_register(tmp_path, NOW)
    assert schema.version(db) == schema.LATEST
    db.close()

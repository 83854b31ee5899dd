"""Migration 7 builds `request` anew under its own name: what refers to it stays, and so does what it held."""

from __future__ import annotations

import pytest

from tests.factories import NOW, add_person
from tests.office.cases_sql import add_case, natural
from tracker.clock import to_text
from tracker.store import schema
from tracker.store.database import IntegrityError, execute, rows, value
from tracker.store.register import open_register
from tracker.store.schema import migrate

ASK = """
INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)
VALUES (1, 1, 'suspension', 'case', '理由', '2026-06-17T02:24:00Z', 1)
"""
PAUSE = "INSERT INTO pause (request_id, deadline_id, since, had_left) VALUES (1, 1, '2026-06-17T02:24:00Z', 1)"
ROW = """
INSERT INTO request (kind, ground, receiver, handed_on, new_kind, new_grade, case_id, round, reason, asked_at, asked_by)
VALUES ({values}, 1, 1, '理由', '2026-06-17T02:24:00Z', 1)
"""


@pytest.fixture
def old(tmp_path, monkeypatch):
    """A register at migration 6 with a suspension that was granted, and its pause."""
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", {n: schema.MIGRATIONS[n] for n in range(1, 7)})
        db = open_register(tmp_path / "old", NOW)
    handler = add_person(db, roles=("handler",)).id
    supervisor = add_person(db, roles=("supervisor",)).id
    add_case(db, natural("2026-06-17"), handler_id=handler)
    execute(db, ASK)
    granted = "UPDATE request SET decision = 'approved', decided_at = asked_at, decided_by = :by"
    execute(db, granted, {"by": supervisor})
    execute(db, PAUSE)
    yield db
    db.close()


@pytest.fixture
def db(register):
    """A register with a person and a case."""
    add_case(register, natural("2026-06-17"), handler_id=add_person(register).id)
    return register


def test_a_pause_keeps_the_request_that_it_rests_on(old):
    before = [tuple(r) for r in rows(old, "SELECT * FROM request")]
    migrate(old, to_text(NOW))
    assert rows(old, "PRAGMA foreign_key_check") == []
    assert [tuple(r)[: len(before[0])] for r in rows(old, "SELECT * FROM request")] == before
    joined = "SELECT count(*) FROM pause JOIN request ON request.id = pause.request_id WHERE kind = 'suspension'"
    assert value(old, joined) == 1
    with pytest.raises(IntegrityError):
        execute(old, "UPDATE pause SET request_id = 9")


def test_without_putting_off_the_check_the_table_could_not_be_built_anew(old, monkeypatch):
    """The guard, broken once."""
    at_once = tuple(one for one in schema.MIGRATIONS[7] if "defer_foreign_keys" not in one)
    monkeypatch.setitem(schema.MIGRATIONS, 7, at_once)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        migrate(old, to_text(NOW))
    assert value(old, "SELECT count(*) FROM pause JOIN request ON request.id = pause.request_id") == 1


def test_a_case_of_before_takes_the_ordinary_route(old):
    migrate(old, to_text(NOW))
    assert tuple(rows(old, "SELECT route, appeal_id FROM cases")[0]) == ("举报查处", None)


WRONG = {
    "不予受理 on no ground": "'refuse', 'withdrawn', '', NULL, '', ''",
    "a receiver of what is not handed over": "'end', 'withdrawn', '水务局', '2026-06-18', '', ''",
    "a receiver without its day": "'end', 'not_ours', '水务局', NULL, '', ''",
    "a day without its receiver": "'end', 'not_ours', '', '2026-06-18', '', ''",
    "a day that is none": "'end', 'not_ours', '水务局', 'soon', '', ''",
    "a kind that is not asked for": "'end', 'not_ours', '', NULL, '咨询', '一般'",
    "a correction without its grade": "'reclassify', '', '', NULL, '咨询', ''",
}


@pytest.mark.parametrize("values", WRONG.values(), ids=WRONG.keys())
def test_the_schema_refuses_a_request(db, values):
    with pytest.raises(IntegrityError):
        execute(db, ROW.format(values=values))


RETURN = """
INSERT INTO order_return (case_id, round, ground, reason, returned_at, returned_by, outcome, answered_at, recorded_at,
    recorded_by) VALUES (1, 1, {values})
"""
SENT = "'2026-06-17T02:24:00Z', 1"
LATER = "'2026-06-17T03:00:00Z'"
WRONG_RETURNS = {
    "on no ground": f"'whim', '', {SENT}, NULL, NULL, NULL, NULL",
    "on another ground that is not told": f"'other', '', {SENT}, NULL, NULL, NULL, NULL",
    "confirmed by whoever sent it back": f"'area', '', {SENT}, 'confirmed', {LATER}, {LATER}, 1",
    "answered by nobody": f"'area', '', {SENT}, 'refused', {LATER}, {LATER}, NULL",
    "answered after it was written down": f"'area', '', {SENT}, 'refused', {LATER}, {SENT}",
}


@pytest.mark.parametrize("values", WRONG_RETURNS.values(), ids=WRONG_RETURNS.keys())
def test_the_schema_refuses_a_return(db, values):
    with pytest.raises(IntegrityError):
        execute(db, RETURN.format(values=values))


def test_one_return_waits_for_its_answer_at_a_time(db):
    sent = RETURN.format(values=f"'area', '', {SENT}, NULL, NULL, NULL, NULL")
    execute(db, sent)
    with pytest.raises(IntegrityError):
        execute(db, sent)
    with pytest.raises(IntegrityError, match="kept"):
        execute(db, "DELETE FROM order_return")


LIST = "INSERT INTO appeal_list (version, holds_from, added_at, added_by) VALUES (1, '2026-06-17', :at, 1)"
APPEAL = """
INSERT INTO appeal (version, ordinal, name, basis, route, reply) VALUES (1, 1, '噪声', '', '举报查处', '')
"""
AT = {"at": "2026-06-17T02:24:00Z"}


@pytest.mark.parametrize("table", ["appeal_list", "appeal", "acceptance"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_a_version_of_the_list_and_an_acceptance_stay_as_they_are(db, table, statement):
    execute(
        db, "INSERT INTO appeal_list (version, holds_from, added_at, added_by) VALUES (1, '2026-06-17', :at, 1)", AT
    )
    of_list = (
        "INSERT INTO appeal (version, ordinal, name, basis, route, reply) VALUES (1, 1, '噪声', '', '举报查处', '')"
    )
    execute(db, of_list)
    execute(db, "INSERT INTO acceptance (case_id, at, by) VALUES (1, :at, 1)", AT)
    column = rows(db, f"PRAGMA table_info({table})")[1]["name"]
    with pytest.raises(IntegrityError, match="append-only"):
        execute(db, statement.format(table, column, column))

"""Opening the register, and the one way of writing to it."""

from __future__ import annotations

import importlib.util
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from tests.factories import NOW, make_case
from tracker.rule.refusals import Refusal
from tracker.store import database
from tracker.store.database import PRAGMAS, WAL_IS_SAFE, connect, execute, reading, rows, value, writing
from tracker.store.register import DATABASE, open_register

ASSERTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "mmap_size": 0,
}


@pytest.fixture
def db(tmp_path):
    db = connect(tmp_path / "a.db")
    execute(db, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    yield db
    db.close()


def add(db, name):
    execute(db, "INSERT INTO thing (name) VALUES (:name)", {"name": name})


def names(db):
    return [r["name"] for r in rows(db, "SELECT name FROM thing ORDER BY id")]


@pytest.mark.parametrize("pragma", sorted(ASSERTED))
def test_every_connection_has_its_pragmas(tmp_path, pragma):
    for _ in range(2):  # the one that makes the file, and one that finds it
        db = connect(tmp_path / "a.db")
        expected = ASSERTED[pragma] if pragma != "journal_mode" or WAL_IS_SAFE else "delete"
        assert value(db, f"PRAGMA {pragma}") == expected
        db.close()


def test_no_pragma_is_set_that_is_not_asserted():
    assert set(PRAGMAS) == set(ASSERTED)


def test_the_register_is_opened_by_one_library(db):
    """Two SQLite libraries in one process drop each other's locks on the file."""
    expected = "pysqlite3" if importlib.util.find_spec("pysqlite3") else "sqlite3"
    assert sqlite3.__name__.split(".")[0] == expected
    assert type(db.conn).__module__.split(".")[0] == expected


def test_a_library_with_the_wal_reset_bug_keeps_a_rollback_journal():
    assert (sqlite3.sqlite_version_info >= (3, 51, 3)) == WAL_IS_SAFE
    assert PRAGMAS["journal_mode"] == ("wal" if WAL_IS_SAFE else "delete")


def test_what_fails_midway_leaves_nothing(db):
    def act():
        with writing(db):
            add(db, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert names(db) == []
    assert not db.conn.in_transaction


def test_a_transaction_takes_the_write_lock_before_it_reads(db, tmp_path):
    """With a deferred BEGIN two that read and then write fail at once, whatever the timeout."""
    other = connect(tmp_path / "a.db")
    execute(other, "PRAGMA busy_timeout=20")
    with writing(db), pytest.raises(Refusal, match="数据库正忙"), writing(other):
        pass
    other.close()


def test_nested_use_is_one_transaction(db):
    with writing(db):
        with writing(db):
            add(db, "a")
        add(db, "b")
        assert db.conn.in_transaction
    assert names(db) == ["a", "b"]


def test_a_nested_act_that_fails_and_is_caught_leaves_nothing_and_the_rest_stands(db):
    def act():
        with writing(db):
            add(db, "half")
            raise ZeroDivisionError

    with writing(db):
        add(db, "a")
        with pytest.raises(ZeroDivisionError):
            act()
        add(db, "b")
    assert names(db) == ["a", "b"]


def test_a_nested_act_falls_with_the_whole(db):
    def act():
        with writing(db):
            with writing(db):
                add(db, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert names(db) == []


def test_several_reads_see_one_state(db, tmp_path):
    other = connect(tmp_path / "a.db")
    with reading(db):
        assert names(db) == []
        add(other, "a")
        assert names(db) == []
    assert names(db) == ["a"]
    other.close()


# What a person sees when the register cannot take it


def test_a_register_locked_for_too_long_is_said_plainly_and_keeps_no_half_case(register, home, make_actor):
    clerk = make_actor()
    other: Database = open_register(home, NOW)
    execute(register, "PRAGMA busy_timeout=20")
    before = value(register, "SELECT count(*) FROM audit")
    with writing(other), pytest.raises(Refusal, match="数据库正忙，内容未保存"):
        make_case(register, clerk, street_id=None)
    assert value(register, "SELECT count(*) FROM audit") == before
    assert make_case(register, clerk).no == "XH2026-000001"
    other.close()


def test_a_full_disk_is_said_plainly_keeps_no_half_case_and_recovers_by_itself(register, make_actor):
    clerk = make_actor()
    first = make_case(register, clerk)
    pages = value(register, "PRAGMA page_count")
    execute(register, f"PRAGMA max_page_count={pages}")

    def until_it_is_full():
        for n in range(200):
            make_case(register, clerk, NOW + timedelta(minutes=n), content="长" * 3000)

    with pytest.raises(Refusal, match="磁盘已满，内容未保存"):
        until_it_is_full()
    kept = value(register, "SELECT count(*) FROM cases")
    for sql in (
        "SELECT count(*) FROM counter WHERE last = (SELECT count(*) FROM cases)",
        "SELECT count(DISTINCT case_id) = (SELECT count(*) FROM cases) FROM deadline",
        "SELECT count(*) = (SELECT count(*) FROM cases) FROM audit WHERE act = 'register'",
    ):
        assert value(register, sql) == 1
    execute(register, "PRAGMA max_page_count=1000000")
    assert make_case(register, clerk).no == f"{first.no[:-6]}{kept + 1:06d}"


def test_the_file_holds_what_was_acknowledged(register, home, make_actor):
    no = make_case(register, make_actor()).no
    register.close()
    again = open_register(home, NOW)
    assert value(again, "SELECT no FROM cases") == no
    assert value(again, "PRAGMA integrity_check") == "ok"
    assert (home / DATABASE).exists()
    again.close()


def test_every_statement_of_the_program_is_kept_ready(monkeypatch, tmp_path):
    """The constants of the store, each a statement or a part of one: the cache of a connection holds more than that."""
    asked = {}
    real = database.sqlite3.connect
    monkeypatch.setattr(database.sqlite3, "connect", lambda *a, **k: asked.update(k) or real(*a, **k))
    database.connect(tmp_path / "a.db").close()
    files = Path(database.__file__).parent.glob("*.py")
    constants = sum(len(re.findall(r"^[A-Z_]+ = ", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in files)
    assert 128 < constants < asked["cached_statements"]

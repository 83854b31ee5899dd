"""``tracker audit verify`` as the auditor runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.factories import NOW
from tests.test_cli import tracker
from tracker.store import audit
from tracker.store.database import execute


@pytest.fixture
def trail(empty_register: Database) -> Database:
    for n in range(3):
        audit.append(empty_register, at=NOW, person_id=None, act="test", detail={"n": n})
    return empty_register


def head_of(db: Database) -> str:
    seq, seal = audit.head(db)
    return f"{seq}:{seal.hex()}"


def test_a_trail_that_holds_is_counted_and_its_head_printed(trail: Database, home: Path) -> None:
    done = tracker("audit", "verify", home=home)
    assert (done.returncode, done.stdout) == (0, f"3 条记录，全部完好\n末条 {head_of(trail)}\n")
    assert tracker("audit", "verify", "--head", head_of(trail), home=home).returncode == 0


def test_an_empty_trail_holds(empty_register: Database, home: Path) -> None:
    assert tracker("audit", "verify", home=home).stdout == "0 条记录，全部完好\n"


def test_a_changed_record_is_named_and_the_exit_is_1(trail: Database, home: Path) -> None:
    execute(trail, "DROP TRIGGER audit_no_update")
    execute(trail, "UPDATE audit SET act = 'other' WHERE seq = 2")
    done = tracker("audit", "verify", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "第 2 条记录被改动" in done.stderr


def test_a_trail_cut_short_is_found_by_the_head(trail: Database, home: Path) -> None:
    head = head_of(trail)
    execute(trail, "DROP TRIGGER audit_no_delete")
    execute(trail, "DELETE FROM audit WHERE seq = 3")
    assert tracker("audit", "verify", home=home).returncode == 0
    done = tracker("audit", "verify", "--head", head, home=home)
    assert done.returncode == 1
    assert "第 3 条记录缺失" in done.stderr


@pytest.mark.parametrize("head", ["3", "3:abc", "0:" + "0" * 64, "x:" + "0" * 64, "3:" + "g" * 64])
def test_a_head_of_another_form_is_refused(trail: Database, home: Path, head: str) -> None:
    done = tracker("audit", "verify", "--head", head, home=home)
    assert done.returncode == 2
    assert "--head" in done.stderr
    assert "tracker audit verify" in done.stderr


def test_without_a_register_nothing_is_verified_and_none_is_made(tmp_path: Path) -> None:
    done = tracker("audit", "verify", home=tmp_path / "elsewhere")
    assert done.returncode == 1
    assert "TRACKER_HOME" in done.stderr
    assert not (tmp_path / "elsewhere").exists()

"""A reminder is recorded once, whoever plans it and however often: the guard is the UNIQUE of its owed key."""

from __future__ import annotations

import threading

import pytest

from tests import factories
from tests.factories import NOW
from tests.office.cases_sql import add_case, natural
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store import reminders, schema
from tracker.store.database import OperationalError, execute, insert, rows, value
from tracker.store.register import open_register
from tracker.store.reminders import Planned


def doubles(db):
    found = rows(db, "SELECT owed_key FROM reminder GROUP BY owed_key HAVING count(*) > 1")
    return [r["owed_key"] for r in found]


@pytest.fixture
def case(register, make_person):
    for roles in (("supervisor",), ("supervisor",)):
        make_person(roles=roles)
    return add_case(register, natural("2026-06-10"), handler_id=make_person(roles=("handler",)).id)


def at_once(home, work, n: int = 4) -> None:
    """Run ``work`` in ``n`` threads with a connection each, all at the same moment."""
    start, faults = threading.Barrier(n), []

    def run() -> None:
        db = open_register(home, NOW)
        try:
            start.wait()
            work(db)
        except Exception as error:
            faults.append(error)
        finally:
            db.close()

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_planners_that_come_together_plan_once(register, home, case):
    at_once(home, lambda db: replan(db, case, NOW, "登记"))
    assert doubles(register) == []
    once = value(register, "SELECT count(*) FROM reminder")
    replan(register, case, NOW, "登记")
    assert value(register, "SELECT count(*) FROM reminder") == once > 10


def test_ticks_that_come_together_show_and_mail_once(register, home, case):
    execute(register, "UPDATE person SET email = account || '@example.gov.cn'")
    replan(register, case, NOW, "登记")
    shown = []
    at_once(home, lambda db: shown.extend(tick(db, NOW, "example.gov.cn")))
    assert sorted(one.due.rung for one in shown) == ["dispatch", "late_entry", "late_entry"]
    assert value(register, "SELECT count(*) FROM delivery") == 3


def test_without_the_guard_there_would_be_doubles_and_the_planner_refuses_to_work(tmp_path, monkeypatch):
    unguarded = tuple(
        sql.replace("owed_key TEXT NOT NULL UNIQUE", "owed_key TEXT NOT NULL") for sql in schema.MIGRATIONS[1]
    )
    assert unguarded != schema.MIGRATIONS[1]
    monkeypatch.setitem(schema.MIGRATIONS, 1, unguarded)
    db = open_register(tmp_path / "unguarded", NOW)
    person = factories.add_person(db, unit="").id
    owed = Planned("7|1|case|0|dispatch|2026-06-17T02:24:00Z|1", "dispatch", person, NOW)
    with pytest.raises(OperationalError, match="ON CONFLICT"):
        reminders.plan(db, [owed], NOW)
    for _ in range(2):
        insert(
            db,
            "INSERT INTO reminder (owed_key, rung, recipient_id, owed_at, planned_at)"
            " VALUES (:key, 'dispatch', :person, '2026-06-17T02:24:00Z', '2026-06-17T02:24:00Z')",
            {"key": owed.owed_key, "person": person},
        )
    assert doubles(db) == [owed.owed_key]
    db.close()

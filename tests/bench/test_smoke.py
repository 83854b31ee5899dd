"""The measurements of make bench, small: that they measure what they say, on every run of the tests."""

from __future__ import annotations

import re

import pytest

from tests.bench import crowding, register, registering, serving, ticking
from tests.factories import NOW
from tracker.rule.stages import RULE_1
from tracker.store import overdue
from tracker.store import overdue_sql as sql
from tracker.store.database import rows
from tracker.store.register import DATABASE
from tracker.web import context

CASES = 3000


def test_registering_is_measured_against_the_rows_that_it_wrote(tmp_path):
    found = registering.measure(tmp_path, 12)
    assert found.rows > 20
    assert found.raw > 0
    assert found.act > 0


def test_a_tick_is_measured_where_limits_pass_and_where_none_does(tmp_path):
    found = ticking.measure(tmp_path, 60, 20, idle=3)
    # In the morning the handler and the supervisor hear of each, and each has a digest besides.
    assert found.shown >= 2 * 20 + 1
    assert min(found.planned, found.raised, found.idle_ms) > 0


def test_pages_and_registering_are_measured_before_a_tick_and_during_one(tmp_path):
    found = crowding.measure(tmp_path, 60, 40, 0.5)
    assert found.shown >= 2 * 40 + 1
    assert min(one.tries for pair in (found.reading, found.registering) for one in pair) >= 2
    assert found.registering[0].p95 > 0


def test_both_pages_show_the_same_late_cases(tmp_path):
    db = register.fill(tmp_path, CASES)
    cookie = serving.signed_in(tmp_path)
    page = serving.page(tmp_path).test_client(use_cookies=False).get("/overdue", headers={"Cookie": cookie})
    bare = serving.bare(tmp_path).test_client().get("/overdue")
    numbers = [line.no for line in overdue.live(db, NOW, size=serving.SIZE)]
    assert len(numbers) == CASES * register.LATE // 100 == 30
    for answer in (page, bare):
        assert answer.status_code == 200
        assert list(dict.fromkeys(re.findall(r"XH\d{4}-\d{6}", answer.text))) == numbers
    db.close()


def test_at_any_size_the_list_and_its_counts_are_range_reads_of_one_index(tmp_path):
    db = register.fill(tmp_path, CASES)
    for statement in (sql.LIVE["due"], sql.LIVE_COUNT, sql.LIGHTS):
        names = dict.fromkeys(re.findall(r":(\w+)", statement))
        plan = [r["detail"] for r in rows(db, "EXPLAIN QUERY PLAN " + statement, names)]
        assert plan[0].startswith("SEARCH cases USING COVERING INDEX cases_next (next_due_at>?"), plan
        assert not any(step.startswith("SCAN") and "(subquery" not in step for step in plan), plan
    assert overdue.lights(db, NOW, RULE_1).overdue == CASES * register.LATE // 100
    db.close()


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
#: What the statements call a table when they read it a second time.
ALIASES = {"cases": ("repeat", "lead_case"), "deadline": ("running",), "request": ("early",), "fact": ("later",)}
#: Tables that grow with every case; the others hold what an office has decided, and are read whole.
GROWING = {"cases", "deadline", "reminder", "fact", "audit", "evidence", "complainant", "case_category", "request"}
PAGES = ("/overdue", "/overdue?light=near", "/overdue?sort=recent", "/today", "/today?scope=team", "/inbox", "/new")


@pytest.mark.parametrize("address", [*PAGES, "case"])
def test_no_page_reads_a_growing_table_from_end_to_end(tmp_path, address):
    """Every statement of the page as SQLite runs it, without statistics, as in an office. A partial index is short."""
    db = register.fill(tmp_path, CASES)
    cookie = serving.signed_in(tmp_path)
    partial = {
        r["name"] for r in rows(db, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
    }
    names = {alias: r["name"] for r in rows(db, TABLES) for alias in (r["name"], *ALIASES.get(r["name"], ()))}
    if address == "case":
        address = f"/case/{overdue.live(db, NOW)[0].no}"
    app = serving.page(tmp_path)
    statements: list[str] = []
    with app.app_context():
        context.runtime().connection(DATABASE).conn.set_trace_callback(statements.append)
    answer = app.test_client(use_cookies=False).get(address, headers={"Cookie": cookie})
    assert answer.status_code == 200
    found = [statement for statement in dict.fromkeys(statements) if statement.lstrip().startswith(("SELECT", "WITH"))]
    assert len(found) > 5
    for statement in found:
        if re.fullmatch(r"SELECT EXISTS \(SELECT 1 FROM \w+\)", statement):
            continue  # stops at the first row
        for step in (r["detail"] for r in rows(db, "EXPLAIN QUERY PLAN " + statement)):
            scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
            if scan and scan[2] not in partial:
                assert names.get(scan[1], scan[1]) not in GROWING, (step, statement)
    db.close()

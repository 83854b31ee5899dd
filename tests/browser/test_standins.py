"""代行和代班 and the decisions in a row, in a browser: axe, widths, and without JavaScript."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import closing, leading, moving, parties, standins
from tracker.office.actors import actor_for
from tracker.store import cases, features, grids
from tracker.store.database import writing
from tracker.store.grids import Grid

TODAY, FRIDAY = date(2026, 6, 17), date(2026, 6, 19)


@pytest.fixture
def office(register):
    found = an_office(register)
    with writing(register):
        features.switch(register, ("absence", "parties", "leaders", "grids"))
    return found


def asked(office):
    """Three cases, each with something that waits for a decision."""
    nos = [office.case(NOW - timedelta(hours=n)).no for n in (4, 3, 2)]
    db, who = office.db, actor_for(office.handler)
    seen = [cases.version(db, no) for no in nos]
    moving.ask_extension(db, who, nos[0], seen[0], "recheck", 3, "设备到货要等三天，经营者已书面承诺", False, NOW)
    moving.ask_suspension(db, who, nos[1], seen[1], "case", "停产检修", NOW)
    closing.ask_end(db, who, nos[2], seen[2], "not_ours", "河道归其管", NOW, receiver="区水务局")
    return nos


def shot(page, name, sight):
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"staff-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    asked(office)
    db, supervisor = office.db, actor_for(office.supervisor)
    standins.begin(
        db, supervisor, standins.DEPUTY, office.supervisor.id, office.clerk.id, TODAY, FRIDAY, NOW - timedelta(hours=1)
    )
    standins.begin(
        db, supervisor, standins.ABSENCE, office.handler.id, office.other.id, TODAY, FRIDAY, NOW - timedelta(hours=1)
    )
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for path, name in (("/standins", "standins"), ("/inbox", "inbox"), ("/today", "today")):
        page.goto(path)
        if name == "inbox":
            page.click("summary:has-text('不同意') >> nth=0")
        shot(page, name, sight)
        assert axe(page) == [], path
        assert fits(page), path
    page = enter(page, office.other)
    page.goto("/today")
    shot(page, "substitute", sight)
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_people_around_a_case_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight, make_person):
    db, boss = office.db, actor_for(office.supervisor)
    case = office.case(NOW - timedelta(days=2))
    grid = grids.add(db, Grid(0, office.street_id, "第一网格", office.other.id))
    office.case(NOW - timedelta(hours=5), grid_id=grid, handler_id=None, by_table=True)
    since = NOW - timedelta(hours=1)
    standins.begin(db, boss, standins.ABSENCE, office.handler.id, office.other.id, TODAY, FRIDAY, since)
    parties.add_co_handler(db, boss, case.no, cases.version(db, case.no), office.other.id, since)
    parties.add_party(db, boss, case.no, cases.version(db, case.no), "property", "港南物业管理有限公司", since)
    leading.put(db, boss, case.no, cases.version(db, case.no), office.supervisor.id, since)
    told = leading.Visit(since, "经营者、居委会", "夜间异味明显，车间窗户未关", "周五前加装收集设施")
    leading.visit(db, boss, case.no, cases.version(db, case.no), told, since)

    def look(page, path, name):
        page.goto(path)
        shot(page, name, sight)
        assert axe(page) == [], path
        assert fits(page), path

    page = enter(open_page("/login", sight=sight), office.supervisor)
    for act in ("visit", "lead", "co-handler", "party"):
        look(page, f"/case/{case.no}?do={act}", f"case-{act}")
    look(page, "/leaders", "leaders")
    look(page, "/streets", "grids")
    look(page, "/new", "new")
    look(enter(page, office.other), "/today", "helping")
    look(enter(page, make_person(roles=("admin",))), f"/people/{office.other.id}", "leaver")


def test_a_deputy_is_named_and_decides_without_javascript(open_page, enter, office):
    nos = asked(office)
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/standins")
    page.select_option("#f-deputy-by_id", str(office.clerk.id))
    page.fill("#f-deputy-last", "2026-06-19")
    page.click("button:has-text('指定代行人')")
    page.wait_for_selector(".done:has-text('林涛 代 李处 审批')")
    page = enter(page, office.clerk)
    page.goto("/inbox")
    page.click(f"button:has-text('同意 {nos[0]}')")
    page.wait_for_selector(".done:has-text('已同意延期')")
    page.click(f"summary:has-text('不同意 {nos[1]}')")
    page.fill(f"input[aria-label='理由 {nos[1]}']", "不需要停产")
    page.click(f"button:has-text('确认不同意 {nos[1]}')")
    page.wait_for_selector(".done:has-text('未同意中止')")
    page.goto(f"/case/{nos[0]}")
    page.wait_for_selector("text=代李处审批")

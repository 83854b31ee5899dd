"""代行和代班 and the decisions in a row, in a browser: axe, widths, and without JavaScript."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import closing, moving, standins
from tracker.office.actors import actor_for
from tracker.store import cases, features
from tracker.store.database import writing

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

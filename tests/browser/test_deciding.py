"""The decisions of intake in a browser: 不予受理 from the first word to the notice, and what comes back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.factories import NOW, add_person
from tests.rule.test_appeals import TABLE
from tests.web.given import an_office
from tracker.office import classifying, closing, deciding, returning
from tracker.office.actors import actor_for
from tracker.rule.returning import Limit
from tracker.store import features

HOUR = timedelta(hours=1)


@pytest.fixture
def office(register):
    return an_office(register)


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"intake-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_deciding_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    asked, granted, gone = (office.case(NOW - n * HOUR) for n in (1, 2, 3))
    clerk, supervisor = actor_for(office.clerk), actor_for(office.supervisor)
    for case in (asked, granted):
        reason = "只说“那边很臭”，没有地址，回拨三次未接通"
        deciding.ask_refusal(office.db, clerk, case.no, case.version, "unclear", reason, NOW)
    deciding.decide_refusal(office.db, supervisor, granted.no, granted.version + 1, True, "", NOW)
    handler = actor_for(office.handler)
    closing.ask_end(office.db, handler, gone.no, gone.version, "not_ours", "属水务部门职责", NOW, receiver="区水务局")
    closing.decide_end(office.db, supervisor, gone.no, gone.version + 1, True, "", NOW)
    other = office.case(NOW - 4 * HOUR)

    def look(page, path, name):
        page.goto(path)
        shot(page, name, sight)
        assert axe(page) == [], path
        assert fits(page), path

    page = enter(open_page("/login", sight=sight), office.supervisor)
    look(page, f"/case/{asked.no}", "refusal-to-decide")
    look(page, f"/case/{gone.no}?do=come-back", "come-back")
    page = enter(page, office.clerk)
    look(page, f"/case/{granted.no}", "notice")
    look(page, f"/case/{other.no}?do=refuse", "refuse")


def test_a_case_is_declined_by_two_persons_without_javascript(open_page, enter, office):
    case = office.case(NOW - HOUR)
    page = enter(open_page("/login", javascript=False), office.clerk)
    page.goto(f"/case/{case.no}")
    page.click("summary:has-text('更多办理')")
    page.click("summary:has-text('申请不予受理')")
    page.check("text=线索不详，无法核实")
    page.fill("#f-refuse-reason", "没有地址")
    page.click("button:has-text('申请不予受理')")
    page.wait_for_selector(".done:has-text('已申请不予受理')")
    page = enter(page, office.supervisor)
    page.goto(f"/case/{case.no}")
    page.click("button:has-text('同意不予受理')")
    page.wait_for_selector(".done:has-text('请告知投诉人')")
    page = enter(page, office.clerk)
    page.goto(f"/case/{case.no}")
    page.select_option("#f-notify-form", "电话答复")
    page.fill("#f-notify-text", "线索不详，请补充地址后再反映")
    page.click("button:has-text('记录告知')")
    page.wait_for_selector(".done:has-text('已记录告知')")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_intake_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    keeper = add_person(office.db, roles=("admin",), name="吴管理")
    admin = actor_for(keeper)
    returning.save_limits(office.db, admin, [("amount-0", Limit("12345热线", 24, "hours"))], NOW)
    order = {"channel": "12345热线", "at": NOW}
    left = office.case(NOW - HOUR, street_id=None, categories=(), **order)
    office.case(NOW - 30 * HOUR, content="饭店油烟直排，居民无法开窗", **order)
    sent = office.case(NOW - 2 * HOUR, **order)
    wrong = office.case(NOW - 3 * HOUR, grade="紧急", route="信访事项")
    asked = (office.db, actor_for(office.clerk), wrong.no, wrong.version, "咨询", "一般", "只是询问排放标准", NOW)
    classifying.ask(*asked)
    returning.send(office.db, actor_for(office.clerk), sent.no, sent.version, "area", "属邻区，已电话核实", NOW)

    def look(page, path, name):
        page.goto(path)
        shot(page, name, sight)
        assert axe(page) == [], path
        assert fits(page), path

    page = enter(open_page("/login", sight=sight), office.clerk)
    look(page, "/today", "today")
    look(page, "/new", "new")
    page.click("summary:has-text('更多')")
    page.select_option("#f-grade", "紧急")
    page.wait_for_selector("#limits:has-text('没有单独的时限规则')")
    shot(page, "new-open", sight)
    assert axe(page) == []
    look(page, f"/case/{left.no}?do=accept", "accept")
    look(page, f"/case/{left.no}?do=return-order", "return")
    page = enter(page, office.supervisor)
    look(page, f"/case/{sent.no}", "returned")
    page = enter(page, keeper)
    look(page, "/return-limits", "limits")
    page = enter(page, office.supervisor)
    look(page, f"/case/{wrong.no}", "reclassify")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_the_list_of_appeals_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    features.switch(office.db, {"appeals"})
    keeper = add_person(office.db, roles=("admin",), name="吴管理")
    page = enter(open_page("/login", sight=sight, javascript=False), keeper)
    page.goto("/appeals")
    page.fill("#f-rows", TABLE)
    page.click("button:has-text('保存为新一版')")
    page.wait_for_selector(".done:has-text('已保存第 1 版')")
    page = enter(open_page("/login", sight=sight), keeper)
    page.goto("/appeals")
    shot(page, "appeals", sight)
    assert axe(page) == []
    assert fits(page)
    page = enter(page, office.clerk)
    page.goto("/new")
    page.click("summary:has-text('更多')")
    page.fill("#f-appeal", "反映")
    page.click("text=重新查重")
    page.wait_for_selector("text=《噪声污染防治法》第四十三条")
    shot(page, "new-appeal", sight)
    assert axe(page) == []
    assert fits(page)


def test_a_case_is_accepted_with_what_was_left_open_without_javascript(open_page, enter, office):
    case = office.case(NOW - HOUR, channel="12345热线", street_id=None, categories=())
    page = enter(open_page("/login", javascript=False), office.clerk)
    page.goto("/today")
    page.click(f"#h-intake ~ table >> text={case.no}")
    page.select_option("#f-accept-street", str(office.street_id))
    page.check("#act-accept >> text=恶臭异味")
    page.fill("#f-accept-source_due_at", "06-22 18:00")
    page.click("button:has-text('受理')")
    page.wait_for_selector(".done:has-text('已受理，时限不变')")

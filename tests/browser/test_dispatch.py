"""派单: the table, the proposal, 签收 and 退回派单, in a browser with and without JavaScript."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import dispatch
from tracker.office import handlers as office_handlers
from tracker.office.actors import actor_for
from tracker.rule.dispatch import Line


@pytest.fixture
def office(register):
    """An office with a table of handlers."""
    found = an_office(register)
    table = [
        ("street", Line(found.street_id, None, found.handler.id)),
        ("kind-1", Line(found.street_id, "51", found.other.id)),
    ]
    office_handlers.save(found.db, actor_for(found.supervisor), table, NOW)
    return found


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"dispatch-{name}-{sight}.png", full_page=True)


def test_on_a_phone_each_choice_of_the_table_has_the_whole_width(open_page, enter, office):
    page = enter(open_page("/login", sight="phone"), office.supervisor)
    page.goto("/streets")
    widths = page.evaluate("[...document.querySelectorAll('.even select')].map(it => it.offsetWidth)")
    assert min(widths) > 260
    told = page.evaluate("getComputedStyle(document.querySelector('.even td[data-l]'), '::before').content")
    assert told == '"污染类别"', "without the heading of the table each choice says what it is"


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_dispatching_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    case, other = office.case(NOW - timedelta(hours=3)), office.case(NOW - timedelta(hours=2))
    dispatch.give_back(office.db, actor_for(office.handler), other.no, other.version, "other", "已由二中队受理", NOW)

    def look(page, path, name):
        page.goto(path)
        shot(page, name, sight)
        assert axe(page) == [], path
        assert fits(page), path

    page = enter(open_page("/login", sight=sight), office.supervisor)
    look(page, "/streets", "table")
    look(page, "/today", "returned")
    late = office.case(NOW - timedelta(days=3))
    look(page, f"/overdue?who={office.handler.id}", "list")
    look(page, f"/reassign?no={late.no}&no={case.no}&from=overdue", "reassign")
    look(page, f"/reassign?who={office.handler.id}", "hand-over")
    page.goto("/new")
    page.fill("#f-street", "xg")
    page.click("text=重新查重")
    page.wait_for_selector("text=自动派给 王建国")
    shot(page, "proposal", sight)
    assert axe(page) == []
    page = enter(page, office.handler)
    look(page, "/today", "unsigned")
    look(page, f"/case/{case.no}?do=return", "sign")


def test_a_handler_signs_with_one_tap_and_gives_back_with_three_without_javascript(open_page, enter, office):
    first, second = office.case(NOW - timedelta(hours=3)), office.case(NOW - timedelta(hours=2))
    page = enter(open_page("/login", sight="phone", javascript=False), office.handler)
    page.goto(f"/case/{first.no}")
    page.click("button:has-text('签收')")
    page.wait_for_selector(".done:has-text('已签收')")
    page.goto(f"/case/{second.no}")
    page.click("summary:has-text('退回派单')")
    page.check("text=不属本人职责")
    page.click("button:has-text('退回派单')")
    page.wait_for_selector(".done:has-text('等待另派')")


def test_the_proposal_comes_up_while_the_street_is_typed(open_page, enter, office):
    page = enter(open_page("/login"), office.clerk)
    page.goto("/new")
    page.fill("#f-phone", "13800000000")
    page.fill("#f-street", "xg")
    page.wait_for_selector("#limits:has-text('自动派给 王建国')")
    page.fill("#f-categories", "51")
    page.wait_for_selector("#limits:has-text('自动派给 陈晓')")


def test_a_supervisor_reassigns_everything_of_one_handler_without_javascript(open_page, enter, office):
    for days in (2, 3):
        office.case(NOW - timedelta(days=days))
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto(f"/overdue?who={office.handler.id}")
    page.click("text=改派此人全部在办件")
    page.click("button:has-text('确认改派')")
    page.wait_for_selector(".es:has-text('所选承办人不在岗')")
    page.select_option("#f-handler_id", str(office.other.id))
    page.fill("#f-reason", "调离")
    page.click("button:has-text('确认改派')")
    page.wait_for_selector(".done:has-text('已将 2 件改派给 陈晓')")

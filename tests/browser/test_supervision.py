"""Journey 11, and how the pages of supervision look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.web.given import an_office
from tracker.store.database import execute


@pytest.fixture
def office(register):
    office = an_office(register)
    for n in range(2, 8):
        office.case(NOW - timedelta(days=n))
    return office


def test_three_cases_are_urged_in_five_actions(open_page, enter, office):
    page = enter(open_page("/login"), office.supervisor)
    page.goto("/overdue")
    for key in "xjx":
        page.keyboard.press(key)
    page.click("text=催办所选")
    page.wait_for_selector("text=催办（2件）")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=催办 2 件")
    page.click("text=撤销")
    page.wait_for_function("!document.body.textContent.includes('催办 2 件')")


def test_it_works_without_javascript(open_page, enter, office):
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/overdue")
    page.click("text=催办所选")
    page.click("text=请先勾选案件")
    for box in page.query_selector_all("input[name=no]")[:3]:
        box.check()
    page.click("text=催办所选")
    page.click("text=确认")
    page.wait_for_selector("text=催办 3 件")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), office.supervisor)
    page.goto("/overdue")
    shot(page, "/urge-list", sight)
    assert axe(page) == []
    assert fits(page)
    page.check("input[name=no] >> nth=0")
    page.check("input[name=no] >> nth=1")
    page.click("text=催办所选")
    page.wait_for_selector("h1")
    shot(page, "/urge-preview", sight)
    assert axe(page) == []
    assert fits(page)
    page.click("text=确认")
    page.wait_for_selector("[role=status]")
    shot(page, "/urge-going", sight)
    assert axe(page) == []
    assert fits(page)


@pytest.fixture
def called(register, office):
    """Two cases that were closed."""
    for case in (office.case(NOW - timedelta(days=1)), office.case(NOW - timedelta(days=1))):
        execute(
            register,
            "UPDATE cases SET state = 'closed', next_due_at = NULL, next_limit = NULL, closed_at = :at WHERE id = :id",
            {"id": case.id, "at": "2026-06-17T01:00:00Z"},
        )
    return office


def test_a_call_back_takes_two_keys_once_the_number_is_shown(open_page, enter, called):
    page = enter(open_page("/login"), called.clerk)
    page.goto("/callback")
    page.wait_for_selector("button:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("a[href^='tel:']")
    page.wait_for_selector("input:focus")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=：基本满意")
    page.wait_for_selector("text=待回访 1 件")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_call_back_breaks_no_rule_of_axe_and_fits(open_page, enter, called, axe, fits, sight):
    page = enter(open_page("/login", sight=sight, javascript=sight != "dark"), called.clerk)
    page.goto("/callback")
    shot(page, "/callback", sight)
    page.click("text=显示号码")
    page.wait_for_selector("a[href^='tel:']")
    page.check("input[value='不满意']")
    page.click("text=记录，下一件")
    page.wait_for_selector("[role=alert] >> text=不满意的")
    shot(page, "/callback-error", sight)
    if sight != "dark":
        assert axe(page) == []
        assert fits(page)

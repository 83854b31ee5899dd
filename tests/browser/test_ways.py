"""A link of a reminder, opened by somebody who is not signed in: then its form is open, in view and focused."""

from __future__ import annotations

import pytest

from tests.browser.conftest import shot
from tests.conftest import LOOPBACK
from tests.factories import PASSWORD
from tracker.office import closing
from tracker.office.actors import actor_for

SIGHTS = [("light", True), ("light", False), ("phone", True), ("phone", False)]
BOX = "at => { const box = at.getBoundingClientRect(); return [Math.round(box.top), Math.round(box.bottom)]; }"


@pytest.fixture
def boss(make_person):
    return make_person(name="李处", roles=("supervisor",))


def followed(open_page, path, person, sight="light", javascript=True):
    page = open_page(path, sight=sight, javascript=javascript)
    assert "/login" in page.url
    page.fill("#f-account", person.account)
    page.fill("#f-password", PASSWORD)
    page.click("main button:has-text('登录')")
    page.wait_for_load_state()
    return page


def in_view(page, at):
    top, bottom = at.evaluate(BOX)
    assert 0 <= top < bottom <= page.viewport_size["height"], (top, bottom)


def lands(page, name, form):
    """The element of this id has the focus and stands in view, and so does the beginning of the form below it."""
    assert page.evaluate("document.activeElement.id") == name
    in_view(page, page.locator(f"#{name}"))
    first = page.locator(f"form[action*='{form}'] >> css=input:visible, select:visible, textarea:visible").first
    assert first.is_visible()
    in_view(page, first)


@pytest.mark.parametrize(("sight", "javascript"), SIGHTS)
def test_a_stage_behind_another_opens_its_own_form(open_page, site_case, inspector, sight, javascript):
    case = site_case(talked=False)
    page = followed(open_page, f"/case/{case.no}/do/inspection", inspector, sight, javascript)
    assert "先行联系" in page.locator("#h-act").inner_text()
    lands(page, "s-inspection", "/stage/inspection")
    shot(page, f"way-inspection-{sight}-{javascript}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('form').action").endswith("/stage/inspection")


@pytest.mark.parametrize(("sight", "javascript"), SIGHTS)
def test_a_decision_opens_where_it_is_given(open_page, site_case, inspector, boss, register, clock, sight, javascript):
    case = site_case(talked=False)
    asks = actor_for(inspector, LOOPBACK)
    closing.ask_end(register, asks, case.no, case.version, "not_ours", "河道归其管", clock(), receiver="区水务局")
    page = followed(open_page, f"/case/{case.no}/do/decide-end", boss, sight, javascript)
    lands(page, "h-review", "/end/decide")
    shot(page, f"way-decide-{sight}-{javascript}")


def test_a_limit_of_a_handler_leads_the_supervisor_to_urging(open_page, site_case, boss, axe):
    case = site_case()
    page = followed(open_page, f"/case/{case.no}/do/inspection?from=inbox", boss, "phone")
    assert page.evaluate("document.activeElement.textContent") == "确认"
    assert axe(page) == []


def test_an_act_of_somebody_else_is_told_first_with_what_is_left(open_page, site_case, make_person, axe, fits):
    case = site_case()
    clerk = make_person(name="孙登", roles=("clerk",))
    page = followed(open_page, f"/case/{case.no}/do/inspection", clerk, "phone")
    assert page.evaluate("document.activeElement.id") == "h-asked"
    assert "这一项由王建国办理" in page.locator("#h-asked").inner_text()
    assert axe(page) == []
    assert fits(page)
    shot(page, "way-told")
    page.click("#h-asked a")
    lands(page, "s-note", "/note")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_with_a_fragment_that_was_sent_before_keeps_it_through_the_sign_in(
    open_page, site_case, inspector, javascript
):
    case = site_case(talked=False)
    page = followed(open_page, f"/case/{case.no}#h-act", inspector, "phone", javascript)
    assert page.url.endswith(f"/case/{case.no}#h-act")
    lands(page, "h-act", "/stage/contact")

"""提醒 and 发送情况, and the calendar's address, in every light and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import closing, raising
from tracker.office.actors import actor_for
from tracker.store.database import execute

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(register):
    office = an_office(register)
    execute(register, "UPDATE person SET email = account || '@example.gov.cn'")
    cases = [office.case(NOW - n * DAY - HOUR) for n in range(5)]
    asks = actor_for(office.handler)
    closing.ask_end(register, asks, cases[0].no, cases[0].version, "not_ours", "转交", NOW, receiver="区建设管理委")
    raising.tick(register, NOW, "example.gov.cn")
    execute(register, "UPDATE delivery SET sent_at = try_after WHERE id % 2 = 1")
    execute(
        register, "UPDATE delivery SET dead = 1, tries = 1, failed = 1, answer = '550 no user' WHERE sent_at IS NULL"
    )
    return office


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_reminders_break_no_rule_of_axe_and_fit(open_page, enter, axe, fits, office, sight):
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for path in ("/inbox", "/inbox/sent?day=2026-06-17", "/inbox/sent?day=2026-01-01", "/inbox/sent?day=x"):
        page.goto(path)
        assert axe(page) == []
        assert fits(page)
        shot(page, path.replace("?", "-"), sight)
    page = enter(open_page("/login", sight=sight), office.handler)
    for path in ("/inbox", "/me/calendar"):
        page.goto(path)
        assert axe(page) == []
        assert fits(page)
        shot(page, f"handler{path}", sight)


def test_a_calendar_address_is_made_and_switched_off_without_javascript(open_page, enter, office, axe):
    page = enter(open_page("/login", javascript=False), office.handler)
    page.goto("/me")
    page.get_by_role("link", name="日历订阅").click()
    page.get_by_role("button", name="生成订阅地址").click()
    address = page.locator("#f-address").input_value()
    assert page.request.get(address[address.index("/calendar/") :]).status == 200
    page.get_by_role("button", name="停用").click()
    assert page.locator("#f-address").count() == 0
    assert page.request.get(address[address.index("/calendar/") :]).status == 404


def test_a_supervisor_looks_for_what_failed(open_page, enter, office):
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/inbox")
    page.get_by_role("link", name="发送情况").click()
    page.locator(".strip a", has_text="发送失败").click()
    assert "state=failed" in page.url
    assert page.locator("tbody tr").count() > 0
    assert page.locator("tbody .lt:not(.lt-r)").count() == 0
    page.locator("#f-who").select_option(label="王建国")
    page.get_by_role("button", name="筛选").click()
    assert "who=" in page.url
    assert "day=2026-06-17" in page.url


def test_what_was_given_up_is_sent_again_without_javascript(open_page, enter, office, fits):
    page = enter(open_page("/login", javascript=False, sight="phone"), office.supervisor)
    page.goto("/inbox/sent?day=2026-06-17&state=failed")
    page.get_by_role("button", name="重新发送给").first.click()
    assert page.get_by_role("status").inner_text() == "1 条将重新发送"
    execute(office.db, "UPDATE delivery SET dead = 1 WHERE sent_at IS NULL")
    page.reload()
    page.get_by_role("button", name="全部重新发送").click()
    assert "条将重新发送" in page.get_by_role("status").inner_text()
    assert page.get_by_role("button", name="重新发送").count() == 0
    execute(office.db, "UPDATE delivery SET dead = 1, answer = 'withdrawn:handed_on' WHERE sent_at IS NULL")
    page.goto("/inbox/sent?day=2026-06-17&state=unneeded")
    assert "已不需要发送：已不由其办理" in page.locator("tbody").inner_text()
    assert fits(page)
    shot(page, "/inbox/sent-unneeded", "phone")

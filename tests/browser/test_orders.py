"""督办 and cards in a browser: how they look, that they fit, and that they break no rule of axe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import cards, orders
from tracker.office.actors import actor_for
from tracker.store import cases, features
from tracker.store.database import writing

DAY = timedelta(days=1)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_supervision_break_no_rule_of_axe_and_fit(open_page, enter, register, axe, fits, sight):
    with writing(register):
        features.switch(register, {"supervision"})
    office = an_office(register)
    nos = [office.case(NOW - n * DAY).no for n in range(2, 9)]
    boss = actor_for(office.supervisor)
    for colour, reason in (("yellow", "两次催办未办"), ("red", "仍未联系投诉人")):
        cards.give(register, boss, nos[-1], cases.version(register, nos[-1]), colour, reason, NOW)
    for no in nos[-2:]:
        text = "三日内书面说明未联系的原因，附整改照片"
        orders.give(register, boss, no, cases.version(register, no), text, NOW + DAY, NOW)
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for name, path in (
        ("overdue", "/overdue"),
        ("cards", "/cards"),
        ("orders", "/orders"),
        ("case", f"/case/{nos[-1]}?from=orders"),
        ("forms", f"/case/{nos[0]}?do=card"),
    ):
        page.goto(path)
        shot(page, f"/supervision-{name}", sight)
        assert axe(page) == [], path
        assert fits(page), path
    page.goto(f"/case/{nos[0]}?do=order")
    page.fill("[name=order-text]", "说明原因")
    page.click("#act-order button")
    page.wait_for_selector("[role=alert] >> text=请填写督办期限")
    assert axe(page) == []


def test_a_case_is_ordered_answered_and_accepted_without_javascript(open_page, enter, register):
    with writing(register):
        features.switch(register, {"supervision"})
    office = an_office(register)
    no = office.case(NOW - DAY).no
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto(f"/case/{no}?do=order")
    page.fill("[name=order-text]", "说明原因")
    page.fill("[name=order-due_at]", "06-20")
    page.click("#act-order button")
    page.wait_for_selector("text=已督办，各阶段的时限不变")
    page = enter(open_page("/login", javascript=False), office.handler)
    page.goto(f"/case/{no}")
    page.fill("[name=answer-text]", "已联系")
    page.click("section[aria-labelledby=h-order] button")
    page.wait_for_selector("text=已答复督办，等待认可")
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto(f"/case/{no}")
    page.click("button[value=accept]")
    page.wait_for_selector("text=已认可，督办了结")

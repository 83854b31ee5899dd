"""The reply in a real browser: a template used without JavaScript, the text copied, and how the pages look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tests.office.entries import REPLY
from tests.web.given import an_office
from tracker.office import closing
from tracker.office.actors import actor_for
from tracker.store import features, replies
from tracker.store.database import writing
from tracker.store.replies import Template


@pytest.fixture
def office(register):
    office = an_office(register)
    features.switch(register, {"replies"})
    with writing(register):
        replies.put(register, [Template(0, "异味", "11", "您反映的【地点】异味已查，【检查日期】检查。")])
    for n in range(1, 4):
        office.case(NOW - timedelta(days=n))
    answered = office.case(NOW - timedelta(hours=2), channel="12345热线", source_no="A1")
    by = actor_for(office.handler, LOOPBACK)
    closing.reply(register, by, answered.no, answered.version, REPLY, NOW, "", NOW)
    return office


def test_a_template_is_used_and_the_empty_place_named_without_javascript(open_page, enter, office):
    page = enter(open_page("/login", javascript=False), office.handler)
    page.goto("/unreplied")
    page.click("main table a >> nth=0")
    page.click("#act-reply .bar a")
    assert page.input_value("#f-reply-text") == "您反映的港南路88号异味已查，【检查日期】检查。"
    page.select_option("#f-reply-form", "电话答复")
    page.click("text=记录答复")
    assert "答复里还有没有填的：【检查日期】" in page.inner_text(".es")


def test_the_reply_is_copied_with_one_click(open_page, enter, office):
    page = enter(open_page("/login"), office.handler)
    page.goto("/unreplied")
    page.click("table >> nth=1 >> a")
    page.click("text=复制")
    page.wait_for_selector("text=已复制")
    assert page.evaluate("getSelection().toString()").strip() == REPLY.text


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for path in ("/unreplied", "/replies"):
        page.goto(path)
        shot(page, path, sight)
        assert axe(page) == [], path
        assert fits(page), path
    page.goto("/unreplied")
    page.click("table >> nth=1 >> a")
    shot(page, "/reply-given", sight)
    assert axe(page) == []
    assert fits(page)

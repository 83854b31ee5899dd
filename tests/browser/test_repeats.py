"""Repeats in a browser: joined, linked and taken back, without JavaScript and on a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.browser.conftest import SIGHTS
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tests.office.entries import FACTS, REPLY, entry_of
from tracker.office import closing, linking, stages
from tracker.office.actors import actor_for
from tracker.store import cases, features
from tracker.store.database import writing
from tracker.store.register import attachments

HOUR = timedelta(hours=1)
CAST = (("林涛", ("clerk",)), ("王建国", ("handler",)), ("李处", ("supervisor",)), ("赵科", ("supervisor",)))


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"repeats-{name}-{sight}.png", full_page=True)


class Place:
    """A place about which several citizens complain."""

    def __init__(self, register, home, make_person):
        self.db, self.home = register, home
        self.people = {name: make_person(name=name, roles=roles, unit="执法二中队") for name, roles in CAST}

    def actor(self, name):
        return actor_for(self.people[name], LOOPBACK)

    def case(self, at=NOW - 2 * HOUR, **changes):
        told = {
            "content": "塑料制品厂异味扰民，夜间更明显。附近居民窗户不能开。",
            "handler_id": self.people["王建国"].id,
        }
        return factories.make_case(self.db, self.actor("林涛"), at, **{**told, **changes}).no

    def version(self, no):
        return cases.version(self.db, no)

    def record(self, no, key, at):
        home = attachments(self.home)
        stages.record(self.db, home, self.actor("王建国"), no, self.version(no), FACTS[key], entry_of(at), at)

    def close(self, no, at):
        for key in FACTS:
            self.record(no, key, at)
        closing.reply(self.db, self.actor("王建国"), no, self.version(no), REPLY, at, "", at)
        closing.apply_close(self.db, self.actor("王建国"), no, self.version(no), "", at)
        closing.close(self.db, self.actor("李处"), no, self.version(no), "", at)


@pytest.fixture
def place(register, home, make_person):
    return Place(register, home, make_person)


@pytest.mark.parametrize("sight", ["light", "phone"])
def test_a_case_is_joined_and_taken_out_without_javascript(open_page, enter, place, fits, sight):
    lead = place.case()
    no = place.case(NOW - HOUR, phone="13900000001")
    page = enter(open_page(sight=sight, javascript=False), place.people["林涛"])
    page.goto(f"/case/{no}?do=join")
    shot(page, "join", sight)
    page.click("#act-join button")
    assert "请选择要并入的件" in page.inner_text(".es")
    page.check(f"#act-join input[value={lead}]")
    page.click("#act-join button")
    assert f"已并入 {lead}" in page.inner_text("main")
    page.click("text=撤销并入")
    assert "已撤销并入，时限不变" in page.inner_text("main")
    assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_page_with_repeats_is_accessible_in_every_state(open_page, enter, place, axe, fits, sight):
    closed = place.case(NOW - 30 * HOUR)
    place.close(closed, NOW - 28 * HOUR)
    place.case(NOW - 29 * HOUR, phone="13900000002")
    lead = place.case(NOW - 20 * HOUR, phone="13900000003")
    place.record(lead, "inspection", NOW - 19 * HOUR)
    no = place.case(NOW - HOUR, lead_no=lead)
    linking.link(place.db, place.actor("林涛"), no, place.version(no), closed, "上月已处罚", NOW)
    page = enter(open_page(sight=sight), place.people["林涛"])
    for name, one in (("joined", no), ("lead", lead)):
        page.goto(f"/case/{one}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        shot(page, name, sight)
        assert axe(page) == []
        assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_group_case_is_taken_down_and_marked(open_page, enter, place, register, axe, fits, sight):
    with writing(register):
        features.switch(register, {"groups"})
    no = place.case(heads=20)
    page = enter(open_page(sight=sight), place.people["林涛"])
    for path in (f"/case/{no}?do=group", "/new", "/today?scope=all"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('.folds details').forEach(one => { one.open = true })")
        shot(page, f"group{path.split('/')[1].split('?')[0]}", sight)
        assert "群体" in page.inner_text("main")
        assert axe(page) == []
        assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_one_visit_for_several_cases_and_an_earlier_one_cited(open_page, enter, place, axe, fits, sight):
    first, second = place.case(), place.case(NOW - HOUR, phone="13900000001")
    old = place.case(NOW - HOUR, phone="13900000002", received_at=NOW - 100 * HOUR)
    page = enter(open_page(sight=sight, javascript=sight != "light"), place.people["王建国"])
    page.goto(f"/case/{first}")
    if page.locator("details#act-inspection:not([open]) > summary").count():
        page.click("#act-inspection > summary")
    page.fill("#f-inspection-happened_at", "06-17 10:00")
    page.fill("#f-inspection-officers", "王建国、周明")
    page.select_option("#f-inspection-mode", "现场")
    page.select_option("#f-inspection-finding", "属实")
    page.fill("#f-inspection-note", "厂界有明显异味")
    page.fill("#f-inspection-no_demand", "已停产")
    page.fill("#f-inspection-reason", "没有照片")
    for no in (second, old):
        page.check(f"input[name=inspection-others][value={no}]")
    if sight == "phone":
        shot(page, "visit", sight)
    button = "form[action*='/stage/inspection'] button[value=done]"
    page.click(button)
    assert f"{old}：本阶段已超期" in page.inner_text(".es")
    shot(page, "visit", sight)
    if sight != "light":
        assert axe(page) == []
    assert fits(page)
    page.select_option("#f-inspection-late_cause", "人手不足")
    page.click(button)
    page.goto(f"/case/{old}")
    assert f"与 {first} 同一次检查" in page.inner_text("main")
    later = place.case(NOW, phone="13900000003")
    page.goto(f"/case/{later}?do=cite")
    page.check("input[name=cite-source] >> nth=0")
    shot(page, "cite", sight)
    if sight != "light":
        assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_an_order_that_comes_again_is_recorded_from_the_register_form(open_page, enter, place, axe, fits, sight):
    no = place.case(NOW - 50 * HOUR, source_no="SH2026-77", source_due_at=NOW + 90 * HOUR)
    for key in ("contact", "inspection"):
        place.record(no, key, NOW - 49 * HOUR)
    page = enter(open_page("/new", sight=sight, javascript=sight != "light"), place.people["林涛"])
    page.goto("/new")
    page.select_option("#f-channel", "12345热线")
    for name, text in (("phone", "13800000000"), ("place", "港南路88号"), ("content", "异味又来了")):
        page.fill(f"#f-{name}", text)
    page.click("text=来源编号、应反时间")
    page.fill("#f-source_no", "SH2026-77")
    page.fill("#f-source_due_at", "06-22 17:00")
    page.click("button:has-text('登记并派单')")
    shot(page, "known", sight)
    page.click("text=来源重新交办的")
    assert page.input_value("#f-again-source_due_at") == "06-22 17:00"
    page.fill("#f-again-dispatched_at", "06-17 09:00")
    shot(page, "again", sight)
    if sight != "light":
        assert axe(page) == []
    page.click("#act-again button")
    assert "请写明来源重新交办的理由" in page.inner_text(".es")
    page.fill("#f-again-reason", "市民再次来电，称异味未消除")
    page.click("#act-again button")
    assert "第2轮从派单时间起算" in page.inner_text("main")
    shot(page, "ordered", sight)
    assert fits(page)

"""What moves a due time, in a browser: asked, granted, suspended, resumed, without JavaScript and on a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.browser.conftest import SIGHTS
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tracker.office import moving
from tracker.office.actors import actor_for

HOUR = timedelta(hours=1)


@pytest.fixture
def people(make_person):
    cast = (("林涛", ("clerk",)), ("王建国", ("handler",)), ("李处", ("supervisor",)), ("赵科", ("supervisor",)))
    return {name: make_person(name=name, roles=roles, unit="执法二中队") for name, roles in cast}


@pytest.fixture
def no(register, people):
    """A case of 王建国, two days old; its first stage is late."""
    clerk = actor_for(people["林涛"], LOOPBACK)
    at = NOW - timedelta(days=2)
    return factories.make_case(
        register,
        clerk,
        at,
        content="塑料制品厂异味扰民，夜间更明显。附近居民窗户不能开。",
        handler_id=people["王建国"].id,
        source_due_at=NOW + timedelta(days=9),
    ).no


@pytest.fixture
def acts(register, people, no):
    """Act on the case: ``acts(moving.resume, "王建国", "")``."""

    def act(do, who, *said, at=NOW - HOUR):
        version = register.execute("SELECT version FROM cases").fetchone()[0]
        do(register, actor_for(people[who], LOOPBACK), no, version, *said, at)

    return act


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"moving-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", ["light", "phone"])
def test_an_extension_is_asked_and_granted_without_javascript(open_page, enter, people, no, fits, sight):
    page = enter(open_page(sight=sight, javascript=False), people["王建国"])
    page.goto(f"/case/{no}")
    page.click("#act-extend > summary")
    page.select_option("#f-extend-stage", "inspection")
    page.fill("#f-extend-days", "三")
    page.fill("#f-extend-reason", "涉及多家企业，需逐户排查")
    shot(page, "ask", sight)
    page.click("#act-extend button")
    assert "延期天数应为 1 到 60 的整数" in page.inner_text(".es")
    page.fill("#f-extend-days", "3")
    page.click("#act-extend button")
    assert "已申请延期，等待审批" in page.inner_text("main")
    page = enter(open_page(sight=sight, javascript=False), people["李处"])
    page.goto(f"/case/{no}")
    page.check("#f-decide-extension-told")
    page.click("text=同意延期")
    assert "延期后应完成" in page.inner_text(".st4")
    assert fits(page)
    shot(page, "granted", sight)


STATES = {
    "asked": (("王建国", "recheck"), None),
    "suspended": (None, "grant"),
    "resumed": (("王建国", "recheck"), "resume"),
}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(open_page, enter, people, no, acts, axe, fits, state, sight):
    extension, pause = STATES[state]
    if extension:
        acts(moving.ask_extension, "王建国", "recheck", 5, "等待企业停产检修结束", False)
    if pause == "resume":
        acts(moving.decide_extension, "李处", True, "", False)
    if pause:
        acts(moving.ask_suspension, "王建国", "case", "企业停产检修，现场无法检查")
        acts(moving.decide_suspension, "李处", True, "")
    if pause == "resume":
        acts(moving.resume, "王建国", "已复产", at=NOW)
    page = enter(open_page(sight=sight), people["李处"])
    page.goto(f"/case/{no}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    shot(page, state, sight)
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_day_shows_what_stands_still_and_whose_extension_waits(
    open_page, enter, register, people, no, acts, axe, fits, sight
):
    acts(moving.ask_suspension, "王建国", "case", "企业停产检修，现场无法检查")
    acts(moving.decide_suspension, "李处", True, "")
    clerk, handler = (actor_for(people[name], LOOPBACK) for name in ("林涛", "王建国"))
    other = factories.make_case(register, clerk, NOW - HOUR, handler_id=handler.person_id, content="夜间施工扰民")
    moving.ask_extension(register, handler, other.no, other.version, "contact", 2, "投诉人出差", False, NOW)
    page = enter(open_page(sight=sight), people["李处"])
    page.goto("/today")
    shot(page, "today", sight)
    assert no in page.inner_text("section[aria-labelledby=h-paused]")
    assert "延期待批" in page.inner_text("main")
    assert axe(page) == []
    assert fits(page)

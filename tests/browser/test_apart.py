"""超期清单 with other limits among the stages, and 中止清单, in light, dark, on a phone and on paper."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import clocks, desk, moving
from tracker.office.actors import actor_for
from tracker.store import features
from tracker.store.database import writing

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    """Late by 督办, by 信访告知 and by a stage; two that stand still, one of them for the second time."""
    features.switch(register, ("clocks",))
    found = an_office(register)
    boss, handler = (actor_for(one, LOOPBACK) for one in (found.supervisor, found.handler))
    for n, kind in enumerate(("supervise", "own")):
        case = found.case(NOW - timedelta(hours=4))
        with writing(register):
            due = NOW - (3 - n) * DAY
            begun = case.received_at - 4 * DAY
            said = {"due_at": due, "source": "区督查室", "label": "市局专项督查反馈", "starts_at": begun}
            clocks.start(register, boss, case.id, kind, NOW, **said)
            desk.follow(register, case.id, NOW, "clock")
    found.case(NOW - 5 * DAY)
    for days in (9, 6):
        no = found.case(NOW - days * DAY).no
        at = NOW - (days - 2) * DAY
        seen = partial(version, register, no)
        moving.ask_suspension(register, handler, no, seen(), "case", "停产检修", at)
        moving.decide_suspension(register, boss, no, seen(), True, "", at)
        if days == 9:
            moving.resume(register, handler, no, seen(), "", at + DAY)
            moving.ask_suspension(register, handler, no, seen(), "case", "等待处置", at + 3 * DAY)
            moving.decide_suspension(register, boss, no, seen(), True, "", at + 3 * DAY)
    return found


def version(db, no):
    return desk.read(db, no).case.version


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"apart-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_other_limits_stand_by_their_names_and_are_counted_apart(open_page, enter, office, fits, axe, sight):
    page = enter(open_page(sight=sight), office.supervisor)
    page.goto("/overdue")
    assert "其中其他时限 2 件" in page.inner_text("main")
    assert fits(page)
    assert axe(page) == []
    shot(page, "list", sight)
    page.click("text=其中其他时限")
    assert page.locator("tbody tr").count() == 2


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_lamp_leads_to_what_stands_still(open_page, enter, office, fits, axe, sight):
    page = enter(open_page(sight=sight, javascript=False), office.supervisor)
    page.goto("/today?scope=team")
    page.click(".strip a:has-text('中止')")
    assert page.locator("tbody tr").count() == 2
    assert "总用时" in page.inner_text("main") or sight == "phone"
    assert fits(page)
    shot(page, "paused", sight)
    page.fill("#f-q", "无此件")
    page.click("button:has-text('筛选')")
    assert "没有符合条件的件" in page.inner_text("main")
    page = enter(open_page("/overdue?light=paused", sight=sight), office.supervisor)
    page.goto("/overdue?light=paused")
    assert axe(page) == []


def test_the_register_form_takes_one_more_limit(open_page, enter, office, fits, axe):
    page = enter(open_page(sight="phone"), office.clerk)
    page.goto("/new")
    page.click("summary:has-text('更多')")
    page.fill("#f-clock_label", "市局专项")
    assert fits(page)
    assert axe(page) == []
    shot(page, "new", "phone")

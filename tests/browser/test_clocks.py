"""其他时限 in a browser: six of them on one page, set and met without JavaScript, in light, dark and on a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.browser.conftest import SIGHTS
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tracker.office import clocking
from tracker.office.actors import actor_for
from tracker.office.stages import Around
from tracker.rule.clock_acts import Wanted
from tracker.store import features
from tracker.store.register import attachments

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def people(make_person):
    cast = (("林涛", ("clerk",)), ("王建国", ("handler",)), ("李处", ("supervisor",)), ("赵科", ("supervisor",)))
    return {name: make_person(name=name, roles=roles, unit="执法二中队") for name, roles in cast}


@pytest.fixture
def no(register, people):
    """A case of 王建国 with the limit of its source, in an office that uses other clocks."""
    features.switch(register, ("clocks",))
    clerk = actor_for(people["林涛"], LOOPBACK)
    at = NOW - timedelta(days=2)
    content = "塑料制品厂异味扰民，夜间更明显。附近居民窗户不能开。"
    handler = people["王建国"].id
    return factories.make_case(register, clerk, at, content=content, handler_id=handler, source_due_at=NOW + HOUR).no


@pytest.fixture
def six(register, people, no, home):
    """Five more clocks run on it, and one is met."""

    def act(do, who, *said):
        version = register.execute("SELECT version FROM cases").fetchone()[0]
        return do(register, actor_for(people[who], LOOPBACK), no, version, *said, NOW - HOUR)

    own = {"source": "市生态环境局督查室来函〔2026〕31号", "reason": "市局督办件"}
    for wanted in (
        Wanted("tell", reason="信访件"),
        Wanted("settle", reason="信访件"),
        Wanted("own", label="市局专项督查反馈", due_at=NOW - timedelta(minutes=20), **own),
        Wanted("own", label="人大建议答复", source="区人大", days=10, convention="working", reason="代表建议"),
        Wanted("own", label="媒体回应", source="区委宣传部", due_at=NOW + 3 * DAY, reason="舆情"),
        Wanted("own", label="省厅交办", source="省厅", due_at=NOW + 4 * DAY, reason="交办"),
    ):
        folder = act(clocking.add, "王建国", wanted)
    last = max(one.id for one in folder.outside)
    around = Around(NOW - HOUR, note="已函复省厅")
    act(lambda db, who, no, seen, at: clocking.meet(db, attachments(home), who, no, seen, last, around, at), "王建国")
    return no


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"clocks-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_six_clocks_stand_worst_first_and_the_stages_first_of_all(open_page, enter, people, six, fits, axe, sight):
    page = enter(open_page(sight=sight), people["李处"])
    page.goto(f"/case/{six}")
    names = page.locator("#h-clocks ~ .clocks > li a").all_inner_texts()
    assert names == ["市局专项督查反馈", "12345热线应反", "媒体回应", "信访告知", "人大建议答复", "信访办结"]
    assert page.locator(".st4 > li").count() == 4
    assert page.is_hidden(".clocks a:has-text('省厅交办')")
    assert fits(page)
    assert axe(page) == []
    shot(page, "case", sight)
    page.click(".clocks a:has-text('人大建议答复')")
    assert page.locator("tbody tr").count() > 10
    assert fits(page)
    assert axe(page) == []
    shot(page, "one", sight)


@pytest.mark.parametrize("sight", ["light", "phone"])
def test_a_limit_is_added_and_met_without_javascript(open_page, enter, people, no, fits, axe, sight):
    page = enter(open_page(sight=sight, javascript=False), people["王建国"])
    page.goto(f"/case/{no}?do=clock-add")
    page.check("input[name=clock-add-kind][value=own]")
    page.fill("#f-clock-add-label", "市局专项")
    page.fill("#f-clock-add-due_at", "06-22 17:00")
    page.fill("#f-clock-add-reason", "市局督办件")
    page.click("#act-clock-add button")
    assert "请填写依据" in page.inner_text(".es")
    assert page.input_value("#f-clock-add-label") == "市局专项"
    shot(page, "add", sight)
    page.fill("#f-clock-add-source", "市局来函")
    page.click("#act-clock-add button")
    assert "市局专项" in page.inner_text("section[aria-labelledby=h-clocks]")
    page.goto(f"/case/{no}?do=clock-done")
    page.select_option("#f-clock-done-clock", index=2)
    page.fill("#f-clock-done-text", "已函复市局")
    assert fits(page)
    shot(page, "done", sight)
    page.click("#act-clock-done button")
    assert "已完成、已取消（1）" in page.inner_text("section[aria-labelledby=h-clocks]")


def test_every_form_of_the_clocks_is_free_of_violations(open_page, enter, people, six, axe):
    page = enter(open_page(), people["李处"])
    for form in ("clock-add", "clock-done", "clock-change", "clock-extend"):
        page.goto(f"/case/{six}?do={form}")
        assert page.is_visible(f"#act-{form} form")
        assert axe(page) == []

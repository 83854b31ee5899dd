"""苗头预警, 抽查, 回头看 and 重办 in a browser: how they look, that they fit, and that they break no rule of axe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW, add_person
from tests.web.given import an_office
from tracker.office import revisits, spot
from tracker.office.actors import actor_for
from tracker.store import cases, features
from tracker.store import spot as kept
from tracker.store.database import execute, writing

DAY = timedelta(days=1)
CLOSE = "UPDATE cases SET state = 'closed', next_due_at = NULL, next_limit = NULL, closed_at = :at WHERE id = :id"


@pytest.fixture
def office(register):
    """Six complaints about one place; four of them were closed, drawn from and visited."""
    with writing(register):
        features.switch(register, {"warnings", "spot_checks", "revisits"})
    office = an_office(register)
    found = [office.case(NOW - n * DAY) for n in range(6, 0, -1)]
    for case in found[:4]:
        execute(register, CLOSE, {"id": case.id, "at": "2026-06-16T01:00:00Z"})
    return office, [case.no for case in found]


def worked(register, office, nos):
    """A draw with one result, and one visit made and one to come."""
    boss = actor_for(office.supervisor)
    other = actor_for(add_person(register, roles=("supervisor",), name="赵科"))
    day = (NOW - DAY).date()
    spot.draw(register, other, day, day, 50, "2026-06", NOW)
    drawn = [one.no for one in kept.members(register, 1, drawn=True)]
    spot.judge(register, boss, drawn[0], cases.version(register, drawn[0]), "failed", "没有复查照片", NOW)
    for no in nos[:2]:
        revisits.set_day(register, boss, no, cases.version(register, no), NOW.date(), NOW)
    revisits.record(register, boss, nos[1], cases.version(register, nos[1]), "rebound", "夜间又有异味", NOW)
    return drawn


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, register, office, axe, fits, sight):
    office, nos = office
    drawn = worked(register, office, nos)
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for name, path in (
        ("warnings", "/warnings"),
        ("spot", "/spot-checks"),
        ("draw", "/spot-checks/1"),
        ("pool", "/spot-checks/1/pool"),
        ("revisits", "/revisits"),
        ("visited", "/revisits?state=done"),
        ("closed", f"/case/{drawn[1]}?do=reopen"),
        ("failed", f"/case/{drawn[0]}"),
        ("visit", f"/case/{nos[0]}?do=revisit"),
    ):
        page.goto(path)
        shot(page, f"/after-{name}", sight)
        assert axe(page) == [], path
        assert fits(page), path


def test_a_check_a_visit_and_doing_it_over_work_without_javascript(open_page, enter, register, office):
    office, nos = office
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/spot-checks")
    page.fill("[name=since]", "06-16")
    page.fill("[name=until]", "06-16")
    page.fill("[name=percent]", "100")
    page.click("main form button")
    page.wait_for_selector("h1 >> text=抽查 06-16 至 06-16")
    page.click(f"text={nos[0]}")
    page.check("[name=spot-result][value=failed]")
    page.fill("[name=spot-text]", "没有复查照片")
    page.click("text=记录抽查结果 >> nth=-1")
    page.wait_for_selector("text=已记录抽查结果")
    page.click("section[aria-labelledby=h-spot] >> text=重办")
    page.fill("[name=reopen-answer]", "补拍照片")
    page.click("#act-reopen button")
    page.wait_for_selector("text=已退回重办，第2轮从现在起算")


def test_an_early_warning_is_settled_by_keyboard(open_page, enter, office):
    page = enter(open_page("/login"), office[0].supervisor)
    page.goto("/warnings")
    page.focus("textarea")
    page.keyboard.type("已约谈企业")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已记录处理情况")

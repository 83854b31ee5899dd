"""提醒阶梯 in a browser: edit a row, look at last week, save, take it back; every light, the phone, no script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW, add_person
from tests.web.given import an_office
from tracker.rule.ladder import LADDER
from tracker.store import ladder


@pytest.fixture
def admin(register):
    office = an_office(register)
    for _ in range(3):
        office.case(NOW - timedelta(days=4))
    return add_person(register, roles=("admin",), name="李敏")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_ladder_breaks_no_rule_of_axe_and_fits(open_page, enter, axe, fits, admin, sight):
    page = enter(open_page("/login", sight=sight), admin)
    page.goto("/ladder")
    assert axe(page) == []
    assert fits(page)
    shot(page, "ladder", sight)
    page.locator('[name="offset-10"]').fill("x")
    page.get_by_role("button", name="保存").click()
    assert page.locator("[role=alert] h2").inner_text() == "有 1 处需要修改"
    assert axe(page) == []
    page.locator('[name="offset-10"]').fill("2")
    page.get_by_role("button", name="预览").click()
    assert page.locator("#h-week").is_visible()
    assert axe(page) == []
    assert fits(page)
    shot(page, "ladder-week", sight)


def test_a_row_is_edited_and_the_former_ladder_comes_back_without_javascript(open_page, enter, register, admin):
    page = enter(open_page("/login", javascript=False), admin)
    page.goto("/ladder")
    page.locator('[name="roles-6"][value="supervisor"]').check()
    page.get_by_role("button", name="预览").click()
    assert page.locator("#week .lt-g").count() == 6
    page.get_by_role("button", name="保存").click()
    assert page.get_by_role("status").inner_text().startswith("已保存")
    assert ladder.rungs(register)[6].roles == ("handler", "supervisor")
    page.get_by_role("button", name="恢复 第 1 版").click()
    assert page.get_by_role("status").inner_text().startswith("已恢复到第 1 版")
    assert ladder.rungs(register) == LADDER

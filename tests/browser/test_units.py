"""The page of a complained-about unit, in a real browser."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.web.given import an_office
from tracker.store import features

NAME, OTHER = "示例塑料制品有限公司", "示例塑胶制品有限公司"


@pytest.fixture
def office(register):
    office = an_office(register)
    features.switch(register, {"units"})
    for unit in (NAME, NAME, OTHER, "老王烧烤"):
        office.case(subject_unit=unit)
    return office


def test_two_spellings_are_merged_graded_and_taken_apart_without_javascript(open_page, enter, office):
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/units")
    page.click(f"text={NAME}")
    page.click("text=合并 >> nth=1")
    page.check("text=红")
    page.fill("#f-reason", "三次超标")
    page.click("text=记录评级")
    page.click("text=拆开")
    page.goto("/units")
    assert "红码" in page.inner_text(f"tr:has-text('{NAME}')")
    assert "未评级" in page.inner_text(f"tr:has-text('{OTHER}')")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), office.supervisor)
    for path in ("/units", f"/unit?name={quote(NAME)}"):
        page.goto(path)
        shot(page, path.split("?")[0], sight)
        assert axe(page) == [], path
        assert fits(page), path

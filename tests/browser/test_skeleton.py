"""The frame of every page and the pages of staff, in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.conftest import SIGHTS
from tests.factories import PASSWORD

ADMIN_PAGES = ("/people", "/people/new", "/people/1", "/streets", "/me", "/me/password", "/nowhere")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_staff_break_no_rule_of_axe_and_fit(open_page, enter, make_person, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), make_person(roles=("admin",), name="吴管理"))
    make_person(roles=("clerk", "handler", "supervisor"), name="周明", email="zhouming@example.gov.cn")
    for path in ADMIN_PAGES:
        page.goto(path)
        shot(page, path, sight)
        assert axe(page) == [], path
        assert fits(page), path


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_first_run_breaks_no_rule_of_axe_and_fits(open_page, empty_register, axe, fits, sight):
    page = open_page("/", sight=sight)
    shot(page, "/setup", sight)
    assert axe(page) == []
    assert fits(page)
    page.click("text=设置并登录")
    shot(page, "/setup-errors", sight)
    assert axe(page) == []


def test_the_sample_breaks_no_rule_of_axe_and_fits(open_page, empty_register, axe, fits):
    page = open_page("/")
    page.click("button:has-text('先看示例')", timeout=900_000)  # a year of an office is made by its own acts
    page.click("text=切换")
    for sight, (width, height, scheme) in SIGHTS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        shot(page, "/sample", sight)
        assert axe(page) == []
        assert fits(page)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_sign_in_page_breaks_no_rule_of_axe_and_fits(open_page, make_person, axe, fits, sight):
    make_person()
    page = open_page("/login", sight=sight)
    shot(page, "/login", sight)
    assert axe(page) == []
    page.click("button:has-text('登录')")
    shot(page, "/login-errors", sight)
    assert axe(page) == []
    assert fits(page)


def shot(page, path, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{path.strip('/').replace('/', '-')}-{sight}.png", full_page=True)


def test_a_person_signs_in_by_keyboard_alone_without_javascript(open_page, make_person):
    make_person(account="zhou", roles=("admin",))
    page = open_page("/people", javascript=False)
    page.wait_for_selector("#f-account:focus")
    page.keyboard.type("zhou")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")

"""The lists in a browser: rows above the fold, keys, phone, dark, paper, and nothing that needs JavaScript."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.web.given import an_office
from tracker.office import closing, raising
from tracker.office.actors import actor_for
from tracker.store import heartbeat
from tracker.store.database import writing

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    """Some 75 cases of every kind: late ones, some near due, a joined one, one without handler, street and category."""
    office = an_office(register)
    subjects = (
        "KTV低频噪声，多户反映",
        "河道出现白色泡沫",
        "塑料制品厂异味扰民，夜间更明显",
        "沿街快餐店排烟口正对居民窗户",
    )
    lead = ""
    for n in range(72):
        case = office.case(
            NOW - timedelta(days=n % 9 + 0.3, minutes=n),
            content=f"{subjects[n % 4]}。请处理",
            categories=("22", "31", "11", "12")[n % 4 : n % 4 + 1] if n % 13 else (),
            handler_id=(office.handler.id, office.other.id, None)[n % 3],
            street_id=office.street_id + n % 4 if n % 11 else None,
            place=f"港南路{n}号",
            lead_no=lead if n == 20 else "",
        )
        lead = lead or case.no
    office.case(NOW - timedelta(minutes=9), talked=True)
    asked = office.case(NOW - timedelta(hours=2), talked=True)
    closing.ask_end(
        register,
        actor_for(office.handler),
        asked.no,
        asked.version,
        "not_ours",
        "转交建设部门",
        NOW,
        receiver="区水务局",
    )
    office.case(NOW - timedelta(hours=3), kind="求助")
    raising.tick(register, NOW)
    return office


@pytest.fixture
def sit(open_page, enter, office):
    """``sit("李处", sight="dark")``: a window with this person signed in."""
    people = {person.name: person for person in (office.clerk, office.handler, office.supervisor)}

    def sit_down(name="李处", **options):
        return enter(open_page("/login", **options), people[name])

    return sit_down


def test_the_first_twelve_overdue_cases_are_seen_without_scrolling(sit):
    page = sit()
    page.goto("/overdue")
    bottoms = page.evaluate(
        "[...document.querySelectorAll('table.cards tbody tr')].map(tr => tr.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= 768 for bottom in bottoms) >= 12


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("who", ["林涛", "王建国", "李处"])
def test_the_lists_break_no_rule_of_axe_and_fit(sit, axe, fits, sight, who):
    page = sit(who, sight=sight)
    for path in (
        "/today",
        "/overdue",
        "/overdue?group=street",
        "/overdue?light=running&q=异味",
        "/overdue?at=06-15 09:00",
        "/overdue?at=昨天",
        "/overdue?q=没有这样的",
        "/overdue/print",
        "/inbox",
    ):
        page.goto(path)
        for folded in page.query_selector_all("main tbody details summary"):
            folded.click()
        page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
        shot(page, f"{who}-{path.replace('?', '-')}", sight)
        assert axe(page) == [], path
        assert fits(page), path


def test_the_lists_are_walked_by_keys(sit):
    page = sit()
    page.goto("/overdue")
    first, second = page.evaluate(
        "[...document.querySelectorAll('table.cards tbody td.num a')].slice(0, 2).map(a => a.textContent)"
    )
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case/{second}?from=overdue")
    page.click("text=← 返回超期清单")
    page.wait_for_url("**/overdue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case/{first}?from=overdue")


@pytest.mark.parametrize(("letter", "path"), [("t", "/today"), ("o", "/overdue"), ("i", "/inbox"), ("n", "/new")])
def test_g_and_a_letter_open_a_page(sit, letter, path):
    page = sit()
    page.goto("/me")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(f"**{path}")


def test_a_letter_without_g_opens_nothing(sit):
    page = sit()
    page.goto("/today")
    for letter in "toi":
        page.keyboard.press(letter)
    page.wait_for_timeout(100)
    assert page.url.endswith("/today")


def test_slash_leads_to_the_search_and_enter_filters(sit):
    page = sit()
    page.goto("/overdue")
    page.keyboard.press("/")
    page.keyboard.type("泡沫")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=%E6%B3%A1%E6%B2%AB**")
    subjects = page.evaluate("[...document.querySelectorAll('td.sj')].map(td => td.textContent)")
    assert subjects
    assert all("泡沫" in subject for subject in subjects)


def test_without_javascript_the_list_is_filtered_grouped_paged_and_opened(sit, office):
    page = sit(javascript=False)
    page.goto("/overdue")
    page.select_option("#f-who", label="陈晓")
    page.click("button:has-text('筛选')")
    handlers = page.eval_on_selector_all("td[data-l=承办人]", "cells => cells.map(cell => cell.textContent)")
    assert set(handlers) == {"陈晓"}
    page.select_option("#f-group", label="按阶段")
    page.click("button:has-text('筛选')")
    assert page.query_selector("tr.grp")
    page.click("text=清除筛选")
    page.click("text=下一页")
    page.click("table.cards tbody a >> nth=0")
    page.wait_for_url("**/case/**")
    page.goto("/inbox")
    page.click("text=全部标为已读")
    assert not page.query_selector("tr.unread")


def printed(page):
    """Of each sheet whether it lies across, and its text; the PDF writes some characters as their radicals."""
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    lying = [sheet.mediabox.width > sheet.mediabox.height for sheet in sheets]
    return lying, [normalize("NFKC", sheet.extract_text()) for sheet in sheets]


def test_on_paper_the_list_lies_across_with_at_most_25_lines_a_sheet(sit):
    page = sit()
    page.goto("/overdue/print")
    assert page.evaluate("window.wasPrinted"), "it asks for the printer by itself"
    all_lines = len(page.query_selector_all("tbody tr"))
    lying, texts = printed(page)
    lines = [text.count("XH2026-") for text in texts]
    assert all(lying)
    assert max(lines) <= 25
    assert sum(lines) == all_lines > 50
    assert len(texts) <= 3
    assert "打印人 李处" in texts[0]
    assert all("受理编号" in text for text in texts), "the heading stands on every sheet"


def test_printing_the_page_itself_is_for_paper_too(sit):
    page = sit()
    page.goto("/overdue?q=泡沫")
    lying, texts = printed(page)
    assert all(lying)
    assert max(text.count("XH2026-") for text in texts) <= 25
    assert "筛选" not in texts[0]
    assert "打印人 李处" in texts[0]


def test_the_warning_of_a_silent_scheduler_is_gone_when_it_lives(sit, office):
    page = sit()
    page.goto("/today")
    assert "提醒程序没有运行" not in page.inner_text("body")
    with writing(office.db):
        heartbeat.beat(office.db, heartbeat.TICK, NOW - DAY)
    page.goto("/today")
    assert "提醒程序没有运行" in page.inner_text("body")

"""Registering in a browser: by keyboard alone, a repeat joined in seconds, and the same without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.web.given import an_office
from tracker.store import cases
from tracker.store.database import rows, value

CONTENT = "夜间有塑料异味，窗户不能开，约晚上10点后更明显"


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def desk(open_page, enter, office):
    """``desk(sight="phone", javascript=False)``: the register form before the clerk."""

    def sit(**options):
        page = enter(open_page("/login", **options), office.clerk)
        page.goto("/new")
        page.wait_for_selector("#f-phone:focus")  # what is typed before the page has its focus goes nowhere
        return page

    return sit


class Keyboard:
    """Types and counts the keys."""

    def __init__(self, page):
        self.page, self.keys, self.tabs = page, 0, 0

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)

    def tab(self, times=1):
        for _ in range(times):
            self.page.keyboard.press("Tab")
        self.keys += times
        self.tabs += times

    def press(self, chord):
        self.page.keyboard.press(chord)
        self.keys += 1

    def alt(self, letter):
        """An accesskey. Playwright's own chord lacks the text by which Chromium knows it."""
        key = {"key": letter, "text": letter, "unmodifiedText": letter, "code": f"Key{letter.upper()}"}
        session = self.page.context.new_cdp_session(self.page)
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1, **key})
        self.keys += 1


def at(page):
    """The name of the field that has the focus."""
    return page.evaluate("document.activeElement.name || document.activeElement.tagName")


def last_case(db):
    return cases.by_id(db, value(db, "SELECT max(id) FROM cases"))


def test_enter_in_a_line_does_not_send_the_form(desk, office):
    page = desk()
    page.goto("/new")
    page.fill("#f-phone", "13800000000")
    page.press("#f-phone", "Enter")
    page.press("#f-confidential", "Enter")
    page.fill("#f-content", "夜间有塑料异味")
    page.press("#f-content", "Enter")
    assert page.input_value("#f-content").endswith("\n")
    assert page.url.endswith("/new")
    assert page.locator(".es").count() == 0


def test_a_phone_complaint_is_registered_by_keyboard_alone_with_few_tabs(desk, office):
    page = desk()
    page.goto("/today")
    hands = Keyboard(page)
    hands.press("n")
    page.wait_for_url("**/new")
    page.wait_for_selector("#f-phone:focus")
    for text, name in (
        ("13800000000", "phone"),
        ("", "name"),
        ("", "confidential"),
        ("", "anonymous"),
        ("", "talked"),
        ("xg", "street"),
        ("港南路88号", "place"),
        ("", "subject_unit"),
        ("11", "categories"),
    ):
        assert at(page) == name
        hands.type(text)
        hands.tab()
    assert at(page) == "content"
    hands.type(CONTENT)
    hands.alt("p")
    page.wait_for_selector("#f-handler_id:focus")
    hands.type("1")
    hands.press("Control+Enter")
    page.wait_for_url("**/case/XH2026-000001")
    case = last_case(office.db)
    assert (case.place, case.street, case.categories, case.content) == ("港南路88号", "新港街道", ("11",), CONTENT)
    assert case.handler == "王建国"
    assert hands.tabs <= 12
    assert hands.keys <= 106


def test_a_digit_chooses_the_source(desk, office):
    page = desk()
    page.focus("#f-channel")
    page.keyboard.type("4")
    assert page.input_value("#f-channel") == "来访"


def test_a_repeat_is_joined_with_three_chords(desk, office):
    lead = office.case(NOW - timedelta(days=2))
    page = desk()
    page.keyboard.type("13800000000")
    page.wait_for_selector(f"#repeats >> text={lead.no}")
    Keyboard(page).alt("m")
    page.wait_for_selector("text=将并入在办件")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/case/XH2026-000002")
    case = last_case(office.db)
    assert (case.lead_no, case.place, case.handler) == (lead.no, "港南路88号", "王建国")


def test_a_repeat_caller_is_registered_with_what_is_known_of_the_place(desk, office):
    office.case(NOW - timedelta(days=2))
    page = desk()
    page.keyboard.type("13800000000")
    page.wait_for_selector("#repeats button[name=fill]")
    Keyboard(page).alt("r")
    page.wait_for_selector("#f-content:focus")
    assert page.input_value("#f-street") == "新港街道"
    page.keyboard.type("又有异味")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/case/XH2026-000002")
    assert last_case(office.db).lead_no == ""


def test_alt_m_joins_the_first_that_can_be_joined_and_alt_r_takes_over_the_first_of_all(desk, office):
    """Several are alike: each chord stands at one button alone, and works where the chord brings no text too."""
    for days in (4, 3):
        office.case(NOW - timedelta(days=days))
    page = desk()
    page.keyboard.type("13800000000")
    page.wait_for_selector("#repeats button[name=join] >> nth=1")
    assert page.locator("[accesskey=m]").count() == page.locator("[accesskey=r]").count() == 1
    lead = page.get_attribute("[accesskey=m]", "value")
    page.keyboard.press("Alt+m")
    page.wait_for_selector(f"text=将并入在办件 {lead}")
    page.click("text=不并入")
    page.wait_for_selector("#repeats button[name=fill]")
    page.keyboard.press("Alt+r")
    page.wait_for_selector("#f-content:focus")
    assert page.input_value("#f-street") == "新港街道"


def test_the_due_times_follow_the_time_that_is_typed(desk, office):
    page = desk()
    page.click("text=改")
    page.fill("#f-received_at", "06-12 09:00")
    page.wait_for_selector("#limits >> text=06-13（周六）24:00前")
    assert page.inner_text("#received") == "06-12 09:00"
    page.fill("#f-received_at", "昨天")
    page.wait_for_selector("#limits >> text=看不懂")


def test_a_form_that_stood_open_begins_with_its_first_key(desk, office, clock):
    page = desk()
    assert page.input_value("#f-received_at") == "2026-06-17 10:24"
    clock.forward(minutes=20)
    page.keyboard.type("1")
    page.wait_for_selector("#received >> text=2026-06-17 10:44")
    assert page.input_value("#f-received_at") == "2026-06-17 10:44"


def test_a_time_typed_by_hand_is_not_replaced(desk, office, clock):
    page = desk()
    page.click("text=改")
    page.fill("#f-received_at", "06-17 08:00")
    clock.forward(minutes=20)
    page.fill("#f-name", "张")
    page.wait_for_timeout(600)
    assert page.input_value("#f-received_at") == "06-17 08:00"


def test_pressing_twice_makes_one_case(desk, office):
    page = desk()
    page.fill("#f-phone", "13800000000")
    page.fill("#f-place", "港南路88号")
    page.fill("#f-content", CONTENT)
    page.evaluate(
        "(() => { const form = document.getElementById('new');"
        " const body = new URLSearchParams(new FormData(form));"
        " return fetch('/new', {method: 'POST', body, redirect: 'manual'}) })()"
    )
    page.click("text=登记并派单")
    page.wait_for_url("**/case/XH2026-000001")
    assert value(office.db, "SELECT count(*) FROM cases") == 1


def test_the_summary_of_what_is_wrong_has_the_focus_and_everything_typed_stays(desk, office):
    page = desk()
    page.fill("#f-phone", "1380000000")
    page.fill("#f-name", "张先生")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".es:focus")
    assert page.title().startswith("错误：")
    assert page.input_value("#f-name") == "张先生"
    page.click(".es >> text=请填写地点")
    assert at(page) == "place"


def test_without_javascript_every_outcome_is_reached_by_buttons(desk, office):
    lead = office.case(NOW - timedelta(days=2))
    page = desk(javascript=False)
    page.fill("#f-phone", "13800000000")
    page.click("text=改")
    page.fill("#f-received_at", "06-16 09:00")
    page.click("text=重新查重")
    assert "06-17（周三）24:00前" in page.inner_text("#limits")
    page.click(f"button[name=join][value='{lead.no}']")
    assert "将并入在办件" in page.inner_text("#new")
    page.click("text=登记并再录一件")
    page.wait_for_url("**/new")
    assert f"已登记 {last_case(office.db).no}" in page.inner_text(".done")
    assert last_case(office.db).lead_no == lead.no


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_form_breaks_no_rule_of_axe_and_fits(desk, office, axe, fits, sight):
    for n in range(7):
        office.case(NOW - timedelta(days=n), subject_unit="示例塑料制品有限公司")
    page = desk(sight=sight)
    shot(page, "new", sight)
    assert axe(page) == []
    assert fits(page)
    page.fill("#f-phone", "13800000000")
    page.fill("#f-place", "港南路88号")
    page.wait_for_selector("#repeats >> text=疑似重复")
    for summary in page.query_selector_all(".folds summary"):
        summary.click()
    page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
    shot(page, "new-repeats", sight)
    assert axe(page) == []
    assert fits(page)
    page.fill("#f-phone", "1380000000")
    page.fill("#f-categories", "98")
    page.fill("#f-source_due_at", "后天")
    page.check("#f-talked")
    page.select_option("#f-channel", "来信")
    page.fill("#f-content", "长" * 20_001)
    page.click("text=登记并派单")
    page.wait_for_selector(".es")
    shot(page, "new-errors", sight)
    assert axe(page) == []
    assert fits(page)


def test_what_is_pressed_is_large_enough_for_a_thumb(desk, office):
    office.case()
    page = desk(sight="phone")
    page.fill("#f-phone", "13800000000")
    page.wait_for_selector("#repeats button")
    boxes = page.evaluate(
        "[...document.querySelectorAll('main :is(button, select, input:not([type=hidden]), summary, a)')]"
        ".map(e => [e.name || e.textContent.trim().slice(0, 12), e.getBoundingClientRect().height])"
        ".filter(([, height]) => height > 0)"
    )
    assert [box for box in boxes if box[1] < 24] == []
    main = [box for box in boxes if re.match("登记并|phone|street|place|categories|content|again|channel", box[0])]
    assert len(main) >= 7
    assert [box for box in main if box[1] < 44] == []


def test_no_number_typed_leaves_the_page_by_its_address(desk, office):
    page = desk()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#f-phone", "13800000000")
    page.wait_for_selector("#repeats >> text=未见重复")
    assert asked
    assert not any("13800000000" in url for url in asked)
    assert rows(office.db, "SELECT id FROM cases") == []

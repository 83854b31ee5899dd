"""The keys of the list and the form, which are comfort only."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD


@pytest.fixture
def people(open_page, enter, make_person):
    """The list of three people, as its administrator sees it."""
    page = enter(open_page("/login"), make_person(name="吴管理", roles=("admin",)))
    for name in ("周明", "王建国"):
        make_person(name=name)
    page.goto("/people")
    return page


def line(page):
    """The name in the line that is current, or None."""
    return page.evaluate("(document.querySelector('tr.at a') || {}).textContent || null")


def test_j_and_k_walk_the_lines_and_enter_opens_one(people):
    for key, name in (("j", "吴管理"), ("j", "周明"), ("j", "王建国"), ("j", "王建国"), ("k", "周明")):
        people.keyboard.press(key)
        assert line(people) == name
    people.keyboard.press("Enter")
    people.wait_for_url("**/people/2")


def test_x_ticks_the_line(people):
    people.evaluate(
        "document.querySelectorAll('tbody tr').forEach(tr => tr.insertAdjacentHTML('beforeend',"
        " '<td><input type=checkbox></td>'))"
    )
    for key in "jjxjx":
        people.keyboard.press(key)
    ticked = "[...document.querySelectorAll('input:checked')].map(box => box.closest('tr').rowIndex)"
    assert people.evaluate(ticked) == [2, 3]


def test_slash_goes_to_the_search_field_and_typing_there_is_typing(people):
    people.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<input type=search>')")
    people.keyboard.press("/")
    people.keyboard.type("jxn/")
    assert people.input_value("input[type=search]") == "jxn/"
    assert line(people) is None


def test_n_opens_the_form_that_the_menu_marks_with_it(people):
    people.evaluate("document.querySelector('.brand').insertAdjacentHTML('afterend', '<a href=/me data-key=n>n</a>')")
    people.keyboard.press("n")
    people.wait_for_url("**/me")


def test_keys_with_control_or_alt_belong_to_the_browser(people):
    people.evaluate("document.addEventListener('keydown', event => { window.stopped = event.defaultPrevented })")
    for chord in ("Control+j", "Alt+j", "Meta+j"):
        people.keyboard.press(chord)
        assert line(people) is None
        assert people.evaluate("window.stopped") is False


def test_an_input_method_at_work_keeps_its_keys(people):
    people.evaluate("document.dispatchEvent(new CompositionEvent('compositionstart'))")
    people.keyboard.press("j")
    assert line(people) is None
    people.evaluate("document.dispatchEvent(new CompositionEvent('compositionend'))")
    people.keyboard.press("j")
    assert line(people) == "吴管理"


def test_who_switches_the_keys_off_has_none(people):
    people.goto("/me")
    people.uncheck("#f-shortcuts")
    people.click("text=保存")
    people.goto("/people")
    people.keyboard.press("j")
    assert line(people) is None


def test_control_enter_sends_the_form(open_page, make_person):
    make_person(account="zhou", roles=("admin",))
    page = open_page("/people")
    page.fill("#f-account", "zhou")
    page.fill("#f-password", PASSWORD)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/people")


def test_a_long_wait_is_announced_and_begins_once(open_page, empty_register):
    page = open_page("/setup")
    page.evaluate("document.addEventListener('submit', event => event.preventDefault())")
    page.click("button:has-text('先看示例')")
    button = page.locator("button:has-text('正在准备示例，约半分钟…')")
    assert button.is_disabled()


def test_the_password_is_shown_and_hidden_again(open_page, make_person):
    make_person()
    page = open_page("/login")
    for kind in ("text", "password"):
        page.click("text=显示密码")
        assert page.get_attribute("#f-password", "type") == kind


def test_the_error_summary_has_the_focus_and_its_link_leads_to_the_field(open_page, make_person):
    make_person()
    page = open_page("/login")
    page.click("button:has-text('登录')")
    page.wait_for_selector(".es:focus")
    page.click(".es a")
    assert page.evaluate("document.activeElement.id") == "f-account"

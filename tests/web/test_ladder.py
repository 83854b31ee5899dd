"""提醒阶梯: the administrator reads, previews, saves and brings back; nobody else."""

from __future__ import annotations

import re

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import words
from tracker.rule.ladder import LADDER
from tracker.store import features, ladder
from tracker.store.database import writing


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def admin(client, make_person, sign_in):
    return sign_in(client, make_person(roles=("admin",), name="李敏"))


def form(page, **changes):
    """The fields of the page as a browser would send them, with these changed; None takes one out."""
    fields: dict[str, list[str]] = {}
    for name, chosen in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        found = re.findall(r'value="([^"]*)" selected', chosen)
        fields[name] = found or re.findall(r'value="([^"]*)"', chosen)[:1]
    for tag in re.findall(r"<input[^>]*>", page.text):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields.setdefault(name[1], []).append(value[1] if value else "")
    for name, value in changes.items():
        name = name.replace("__", "-")
        fields.pop(name, None)
        if value is not None:
            fields[name] = value if isinstance(value, list) else [value]
    return fields


def test_the_page_shows_every_row_and_sends_back_what_it_shows(admin, register):
    page = admin.get("/ladder")
    assert page.text.count('name="subject-') == len(LADDER) + 3
    assert admin.post("/ladder", data=form(page, do="save")).status_code == 303
    assert ladder.rungs(register) == LADDER
    assert ladder.latest(register) == 1


def test_an_edited_row_is_saved_and_can_be_taken_back(admin, register):
    page = admin.get("/ladder")
    sent = form(page, do="save", offset__10="2", roles__10=["handler", "leader"], active__3=None)
    saved = admin.post("/ladder", data=sent, follow_redirects=True)
    assert "已保存，在办件的提醒随后按新阶梯重新安排；已发出的不会重发" in words(saved)
    rungs = ladder.rungs(register)
    assert (rungs[10].key, rungs[10].roles, rungs[3].active) == ("late_2", ("handler", "leader"), False)
    assert "第 2 版" in words(saved)
    back = admin.post("/ladder/1", data={"seen": "2"}, follow_redirects=True)
    assert "已恢复到第 1 版" in words(back)
    assert ladder.rungs(register) == LADDER


def test_a_row_is_added_and_one_taken_out(admin, register):
    sent = form(
        admin.get("/ladder"),
        do="save",
        subject__0="",
        subject__18="outside",
        anchor__18="day",
        offset__18="7",
        roles__18=["handler"],
        channels__18=["mail"],
    )
    assert admin.post("/ladder", data=sent).status_code == 303
    rungs = ladder.rungs(register)
    assert len(rungs) == len(LADDER)
    assert (rungs[-1].key, rungs[-1].channels) == ("ahead_7", ("mail",))


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(admin, register):
    page = admin.post("/ladder", data=form(admin.get("/ladder"), do="save", offset__5="99", roles__6=None))
    assert page.status_code == 422
    assert "n 应为 1 到 30 的整数，现为“99”" in words(page)
    assert 'href="#f-offset-5"' in page.text
    assert 'href="#f-roles-6"' in page.text
    assert 'name="offset-5" type="text" inputmode="numeric" size="3" maxlength="4" value="99"' in page.text
    assert ladder.latest(register) == 1


def test_a_row_that_another_one_is_like_is_found_by_its_number(admin):
    again = {"subject__18": "limit", "anchor__18": "day", "offset__18": "0", "roles__18": ["handler"]}
    page = admin.post("/ladder", data=form(admin.get("/ladder"), do="save", **again))
    assert "与第 7 行重复" in words(page)
    row = re.search(r'<span class="nth[^>]*>7</span>.*?</tr>', page.text, re.DOTALL)[0]
    assert 'name="anchor-6"' in row
    assert '<option value="day" selected>' in row


def test_the_preview_counts_by_step_and_person_and_writes_nothing(
    client, sign_in, make_person, register, office, clock
):
    case = office.case(NOW)
    clock.forward(days=4)
    admin = sign_in(client, make_person(roles=("admin",)))
    page = admin.post("/ladder", data=form(admin.get("/ladder"), do="preview", roles__6=["handler", "supervisor"]))
    assert page.status_code == 200
    text = words(page)
    assert "上周本会发出什么 06-14—06-20" in text
    assert re.search(r"到期当天 (\d) (\d) \+\d", text)
    assert re.search(r"王建国 \d \d 0", text)
    assert f"增加 06-18 08:30 到期当天 李处 {case.no} 1 先行联系" in text
    assert 'name="roles-6" value="supervisor" checked' in page.text  # what was typed stands
    assert ladder.latest(register) == 1


def test_a_form_that_somebody_overtook_is_kept_and_not_saved(admin, register):
    page = admin.get("/ladder")
    admin.post("/ladder", data=form(page, do="save", active__3=None))
    second = admin.post("/ladder", data=form(page, do="save", active__4=None))
    assert second.status_code == 422
    assert "李敏 已在" in words(second)
    assert ladder.latest(register) == 2


@pytest.mark.parametrize("role", ["clerk", "handler", "supervisor", "auditor"])
def test_the_page_is_the_administrators(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/ladder").status_code == 403
    assert client.post("/ladder", data={}).status_code == 403
    assert client.post("/ladder/1", data={}).status_code == 403


@pytest.mark.parametrize("sent", [{}, {"subject-0": "limit"}, {"subject-999": "x", "seen": "²"}, {"subject-x": "1"}])
def test_a_form_made_by_hand_is_refused(admin, register, sent):
    assert admin.post("/ladder", data=sent).status_code == 422
    assert ladder.latest(register) == 1


def test_the_duty_officer_is_offered_where_a_roster_is_kept_and_kept_where_a_row_names_them(admin, register):
    assert "值班员</label>" not in admin.get("/ladder").text.replace("> 值班员", ">值班员")
    features.switch(register, {"duty"})
    page = admin.get("/ladder")
    assert page.text.count('value="duty"') == len(LADDER) + 3
    admin.post("/ladder", data=form(page, roles__0=["handler", "duty"], do="save"))
    assert ladder.rungs(register)[0].roles == ("handler", "duty")
    features.switch(register, set())
    page = admin.get("/ladder")
    assert 'value="duty" checked' in page.text
    admin.post("/ladder", data=form(page, offset__3="5", do="save"))
    assert ladder.rungs(register)[0].roles == ("handler", "duty")


def test_what_the_office_does_not_use_is_not_offered_and_a_row_that_names_it_keeps_it(admin, register):
    page = admin.get("/ladder").text
    for one in ("> 协办人</label>", "> 责任领导</label>", "外部时限（应反、督办、回头看）", "回头看按“回头看”"):
        assert one not in page, one
    assert "外部时限（应反）" in page
    with writing(register):
        features.switch(register, {"parties", "leaders", "revisits"})
    page = admin.get("/ladder").text
    for one in ("> 协办人</label>", "> 责任领导</label>", "外部时限（应反、督办、回头看）", "回头看按“回头看”"):
        assert one in page, one

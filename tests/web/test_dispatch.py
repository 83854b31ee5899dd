"""签收 and 退回派单 on the page of a case and in 今日待办."""

from __future__ import annotations

import pytest

from tests.web.case_desk import problems
from tests.web.pages import words
from tracker.office.register import NewCase, register


@pytest.fixture
def no(desk):
    """A case that waits for 王建国 to sign."""
    return desk.case().no


def test_a_handler_signs_with_one_button_of_the_page(desk, no):
    desk.enter("王建国")
    page = desk.page(no)
    assert f'action="/case/{no}/sign"' in page
    assert "待签收 06-17 10:24 派给 王建国" in words(desk.client.get(f"/case/{no}"))
    assert desk.send(no, "sign", "sign").location == f"/case/{no}"
    after = desk.page(no)
    assert f"已签收 {no}" in after
    assert "/sign" not in after
    assert "待签收" not in after


def test_a_handler_signs_in_the_list_of_today_and_stays_there(desk, no):
    desk.enter("王建国")
    page = desk.client.get("/today")
    assert "待我签收 1" in words(page)
    answer = desk.client.post(f"/case/{no}/sign", data={"from": "today?scope=me", "then": "list"})
    assert answer.location == "/today?scope=me"
    after = words(desk.client.get(answer.location))
    assert f"已签收 {no}" in after
    assert "待我签收" not in after


def test_a_handler_gives_a_dispatch_back_and_the_desk_finds_it_with_its_reason(desk, no):
    desk.enter("王建国")
    answer = desk.send(no, "return", "return", ground="area", reason="属二中队辖区")
    assert (answer.status_code, answer.location) == (303, "/today")
    assert "等待另派" in words(desk.client.get("/today"))
    assert desk.client.get(f"/case/{no}").status_code == 404
    for name in ("林涛", "李处"):
        desk.enter(name)
        page = words(desk.client.get("/today"))
        assert "退回派单，待另派 1" in page
        assert "王建国：不在本人负责的街道 属二中队辖区" in page
        assert "不在本人负责的街道" in desk.page(no)
    desk.enter("周明")
    assert "待另派" not in words(desk.client.get("/today"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [({}, "return-ground"), ({"ground": "other"}, "return-reason"), ({"ground": "x"}, "return-ground")],
)
def test_a_return_without_its_reason_comes_back_open_with_what_was_typed(desk, no, fields, field):
    desk.enter("王建国")
    answer = desk.send(no, "return", "return", **fields)
    assert answer.status_code == 400
    assert set(problems(answer.text)) == {field}
    assert 'id="act-return" open' in answer.text


def test_others_see_that_the_case_is_unsigned_and_only_a_supervisor_may_sign_for_it(desk, no):
    desk.enter("林涛")
    assert '<span class="rep">待签收</span>' in desk.page(no)
    assert "/sign" not in desk.page(no)
    desk.enter("李处")
    assert f'action="/case/{no}/sign"' in desk.page(no)


def test_who_works_on_a_case_need_not_sign(desk, no):
    desk.enter("王建国")
    desk.finish(no, "contact")
    assert "待签收" not in desk.page(no)


def test_an_office_that_handles_what_it_registers_sees_nothing_of_signing(desk):
    desk.people["何敏"] = desk.make_person(name="何敏", roles=("clerk", "handler"))
    herself = desk.people["何敏"].id
    case = register(
        desk.db,
        desk.actor("何敏"),
        NewCase("来信", desk.clock(), "夜间施工", "港南路", street_id=desk.street_id, handler_id=herself),
        desk.clock(),
    )
    desk.enter("何敏")
    assert "签收" not in desk.page(case.no)
    assert "签收" not in words(desk.client.get("/today"))

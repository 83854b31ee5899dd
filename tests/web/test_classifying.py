"""Kind, grade and route at the counter: registered, put right with a preview, and said where the rule is another."""

from __future__ import annotations

import pytest

from tests.office.test_classifying import a_rule
from tests.web.case_desk import problems
from tests.web.given import an_office
from tests.web.test_new import send, the_case
from tracker.store import features
from tracker.store.database import writing


@pytest.fixture
def no(desk):
    return desk.case().no


def test_kind_grade_and_route_are_chosen_while_registering(register, client, sign_in):
    office = an_office(register)
    sign_in(client, office.clerk)
    page = client.get("/new").text
    assert '<option value="投诉举报" selected>' not in page, "the first choice needs no mark"
    assert page.index("更多") < page.index('name="route"')
    assert send(client, grade="紧急", route="信访事项").status_code == 303
    case = the_case(register)
    assert (case.kind, case.grade, case.route) == ("投诉举报", "紧急", "信访事项")
    page = client.get(f"/case/{case.no}").text
    assert "紧急没有单独的时限规则，按一般计时" in page
    assert "信访告知" in page
    answer = send(client, route="邮寄", kind="谣言")
    assert set(problems(answer.text)) == {"kind", "route"}


def test_the_limits_beside_the_form_follow_kind_and_grade(register, client, sign_in, desk):
    desk.enter("林涛")
    told = client.get("/new/limits", query_string={"grade": "紧急"}).text
    assert "紧急没有单独的时限规则，按一般计时。如需单独的时限，请系统管理员用 tracker rule add 添加" in told
    assert "派单时立即告知承办人、督办，不论几点" in told
    with writing(register):
        features.switch(register, {"leaders"})
    told = client.get("/new/limits", query_string={"grade": "紧急"}).text
    assert "派单时立即告知承办人、责任领导，不论几点" in told
    assert "不论几点" not in client.get("/new/limits", query_string={"grade": "疑难"}).text
    assert "咨询没有办理时限" in client.get("/new/limits", query_string={"kind": "咨询"}).text
    a_rule(desk, grade="紧急", days=(1, 1, 2, 3))
    told = client.get("/new/limits", query_string={"grade": "紧急"}).text
    assert "没有单独的时限规则" not in told
    assert "06-20（周六）24:00前" in told


def test_a_correction_shows_what_it_moves_before_it_is_decided(desk, no):
    a_rule(desk)
    desk.enter("林涛")
    answer = desk.send(no, "reclassify", "reclassify", kind="投诉举报", grade="疑难")
    assert problems(answer.text) == {"reclassify-reason": "请写明更正的理由"}
    assert (
        desk.send(no, "reclassify", "reclassify", kind="投诉举报", grade="疑难", reason="多次反复").status_code == 303
    )
    page = desk.page(no)
    assert "已申请更正，待审批" in page
    assert "等待其他督办人员审核：李处、赵科" in page
    desk.enter("李处")
    page = desk.page(no)
    assert "投诉举报 · 一般 → <b>投诉举报 · 疑难</b>" in page
    assert "按新规则重算" in page
    assert "06-19 24:00" in page
    answer = desk.send(no, "reclassify/decide", "decide-reclassify", do="refuse")
    assert problems(answer.text) == {"decide-reclassify-answer": "不同意的，请写明理由"}
    assert desk.send(no, "reclassify/decide", "decide-reclassify", do="approve").status_code == 303
    page = desk.page(no)
    assert "更正类型、等级：投诉举报 · 一般 → 投诉举报 · 疑难" in page
    assert "06-18 24:00 → 06-19 24:00" in page


def test_why_it_is_this_day_is_told_by_the_rule_that_counted_it(desk, no):
    a_rule(desk)
    desk.enter("王建国").finish(no, "contact")
    desk.enter("林涛").send(no, "reclassify", "reclassify", kind="投诉举报", grade="疑难", reason="多次反复")
    desk.enter("李处").send(no, "reclassify/decide", "decide-reclassify", do="approve")
    assert "1-3-10-15（第 1 版）" in desk.page(no, "/why/contact")
    assert "疑难（第 2 版）" in desk.page(no, "/why/inspection")


def test_another_route_wants_its_reason_and_moves_no_stage(desk, no):
    desk.enter("林涛")
    answer = desk.send(no, "route", "route", route="信访事项")
    assert problems(answer.text) == {"route-reason": "请写明改变途径的理由"}
    assert desk.send(no, "route", "route", route="信访事项", reason="要求书面答复").status_code == 303
    page = desk.page(no)
    assert "途径已改为信访事项，办理时限不变" in page
    assert "改途径：举报查处 → 信访事项" in page
    assert "信访办结" in page

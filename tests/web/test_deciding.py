"""不予受理 and the case that comes back, at the counter."""

from __future__ import annotations

import pytest

from tests.web.case_desk import problems


@pytest.fixture
def no(desk):
    return desk.case().no


def ask(desk, no, **fields):
    return desk.send(no, "refuse", "refuse", **{"ground": "unclear", "reason": "没有门牌号", **fields})


def test_a_clerk_asks_another_person_decides_and_the_citizen_is_told(desk, no):
    desk.enter("林涛")
    assert 'id="act-refuse"' in desk.page(no)
    assert ask(desk, no).status_code == 303
    page = desk.page(no)
    assert "已申请不予受理，待审批" in page
    assert "等待其他督办人员审核：李处、赵科" in page
    assert "线索不详，无法核实" in page
    desk.enter("李处")
    assert "申请不予受理" in desk.client.get("/today").text
    assert desk.send(no, "refuse/decide", "decide-refusal", do="approve").status_code == 303
    page = desk.page(no)
    assert "已同意不予受理，请告知投诉人" in page
    assert "待告知不予受理" in page
    assert 'id="act-reply"' not in page, "the notice is the reply"
    desk.enter("林涛")
    answer = desk.send(no, "notify", "notify", happened_at=desk.local())
    assert set(problems(answer.text)) == {"notify-form", "notify-text"}
    assert desk.send(no, "notify", "notify", **desk.answer()).status_code == 303
    page = desk.page(no)
    assert "告知不予受理" in page
    assert "待申请销项" in page


def test_what_is_missing_is_named_and_the_text_is_kept(desk, no):
    desk.enter("王建国")
    answer = ask(desk, no, ground="", reason="写了一半")
    assert answer.status_code == 400
    assert problems(answer.text) == {"refuse-ground": "请选择不予受理的理由"}
    assert "写了一半" in answer.text


def test_it_is_not_offered_once_somebody_has_looked(desk, no):
    desk.enter("王建国").finish(no, "inspection")
    assert 'id="act-refuse"' not in desk.page(no)


def test_what_was_handed_over_says_to_whom_and_comes_back(desk, no):
    desk.enter("王建国")
    fields = {"ground": "not_ours", "reason": "属水务", "receiver": "区水务局", "handed_on": "06-18"}
    assert desk.send(no, "end", "end", **fields).status_code == 303
    desk.enter("李处")
    page = desk.page(no)
    assert "区水务局" in page
    assert "移送日期 06-18" in page
    assert 'id="act-come-back"' not in page
    desk.send(no, "end/decide", "decide", do="approve")
    page = desk.page(no)
    assert 'id="act-come-back"' in page
    assert page.count('name="come-back-stages" value="inspection" checked') == 1
    answer = desk.send(no, "come-back", "come-back", stages=["inspection"])
    assert problems(answer.text) == {"come-back-reason": "请写明退回的情况"}
    sent = desk.send(no, "come-back", "come-back", stages=["inspection", "recheck"], reason="水务局退回")
    assert sent.status_code == 303
    page = desk.page(no)
    assert "已重新办理，第2轮从现在起算" in page
    assert "转出后退回" in page
    desk.enter("林涛")
    assert desk.send(no, "come-back", "come-back", stages=["inspection"], reason="x").status_code == 403

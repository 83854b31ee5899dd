"""督办 at the browser: ordered, answered, accepted; the list with its filter in the address."""

from __future__ import annotations

import pytest

from tests.web.case_desk import problems, upload
from tests.web.pages import words
from tracker.office import raising
from tracker.store import features
from tracker.store.database import writing


@pytest.fixture
def no(desk):
    """A case of 王建国's, and 李处 at the browser."""
    with writing(desk.db):
        features.switch(desk.db, {"supervision"})
    desk.enter("李处")
    return desk.case().no


def order(desk, no, text="三日内书面说明", due_at="06-20"):
    return desk.send(no, "order", "order", text=text, due_at=due_at)


def test_a_day_means_until_its_end_and_a_time_that_instant(desk, no):
    assert order(desk, no).status_code == 303
    page = desk.page(no)
    assert "已督办，各阶段的时限不变" in page
    assert "06-20（周六）24:00前" in page.split('id="h-order"')[1].split("</section>")[0]
    other = desk.case().no
    order(desk, other, due_at="06-20 17:30")
    assert "06-20（周六）17:30前" in desk.page(other).split('id="h-order"')[1].split("</section>")[0]


def test_what_is_missing_is_named_and_what_was_typed_is_kept(desk, no):
    assert problems(order(desk, no, "", "").text) == {
        "order-text": "请写明督办要求",
        "order-due_at": "请填写督办期限",
    }
    answer = order(desk, no, "三日内书面说明", "下周")
    assert answer.status_code == 400
    assert problems(answer.text)["order-due_at"] == "督办期限“下周”看不懂，请写成 06-22 或 2026-06-22 17:30"
    assert "三日内书面说明</textarea>" in answer.text
    assert 'value="下周"' in answer.text


def test_the_handler_answers_with_a_file_and_the_supervisor_accepts(desk, no):
    order(desk, no)
    raising.tick(desk.db, desk.clock(), "")
    desk.enter("王建国")
    assert "李处 期限 06-20（周六）24:00前 三日内书面说明" in words(desk.client.get("/inbox"))
    page = desk.page(no)
    assert 'name="judge-reason"' not in page
    assert "act-order" not in page
    assert problems(desk.send(no, "order/answer", "answer", text="").text) == {"answer-text": "请写明督办答复"}
    answer = desk.send(no, "order/answer", "answer", text="已停产整改", files=upload("现场.jpg"))
    assert answer.status_code == 303
    page = desk.page(no)
    assert "等待其他督办人员认可：李处、赵科" in page
    assert 'name="answer-text"' not in page
    desk.enter("李处")
    assert "督办答复待认可" in desk.client.get("/today").text
    box = desk.page(no).split('id="h-order"')[1].split("</section>")[0]
    assert "已停产整改" in box
    assert "现场.jpg" in box
    refused = desk.send(no, "order/judge", "judge", do="return", reason="")
    assert problems(refused.text) == {"judge-reason": "退回答复的，请写明理由"}
    assert refused.text.count("您填写的内容") == 0
    assert desk.send(no, "order/judge", "judge", do="accept").status_code == 303
    page = desk.page(no)
    assert "已认可，督办了结" in page
    assert "已了结的督办" in page
    assert "认可督办答复" in page


def test_a_refused_answer_is_shown_once_in_its_form(desk, no):
    order(desk, no)
    desk.enter("王建国")
    answer = desk.send(no, "order/answer", "answer", text="已停产整改", files=upload("a.jpg", b"no picture"))
    assert answer.status_code == 400
    assert answer.text.count("已停产整改") == 1


def test_it_is_withdrawn_on_the_page(desk, no):
    order(desk, no)
    assert desk.send(no, "order/withdraw", "withdraw-order", reason="发错件").status_code == 303
    page = desk.page(no)
    assert "已撤回督办" in page
    assert 'id="h-order"' not in page


def test_the_list_leads_to_the_case_and_keeps_its_filter_in_the_address(desk, no):
    order(desk, no)
    other = desk.case(handler_id=desk.people["周明"].id).no
    order(desk, other, "查清投诉次数", "06-19")
    assert "督办清单（2）" in words(desk.client.get("/today"))
    page = desk.client.get("/orders").text
    assert page.index(other) < page.index(no)
    page = desk.client.get(f"/orders?who={desk.people['周明'].id}").text
    assert other in page
    assert no not in page
    assert f"from=orders?who%3D{desk.people['周明'].id}" in page
    assert "← 返回督办清单" in desk.page(other, "?from=orders")
    assert "没有这样的督办。" in desk.client.get("/orders?state=ended").text
    desk.enter("王建国")
    page = desk.client.get("/orders?who=0").text
    assert no in page
    assert other not in page


def test_the_rate_of_the_year_is_printed_with_both_numbers(desk, no):
    order(desk, no)
    desk.later(days=10)
    assert "今年督办按期率 0.0%（0/1）" in desk.client.get("/orders").text


def test_with_the_feature_off_nothing_of_it_is_offered(desk, no):
    with writing(desk.db):
        features.switch(desk.db, set())
    assert "act-order" not in desk.page(no)
    assert "督办清单" not in desk.client.get("/today").text

"""初审, 退单 and the limits of the channels, at the counter."""

from __future__ import annotations

from tests.web.case_desk import PHONE, problems
from tracker.rule.returning import Limit
from tracker.store import order_returns


def order(desk, **changes):
    return desk.case(**{"channel": "12345热线", **changes}).no


def test_the_clerk_finds_what_is_left_open_and_accepts_it(desk):
    no = order(desk, street_id=None, categories=())
    desk.enter("林涛")
    today = desk.client.get("/today").text
    assert "待初审" in today
    assert f'href="/case/{no}?do=accept&amp;from=' in today
    assert "街道、污染类别、应反时间" in today
    page = desk.page(no, "?do=accept")
    assert "待补：街道、污染类别、应反时间" in page
    assert '<details class="act" id="act-accept" open>' in page
    answer = desk.send(no, "accept", "accept", source_due_at="后天")
    assert set(problems(answer.text)) == {"accept-source_due_at"}
    answer = desk.send(no, "accept", "accept", source_due_at="06-16 10:00")
    assert set(problems(answer.text)) == {"accept-street", "accept-categories", "accept-source_due_at"}
    fields = {"street": str(desk.street_id), "categories": ["11", "21"], "source_due_at": "06-19 18:00"}
    assert desk.send(no, "accept", "accept", **fields).status_code == 303
    page = desk.page(no)
    assert "已受理，时限不变" in page
    assert "06-19 18:00" in page
    assert 'id="act-accept"' not in page
    assert "待初审" not in desk.client.get("/today").text


def test_a_handler_is_not_shown_the_list_and_may_not_accept(desk):
    no = order(desk)
    desk.enter("王建国")
    assert "待初审" not in desk.client.get("/today").text
    assert "待初审" not in desk.page(no)
    assert desk.send(no, "accept", "accept").status_code == 403


def test_a_number_is_asked_for_where_it_is_missing(desk):
    no = order(desk, phone="", name="", anonymous=True)
    desk.enter("林涛")
    assert "accept-phone" not in desk.page(no), "whoever wants to stay anonymous is not asked"
    assert "accept-phone" not in desk.page(order(desk))
    answer = desk.send(no, "accept", "accept", phone="123")
    assert "11位手机号" in problems(answer.text)["accept-phone"]
    assert PHONE not in answer.text


def test_an_order_goes_back_and_another_person_records_that_its_source_confirmed(desk):
    no = order(desk)
    desk.enter("林涛")
    assert 'id="act-return-order"' in desk.page(no)
    answer = desk.send(no, "return-order", "return-order", ground="other")
    assert set(problems(answer.text)) == {"return-order-reason"}
    assert desk.send(no, "return-order", "return-order", ground="area", reason="属邻区").status_code == 303
    page = desk.page(no)
    assert "已退单，待来源单位确认" in page
    assert 'value="confirmed"' not in page
    assert "来源单位的确认由其他督办人员记录：李处、赵科" in page
    assert (
        desk.send(no, "return-order/answer", "return-answer", do="confirmed", happened_at=desk.local()).status_code
        == 403
    )
    desk.enter("李处")
    assert "退单待来源确认" in desk.client.get("/today").text
    assert 'value="confirmed"' in desk.page(no)
    fields = {"happened_at": desk.local(), "answer": ""}
    answer = desk.send(no, "return-order/answer", "return-answer", do="refused", **fields)
    assert set(problems(answer.text)) == {"return-answer-answer"}
    assert desk.send(no, "return-order/answer", "return-answer", do="confirmed", **fields).status_code == 303
    page = desk.page(no)
    assert "已确认退单，未完成的阶段已终止" in page
    assert {stage.state for stage in desk.folder(no).stages} == {"ended"}
    assert "由其答复投诉人" in page


def test_a_call_has_no_order_to_send_back(desk):
    no = desk.case().no
    desk.enter("林涛")
    assert 'id="act-return-order"' not in desk.page(no)


def test_the_administrator_sets_the_limits(register, client, make_person, sign_in, desk):
    sign_in(client, make_person(roles=("admin",)))
    page = client.get("/return-limits").text
    assert "12345热线" in page
    assert "电话" not in page
    answer = client.post("/return-limits", data={"amount-0": "半天", "unit-0": "hours"})
    assert answer.status_code == 422
    assert problems(answer.text) == {"amount-0": "应为 1 到 1440 的整数"}
    assert 'value="半天"' in answer.text
    sent = client.post("/return-limits", data={"amount-0": "24", "unit-0": "hours"}, follow_redirects=True)
    assert "已保存" in sent.text
    assert order_returns.limits(register) == (Limit("12345热线", 24, "hours"),)
    no = order(desk)
    desk.enter("林涛")
    assert "退单期限" in desk.page(no, "?do=return-order")
    desk.later(days=2)
    assert "已过期限" in desk.client.get("/today").text
    assert desk.client.get("/return-limits").status_code == 403

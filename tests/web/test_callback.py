"""回访 at the browser."""

from __future__ import annotations

import pytest

from tests.web.case_desk import NAME, PHONE, problems
from tracker.office import closing


@pytest.fixture
def closed(desk):
    """A case that was closed, and 林涛 at the browser."""
    desk.enter("王建国")
    no = desk.case().no
    desk.finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close", summary="")
    closing.close(desk.db, desk.actor("李处"), no, desk.folder(no).case.version, "", desk.clock())
    desk.enter("林涛")
    return no


def send(desk, no, **fields):
    return desk.client.post(f"/callback/{no}", data=fields)


def test_today_leads_to_the_queue_only_when_somebody_waits(desk, closed):
    assert "待回访 1" in desk.client.get("/today").text
    send(desk, closed, outcome="满意")
    assert "待回访" not in desk.client.get("/today").text


def test_a_call_is_made_and_the_next_case_comes(desk, closed):
    page = desk.client.get("/callback")
    assert closed in page.text
    assert "已停产整改" in page.text
    assert PHONE not in page.text
    assert NAME not in page.text
    shown = desk.client.post(f"/callback/{closed}/number")
    assert PHONE in shown.text
    answer = send(desk, closed, outcome="基本满意")
    assert (answer.status_code, answer.location) == (303, "/callback")
    page = desk.client.get("/callback").text
    assert f"已记录 {closed}：基本满意" in page
    assert "目前没有待回访的件。" in page
    assert "回访：基本满意" in desk.page(closed)


def test_what_is_missing_is_named_and_what_was_typed_is_kept(desk, closed):
    answer = send(desk, closed, outcome="不满意", redo="1")
    assert answer.status_code == 400
    assert problems(answer.text) == {"reason": "不满意的，请写明原因"}
    assert 'value="不满意" data-n="3" checked' in answer.text
    assert problems(send(desk, closed).text) == {"outcome": "请选择回访结果"}


def test_an_unhappy_citizen_has_the_case_done_over(desk, closed):
    send(desk, closed, outcome="不满意", reason="夜间仍有异味", redo="1")
    assert "申请重办，待决定" in desk.page(closed)
    desk.enter("李处")
    assert "回访不满意，申请重办" in desk.client.get("/today").text
    answer = desk.send(closed, "redo", "redo", do="redo", answer="再查", stages="inspection")
    assert answer.status_code == 303
    page = desk.page(closed)
    assert "已退回重办，第2轮从现在起算" in page
    assert "已重办" in page


def test_it_is_refused_with_a_reason(desk, closed):
    send(desk, closed, outcome="不满意", reason="夜间仍有异味", redo="1")
    desk.enter("李处")
    assert problems(desk.send(closed, "redo", "redo", do="refuse").text) == {"redo-answer": "不同意的，请写明理由"}
    assert desk.send(closed, "redo", "redo", do="refuse", answer="已达标").status_code == 303
    assert "不重办" in desk.page(closed)


def test_two_clerks_at_the_same_case_record_one_call(desk, closed):
    send(desk, closed, outcome="满意")
    answer = send(desk, closed, outcome="基本满意")
    assert answer.status_code == 409
    assert "本件已经回访" in answer.text


def test_a_handler_has_no_queue(desk, closed):
    desk.enter("王建国")
    assert desk.client.get("/callback").status_code == 403
    assert "待回访" not in desk.client.get("/today").text

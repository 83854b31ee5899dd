"""The reply: prepared, copied, handed back; and the list of what waits for it."""

from __future__ import annotations

from datetime import timedelta

from tests.web.case_desk import problems
from tracker.store import features, replies
from tracker.store.database import rows, value, writing
from tracker.store.replies import Template

TEXT = "您反映的【地点】异味，【检查日期】检查：【初步认定】，已要求【整改要求】。"


def prepared(desk, **changes):
    features.switch(desk.db, {"replies"})
    with writing(desk.db):
        replies.put(desk.db, [Template(0, **{"name": "异味", "category": "11", "text": TEXT, **changes})])
    return replies.templates(desk.db)[0]


def test_a_prepared_reply_is_filled_with_what_the_case_knows(desk):
    one, no = prepared(desk), desk.case().no
    desk.enter("王建国").finish(no, "inspection")
    assert f"?do=reply&amp;template={one.id}#act-reply" in desk.page(no)
    page = desk.page(no, f"?do=reply&template={one.id}")
    assert "您反映的港南路88号异味，2026-06-17检查：属实，已要求立即密闭车间。</textarea>" in page
    assert '<details class="act" id="act-reply" open>' in page


def test_a_reply_with_an_empty_place_is_refused_and_kept(desk):
    no = desk.case().no
    desk.enter("王建国")
    answer = desk.send(no, "reply", "reply", **desk.answer(text="【检查日期】已检查"))
    assert answer.status_code == 400
    assert problems(answer.text) == {"reply-text": "答复里还有没有填的：【检查日期】"}
    assert "【检查日期】已检查</textarea>" in answer.text


def test_templates_of_other_categories_and_switched_off_ones_are_not_offered(desk):
    prepared(desk, category="21")
    no = desk.case().no
    desk.enter("王建国")
    assert "套用模板" not in desk.page(no)
    prepared(desk, name="通用", category=None, active=False)
    assert "套用模板" not in desk.page(no)
    features.switch(desk.db, ())
    prepared(desk, name="所有", category=None)
    assert "套用模板" in desk.page(no)
    features.switch(desk.db, ())
    assert "套用模板" not in desk.page(no)


def test_the_reply_stands_on_the_page_to_be_copied_and_is_handed_back_later(desk):
    case = desk.case(channel="12345热线", source_no="A1", source_due_at=desk.clock() + timedelta(days=3))
    desk.enter("王建国").send(case.no, "reply", "reply", **desk.answer())
    page = desk.page(case.no)
    assert 'data-copy="reply-text"' in page
    assert '<p class="pre" id="reply-text">已停产整改</p>' in page
    desk.clock.forward(hours=2)
    assert desk.enter("林涛").send(case.no, "handback", "handback").status_code == 303
    folder = desk.folder(case.no)
    assert [(one.state, one.done_at) for one in folder.outside] == [("done", desk.clock())]
    page = desk.page(case.no)
    assert "✓</span> 已反馈来源单位" in page
    assert "handback" not in page
    again = desk.send(case.no, "handback", "handback")
    assert problems(again.text) == {"": "已经记录反馈来源单位"}


def test_handing_back_without_a_reply_is_refused_and_nothing_is_recorded(desk):
    no = desk.case(channel="12345热线").no
    answer = desk.enter("王建国").send(no, "handback", "handback")
    assert problems(answer.text) == {"": "尚未记录答复"}
    assert value(desk.db, "SELECT count(*) FROM hand_back") == 0


def test_the_list_of_what_is_not_replied_to(desk):
    late = desk.case(received_at=desk.clock() - timedelta(days=9))
    first, second = desk.case(channel="12345热线", source_no="A1"), desk.case(handler_id=desk.people["周明"].id)
    desk.enter("王建国").send(first.no, "reply", "reply", **desk.answer())
    page = desk.client.get("/unreplied").text
    assert late.no in page
    assert second.no not in page  # a handler sees their own
    unanswered, back = page.split("已答复，未反馈来源单位", 1)
    assert first.no not in unanswered
    assert first.no in back
    page = desk.enter("李处").client.get("/unreplied").text
    assert page.index(late.no) < page.index(second.no)
    assert '未答复 <span class="mut num">2</span>' in page


def test_an_office_that_has_replied_to_all_is_told_so(desk):
    assert "在办件都已答复。" in desk.enter("李处").client.get("/unreplied").text


def form(**lines):
    return {f"{line}-{part}": text for line, parts in lines.items() for part, text in parts.items()}


def test_the_supervisor_keeps_the_templates(desk):
    features.switch(desk.db, {"replies"})
    desk.enter("李处")
    new = {"t-1": {"name": "异味", "category": "11", "text": "已查【地点】"}, "t-2": {"name": "", "text": ""}}
    assert desk.client.post("/replies", data=form(**new)).status_code == 303
    (one,) = replies.templates(desk.db)
    assert (one.name, one.category, one.text, one.active) == ("异味", "11", "已查【地点】", True)
    changed = {f"t{one.id}": {"name": "恶臭", "text": "已查"}}
    desk.client.post("/replies", data=form(**changed))
    (after,) = replies.templates(desk.db)
    assert (after.id, after.name, after.category, after.active) == (one.id, "恶臭", None, False)
    said = [
        row["act"] for row in rows(desk.db, "SELECT act FROM audit ORDER BY seq") if row["act"].startswith("replies")
    ]
    assert said == ["replies.changed", "replies.changed"]


def test_a_template_at_fault_is_named_and_nothing_typed_is_lost(desk):
    one = prepared(desk)
    desk.enter("李处")
    lines = {
        f"t{one.id}": {"name": "异味", "text": "甲", "active": "1"},
        "t-1": {"name": "异味", "text": "乙"},
        "t-2": {"name": "", "text": "丙"},
    }
    answer = desk.client.post("/replies", data=form(**lines))
    assert answer.status_code == 422
    assert problems(answer.text) == {"t-1-name": "已有同名的模板：异味", "t-2-name": "请填写模板名称"}
    assert ">丙</textarea>" in answer.text
    assert replies.templates(desk.db)[0].text == TEXT


def test_two_templates_may_change_names(desk):
    features.switch(desk.db, {"replies"})
    with writing(desk.db):
        replies.put(desk.db, [Template(0, "甲", None, "1"), Template(0, "乙", None, "2")])
    a, b = replies.templates(desk.db)
    desk.enter("李处")
    lines = {
        f"t{a.id}": {"name": b.name, "text": "1", "active": "1"},
        f"t{b.id}": {"name": a.name, "text": "2", "active": "1"},
    }
    assert desk.client.post("/replies", data=form(**lines)).status_code == 303
    assert {one.id: one.name for one in replies.templates(desk.db)} == {a.id: b.name, b.id: a.name}


def test_a_case_that_nobody_sent_is_handed_back_to_nobody(desk):
    no = desk.case().no
    desk.enter("王建国").send(no, "reply", "reply", **desk.answer())
    assert "已停产整改" in desk.page(no)
    assert "handback" not in desk.page(no)


def test_prepared_replies_are_not_found_while_the_office_uses_none(desk):
    with writing(desk.db):
        features.switch(desk.db, set())
    desk.enter("李处")
    assert desk.client.get("/replies").status_code == 404
    menu = desk.client.get("/me").text
    assert "代行审批" in menu
    assert "代行和代班" not in menu

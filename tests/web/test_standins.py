"""代行和代班: naming and ending on the page, and what the person who stands in may do then."""

from __future__ import annotations

import pytest

from tests.web.pages import words
from tracker.store import features
from tracker.store.database import value, writing

LAST = "2026-06-19"


@pytest.fixture
def desk(desk):
    with writing(desk.db):
        features.switch(desk.db, ("absence",))
    return desk


def begin(desk, kind, **fields):
    return desk.client.post(f"/standins/{kind}", data={f"{kind}-{name}": it for name, it in fields.items()})


def named(desk, by="林涛", who="李处"):
    desk.enter(who)
    return begin(desk, "deputy", by_id=desk.people[by].id, first="2026-06-17", last=LAST)


def test_a_supervisor_names_a_deputy_sees_it_listed_and_ends_it(desk):
    assert named(desk).status_code == 303
    page = words(desk.client.get("/standins"))
    assert "已指定：林涛 代 李处 审批" in page
    assert "李处林涛06-1706-19进行中提前结束" in page
    desk.client.post("/standins/deputy/1/end")
    page = words(desk.client.get("/standins"))
    assert "李处林涛06-1706-19已提前结束" in page
    assert (
        value(desk.db, "SELECT group_concat(act) FROM audit WHERE act LIKE 'deputy.%'") == "deputy.named,deputy.ended"
    )


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(desk):
    desk.enter("李处")
    answer = begin(desk, "deputy", by_id=desk.people["林涛"].id, first="2026-06-17", last="2026-06-16")
    assert answer.status_code == 422
    assert 'href="#f-deputy-last"' in answer.text
    assert 'value="2026-06-16"' in answer.text
    assert f'<option value="{desk.people["林涛"].id}" selected>' in answer.text
    answer = begin(desk, "absence", for_id=desk.people["王建国"].id, first="昨天", last="")
    assert "的样子填写日期" in answer.text
    assert begin(desk, "nonsense").status_code == 422


def test_the_deputy_decides_from_the_case_and_the_record_says_for_whom(desk):
    case = desk.case()
    desk.enter("王建国")
    desk.send(case.no, "extend", "extend", stage="recheck", days="3", reason="等待设备")
    assert "等待其他督办人员审批：李处、赵科" in desk.page(case.no)
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}").status_code == 404
    assert desk.send(case.no, "extend/decide", "decide-extension", do="approve").status_code == 404
    named(desk, by="周明")
    desk.enter("王建国")
    assert "李处、赵科、周明（代李处审批）" in desk.page(case.no)
    desk.enter("周明")
    assert "同意延期" in desk.page(case.no)
    assert case.no in words(desk.client.get("/inbox"))
    assert desk.send(case.no, "extend/decide", "decide-extension", do="approve").status_code == 303
    assert "代李处审批" in desk.page(case.no)


def test_one_who_is_nobodys_deputy_may_not_decide_though_the_page_is_open_to_the_role(desk):
    case = desk.case()
    desk.enter("王建国")
    desk.send(case.no, "extend", "extend", stage="recheck", days="3", reason="等待设备")
    desk.enter("林涛")
    for path, key in (("extend/decide", "decide-extension"), ("end/decide", "decide"), ("close/decide", "review")):
        assert desk.send(case.no, path, key, do="approve").status_code == 403
    assert desk.send(case.no, "backfill/contact", "backfill-contact", do="confirm").status_code == 403
    assert desk.send(case.no, "redo", "redo", do="redo").status_code == 403


def test_a_handler_enters_her_own_absence_and_sees_nobody_elses(desk):
    desk.enter("王建国")
    assert "请假的人" not in desk.client.get("/standins").text.split("<form", 1)[1].split("select", 1)[0]
    assert begin(desk, "absence", by_id=desk.people["周明"].id, first="2026-06-17", last=LAST).status_code == 303
    assert "王建国周明06-1706-19进行中" in words(desk.client.get("/standins"))
    assert "代行和代班" in desk.client.get("/me").text
    desk.enter("林涛")
    assert "王建国" not in words(desk.client.get("/standins"))


def test_switched_off_the_office_sees_no_absences(desk):
    with writing(desk.db):
        features.switch(desk.db, ())
    desk.enter("李处")
    assert "请假" not in words(desk.client.get("/standins"))

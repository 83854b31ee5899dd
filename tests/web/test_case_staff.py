"""The people around a case: away, co-handlers and parties, leader and visits, as their pages show them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.pages import words
from tracker.office import standins
from tracker.store import features
from tracker.store.database import value, writing

TODAY, FRIDAY = date(2026, 6, 17), date(2026, 6, 19)
LIMITS = "SELECT group_concat(due_at || state) FROM deadline"


@pytest.fixture
def desk(desk):
    with writing(desk.db):
        features.switch(desk.db, ("absence", "parties", "leaders"))
    return desk


def away(desk, who="王建国", by="周明"):
    people = desk.people
    standins.begin(
        desk.db, desk.actor("李处"), standins.ABSENCE, people[who].id, people[by].id, TODAY, FRIDAY, desk.clock()
    )


def test_the_substitute_finds_the_cases_of_who_is_away_marked_and_works_on_them(desk):
    case = desk.case()
    desk.enter("周明")
    assert case.no not in desk.client.get("/today").text
    away(desk)
    page = words(desk.client.get("/today"))
    assert "代 王建国（请假至 06-19，周明代班）" in page
    assert f"{case.no}塑料制品厂异味扰民，夜间更明显 代王建国" in page
    assert case.no in desk.client.get(f"/overdue?light=running&who={desk.people['王建国'].id}").text
    assert case.no not in desk.client.get(f"/overdue?light=running&who={desk.people['李处'].id}").text
    assert desk.record(case.no, "contact").status_code == 303
    assert "代王建国" in desk.page(case.no)
    assert desk.folder(case.no).case.handler == "王建国"


def test_whoever_dispatches_is_warned_and_offered_the_substitute(desk):
    away(desk)
    desk.enter("林涛")
    assert "王建国 执法一中队（请假至 06-19，周明代班）" in words(desk.client.get("/new"))
    case = desk.case(handler_id=None)
    assert "王建国（请假至 06-19，周明代班）" in desk.page(case.no)
    desk.send(case.no, "assign", "assign", handler_id=desk.people["王建国"].id)
    page = words(desk.client.get(f"/case/{case.no}"))
    assert "已派给 王建国（请假至 06-19，周明代班）" in page
    assert "王建国 请假至 06-19，周明代班 改派" in page


def test_a_co_handler_sees_the_case_writes_notes_and_is_gone_again(desk):
    case = desk.case()
    limits = value(desk.db, LIMITS)
    helper = desk.people["周明"].id
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}").status_code == 404
    desk.enter("王建国")
    assert desk.send(case.no, "co-handler", "co-handler", person_id=helper).status_code == 303
    assert "添加协办人：周明" in desk.page(case.no)
    assert "承办人不能同时" in desk.send(case.no, "co-handler", "co-handler", person_id=desk.people["王建国"].id).text
    desk.enter("周明")
    assert "我协办的件" in desk.client.get("/today").text
    assert "写办理记录" in desk.page(case.no)
    assert desk.send(case.no, "note", "note", note="已到场协助").status_code == 303
    assert desk.record(case.no, "contact").status_code == 403
    assert desk.client.get(f"/case/{case.no}/who").status_code == 200
    assert desk.client.post(f"/case/{case.no}/who", data={"reason": "想看看"}).status_code == 403
    desk.enter("李处")
    assert desk.send(case.no, f"co-handler/{helper}/drop", "around").status_code == 303
    assert "移除协办人：周明" in desk.page(case.no)
    assert desk.send(case.no, f"co-handler/{helper}/drop", "around").status_code == 400
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}").status_code == 404
    assert value(desk.db, LIMITS) == limits


def test_the_case_given_to_its_co_handler_has_no_co_handler_any_more(desk):
    case = desk.case()
    desk.enter("李处")
    desk.send(case.no, "co-handler", "co-handler", person_id=desk.people["周明"].id)
    desk.send(case.no, "assign", "assign", handler_id=desk.people["周明"].id, reason="轮岗")
    assert desk.folder(case.no).case.co_handlers == frozenset()


def test_a_party_is_added_and_removed_on_record(desk):
    case = desk.case()
    desk.enter("王建国")
    assert desk.send(case.no, "party", "party", role="", name="").status_code == 400
    desk.send(case.no, "party", "party", role="property", name="港南物业")
    page = desk.page(case.no)
    assert "添加参与方：物业 港南物业" in page
    assert "已经登记这个参与方" in desk.send(case.no, "party", "party", role="property", name="港南物业").text
    assert desk.send(case.no, "party/1/drop", "around").status_code == 303
    assert "移除参与方：物业 港南物业" in desk.page(case.no)
    assert desk.send(case.no, "party/1/drop", "around").status_code == 400


def test_a_leader_is_named_sees_the_case_visits_and_is_listed(desk):
    case = desk.case()
    desk.enter("李处")
    assert desk.send(case.no, "visit", "visit", happened_at="06-17 10:00", met="居委会", said="看了").status_code == 400
    assert desk.send(case.no, "lead", "lead", person_id=desk.people["周明"].id).status_code == 303
    assert "责任领导：周明" in desk.page(case.no)
    desk.enter("周明")
    assert value(desk.db, "SELECT recipient_id FROM reminder WHERE rung = 'lead'") == desk.people["周明"].id
    assert case.no in desk.client.get("/leaders").text
    sent = {"happened_at": "06-17 10:00", "met": "投诉人、经营者", "said": "夜间异味仍在", "promised": "周五前停产整改"}
    assert desk.send(case.no, "visit", "visit", **sent).status_code == 303
    page = words(desk.client.get(f"/case/{case.no}"))
    assert "下访：周明" in page
    assert "承诺 周五前停产整改" in page
    assert desk.record(case.no, "contact").status_code == 403
    assert "1 次" in words(desk.client.get("/leaders"))
    desk.enter("李处")
    assert desk.send(case.no, "lead", "lead", person_id="").status_code == 303
    assert "不再由 周明 包案" in desk.page(case.no)
    assert case.no not in desk.client.get("/leaders").text
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}").status_code == 404


def test_a_supervisor_filters_the_list_by_leader(desk):
    first, second = desk.case(), desk.case()
    desk.enter("李处")
    for case, who in ((first, "李处"), (second, "赵科")):
        desk.send(case.no, "lead", "lead", person_id=desk.people[who].id)
    assert "共 2 件" in words(desk.client.get("/leaders"))
    page = desk.client.get(f"/leaders?who={desk.people['赵科'].id}").text
    assert second.no in page
    assert first.no not in page
    assert desk.client.get("/leaders?who=%C2%B2").status_code == 200


def test_switched_off_nothing_of_it_is_seen_or_works(desk):
    case = desk.case()
    desk.enter("李处")
    desk.send(case.no, "co-handler", "co-handler", person_id=desk.people["周明"].id)
    desk.send(case.no, "lead", "lead", person_id=desk.people["周明"].id)
    away(desk)
    assert "责任领导" in desk.page(case.no)
    with writing(desk.db):
        features.switch(desk.db, ())
    page = desk.page(case.no)
    for word in ("协办", "责任领导", "请假"):
        assert word not in page.split("办理记录")[0]
    assert desk.client.get("/leaders").status_code == 404
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}").status_code == 404


def test_an_administrator_alone_leads_no_case(desk):
    admin = desk.make_person(name="吴管理", roles=("admin",))
    case = desk.case()
    desk.enter("李处")
    assert "须是在岗人员" in desk.send(case.no, "lead", "lead", person_id=admin.id).text

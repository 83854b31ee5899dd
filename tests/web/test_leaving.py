"""A colleague who leaves hands over first: what is left is refused with its list and the way out."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.pages import words
from tracker.office import leading, parties, standins
from tracker.store import features
from tracker.store.cases import version
from tracker.store.database import writing

TODAY, FRIDAY = date(2026, 6, 17), date(2026, 6, 19)


@pytest.fixture
def admin(desk):
    """The administrator at the browser, and 周明, who is about to leave with nothing on the desk."""
    with writing(desk.db):
        features.switch(desk.db, ("absence", "parties", "leaders"))
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    return desk.enter("吴管理")


def leave(desk, name="周明"):
    return desk.client.post(f"/people/{desk.people[name].id}/active", data={"active": "0"})


def duty(desk, kind):
    """Give 周明 one thing to do; how it is taken away again."""
    db, at, boss = desk.db, desk.clock(), desk.actor("李处")
    who = desk.people["周明"].id
    case = desk.case()
    if kind == "leader":
        leading.put(db, boss, case.no, 1, who, at)
        return lambda: leading.put(db, boss, case.no, version(db, case.no), None, at)
    if kind == "co_handler":
        parties.add_co_handler(db, boss, case.no, 1, who, at)
        return lambda: parties.drop_co_handler(db, boss, case.no, version(db, case.no), who, at)
    for_id = desk.people["李处" if kind == "deputy" else "王建国"].id
    begun = standins.begin(db, boss, kind, for_id, who, TODAY, FRIDAY, at)
    return lambda: standins.end(db, boss, kind, begun.id, at)


@pytest.mark.parametrize(
    ("kind", "refused", "listed"),
    [
        ("absence", "周明 正为 王建国 代班", "代班，请另选代班人或提前结束 王建国"),
        ("deputy", "周明 正代 李处 审批", "代行审批，请由督办人员提前结束 李处"),
        ("leader", "周明 是 1 件的责任领导", "责任领导，请另行指定 XH2026-000001"),
        ("co_handler", "周明 是 1 件的协办人", "协办人，请移除 XH2026-000001"),
    ],
)
def test_what_is_left_is_refused_with_the_way_out_and_then_goes(admin, kind, refused, listed):
    hand_over = duty(admin, kind)
    page = leave(admin)
    assert page.status_code == 422
    assert refused in words(page)
    assert listed in words(page)
    assert listed in words(admin.client.get(f"/people/{admin.people['周明'].id}"))
    hand_over()
    assert leave(admin).status_code == 302


def test_a_request_that_waits_is_decided_or_withdrawn_first(admin):
    case = admin.case(handler_id=admin.people["周明"].id)
    admin.enter("周明")
    admin.send(case.no, "extend", "extend", stage="recheck", days="3", reason="等待设备")
    admin.enter("李处")
    admin.send(case.no, "assign", "assign", handler_id=admin.people["王建国"].id, reason="调离")
    admin.enter("吴管理")
    page = words(leave(admin))
    assert "周明 有 1 件申请等待决定" in page
    assert case.no in page
    admin.enter("李处")
    admin.send(case.no, "extend/decide", "decide-extension", do="approve")
    admin.enter("吴管理")
    assert leave(admin).status_code == 302


def test_whoever_stops_handling_hands_over_what_handlers_have_and_keeps_the_rest(admin):
    duty(admin, "leader")
    duty(admin, "absence")
    path = f"/people/{admin.people['周明'].id}/roles"
    page = admin.client.post(path, data={"roles": "clerk"})
    assert page.status_code == 422
    assert "正为 王建国 代班" in words(page)
    standins.end(admin.db, admin.actor("李处"), standins.ABSENCE, 1, admin.clock())
    assert admin.client.post(path, data={"roles": "clerk"}).status_code == 302

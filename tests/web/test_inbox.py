"""提醒: my notices, newest first, what is new among them, and what waits for me on top."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import closing, raising, reminding
from tracker.office.actors import actor_for
from tracker.rule.reminders import RAISED
from tracker.store import outbox, reminders
from tracker.store.database import writing
from tracker.store.reminders import Planned

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def handler(client, office, sign_in):
    return sign_in(client, office.handler)


@pytest.fixture
def supervisor(client, office, sign_in):
    return sign_in(client, office.supervisor)


def test_a_notice_says_why_which_case_and_which_limit(client, sign_in, office, clock):
    case = office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    clock.forward(days=1, hours=-2, minutes=6)  # 08:30 of the day on which the contact is due
    raising.tick(office.db, clock())
    page = sign_in(client, office.handler).get("/inbox")
    text = words(page)
    assert numbers(page, "通知")[0] == case.no
    assert "未读 到期当天" in text
    assert "1 先行联系 应完成 06-18（周四）24:00前" in text
    assert "未读 派单" in text
    assert text.index("未读 到期当天") < text.index("未读 派单")


def test_a_case_without_a_handler_is_told_as_one_to_dispatch(supervisor, office):
    office.case(NOW - HOUR, handler_id=None, street_id=None)
    raising.tick(office.db, NOW)
    text = words(supervisor.get("/inbox"))
    assert "未读 待派单" in text
    assert "未读 派单" not in text


def test_the_notice_of_a_dispatch_says_what_is_due_first(handler, office):
    late, fresh = office.case(NOW - 3 * DAY).no, office.case(NOW - HOUR).no
    raising.tick(office.db, NOW)
    text = words(handler.get("/inbox"))
    for no, day in ((late, "06-15（周一）"), (fresh, "06-18（周四）")):
        assert re.search(rf"派单{no}\S+最近时限 1 先行联系 应完成 {day}24:00前", text), text


def test_a_case_that_became_urgent_says_by_whom(handler, office):
    case = office.case(NOW - HOUR)
    with writing(office.db):
        office.db.conn.execute("UPDATE cases SET grade = '紧急'")
        reminding.tell(office.db, case.id, [office.handler.id], RAISED, NOW, {"by": "周明"})
    raising.tick(office.db, NOW)
    page = handler.get("/inbox").text
    assert "升为紧急" in page
    assert "周明 将本件升为紧急" in page


def test_the_menu_counts_what_is_unread_and_reading_all_clears_it(handler, office):
    office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    assert "提醒（1）" in words(handler.get("/overdue"))
    answer = handler.post("/inbox")
    assert (answer.status_code, answer.location) == (303, "/inbox")
    page = handler.get("/inbox")
    assert "未读" not in page.text
    assert "提醒（" not in words(page)


def test_opening_the_case_of_a_notice_takes_it_as_read(handler, office):
    case = office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    (href,) = re.findall(r'href="(/inbox/\d+/[^"]+)"', handler.get("/inbox").text)
    assert handler.get(href).location == f"/case/{case.no}/do/sign?from=inbox"
    assert outbox.unread_count(office.db, office.handler.id) == 0


def test_nobody_reads_the_notices_of_another(client, sign_in, office):
    office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    (notice,) = outbox.inbox(office.db, office.handler.id)
    sign_in(client, office.other)
    assert "还没有通知" in words(client.get("/inbox"))
    client.get(f"/inbox/{notice.id}/{notice.case_no}")
    client.post("/inbox")
    assert outbox.unread_count(office.db, office.handler.id) == 1


def test_what_waits_for_me_stands_on_top(handler, office):
    late = office.case(NOW - 3 * DAY)
    office.case(NOW - 3 * DAY, handler_id=office.other.id)
    page = handler.get("/inbox")
    assert numbers(page, "待我处理") == [late.no, late.no]  # to be signed for, and late


def test_a_request_is_on_top_of_the_supervisors_notices(supervisor, office):
    case = office.case(NOW - HOUR)
    closing.ask_end(
        office.db,
        actor_for(office.handler),
        case.no,
        case.version,
        "not_ours",
        "转交建设部门",
        NOW,
        receiver="区水务局",
    )
    raising.tick(office.db, NOW)
    page = supervisor.get("/inbox")
    assert numbers(page, "待我处理") == [case.no]
    assert "等待审批" in words(page)


def test_a_decision_comes_back_with_its_answer(handler, office):
    case = office.case(NOW - HOUR)
    asked = closing.ask_end(
        office.db, actor_for(office.handler), case.no, case.version, "not_ours", "转交", NOW, receiver="区水务局"
    )
    closing.decide_end(office.db, actor_for(office.supervisor), case.no, asked.case.version, False, "属本局职责", NOW)
    raising.tick(office.db, NOW)
    assert "申请终止后续环节 未同意 属本局职责" in words(handler.get("/inbox"))


def test_the_daily_digest_unfolds(client, sign_in, office, clock):
    late = office.case(NOW - 3 * DAY)
    raising.tick(office.db, NOW)
    clock.forward(hours=22, minutes=6)  # 08:30 of the next day
    raising.tick(office.db, clock())
    page = sign_in(client, office.supervisor).get("/inbox")
    assert "督办日报" in words(page)
    assert re.search(rf"<details><summary>超期 1，.*?/case/{late.no}/do/contact\?from=inbox", page.text, re.DOTALL)


def test_an_address_that_mail_does_not_reach_is_told(supervisor, office):
    said = reminders.body(name="王建国", answer="550 no such user")
    with writing(office.db):
        reminders.plan(office.db, [Planned("x", "undeliverable", office.supervisor.id, NOW, body=said)], NOW)
    raising.tick(office.db, NOW)
    page = supervisor.get("/inbox")
    assert "消息无法送达" in words(page)
    leads = re.search(r'<a href="([^"]+)">王建国 的邮件无法送达：550 no such user</a>', page.text)[1].replace(
        "&amp;", "&"
    )
    assert "发送情况 06-17" in words(supervisor.get(leads))


def test_a_notice_that_came_late_says_when_it_was_owed(client, sign_in, office, clock):
    office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    clock.forward(hours=28)
    raising.tick(office.db, clock())
    assert "06-18 14:24 原定 06-18 08:30" in words(sign_in(client, office.handler).get("/inbox"))


def test_older_notices_are_on_the_next_page(handler, office):
    for _ in range(55):
        office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    first = handler.get("/inbox")
    (more,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = handler.get(more)
    assert len({*numbers(first, "通知"), *numbers(second, "通知")}) == 55
    assert handler.get("/inbox?before=x").status_code == 200


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_the_page_is_not_for_those_who_see_no_complaints(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/inbox").status_code == 403
    assert client.post("/inbox").status_code == 403
    assert client.get("/inbox/1/XH2026-000001").status_code == 403


@pytest.mark.parametrize(("kind", "name"), [("wecom", "执法一中队群"), ("mail", "电子邮件")])
def test_a_channel_that_fails_is_told(supervisor, office, kind, name):
    said = reminders.body(channel="执法一中队群" if kind == "wecom" else "mail", kind=kind, answer="200 93000 <b>")
    with writing(office.db):
        reminders.plan(office.db, [Planned("x", "undeliverable", office.supervisor.id, NOW, body=said)], NOW)
    raising.tick(office.db, NOW)
    page = supervisor.get("/inbox")
    assert "提醒渠道发送失败" in words(page)
    assert f"{name}：200 93000 &lt;b&gt;" in page.text

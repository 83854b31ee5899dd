"""今日待办: the sections, whose work it is, and what it says when there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import closing, moving
from tracker.office.actors import actor_for
from tracker.rule.facts import Reply
from tracker.store import dispatches, lists
from tracker.store.database import rows
from tracker.store.overdue import Wanted

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST, WEEK, IDLE, WAITING, LATER = (
    "先办这些（超期和24小时内）",
    "本周到期",
    "待答复、待申请销项",
    "待我审核、决定",
    "今后",
)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def handler(client, office, sign_in):
    return sign_in(client, office.handler)


@pytest.fixture
def supervisor(client, office, sign_in):
    return sign_in(client, office.supervisor)


def test_the_day_begins_here(client, office, sign_in):
    for person in (office.clerk, office.handler, office.supervisor):
        sign_in(client, person)
        assert client.get("/").location == "/today"


def test_each_case_stands_in_the_section_of_its_nearest_limit(handler, office):
    late = office.case(NOW - 3 * DAY)
    soon = office.case(NOW - DAY)  # its contact is due tonight
    week = office.case(NOW - HOUR, talked=True)  # its inspection is due on Saturday
    later = office.case(NOW, at=NOW, kind="投诉举报", talked=True, received_from="dispatch")
    page = handler.get("/today")
    assert numbers(page, FIRST) == [late.no, soon.no]
    assert numbers(page, WEEK) == [week.no, later.no]
    text = words(page)
    assert "■ 超期 1天10小时" in text
    assert "● 剩 13小时36分" in text


def test_what_nobody_was_given_stands_first_urgent_cases_before_the_others(client, sign_in, supervisor, office):
    nearer = office.case(NOW - DAY, handler_id=None, street_id=None)
    urgent = office.case(NOW - HOUR, handler_id=None, street_id=None, grade="紧急")
    given = office.case(NOW - HOUR, grade="紧急")
    page = supervisor.get("/today?scope=team")
    assert numbers(page, "待派单") == [urgent.no, nearer.no]
    assert page.text.index("h-undispatched") < page.text.index(FIRST)
    assert page.text.count('<span class="urg">紧急</span>') == 3  # in that list, and in those by their limits
    assert f'href="/case/{urgent.no}?do=assign' in page.text
    assert '<span class="urg">紧急</span>' in supervisor.get(f"/case/{given.no}").text
    assert '<span class="urg">紧急</span>' in supervisor.get("/overdue?light=running").text
    assert '<span class="urg">紧急</span>' not in supervisor.get(f"/case/{nearer.no}").text
    assert "h-undispatched" in sign_in(client, office.clerk).get("/today").text
    assert "h-undispatched" not in sign_in(client, office.handler).get("/today").text


def test_the_cases_that_nobody_was_given_are_read_from_an_index(office):
    for sql in (dispatches.UNDISPATCHED, dispatches.UNDISPATCHED_COUNT):
        plan = [r["detail"] for r in rows(office.db, f"EXPLAIN QUERY PLAN {sql}", {"urgent": "紧急", "size": 20})]
        assert any("cases_handler (handler_id=?" in one for one in plan), plan


def test_what_falls_due_after_sunday_comes_last(client, sign_in, office, clock):
    case = office.case(NOW, talked=True, at=NOW)
    clock.forward(days=4)  # Sunday: the inspection, due on Saturday, is late
    later = office.case(clock(), at=clock(), talked=True)
    page = sign_in(client, office.handler).get("/today")
    assert numbers(page, FIRST) == [case.no]
    assert numbers(page, LATER) == [later.no]


def test_a_handler_sees_only_her_own_work_even_when_she_asks_for_all(handler, office):
    mine = office.case(NOW - 3 * DAY)
    office.case(NOW - 3 * DAY, handler_id=office.other.id)
    for path in ("/today", "/today?scope=team"):
        page = handler.get(path)
        assert set(numbers(page)) == {mine.no}
        assert "全队" not in page.text


def test_a_clerk_chooses_between_what_she_registered_and_everything(client, sign_in, office, make_person):
    theirs = office.case(NOW - 3 * DAY)
    other_clerk = make_person(roles=("clerk",), name="何敏")
    sign_in(client, other_clerk)
    assert numbers(client.get("/today")) == [theirs.no]
    assert numbers(client.get("/today?scope=me")) == []
    assert "我的 0" in words(client.get("/today"))
    assert "全队 1" in words(client.get("/today"))
    sign_in(client, office.clerk)
    assert numbers(client.get("/today?scope=me")) == [theirs.no]


def test_a_case_without_a_running_limit_waits_for_its_reply_and_then_its_closing(handler, office):
    asked = office.case(NOW - HOUR, kind="求助")
    replied = office.case(NOW - HOUR, kind="咨询")
    reply = Reply("电话答复", "已说明", True)
    closing.reply(office.db, actor_for(office.handler), replied.no, replied.version, reply, NOW, "", NOW)
    page = handler.get("/today")
    assert numbers(page, IDLE) == [asked.no, replied.no]
    assert f"答复{asked.no}" in words(page)
    assert f"申请销项{replied.no}" in words(page)


def test_what_another_asked_waits_for_the_supervisor(supervisor, office):
    case = office.case(NOW - HOUR)
    actor = actor_for(office.handler)
    closing.ask_end(office.db, actor, case.no, case.version, "not_ours", "转交建设部门", NOW, receiver="区水务局")
    page = supervisor.get("/today")
    assert numbers(page, WAITING) == [case.no]
    assert "申请终止后续环节" in words(page)
    assert "转交建设部门" in words(page)


def test_nothing_waits_for_who_may_not_decide(handler, office):
    case = office.case(NOW - HOUR)
    closing.ask_end(
        office.db, actor_for(office.handler), case.no, case.version, "not_ours", "转交", NOW, receiver="区水务局"
    )
    assert WAITING not in handler.get("/today").text


def test_the_lights_are_counted_for_whose_work_it_is(handler, office):
    office.case(NOW - 3 * DAY)
    office.case(NOW - 3 * DAY, handler_id=office.other.id)
    office.case(NOW)
    assert "■ 超期 1▲ 临期 0● 正常 1" in words(handler.get("/today"))


def test_a_free_day_names_the_next_case(handler, office):
    case = office.case(NOW - HOUR, talked=True)
    assert f"今天没有到期的件。下一件：06-20 24:00 {case.no}" in words(handler.get("/today"))


def test_an_empty_register_says_that_nothing_is_due(supervisor):
    assert "今天没有到期的件。" in words(supervisor.get("/today"))


def test_a_long_section_leads_to_the_rest(supervisor, office):
    for _ in range(32):
        office.case(NOW - 3 * DAY)
    page = supervisor.get("/today")
    assert len(numbers(page, FIRST)) == 30
    assert "另有 2 件" in words(page)
    assert len(numbers(supervisor.get("/overdue?light=running"))) == 32


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_the_page_is_not_for_those_who_see_no_complaints(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/today").status_code == 403


def test_idle_cases_are_read_from_an_index_that_holds_them_alone(office):
    params = {"handler_id": None, "registered_by": None, "size": 20}
    for statement in (lists.IDLE, lists.IDLE_COUNT):
        plan = [r["detail"] for r in rows(office.db, "EXPLAIN QUERY PLAN " + statement, params)]
        assert "cases_idle" in plan[0], plan
    office.case(NOW - HOUR, kind="求助")
    assert lists.count_idle(office.db, Wanted(handler_id=office.other.id)) == 0
    assert lists.count_idle(office.db, Wanted(registered_by=office.clerk.id)) == 1


def test_an_empty_register_says_how_to_begin_until_the_first_complaint(client, office, sign_in, make_person):
    sign_in(client, make_person(roles=("clerk", "admin")))
    page = client.get("/today").text
    assert "开始使用" in page
    assert 'href="/people/new"' in page
    assert 'href="/streets"' in page
    office.case()
    assert "开始使用" not in client.get("/today").text


def test_a_handler_is_not_told_to_do_what_others_do(client, sign_in, make_person):
    sign_in(client, make_person(roles=("handler",)))
    assert "开始使用" not in client.get("/today").text


def test_a_case_that_stands_still_has_a_section_of_its_own_and_is_not_called_idle(supervisor, office):
    no = office.case(NOW - HOUR, talked=True).no
    handler, boss = (actor_for(one, "127.0.0.1") for one in (office.handler, office.supervisor))
    moving.ask_suspension(office.db, handler, no, 1, "case", "企业停产检修", NOW)
    moving.decide_suspension(office.db, boss, no, 2, True, "", NOW)
    page = supervisor.get("/today?scope=team")
    assert numbers(page, "中止") == [no]
    assert "‖ 中止 1" in words(page)
    assert "‖ 全部未完成的阶段" in words(page)
    assert lists.count_idle(office.db, Wanted()) == 0
    assert lists.paused(office.db, Wanted(handler_id=office.other.id), 9) == ()
    assert lists.count_paused(office.db, Wanted(registered_by=office.clerk.id)) == 1


def test_a_limit_whose_extension_waits_says_so_in_the_lists(supervisor, office):
    no = office.case(NOW - DAY).no
    handler = actor_for(office.handler, "127.0.0.1")
    moving.ask_extension(office.db, handler, no, 1, "contact", 3, "投诉人出差", False, NOW)
    for path in ("/today?scope=team", "/overdue?light=running"):
        assert "延期待批" in words(supervisor.get(path))


def test_the_cases_that_stand_still_are_read_from_an_index_that_holds_them_alone(office):
    asked = {"handler_id": None, "registered_by": None, "size": 9}
    plan = " / ".join(r["detail"] for r in rows(office.db, "EXPLAIN QUERY PLAN " + lists.PAUSED, asked))
    assert "deadline_paused" in plan

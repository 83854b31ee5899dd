"""What a person finds under 提醒, and what waits for a supervisor's decision."""

from __future__ import annotations

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural, shanghai
from tracker.office.reminding import replan, tell
from tracker.store import outbox
from tracker.store.database import execute, rows


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明").id


@pytest.fixture
def case(register, handler):
    return add_case(register, natural("2026-06-17"), handler_id=handler)


def show_all(db, until):
    execute(db, "UPDATE reminder SET shown_at = owed_at WHERE owed_at <= :until", {"until": until})


def test_the_inbox_shows_what_was_shown_newest_first_page_by_page(register, case, handler):
    replan(register, case, NOW, "登记")
    show_all(register, "2026-06-20T00:30:00Z")
    notices = outbox.inbox(register, handler)
    assert [(n.rung, n.limit_key) for n in notices] == [
        ("due_day", "inspection"),
        ("eve", "inspection"),
        ("due_day", "contact"),
        ("dispatch", ""),
    ]
    assert all(n.case_no == "XH2026-000001" and n.title == "塑料厂异味" for n in notices)
    paged, before = [], None
    while page := outbox.inbox(register, handler, 2, before):
        paged += page
        before = page[-1].id
    assert tuple(paged) == notices


def test_nothing_is_shown_before_it_is_raised_nor_to_anybody_else(register, case, handler, supervisor):
    replan(register, case, NOW, "登记")
    assert outbox.inbox(register, handler) == ()
    show_all(register, "2026-06-17T02:24:00Z")
    assert len(outbox.inbox(register, handler)) == 1
    assert outbox.inbox(register, supervisor) == ()


def test_a_notice_keeps_the_due_time_that_it_reminded_of(register, case, handler):
    replan(register, case, NOW, "登记")
    show_all(register, "2026-06-18T00:30:00Z")
    execute(register, "UPDATE deadline SET due_at = '2026-07-01T16:00:00Z', due_version = 2")
    (first, *_) = outbox.inbox(register, handler)
    assert first.due_at in (shanghai("06-19 00:00"), shanghai("06-21 00:00"))


def test_reading_counts_down_the_unread(register, case, handler, supervisor):
    replan(register, case, NOW, "登记")
    show_all(register, "2026-06-18T00:30:00Z")
    unread = outbox.unread_count(register, handler)
    assert unread == len(outbox.inbox(register, handler)) > 1
    assert outbox.mark_read(register, supervisor, NOW, [outbox.inbox(register, handler)[0].id]) == 0
    assert outbox.mark_read(register, handler, NOW, [outbox.inbox(register, handler)[0].id]) == 1
    assert outbox.unread_count(register, handler) == unread - 1
    assert outbox.mark_read(register, handler, shanghai("06-19 08:30")) == unread - 1
    assert outbox.unread_count(register, handler) == 0


def ask(db, case, by, kind="close"):
    execute(
        db,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
        " VALUES (:case, 1, :kind, '', '已答复', '2026-06-17T02:24:00Z', :by)",
        {"case": case, "by": by, "kind": kind},
    )


def backfill(db, case, by):
    execute(
        db,
        "INSERT INTO fact (case_id, round, kind, happened_at, recorded_at, recorded_by, body, reason) VALUES"
        " (:case, 1, 'contact', '2026-06-17T02:24:00Z', '2026-06-17T02:24:00Z', :by, '{}', '出差')",
        {"case": case, "by": by},
    )
    execute(db, "UPDATE deadline SET state = 'backfill', fact_id = 1 WHERE key = 'contact'")


def rungs(db, case):
    found = rows(
        db,
        "SELECT rung, recipient_id FROM reminder WHERE case_id = :id AND deadline_id IS NULL AND withdrawn_at IS NULL",
        {"id": case},
    )
    return [tuple(r) for r in found]


def test_a_request_waits_for_the_supervisors_who_did_not_ask(register, case, handler, supervisor, make_person):
    other = make_person(roles=("handler", "supervisor")).id
    ask(register, case, other)
    replan(register, case, NOW, "申请销项")
    assert rungs(register, case) == [("dispatch", handler), ("decide", supervisor)]
    assert outbox.waiting_for_decision(register, other) == outbox.waiting_for_decision(register, handler) == ()
    (waiting,) = outbox.waiting_for_decision(register, supervisor)
    assert (waiting.kind, waiting.case_no, waiting.reason) == ("close", "XH2026-000001", "已答复")


def test_a_decision_withdraws_what_waited_for_it_and_tells_the_asker(register, case, handler, supervisor):
    ask(register, case, handler)
    replan(register, case, NOW, "申请销项")
    decided = "UPDATE request SET decision = 'refused', decided_at = asked_at, decided_by = :by"
    execute(register, decided, {"by": supervisor})
    tell(register, case, (handler,), "decided", NOW, {"act": "close", "decision": "refused", "answer": "缺照片"})
    replan(register, case, NOW, "decide")
    assert rungs(register, case) == [("dispatch", handler), ("decided", handler)]


def test_a_late_entry_waits_for_another_person(register, case, handler, supervisor):
    backfill(register, case, handler)
    replan(register, case, NOW, "先行联系")
    (waiting,) = outbox.waiting_for_decision(register, supervisor)
    assert (waiting.kind, waiting.limit_key, waiting.reason) == ("backfill", "contact", "出差")
    found = rows(register, "SELECT recipient_id, rung FROM reminder WHERE deadline_id = 1 AND withdrawn_at IS NULL")
    assert [tuple(r) for r in found] == [(supervisor, "decide")]


@pytest.mark.parametrize("kind", ["inbox", "unread", "requests", "late entries"])
def test_the_pages_of_reminders_read_an_index(register, kind):
    statement, index = {
        "inbox": (outbox.INBOX, "INDEX reminder_inbox (recipient_id=? AND shown_at>? AND shown_at<?)"),
        "unread": (outbox.UNREAD, "INDEX reminder_unread (recipient_id=?"),
        "requests": (outbox.WAITING, "request_one_open"),
        "late entries": (outbox.WAITING, "deadline_backfill"),
    }[kind]
    params = {"person_id": 1, "limit": 50, "before_id": None}
    plan = " / ".join(r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + statement, params))
    assert index in plan
    assert kind != "inbox" or "TEMP B-TREE" not in plan

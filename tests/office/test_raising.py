"""The tick: what fell due is shown once, each person's share in one message, at an hour that is fit to write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import ZONE, add_case, natural, shanghai
from tracker.clock import from_text
from tracker.office.raising import raise_due, rehearse, tick
from tracker.office.reminding import replan, tell
from tracker.rule.reminders import DIGESTS
from tracker.store import deliveries, digest, heartbeat, outbox, overdue, planning, reminders
from tracker.store.database import execute, row, rows, value

DOMAIN = "example.gov.cn"


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明", email="zhou@example.gov.cn").id


@pytest.fixture
def case(register, handler):
    case_id = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case_id, NOW, "登记")
    return case_id


def told(shown, person=None, besides=("morning", "week")):
    """(rung, limit, when owed) of what was shown, to one person or to all; lists of the day and week left out."""
    clock = "%m-%d %H:%M"
    return [
        (one.due.rung, one.due.limit_key, one.due.owed_at.astimezone(ZONE).strftime(clock))
        for one in shown
        if person in (None, one.due.recipient_id) and one.due.rung not in besides
    ]


def mails(db):
    """(recipient, when it may leave, how many reminders) of every message."""
    found = rows(
        db,
        "SELECT recipient_id, try_after, (SELECT count(*) FROM reminder WHERE delivery_id = delivery.id) AS n"
        " FROM delivery ORDER BY id",
    )
    return [(r[0], from_text(r[1]).astimezone(ZONE).strftime("%m-%d %H:%M"), r[2]) for r in found]


def test_what_fell_due_is_shown_once(register, case, handler):
    assert told(tick(register, NOW)) == [("dispatch", "", "06-17 10:24")]
    assert tick(register, NOW) == ()
    assert [notice.rung for notice in outbox.inbox(register, handler)] == ["dispatch"]
    at = shanghai("06-18 08:30")
    assert told(tick(register, at)) == [("due_day", "contact", "06-18 08:30"), ("eve", "inspection", "06-18 08:30")]
    assert tick(register, at + timedelta(seconds=20)) == ()


def test_what_was_withdrawn_is_never_shown(register, case):
    execute(
        register, "UPDATE cases SET state = 'closed', closed_at = updated_at, next_due_at = NULL, next_limit = NULL"
    )
    replan(register, case, NOW, "销项")
    assert tick(register, shanghai("07-30 08:30")) == ()


def test_one_morning_is_one_message(register, case, handler):
    tick(register, NOW, DOMAIN)
    tick(register, shanghai("06-18 08:30"), DOMAIN)
    assert mails(register) == [(handler, "06-17 10:24", 1), (handler, "06-18 08:30", 3)]


def test_without_a_mail_server_or_an_address_a_reminder_stays_in_the_app(register, case, handler, make_person):
    silent = make_person(roles=("handler",)).id
    other = add_case(register, natural("2026-06-17"), handler_id=silent)
    replan(register, other, NOW, "登记")
    assert {one.mail_at for one in tick(register, NOW)} == {None}
    assert mails(register) == []
    shown = tick(register, shanghai("06-18 08:30"), DOMAIN)
    assert {one.due.recipient_id: one.mail_at for one in shown} == {handler: shanghai("06-18 08:30"), silent: None}
    assert [recipient for recipient, _, _ in mails(register)] == [handler]


@pytest.mark.parametrize(
    ("registered", "leaves"),
    [
        ("06-17 07:59", "06-17 08:00"),  # before the office opens
        ("06-17 08:00", "06-17 08:00"),
        ("06-17 19:59", "06-17 19:59"),
        ("06-17 20:00", "06-18 08:00"),
        ("06-17 23:00", "06-18 08:00"),
        ("06-20 10:00", "06-20 10:00"),  # a Saturday; 先行联系 falls due on Sunday, before the next working morning
        ("06-20 23:00", "06-21 08:00"),
    ],
)
def test_a_dispatch_is_shown_at_once_and_mailed_when_people_may_be_written_to(register, handler, registered, leaves):
    at = shanghai(registered)
    day = at.astimezone(ZONE).date().isoformat()
    replan(register, add_case(register, natural(day), handler_id=handler, at=at), at, "登记")
    assert told(tick(register, at, DOMAIN)) == [("dispatch", "", registered)]
    assert mails(register) == [(handler, leaves, 1)]


def test_on_a_rest_day_only_what_presses_is_mailed(register, handler, supervisor):
    at = shanghai("06-20 10:00")  # Saturday; the next working morning is Monday's
    late = {"resolution": shanghai("06-27 00:00")}
    replan(register, add_case(register, late, handler_id=handler, at=at), at, "登记")
    replan(register, add_case(register, natural("2026-06-10"), handler_id=handler, at=at), at, "登记")
    tick(register, at, DOMAIN)
    # The first case presses nobody, the second is late already in part but 现场复查 falls due tonight.
    assert mails(register) == [(handler, "06-22 08:30", 2), (supervisor, "06-22 08:30", 1)]


def test_a_message_held_over_takes_the_morning_on_board(register, handler):
    for hour in ("21:00", "23:00"):
        at = shanghai(f"06-17 {hour}")
        replan(register, add_case(register, natural("2026-06-17"), handler_id=handler, at=at), at, "登记")
        tick(register, at, DOMAIN)
    assert mails(register) == [(handler, "06-18 08:00", 2)]


def test_a_message_that_may_have_arrived_takes_nothing_more(register, case, handler):
    tick(register, NOW, DOMAIN)
    assert deliveries.claim(register, NOW, NOW + timedelta(minutes=5)) is not None  # and then the sender is killed
    second = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, second, NOW, "登记")
    tick(register, NOW, DOMAIN)
    assert [n for _, _, n in mails(register)] == [1, 1]


def test_a_server_that_is_down_all_day_leaves_one_message(register, handler):
    for minute in range(10, 40):
        at = shanghai(f"06-17 10:{minute}")
        replan(register, add_case(register, natural("2026-06-17"), handler_id=handler, at=at), at, "登记")
        tick(register, at, DOMAIN)
        while (claimed := deliveries.claim(register, at, at + timedelta(minutes=5))) is not None:
            deliveries.failed(register, claimed.id, at + timedelta(minutes=7), "connection refused", certain=True)
    assert [(recipient, n) for recipient, _, n in mails(register)] == [(handler, 30)]


def test_what_is_late_is_said_again_each_monday(register, handler, supervisor):
    case = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=handler, at=shanghai("06-08 09:00"))
    replan(register, case, shanghai("06-08 09:00"), "登记")
    at, seen = shanghai("06-08 09:00"), []
    while at < shanghai("07-08 00:00"):
        seen += told(tick(register, at), handler)
        at += timedelta(hours=1)
    assert seen == [
        ("dispatch", "", "06-08 09:00"),
        ("due_day", "contact", "06-09 08:30"),
        ("late", "contact", "06-10 08:30"),
        ("late_1", "contact", "06-11 08:30"),
        ("late_3", "contact", "06-15 08:30"),  # three full days end on a Saturday
        ("weekly", "contact", "06-22 08:30"),
        ("weekly", "contact", "06-29 08:30"),
        ("weekly", "contact", "07-06 08:30"),
    ]


def test_after_a_standstill_everything_is_recorded_with_the_time_it_was_owed_in_one_message(
    register, handler, supervisor
):
    case = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=handler, at=shanghai("06-08 09:00"))
    replan(register, case, shanghai("06-08 09:00"), "登记")
    tick(register, shanghai("06-08 09:00"), DOMAIN)
    execute(register, "UPDATE delivery SET sent_at = try_after")
    shown = tick(register, shanghai("07-01 10:00"), DOMAIN)
    assert told(shown, handler) == [
        ("due_day", "contact", "06-09 08:30"),
        ("late", "contact", "06-10 08:30"),
        ("late_1", "contact", "06-11 08:30"),
        ("late_3", "contact", "06-15 08:30"),
        ("weekly", "contact", "06-22 08:30"),
        ("weekly", "contact", "06-29 08:30"),
    ]
    assert sorted(mails(register)[1:]) == [(handler, "07-01 10:00", 7), (supervisor, "07-01 10:00", 7)]
    assert told(tick(register, shanghai("07-06 08:30")), handler) == [("weekly", "contact", "07-06 08:30")]


def test_of_the_digests_that_were_missed_one_is_shown_and_the_others_are_on_record(register, supervisor, handler):
    add_case(register, natural("2026-06-17"), handler_id=handler)
    tick(register, shanghai("06-22 09:00"))
    shown = tick(register, shanghai("06-26 10:00"))
    assert [one for one in told(shown) if one[0] == "digest"] == [("digest", "", "06-26 08:30")]
    found = rows(register, "SELECT owed_at, withdrawn_why FROM reminder WHERE rung = 'digest' ORDER BY owed_at")
    assert [(from_text(r[0]).astimezone(ZONE).strftime("%m-%d"), r[1]) for r in found] == [
        ("06-23", "superseded"),
        ("06-24", "superseded"),
        ("06-25", "superseded"),
        ("06-26", ""),
        ("06-29", ""),  # the next one waits: 06-27 and 06-28 are a weekend
    ]


def test_the_digest_counts_what_the_lists_show(register, supervisor, handler):
    for received in ("2026-06-10", "2026-06-16", "2026-06-17", "2026-06-15"):
        add_case(register, natural(received), handler_id=handler)
    execute(register, "UPDATE cases SET state = 'applied' WHERE id = 4")
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by)"
        " VALUES (4, 1, 'close', '已答复', '2026-06-17T02:24:00Z', :by)",
        {"by": handler},
    )
    tick(register, NOW)
    at = shanghai("06-18 08:30")
    tick(register, at)
    said = digest.read(value(register, "SELECT body FROM reminder WHERE rung = 'digest' AND shown_at IS NOT NULL"))
    assert [line.no for line in said.overdue.lines] == [line.no for line in overdue.live(register, at)]
    assert said.overdue.total == overdue.count_live(register, at) == 3
    assert [(line.no, line.limit_key) for line in said.today.lines] == [("XH2026-000003", "contact")]
    assert [(asked.no, asked.kind) for asked in said.waiting] == [("XH2026-000004", "close")]


def test_before_rest_days_the_digest_reaches_to_the_next_working_day(register, supervisor, handler):
    for day in ("06-20", "06-22", "06-23", "06-24"):  # due by 24:00 of 06-19, 06-21, 06-22 and 06-23
        add_case(register, {"contact": shanghai(f"{day} 00:00")}, handler_id=handler)
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))  # 06-19 to 06-21 are 端午
    said = digest.read(value(register, "SELECT body FROM reminder WHERE rung = 'digest' AND shown_at IS NOT NULL"))
    assert [line.no[-1] for line in said.tomorrow.lines] == ["1", "2", "3"]


def test_a_digest_with_nothing_to_say_stays_silent(register, supervisor):
    tick(register, NOW)
    assert tick(register, shanghai("06-18 08:30")) == ()
    assert value(register, "SELECT withdrawn_why FROM reminder WHERE rung = 'digest' ORDER BY owed_at") == "empty"


def test_no_digest_comes_on_a_rest_day(register, supervisor, handler):
    add_case(register, natural("2026-06-10"), handler_id=handler)
    tick(register, shanghai("06-18 09:00"))
    assert "digest" not in {one.due.rung for one in tick(register, shanghai("06-21 23:59"))}


def test_a_new_supervisor_is_told_and_one_who_left_is_not(register, case, supervisor, make_person):
    tick(register, NOW)
    new = make_person(roles=("supervisor",), name="李敏").id
    execute(register, "UPDATE person SET active = 0 WHERE id = :id", {"id": supervisor})
    tick(register, NOW + timedelta(seconds=20))
    waiting = rows(
        register, "SELECT DISTINCT recipient_id FROM reminder WHERE rung = 'late_3' AND withdrawn_at IS NULL"
    )
    assert {r[0] for r in waiting} == {new, value(register, "SELECT handler_id FROM cases")}


def test_a_handler_who_left_is_stood_in_for(register, case, handler, supervisor):
    tick(register, NOW)
    execute(register, "UPDATE person SET active = 0 WHERE id = :id", {"id": handler})
    shown = tick(register, shanghai("06-18 08:30"))
    assert {one.due.recipient_id for one in shown} == {supervisor}
    assert ("due_day", "contact", "06-18 08:30") in told(shown)


def test_an_alarm_about_mail_stays_in_the_app(register, case, handler):
    tell(register, case, (handler,), "undeliverable", NOW, {"name": "周明"})
    shown = {one.due.rung: one.mail_at for one in tick(register, NOW, DOMAIN)}
    assert shown == {"dispatch": NOW, "undeliverable": None}


def test_each_tick_gives_a_sign_of_life(register):
    tick(register, NOW)
    tick(register, NOW + timedelta(seconds=20))
    assert heartbeat.last(register, heartbeat.TICK).at == NOW + timedelta(seconds=20)


def test_a_clock_that_steps_back_shows_nothing_twice(register, case, supervisor):
    seen = []
    for when in ("06-18 08:30", "06-17 08:30", "06-18 08:30", "06-22 08:30", "06-18 08:30", "06-22 08:30"):
        seen += [one.due.owed_key for one in tick(register, shanghai(when))]
    assert len(seen) == len(set(seen)) > 5


def test_a_rehearsal_shows_what_a_tick_would_and_writes_nothing(register, case, supervisor):
    before = [tuple(r) for r in rows(register, "SELECT * FROM reminder")]
    at = shanghai("07-06 09:00")
    rehearsed = rehearse(register, NOW, at, DOMAIN)
    assert [tuple(r) for r in rows(register, "SELECT * FROM reminder")] == before
    assert value(register, "SELECT count(*) FROM heartbeat") == value(register, "SELECT count(*) FROM delivery") == 0
    tick_now = tick(register, NOW, DOMAIN)
    shown = (*tick_now, *raise_due(register, at, DOMAIN))
    assert sorted(told(rehearsed)) == sorted(told(shown))


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (reminders.DUE, "reminder USING INDEX reminder_waiting"),
        (reminders.OF_RUNGS, "reminder USING INDEX reminder_waiting"),
        (reminders.NAMED, "(owed_key=?)"),
        (deliveries.CLAIM, "delivery_waiting"),
    ],
)
def test_a_tick_reads_the_waiting_rows_alone(register, statement, index):
    params = {"at": "2026-06-17T02:24:00Z", "lease_until": "2026-06-17T02:29:00Z", "resting": "[]"}
    params |= {"rungs": "[]", "recipient_id": 1, "keys": "[]", "size": -1}
    plan = " / ".join(r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + statement, params))
    assert index in plan
    assert "SCAN reminder" not in plan
    assert "SCAN delivery" not in plan


def test_whoever_waits_to_write_gets_in_after_each_readers_digest_and_each_share(register, case, supervisor):
    tick(register, NOW, DOMAIN)
    monday = NOW + timedelta(days=5)
    resting = []
    shown = tick(register, monday, DOMAIN, lambda: resting.append(register.conn.in_transaction))
    readers = {one.due.recipient_id for one in shown if one.due.rung in DIGESTS}
    assert len(readers) == 2
    assert len(resting) >= len(readers)
    assert not any(resting)


def test_the_messages_and_the_digest_are_found_by_index(register):
    for statement, index in (
        (deliveries.OPEN, "delivery_waiting"),
        (deliveries.LINES, "reminder_delivery"),
        (digest.BETWEEN, "COVERING INDEX cases_next"),
    ):
        params = {"recipient_id": 1, "channel_id": 1, "id": 1, "after": "", "until": "9", "size": 9}
        params |= digest.Scope((0, 1), (1, 2), 3).asked
        plan = " / ".join(r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + statement, params))
        assert index in plan


def test_planning_anew_goes_through_the_cases_once_in_their_order(register):
    plan = " / ".join(
        r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + planning.OPEN_CASES, {"after": 0, "limit": 9})
    )
    assert plan.count("SEARCH cases USING INTEGER PRIMARY KEY (rowid>?)") == 2
    assert "COVERING INDEX deadline_outside (case_id>?)" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_claim_is_one_persons(register, case):
    tick(register, NOW, DOMAIN)
    first = deliveries.claim(register, NOW, NOW + timedelta(minutes=5))
    assert first is not None
    assert deliveries.claim(register, NOW, NOW + timedelta(minutes=5)) is None
    again = deliveries.claim(register, NOW + timedelta(minutes=5), NOW + timedelta(minutes=10))
    assert again is not None
    assert (again.id, again.message_id, again.tries) == (first.id, first.message_id, 2)
    assert again.may_have_arrived
    assert not first.may_have_arrived
    assert row(register, "SELECT sent_at FROM delivery")["sent_at"] is None

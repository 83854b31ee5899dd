"""What the ladder of the office makes of a case: urgent ones, other clocks, signatures, questions, substitutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, add_limit, natural, reminders, shanghai
from tracker.office import leading, standins
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.office.replanning import refresh
from tracker.rule.ladder import LADDER, Rung
from tracker.store import features, heartbeat, holidays, ladder, outbox
from tracker.store.database import execute, rows, value, writing

DOMAIN = "example.gov.cn"
HOUR = timedelta(hours=1)


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明", email="zhou@example.gov.cn").id


@pytest.fixture
def change(register, make_person):
    """``change(rows…)``: the office's ladder from now on."""
    admin = make_person(roles=("admin",), name="李敏").id
    return lambda *rungs: ladder.add(register, rungs, NOW, admin)


def sql(db, statement, **params):
    execute(db, statement, params)


def steps(db, case, *families):
    return [(rung, person, when) for _, rung, person, when in reminders(db, case) if rung.startswith(families)]


def use(register, feature):
    """The office works with it."""
    with writing(register):
        features.switch(register, (feature,))


def test_an_unsigned_dispatch_reminds_the_handler_and_then_the_supervisor(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(register, "UPDATE cases SET dispatched_at = '2026-06-17T02:24:00Z'")
    replan(register, case, NOW, "登记")
    assert steps(register, case, "unsigned") == [
        ("unsigned_4", handler, "06-17 14:24"),
        ("unsigned_24", handler, "06-18 10:24"),
        ("unsigned_24", supervisor, "06-18 10:24"),
    ]
    tick(register, NOW + 4 * HOUR)
    sql(register, "UPDATE cases SET signed_at = '2026-06-17T06:30:00Z'")
    replan(register, case, NOW + 5 * HOUR, "签收")
    assert steps(register, case, "unsigned") == [("unsigned_4", handler, "06-17 14:24")]


def test_a_signature_that_came_before_the_tick_says_nothing(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(register, "UPDATE cases SET dispatched_at = '2026-06-17T02:24:00Z'")
    replan(register, case, NOW, "登记")
    sql(register, "UPDATE cases SET signed_at = '2026-06-17T06:30:00Z'")
    replan(register, case, NOW + 5 * HOUR, "签收")  # no tick came between
    assert steps(register, case, "unsigned") == []


def test_another_dispatch_waits_for_its_own_signature(register, handler, make_person):
    other = make_person(roles=("handler",)).id
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(register, "UPDATE cases SET dispatched_at = '2026-06-17T02:24:00Z'")
    replan(register, case, NOW, "登记")
    sql(register, "UPDATE cases SET dispatched_at = '2026-06-17T03:24:00Z', handler_id = :id", id=other)
    replan(register, case, NOW + HOUR, "改派")
    assert [one for one in steps(register, case, "unsigned_4")] == [("unsigned_4", other, "06-17 15:24")]


def test_an_urgent_case_is_mailed_by_night(register, handler):
    at = shanghai("06-17 23:00")
    case = add_case(register, natural("2026-06-17"), handler_id=handler, at=at)
    sql(register, "UPDATE cases SET grade = '紧急'")
    replan(register, case, at, "登记")
    assert [one.mail_at for one in tick(register, at, DOMAIN)] == [at]


def test_the_limits_of_other_clocks_climb_the_same_ladder(register, handler, supervisor):
    case = add_case(register, {}, handler_id=handler)
    add_limit(register, case, "督办（2026-001）", shanghai("06-20 00:00"))
    replan(register, case, NOW, "督办")
    assert [rung for rung, _, _ in steps(register, case, "eve", "due", "late")] == [
        *("eve", "due_day"),
        *("late_1", "late_1"),  # 06-20 and 06-21 rest: the first day's rung waits for the same morning
        *("late_3", "late_3"),
    ]


def test_a_closed_case_reminds_of_a_date_of_its_own_and_of_nothing_else(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(register, "UPDATE cases SET state = 'closed', closed_at = updated_at, next_due_at = NULL, next_limit = NULL")
    for key, clock in (("回头看", "revisit"), ("12345热线应反", "reply")):
        sql(
            register,
            "INSERT INTO deadline (case_id, round, kind, key, clock, starts_at, due_at, due_day, first_due_at,"
            " unrolled_day) VALUES (:id, 1, 'outside', :key, :clock, :at, :due, '2026-06-24', :due, '2026-06-24')",
            id=case,
            key=key,
            clock=clock,
            at="2026-06-17T02:24:00Z",
            due="2026-06-24T16:00:00Z",
        )
    replan(register, case, NOW, "回头看")
    assert {limit for limit, *_ in reminders(register, case)} == {"回头看"}
    tick(register, shanghai("06-24 08:30"))
    assert [notice.limit_key for notice in outbox.inbox(register, handler)] == ["回头看", "回头看"]


def test_a_request_that_waits_long_is_said_again_where_the_ladder_says_so(register, handler, supervisor, change):
    change(*LADDER, Rung("review", "hours", 24, ("supervisor",)))
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(
        register,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
        " VALUES (1, 1, 'close', '', '已答复', '2026-06-17T02:24:00Z', :by)",
        by=handler,
    )
    replan(register, case, NOW, "申请销项")
    assert steps(register, case, "decide") == [
        ("decide", supervisor, "06-17 10:24"),
        ("decide_24", supervisor, "06-18 10:24"),
    ]


def test_a_co_handler_is_told_where_the_ladder_says_so(register, handler, change, make_person):
    other = make_person(roles=("handler",)).id
    use(register, "parties")
    change(Rung("limit", "day", 0, ("handler", "co_handler")))
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    sql(
        register,
        "INSERT INTO co_handler (case_id, person_id, added_at) VALUES (1, :id, '2026-06-17T02:24:00Z')",
        id=other,
    )
    replan(register, case, NOW, "登记")
    assert steps(register, case, "due_day")[:2] == [
        ("due_day", handler, "06-18 08:30"),
        ("due_day", other, "06-18 08:30"),
    ]


def test_a_changed_ladder_plans_the_open_cases_anew_and_doubles_nothing_that_was_shown(
    register, handler, supervisor, change
):
    case = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=handler, at=shanghai("06-08 09:00"))
    replan(register, case, shanghai("06-08 09:00"), "登记")
    tick(register, shanghai("06-10 08:30"))
    shown = [one.rung for one in outbox.inbox(register, handler)]
    assert shown == ["late", "due_day", "dispatch"]
    wider = [replace(rung, roles=("handler", "supervisor")) for rung in LADDER if rung.key != "late_1"]
    change(*wider, Rung("limit", "late", 2, ("supervisor",)))
    tick(register, shanghai("06-10 09:00"))
    assert [one.rung for one in outbox.inbox(register, handler)] == shown
    assert steps(register, case, "late_") == [
        ("late_2", supervisor, "06-12 08:30"),
        ("late_3", handler, "06-15 08:30"),
        ("late_3", supervisor, "06-15 08:30"),
    ]
    why = rows(register, "SELECT DISTINCT withdrawn_why FROM reminder WHERE rung = 'late_1'")
    assert [r[0] for r in why] == ["people"]


def test_a_long_planning_anew_goes_on_from_tick_to_tick_and_loses_nothing_between(register, handler, change):
    cases = [add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=handler, at=NOW) for _ in range(250)]
    for case in cases:
        replan(register, case, NOW, "登记")
    tick(register, NOW)
    change(*LADDER, Rung("limit", "day", 1, ("handler",)))
    changed = shanghai("06-17 08:29")  # a minute before the new step of every one of them
    sql(register, "UPDATE cases SET registered_at = '2026-06-16T00:00:00Z'")
    assert not refresh(register, changed, share=100)
    assert heartbeat.replan(register).after == cases[99]
    replan(register, cases[200], shanghai("06-17 08:31"), "办理记录")  # an act on a case that is not reached yet
    assert not refresh(register, shanghai("06-17 08:40"), share=100)
    while not refresh(register, shanghai("06-17 08:50"), share=100):
        pass
    assert heartbeat.replan(register) is None
    found = value(register, "SELECT count(*) FROM reminder WHERE rung = 'ahead_1' AND owed_at = '2026-06-17T00:30:00Z'")
    assert found == len(cases)


def test_what_falls_due_is_planned_anew_before_it_is_shown(register, handler, make_person, change):
    cases = [add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=handler) for _ in range(30)]
    for case in cases:
        replan(register, case, NOW, "登记")
    tick(register, NOW)
    change(*(rung for rung in LADDER if rung.key != "due_day"))
    assert not refresh(register, shanghai("06-18 08:30"), share=10)
    waiting = "SELECT count(*) FROM reminder WHERE rung = 'due_day' AND withdrawn_at IS NULL"
    assert value(register, waiting) == 0


@pytest.fixture
def publish():
    """``publish(day)``: a newer package knows that this day rests."""
    with pytest.MonkeyPatch.context() as patch:

        def published(day):
            patch.setitem(holidays.holidays, day, next(iter(holidays.holidays.values())))
            holidays.official.cache_clear()
            holidays.edition.cache_clear()

        yield published
    holidays.official.cache_clear()
    holidays.edition.cache_clear()


def test_a_newly_published_year_moves_the_mornings_that_were_counted_without_it(register, handler, publish):
    at = shanghai("2026-12-20 10:00")
    case = add_case(register, {"recheck": shanghai("2027-02-17 00:00")}, handler_id=handler, at=at)
    replan(register, case, at, "登记")
    tick(register, at)
    assert steps(register, case, "eve") == [("eve", handler, "02-15 08:30")]
    publish(date(2027, 2, 15))
    tick(register, at + HOUR)
    assert steps(register, case, "eve") == [("eve", handler, "02-12 08:30")]


def test_who_is_away_keeps_the_reminders_and_the_substitute_has_them_too(register, handler, supervisor, make_person):
    substitute = make_person(roles=("handler",), name="李敏").id
    use(register, "absence")
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    tick(register, NOW)
    sql(
        register,
        "INSERT INTO absence (person_id, substitute_id, from_at, until_at, entered_at) VALUES"
        " (:person, :substitute, '2026-06-17T16:00:00Z', '2026-06-19T16:00:00Z', '2026-06-17T02:24:00Z')",
        person=handler,
        substitute=substitute,
    )
    at = shanghai("06-18 08:30")
    assert {one.due.recipient_id for one in tick(register, at) if one.due.case_id} == {handler, substitute}
    assert tick(register, at) == ()
    mine, theirs = outbox.inbox(register, handler), outbox.inbox(register, substitute)
    assert sorted(one.rung for one in theirs) == sorted(one.rung for one in mine if one.rung != "dispatch")
    assert {one.body["for"] for one in theirs if one.rung != "morning"} == {"王建国"}
    tick(register, shanghai("06-22 08:30"))
    assert len(outbox.inbox(register, substitute)) == len(theirs)  # back again


def test_a_substitute_hears_nothing_that_the_absent_one_hears_as_supervisor_or_leader(team):
    with writing(team.db):
        features.switch(team.db, ("absence", "leaders"))
    away, other = team.second, team.other
    theirs, mine = team.case(NOW).no, team.case(NOW, handler_id=away.person_id).no
    leading.put(team.db, team.supervisor, theirs, team.version(theirs), away.person_id, NOW)
    standins.begin(
        team.db, away, standins.ABSENCE, away.person_id, other.person_id, date(2026, 6, 17), date(2026, 6, 30), NOW
    )
    for no in (theirs, mine):
        case = team.folder(no).case.id
        sql(
            team.db,
            "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
            " VALUES (:case, 1, 'end', 'not_ours', '转出', '2026-06-17T02:24:00Z', :by)",
            case=case,
            by=team.handler.person_id,
        )
        replan(team.db, case, NOW, "end")
    for at in ("06-17 10:30", "06-18 08:30", "06-19 08:30", "06-22 08:30", "06-23 08:30"):
        tick(team.db, shanghai(at))
    told = [one for one in outbox.inbox(team.db, other.person_id) if one.case_no]
    assert {one.case_no for one in told} == {mine}  # the title of any other would tell them of it
    assert {"dispatch", "due_day", "late_3"} <= {one.rung for one in told}
    assert "decide" not in {one.rung for one in told}


def test_whoever_a_repeating_step_alone_reaches_hears_of_it_from_the_first_monday_on(
    register, handler, supervisor, change
):
    change(Rung("limit", "late", 0, ("handler",)), Rung("limit", "monday", 0, ("supervisor",)))
    case = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=handler, at=shanghai("06-08 09:00"))
    replan(register, case, shanghai("06-08 09:00"), "登记")
    at = shanghai("06-08 09:00")
    while at < shanghai("06-30 00:00"):
        tick(register, at)
        at += 6 * HOUR
    shown = "SELECT owed_at FROM reminder WHERE rung = 'weekly' AND shown_at IS NOT NULL AND recipient_id = :id"
    found = [r[0][:10] for r in rows(register, shown, {"id": supervisor})]
    assert found == ["2026-06-15", "2026-06-22", "2026-06-29"]


def test_after_three_days_the_responsible_leader_is_told(register, handler, supervisor, make_person):
    leader = make_person(roles=("supervisor",), name="李局").id
    use(register, "leaders")
    sql(register, "UPDATE person SET unit_id = NULL")
    execute(register, "DELETE FROM person_role WHERE person_id = :id", {"id": leader})
    case = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=handler, at=shanghai("06-08 09:00"))
    sql(register, "INSERT INTO leader (case_id, person_id, from_at) VALUES (1, :id, '2026-06-08T01:00:00Z')", id=leader)
    replan(register, case, shanghai("06-08 09:00"), "登记")
    told = {rung: person for _, rung, person, _ in reminders(register, case) if person == leader}
    assert told == {"late_3": leader}


def test_an_urgent_dispatch_is_told_to_the_leader_at_once(register, handler, make_person):
    leader = make_person(roles=("handler",), name="李局", email="li@example.gov.cn").id
    use(register, "leaders")
    at = shanghai("06-20 23:00")  # a Saturday night
    case = add_case(register, natural("2026-06-20"), handler_id=handler, at=at)
    sql(register, "UPDATE cases SET grade = '紧急'")
    sql(register, "INSERT INTO leader (case_id, person_id, from_at) VALUES (1, :id, '2026-06-08T01:00:00Z')", id=leader)
    replan(register, case, at, "登记")
    shown = tick(register, at, DOMAIN)
    assert {one.due.recipient_id: one.mail_at for one in shown} == {handler: at, leader: at}


def test_a_second_change_while_the_first_is_under_way_loses_nothing_of_either(register, handler, change):
    cases = [add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=handler, at=NOW) for _ in range(250)]
    for case in cases:
        replan(register, case, NOW, "登记")
    tick(register, NOW)
    sql(register, "UPDATE cases SET registered_at = '2026-06-16T00:00:00Z'")
    change(*LADDER, Rung("limit", "day", 1, ("handler",)))
    assert not refresh(register, shanghai("06-17 08:29"), share=100)
    change(*LADDER, Rung("limit", "day", 1, ("handler",)), Rung("limit", "late", 5, ("handler",)))
    while not refresh(register, shanghai("06-17 08:35"), share=100):
        pass
    waiting = "SELECT count(*) FROM reminder WHERE rung = :rung AND withdrawn_at IS NULL"
    assert value(register, waiting, {"rung": "ahead_1"}) == value(register, waiting, {"rung": "late_5"}) == len(cases)


def test_what_was_shown_is_not_shown_again_when_a_new_calendar_moves_its_morning(register, handler, change):
    change(Rung("limit", "late", 0, ("handler",)))
    sql(register, "INSERT INTO calendar_override (day, works) VALUES ('2026-06-19', 1)")
    case = add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=handler)
    replan(register, case, NOW, "登记")
    tick(register, shanghai("06-19 08:30"))
    sql(register, "UPDATE calendar_override SET works = 0")
    tick(register, shanghai("06-19 09:00"))
    tick(register, shanghai("06-22 08:30"))
    late = "SELECT count(*) FROM reminder WHERE rung = 'late' AND shown_at IS NOT NULL"
    assert value(register, late) == 1

"""代行审批 and 请假代班 at work: what is entered, who sees what then, and what the trail says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, shanghai
from tracker.office import closing, desk, moving, raising, stages, standins
from tracker.office.actors import actor_at
from tracker.office.standins import ABSENCE, DEPUTY
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases, features, outbox, people
from tracker.store.cases import NoSuchCase
from tracker.store.database import value, writing

TODAY, FRIDAY = date(2026, 6, 17), date(2026, 6, 19)


@pytest.fixture
def team(team):
    with writing(team.db):
        features.switch(team.db, ("absence",))
    return team


def now(team, actor, at=NOW):
    """The same person as they stand at ``at``."""
    person = people.person(team.db, actor.person_id)
    assert person is not None
    return actor_at(team.db, person, at)


def deputise(team, by, at=NOW, for_=None, last=FRIDAY):
    who = for_ or team.supervisor
    return standins.begin(team.db, who, DEPUTY, who.person_id, by.person_id, TODAY, last, at)


def cover(team, by=None, at=NOW, actor=None, first=TODAY):
    by = by or team.other
    return standins.begin(
        team.db, actor or team.handler, ABSENCE, team.handler.person_id, by.person_id, first, FRIDAY, at
    )


def ask_close(team, no, by=None):
    """An early end that the handler asks for."""
    by = by or team.handler
    return closing.ask_end(team.db, by, no, team.version(no), "not_ours", "河道归其管", NOW, receiver="区水务局")


def said(team, case, act):
    """What the trail says of the only act of this name."""
    (found,) = (record.detail for record in audit.of_case(team.db, case.id) if record.act == act)
    return found


def waiting(team, actor, at=NOW):
    return [(one.case_no, one.acting) for one in outbox.waiting_for_decision(team.db, actor.person_id, at)]


def test_a_deputy_decides_for_the_supervisor_and_the_trail_says_for_whom(team):
    case = team.case()
    ask_close(team, case.no)
    with pytest.raises(NotAllowed):
        closing.decide_end(team.db, now(team, team.clerk), case.no, team.version(case.no), True, "", NOW)
    deputise(team, team.clerk)
    assert waiting(team, team.clerk) == [(case.no, "李处")]
    closing.decide_end(team.db, now(team, team.clerk), case.no, team.version(case.no), True, "", NOW)
    assert said(team, case, "decide_end")["acting"] == "李处"
    assert team.folder(case.no).requests[-1].decided_by_name == "林涛"


def test_a_deputy_decides_only_while_it_holds(team):
    case = team.case()
    ask_close(team, case.no)
    named = deputise(team, team.clerk)
    end = shanghai("06-20 00:00")
    for at, holds in (
        (NOW - timedelta(seconds=1), False),
        (NOW, True),
        (end - timedelta(seconds=1), True),
        (end, False),
    ):
        assert bool(now(team, team.clerk, at).deputises) == holds == bool(waiting(team, team.clerk, at))
    standins.end(team.db, team.supervisor, DEPUTY, named.id, NOW + timedelta(hours=1))
    assert waiting(team, team.clerk, NOW + timedelta(hours=1)) == []


def test_a_deputy_sees_the_cases_of_the_office_and_no_complainant(team):
    case = team.case()
    with pytest.raises(NoSuchCase):
        desk.check_access(case, team.other, "see")
    deputise(team, team.other)
    acting = now(team, team.other)
    desk.check_access(case, acting, "see")
    for act in ("reveal", "stage", "reassign", "correct", "urge"):
        assert not desk.may(case, acting, act)


@pytest.mark.parametrize("worked", ["handles", "asked", "recorded"])
def test_a_deputy_decides_nothing_that_she_worked_on_and_is_not_asked_to(team, worked):
    case = team.case(handler_id=team.other.person_id if worked == "handles" else team.handler.person_id)
    if worked == "recorded":
        team.record(case.no, CONTACT, by=team.clerk, at=NOW + timedelta(minutes=5), happened_at=NOW)
    ask_close(team, case.no, team.supervisor if worked != "asked" else team.handler)
    by = {"handles": team.other, "asked": team.handler, "recorded": team.clerk}[worked]
    deputise(team, by)
    deputise(team, by, for_=team.second)
    assert waiting(team, by) == []
    with pytest.raises(Refusal, match="不能"):
        closing.decide_end(team.db, now(team, by), case.no, team.version(case.no), True, "", NOW)


def test_what_waits_for_the_supervisor_is_told_to_the_deputy_who_may_decide_it(team):
    case, own = team.case(), team.case(handler_id=team.other.person_id)
    deputise(team, team.other)
    for one, who in ((case, team.handler), (own, team.other)):
        moving.ask_extension(team.db, who, one.no, team.version(one.no), "recheck", 3, "等待设备", False, NOW)
    shown = raising.tick(team.db, NOW + timedelta(minutes=1))
    told = [(one.due.case_id, one.due.rung) for one in shown if one.due.recipient_id == team.other.person_id]
    assert (case.id, "decide") in told
    assert (own.id, "decide") not in told
    assert raising.tick(team.db, NOW + timedelta(minutes=2)) == ()


def test_what_the_supervisor_hears_of_a_late_case_is_told_to_the_deputy_while_it_lasts(team):
    case = team.case(shanghai("06-22 10:00"))
    since, last = shanghai("06-22 10:00"), date(2026, 6, 24)
    person = team.supervisor.person_id
    standins.begin(team.db, team.supervisor, DEPUTY, person, team.other.person_id, date(2026, 6, 22), last, since)
    told = {}
    for day in ("22", "23", "24", "25", "26", "29"):
        shown = raising.tick(team.db, shanghai(f"06-{day} 10:00"))
        of_case = [one.due for one in shown if one.due.case_id == case.id and one.due.limit_key == "contact"]
        told[day] = sorted((one.rung, one.recipient_id) for one in of_case)
    above, deputy = [team.supervisor.person_id, team.second.person_id], team.other.person_id
    assert told["23"] == [("due_day", team.handler.person_id)]
    assert told["24"] == [("late", who) for who in sorted([team.handler.person_id, deputy, *above])]
    assert told["25"] == [("late_1", who) for who in sorted([team.handler.person_id, *above])]


def test_an_urgent_case_that_falls_to_the_supervisor_reaches_the_deputy_too_and_her_own_work_does_not(team):
    """Nobody leads it: where the only supervisor is away, nobody but the handler would hear of it."""
    deputise(team, team.other)
    deputise(team, team.other, for_=team.second)
    urgent = team.case(NOW, grade="紧急").no
    own = team.case(NOW, handler_id=team.second.person_id).no
    shown = [one.due for one in raising.tick(team.db, NOW) if one.due.rung == "dispatch"]
    told = {no: sorted(one.recipient_id for one in shown if one.case_no == no) for no in (urgent, own)}
    everybody = (team.handler, team.supervisor, team.second, team.other)
    assert told == {urgent: sorted(one.person_id for one in everybody), own: [team.second.person_id]}


def test_where_only_the_deputy_of_the_asker_is_left_the_request_waits(team):
    case = team.case()
    ask_close(team, case.no, team.supervisor)
    deputise(team, team.clerk)
    assert waiting(team, team.clerk) == []
    with pytest.raises(Refusal, match="李处 的申请不能由其代行人审批"):
        closing.decide_end(team.db, now(team, team.clerk), case.no, team.version(case.no), True, "", NOW)
    deputise(team, team.clerk, for_=team.second)
    assert waiting(team, team.clerk) == [(case.no, "孙敏")]


def test_a_late_entry_is_confirmed_by_a_deputy_who_did_not_make_it(team):
    case = team.case()
    late = NOW + timedelta(days=3)
    team.record(case.no, CONTACT, NOW + timedelta(hours=1), late, reason="忘记录入")
    assert team.states(case.no)["contact"] == "backfill"
    deputise(team, team.clerk, last=date(2026, 6, 30))
    deputise(team, team.handler, for_=team.second, last=date(2026, 6, 30))
    assert [one[0] for one in waiting(team, team.clerk, late)] == [case.no]
    assert waiting(team, team.handler, late) == []
    acting = now(team, team.clerk, late)
    stages.decide_backfill(team.db, acting, case.no, team.version(case.no), "contact", True, "", late)
    assert said(team, case, "backfill")["acting"] == "李处"


def test_a_substitute_works_on_the_cases_of_who_is_absent_and_signs_them(team):
    case = team.case()
    with pytest.raises(NoSuchCase):
        team.record(case.no, by=now(team, team.other))
    cover(team)
    team.record(case.no, by=now(team, team.other), at=NOW + timedelta(hours=1))
    after = team.folder(case.no)
    assert after.case.handler == "王建国"
    assert after.case.signed_at is not None
    assert after.facts[-1].recorded_for == team.handler.person_id
    assert said(team, case, "stage")["for"] == "王建国"
    other = team.case(handler_id=team.second.person_id)
    assert not desk.may(other, now(team, team.other), "see")
    assert not desk.may(case, now(team, team.other, shanghai("06-20 00:00")), "see")


def test_what_a_substitute_asks_is_also_the_absent_ones_request(team):
    case = team.case(handler_id=team.second.person_id)  # who is a supervisor too
    standins.begin(team.db, team.second, ABSENCE, team.second.person_id, team.other.person_id, TODAY, FRIDAY, NOW)
    acting = now(team, team.other)
    moving.ask_extension(team.db, acting, case.no, team.version(case.no), "recheck", 3, "等待设备", False, NOW)
    (request,) = team.folder(case.no).requests
    assert (request.asked_by, request.asked_for) == (team.other.person_id, team.second.person_id)
    assert waiting(team, team.second) == []
    decide = moving.decide_extension
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        decide(team.db, team.second, case.no, team.version(case.no), True, "", False, NOW)
    decide(team.db, team.supervisor, case.no, team.version(case.no), True, "", False, NOW)


def test_standing_in_moves_no_due_time_and_ends_on_record(team):
    case = team.case()
    before = [(one.key, one.due_at) for one in team.folder(case.no).deadlines]
    entered = cover(team, actor=team.supervisor)
    standins.end(team.db, team.handler, ABSENCE, entered.id, NOW + timedelta(hours=1))
    standins.end(team.db, team.handler, ABSENCE, entered.id, NOW + timedelta(hours=2))
    assert [(one.key, one.due_at) for one in team.folder(case.no).deadlines] == before
    acts = "SELECT group_concat(act) FROM audit WHERE act LIKE 'absence.%'"
    assert value(team.db, acts) == "absence.named,absence.ended"


def test_from_a_later_day_it_holds_from_its_first_midnight(team):
    cover(team, first=date(2026, 6, 18))
    midnight = shanghai("06-18 00:00")
    assert now(team, team.other, midnight - timedelta(seconds=1)).covers == ()
    assert now(team, team.other, midnight).covers[0].id == team.handler.person_id


def test_who_may_not_enter_or_end_is_refused(team):
    with pytest.raises(Refusal, match="请假由本人"):
        cover(team, actor=team.other)
    with pytest.raises(Refusal, match="督办人员本人"):
        standins.begin(
            team.db, team.second, DEPUTY, team.supervisor.person_id, team.clerk.person_id, TODAY, FRIDAY, NOW
        )
    named = deputise(team, team.clerk)
    with pytest.raises(Refusal, match="督办人员本人"):
        standins.end(team.db, team.second, DEPUTY, named.id, NOW)
    for kind, id_ in ((ABSENCE, 99), ("nonsense", 1)):
        with pytest.raises(Refusal, match="没有这条记录"):
            standins.end(team.db, team.supervisor, kind, id_, NOW)
    with pytest.raises(Refusal, match="请选择请假的人"):
        standins.begin(team.db, team.supervisor, ABSENCE, None, None, TODAY, FRIDAY, NOW)
    cover(team)
    with pytest.raises(Refusals, match="陈晓"):
        cover(team, team.second)


def test_a_co_handler_sees_the_case_and_writes_notes_no_more(team):
    case = team.case()
    both = replace(case, co_handlers=frozenset({team.other.person_id, team.clerk.person_id}))
    may = {
        act for act in ("see", "note", "contact", "stage", "reply", "reveal", "sign") if desk.may(both, team.other, act)
    }
    assert may == {"see", "note"}
    assert cases.by_id(team.db, case.id).co_handlers == frozenset()

"""签收 and 退回派单: a dispatched case is taken or given back, and no due time moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT
from tests.office.test_acts_remind import waiting
from tracker.office import dispatch
from tracker.office.raising import tick
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal
from tracker.store import audit, dispatches
from tracker.store.cases import NoSuchCase
from tracker.store.database import IntegrityError, execute, row, value

HOUR = timedelta(hours=1)
AT = NOW + HOUR


def acts(team, case):
    return [record.act for record in audit.of_case(team.db, case.id)]


def give_back(team, case, *, ground="area", reason="", at=AT, by=None):
    dispatch.give_back(team.db, by or team.handler, case.no, team.version(case.no), ground, reason, at)


def test_a_dispatched_case_waits_for_its_handler_to_sign(team):
    case = team.case()
    assert (case.dispatched_at, case.signed_at, case.unsigned) == (NOW, None, True)
    assert [one.no for one in dispatches.unsigned(team.db, team.handler.person_id)] == [case.no]
    signed = dispatch.sign(team.db, team.handler, case.no, AT).case
    assert (signed.signed_at, signed.unsigned) == (AT, False)
    assert dispatches.unsigned(team.db, team.handler.person_id) == ()
    assert acts(team, case)[0] == "sign"


def test_a_case_that_nobody_was_given_wants_no_signature(team):
    case = team.case(handler_id=None)
    assert not case.unsigned
    assert (case.dispatched_at, case.signed_at) == (None, None)


def test_whoever_gives_a_case_to_herself_has_signed(team):
    assert not dispatch.assign(
        team.db, team.second, team.case().no, 1, team.second.person_id, "本人办理", AT
    ).case.unsigned


def test_signed_twice_is_signed_once(team):
    case = team.case()
    dispatch.sign(team.db, team.handler, case.no, AT)
    again = dispatch.sign(team.db, team.handler, case.no, AT + HOUR).case
    assert again.signed_at == AT
    assert acts(team, case).count("sign") == 1


def test_to_work_on_a_case_is_to_take_it(team):
    case = team.case()
    assert team.record(case.no, CONTACT, AT).case.signed_at == AT
    with pytest.raises(Refusal, match="已签收"):
        give_back(team, case)


def test_the_work_of_others_signs_for_nobody(team):
    case = team.case()
    assert team.record(case.no, CONTACT, AT, by=team.clerk).case.unsigned


def test_a_clock_that_steps_back_keeps_nobody_from_signing(team):
    case = team.case()
    assert dispatch.sign(team.db, team.handler, case.no, NOW - HOUR).case.signed_at == NOW


def test_a_case_given_back_is_nobodys_and_stands_in_the_list_with_its_ground(team):
    case = team.case()
    give_back(team, case, ground="duty", reason="应由水务")
    after = team.folder(case.no).case
    assert (after.handler_id, after.dispatched_at, after.signed_at) == (None, None, None)
    (listed,) = dispatches.returned(team.db)
    assert (listed.no, listed.returned_by, listed.ground, listed.reason) == (case.no, "王建国", "duty", "应由水务")
    assert acts(team, case)[0] == "give_back"


def test_a_case_given_back_and_given_to_another_leaves_the_list(team):
    case = team.case()
    give_back(team, case)
    after = dispatch.assign(team.db, team.clerk, case.no, team.version(case.no), team.other.person_id, "", AT).case
    assert (after.handler, after.unsigned) == ("陈晓", True)
    assert dispatches.returned(team.db) == ()
    give_back(team, case, by=team.other, ground="double", at=AT + HOUR)
    assert [one.returned_by for one in dispatches.returned(team.db)] == ["陈晓"]


def test_a_return_moves_no_due_time_and_the_reminders_follow(team):
    case = team.case()
    tick(team.db, NOW)
    before = [(one.key, one.due_at, one.due_version) for one in team.folder(case.no).deadlines]
    give_back(team, case)
    assert [(one.key, one.due_at, one.due_version) for one in team.folder(case.no).deadlines] == before
    told = {person for _, _, person in waiting(team, case.id)}
    assert told == {team.supervisor.person_id, team.second.person_id}
    assert {person for _, _, person in waiting(team, case.id, "dispatch")} == told
    dispatch.assign(team.db, team.supervisor, case.no, team.version(case.no), team.other.person_id, "", AT)
    assert {person for _, _, person in waiting(team, case.id, "dispatch", "eve")} == {team.other.person_id}


def test_a_handler_who_gave_a_case_back_sees_it_no_more(team):
    case = team.case()
    give_back(team, case)
    with pytest.raises(NoSuchCase):
        dispatch.sign(team.db, team.handler, case.no, AT)


def test_another_handler_and_a_clerk_neither_sign_nor_give_back(team):
    case = team.case()
    with pytest.raises(NoSuchCase):
        dispatch.sign(team.db, team.other, case.no, AT)
    with pytest.raises(NotAllowed):
        give_back(team, case, by=team.clerk)


@pytest.mark.parametrize("statement", ["DELETE FROM dispatch_return", "UPDATE dispatch_return SET ground = 'duty'"])
def test_a_return_is_on_record_for_good(team, statement):
    give_back(team, team.case())
    with pytest.raises(IntegrityError):
        execute(team.db, statement)
    assert value(team.db, "SELECT count(*) FROM dispatch_return") == 1


def test_the_unsigned_cases_are_found_by_their_index(team):
    plan = row(team.db, f"EXPLAIN QUERY PLAN {dispatches.UNSIGNED}", {"handler_id": 1})
    assert "cases_unsigned" in plan["detail"]

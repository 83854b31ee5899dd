"""初审 and 退单 through the office: what is filled in, who confirms, and what becomes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import INSPECTION
from tracker.office import accepting, closing, deciding, returning
from tracker.office.accepting import Filled
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.returning import Answer, Limit
from tracker.store import audit, identity, intake, order_returns, outbox

HOUR = timedelta(hours=1)
AT = NOW + HOUR


def accept(team, no, by=None, at=AT, **filled):
    return accepting.accept(team.db, by or team.clerk, no, team.version(no), Filled(**filled), at)


def send(team, no, by=None, ground="area", reason="", at=AT):
    return returning.send(team.db, by or team.clerk, no, team.version(no), ground, reason, at)


def answered(team, no, outcome="confirmed", by=None, text="属邻区", at=AT + HOUR):
    said = Answer(outcome, at, text)
    return returning.answered(team.db, by or team.supervisor, no, team.version(no), said, at)


def limits(team, *wanted):
    admin = team.make_actor(roles=("admin",))
    return returning.save_limits(team.db, admin, [(f"amount-{n}", one) for n, one in enumerate(wanted)], NOW)


def dues(folder):
    return {limit.id: limit.due_at for limit in folder.deadlines}


# 初审


def test_what_registration_left_open_is_listed_until_the_case_is_accepted(team):
    whole = team.case(source_due_at=NOW + timedelta(days=2)).no
    left = team.case(street_id=None, categories=()).no
    (one,) = intake.waiting(team.db, 10)
    assert (one.no, one.no_street, one.no_category, one.no_phone, one.no_limit) == (left, True, True, False, True)
    assert intake.count_waiting(team.db) == 1
    before = dues(team.folder(left))
    with pytest.raises(Refusals) as refused:
        accept(team, left)
    assert [item.field for item in refused.value.items] == ["street", "categories"]
    due = NOW + timedelta(days=3)
    folder = accept(team, left, street_id=1, categories=("12",), source_due_at=due)
    assert before.items() <= dues(folder).items()
    assert (folder.accepted.by_name, folder.accepted.at) == ("林涛", AT)
    assert [limit.due_at for limit in folder.outside] == [due]
    assert folder.case.categories == ("12",)
    assert intake.count_waiting(team.db) == 0
    accept(team, whole)
    with pytest.raises(Refusal, match="已经受理"):
        accept(team, whole)


def test_a_number_that_was_not_known_is_kept_and_not_told(team):
    no = team.case(channel="来信", phone="").no
    folder = accept(team, no, phone="13812345678")
    assert identity.get(team.db, folder.case.id).phone == "13812345678"
    trail = audit.of_case(team.db, folder.case.id)
    assert trail[0].detail["phone"] is True
    assert "13812345678" not in repr(trail)


def test_a_number_that_is_known_is_never_overwritten(team):
    no = team.case().no
    folder = accept(team, no, phone="13812345678")
    assert identity.get(team.db, folder.case.id).phone == "13800000000"


def test_to_work_on_a_case_is_to_accept_it(team):
    no = team.case().no
    folder = team.record(no, INSPECTION, AT)
    assert folder.accepted.by_name == "王建国"
    with pytest.raises(Refusal, match="已经受理"):
        accept(team, no)


def test_a_case_that_no_rule_binds_wants_neither_street_nor_category(team):
    no = team.case(kind="咨询", street_id=None, categories=(), source_due_at=NOW + timedelta(days=2)).no
    assert intake.count_waiting(team.db) == 0
    assert accept(team, no).standing.accepted


def test_who_may_accept(team):
    no = team.case().no
    with pytest.raises(NotAllowed):
        accept(team, no, by=team.handler)


# 退单


def test_the_clocks_run_on_until_the_source_has_confirmed(team):
    no = team.case(source_due_at=NOW + timedelta(days=2)).no
    before = dues(team.folder(no))
    sent = send(team, no)
    assert dues(sent) == before
    assert set(team.states(no).values()) == {"open"}
    assert (sent.standing.returned, sent.standing.ended, sent.case.next_limit) == (True, False, "contact")
    (question,) = outbox.waiting_for_decision(team.db, team.supervisor.person_id)
    assert (question.kind, question.case_no) == ("order_return", no)
    folder = answered(team, no)
    assert set(team.states(no).values()) == {"ended"}
    assert [limit.state for limit in folder.outside] == ["ended"]
    assert dues(folder) == before
    assert (folder.standing.gone, folder.standing.replied, folder.case.next_due_at) == (True, True, None)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", AT + 2 * HOUR)
    closing.close(team.db, team.supervisor, no, team.version(no), "", AT + 2 * HOUR)
    assert audit.verify(team.db) is None


def test_the_work_goes_on_meanwhile_and_when_the_source_refuses(team):
    no = team.case().no
    before = dues(team.folder(no))
    send(team, no)
    folder = answered(team, no, "refused", by=team.clerk, text="街道确认属本区")
    assert (folder.standing.returned, folder.standing.ended) == (False, False)
    assert dues(folder) == before
    assert set(team.states(no).values()) == {"open"}
    send(team, no, reason="再退", at=AT + 2 * HOUR)
    team.record(no, INSPECTION, AT + 3 * HOUR)
    assert team.folder(no).accepted is None, "an order that has gone back is not taken on by the work that goes on"
    assert [one.outcome for one in team.folder(no).returns] == ["refused", ""]


def test_nobody_confirms_their_own_and_a_handler_confirms_none(team):
    no = team.case().no
    send(team, no, by=team.supervisor)
    with pytest.raises(Refusal, match="不能确认自己的退单"):
        answered(team, no)
    with pytest.raises(NotAllowed):
        answered(team, no, by=team.handler)
    answered(team, no, by=team.second)


def test_only_the_sender_takes_it_back(team):
    no = team.case().no
    send(team, no)
    with pytest.raises(Refusal, match="退单人本人"):
        answered(team, no, "withdrawn", by=team.supervisor)
    assert not answered(team, no, "withdrawn", by=team.clerk).standing.returned


def test_an_order_that_was_confirmed_comes_back_as_a_new_round(team):
    no = team.case().no
    send(team, no)
    answered(team, no)
    at = NOW + timedelta(days=2)
    folder = deciding.come_back(team.db, team.second, no, team.version(no), ("inspection",), "热线再派", at)
    assert (folder.case.round, folder.standing.gone, folder.standing.ended) == (2, False, False)


def test_a_telephone_call_goes_back_to_nobody(team):
    with pytest.raises(Refusal, match="不派发工单"):
        send(team, team.case(channel="电话").no)


# The limit of a channel


def test_the_limit_of_a_channel_is_a_clock_of_its_own(team):
    assert limits(team, Limit("12345热线", 24, "hours"), Limit("12369平台", 2, "working"))
    hotline, platform, letter = (team.case(channel=one) for one in ("12345热线", "12369平台", "来信"))
    (by_hours,) = team.folder(hotline.no).outside
    assert (by_hours.clock, by_hours.due_at) == ("hand_back", NOW + timedelta(days=1))
    (by_days,) = team.folder(platform.no).outside
    # Wednesday 06-17; Friday 06-19 is the Dragon Boat holiday: two working days are 06-18 and Monday 06-22.
    assert by_days.due_at == datetime(2026, 6, 22, 16, tzinfo=UTC)
    assert team.folder(letter.no).outside == ()
    assert [one.no for one in intake.waiting(team.db, 9)] == [hotline.no, platform.no]


@pytest.mark.parametrize("act", [accept, send, lambda team, no: team.record(no, INSPECTION, AT)])
def test_it_is_met_once_it_is_decided_whose_the_order_is(team, act):
    limits(team, Limit("12345热线", 24, "hours"))
    no = team.case(source_due_at=NOW + timedelta(days=2)).no
    before = {limit.key: limit.due_at for limit in team.folder(no).stages}
    act(team, no)
    folder = team.folder(no)
    (limit,) = (one for one in folder.outside if one.clock == "hand_back")
    assert (limit.state, limit.done_at) == ("done", AT)
    assert {one.key: one.due_at for one in folder.stages} == before
    assert intake.count_waiting(team.db) == 0


def test_a_case_that_is_ended_early_needs_no_return(team):
    limits(team, Limit("12345热线", 24, "hours"))
    no = team.case(source_due_at=NOW + timedelta(days=2)).no
    deciding.ask_refusal(team.db, team.clerk, no, team.version(no), "unclear", "没有地址", AT)
    deciding.decide_refusal(team.db, team.supervisor, no, team.version(no), True, "", AT)
    assert [one.state for one in team.folder(no).outside if one.clock == "hand_back"] == ["done"]


def test_a_change_of_the_limits_is_on_record_and_moves_no_clock(team):
    limits(team, Limit("12345热线", 24, "hours"))
    no = team.case().no
    before = dues(team.folder(no))
    assert limits(team, Limit("12345热线", 48, "hours"))
    assert not limits(team, Limit("12345热线", 48, "hours"))
    assert dues(team.folder(no)) == before
    assert order_returns.limits(team.db) == (Limit("12345热线", 48, "hours"),)
    with pytest.raises(Refusals) as refused:
        limits(team, Limit("12345热线", 0, "hours"), Limit("电话", 3, "hours"))
    assert [item.field for item in refused.value.items] == ["amount-0", "amount-1"]

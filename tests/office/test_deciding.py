"""不予受理, transfer and coming back, through the office: two persons, the stages, the rounds, the trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import INSPECTION, REPLY
from tracker.office import closing, deciding, desk
from tracker.rule.access import NotAllowed
from tracker.rule.facts import Reply
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases, outbox, overdue

HOUR = timedelta(hours=1)
AT = NOW + HOUR


def ask(team, no, by=None, at=AT, ground="unclear"):
    return deciding.ask_refusal(team.db, by or team.clerk, no, team.version(no), ground, "没有门牌号", at)


def decide(team, no, approved=True, answer="", by=None, at=AT + HOUR):
    who = by or team.supervisor
    return deciding.decide_refusal(team.db, who, no, team.version(no), approved, answer, at)


def dues(folder):
    return {limit.id: limit.due_at for limit in folder.deadlines}


@pytest.fixture
def refused(team):
    no = team.case().no
    ask(team, no)
    decide(team, no)
    return no


def test_the_clocks_run_on_until_another_person_has_approved(team):
    no = team.case().no
    before = dues(team.folder(no))
    asked = ask(team, no)
    assert set(team.states(no).values()) == {"open"}
    assert dues(asked) == before
    assert asked.case.next_due_at is not None
    (waiting,) = outbox.waiting_for_decision(team.db, team.supervisor.person_id)
    assert (waiting.kind, waiting.case_no) == ("refuse", no)
    decided = decide(team, no)
    assert set(team.states(no).values()) == {"ended"}
    assert dues(decided) == before
    assert decided.case.next_due_at is None
    assert overdue.count_live(team.db, NOW + timedelta(days=30)) == 0


def test_what_is_not_approved_goes_on_with_the_due_times_it_had(team):
    no = team.case().no
    before = dues(team.folder(no))
    ask(team, no)
    with pytest.raises(Refusal, match="写明理由"):
        decide(team, no, approved=False)
    folder = decide(team, no, approved=False, answer="地址可查")
    assert dues(folder) == before
    assert set(team.states(no).values()) == {"open"}
    team.record(no, INSPECTION, AT + 2 * HOUR)
    with pytest.raises(Refusal, match="已经完成，不能再不予受理"):
        ask(team, no, at=AT + 3 * HOUR)


def test_nobody_approves_their_own(team):
    no = team.case().no
    ask(team, no, by=team.supervisor)
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        decide(team, no)
    decide(team, no, by=team.second)


def test_who_may_ask(team):
    no = team.case().no
    with pytest.raises(cases.NoSuchCase):
        ask(team, no, by=team.other)
    ask(team, no, by=team.handler)
    with pytest.raises(NotAllowed):
        decide(team, no, by=team.clerk)


def test_the_notice_is_the_reply_that_the_case_owes(team, refused):
    with pytest.raises(Refusals):
        deciding.notify(team.db, team.clerk, refused, team.version(refused), Reply(), AT + 3 * HOUR, "", AT + 3 * HOUR)
    at = AT + 3 * HOUR
    folder = deciding.notify(team.db, team.clerk, refused, team.version(refused), REPLY, at, "", at)
    assert folder.standing.replied
    with pytest.raises(Refusal, match="已经记录告知"):
        deciding.notify(team.db, team.clerk, refused, team.version(refused), REPLY, at, "", at)
    closing.apply_close(team.db, team.handler, refused, team.version(refused), "", at)
    closed = closing.close(team.db, team.supervisor, refused, team.version(refused), "", at)
    assert closed.case.state == "closed"


def test_the_case_is_not_closed_before_the_citizen_was_told_or_the_reason_why_not(team, refused):
    with pytest.raises(Refusals, match="尚未记录答复"):
        closing.apply_close(team.db, team.handler, refused, team.version(refused), "", AT + 3 * HOUR)
    nobody = Reply(nobody="匿名，没有联系方式")
    at = AT + 3 * HOUR
    assert deciding.notify(team.db, team.clerk, refused, team.version(refused), nobody, at, "", at).standing.replied


def test_a_notice_handed_back_meets_the_limit_of_the_source(team):
    no = team.case(source_due_at=NOW + timedelta(days=2)).no
    ask(team, no)
    assert decide(team, no).case.next_limit == "12345热线应反"
    told = Reply(form="平台答复", text="线索不详", handed_back=True)
    folder = deciding.notify(team.db, team.clerk, no, team.version(no), told, AT + 2 * HOUR, "", AT + 2 * HOUR)
    assert [limit.state for limit in folder.outside] == ["done"]


def test_every_step_stands_in_the_trail(team, refused):
    at = AT + 3 * HOUR
    deciding.notify(team.db, team.clerk, refused, team.version(refused), REPLY, at, "", at)
    acts = [record.act for record in audit.of_case(team.db, team.folder(refused).case.id)]
    assert acts == ["notify", "decide_refuse", "ask_refuse", "register"]
    assert audit.verify(team.db) is None


# Handing over, and coming back


@pytest.fixture
def gone(team):
    no = team.case().no
    reason, day = "属水务部门职责", date(2026, 6, 18)
    seen = team.version(no)
    closing.ask_end(team.db, team.handler, no, seen, "not_ours", reason, AT, receiver="区水务局", handed_on=day)
    closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", AT)
    return no


def test_a_transfer_keeps_its_receiver_and_its_day(team, gone):
    (request,) = team.folder(gone).requests
    assert (request.receiver, request.handed_on) == ("区水务局", date(2026, 6, 18))
    assert team.folder(gone).standing.gone


def test_a_withdrawn_complaint_has_no_receiver(team):
    no = team.case().no
    team.record(no, INSPECTION, AT)
    closing.ask_end(team.db, team.handler, no, team.version(no), "withdrawn", "来电撤回", AT, receiver="区水务局")
    assert team.folder(no).requests[-1].receiver == ""
    closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", AT)
    assert not team.folder(no).standing.gone


def test_what_comes_back_begins_a_new_round_and_the_old_one_keeps_its_stamps(team, gone):
    before = dues(team.folder(gone))
    at = NOW + timedelta(days=4)
    stages = ("inspection", "recheck", "resolution")
    folder = deciding.come_back(team.db, team.supervisor, gone, team.version(gone), stages, "水务局退回", at)
    assert folder.case.round == 2
    assert before.items() <= dues(folder).items()
    assert [limit.starts_at for limit in folder.deadlines if limit.round == 2] == [at] * 3
    assert (folder.stage("contact").state, folder.stage("inspection").state) == ("ended", "open")
    assert not folder.standing.gone
    with pytest.raises(Refusal, match="已退回本单位"):
        deciding.come_back(team.db, team.supervisor, gone, team.version(gone), stages, "再来", at)


def test_what_comes_back_is_not_resolved_without_the_inspection_that_the_transfer_ended(team, gone):
    at = NOW + timedelta(days=4)
    with pytest.raises(Refusals, match="须与尚未完成的现场检查与整改、现场复查与安排监测一并重新办理") as refused:
        deciding.come_back(team.db, team.supervisor, gone, team.version(gone), ("resolution",), "水务局退回", at)
    assert [one.field for one in refused.value.items] == ["stages"]
    assert team.folder(gone).case.round == 1


def test_a_closed_case_comes_back_too(team, gone):
    team.reply(gone, AT + HOUR)
    closing.apply_close(team.db, team.handler, gone, team.version(gone), "", AT + HOUR)
    closing.close(team.db, team.supervisor, gone, team.version(gone), "", AT + HOUR)
    at = NOW + timedelta(days=4)
    seen = team.version(gone)
    folder = deciding.come_back(team.db, team.second, gone, seen, ("inspection",), "水务局退回", at)
    assert (folder.case.state, folder.case.round, folder.standing.replied) == ("open", 2, False)
    assert folder.case.next_limit == "inspection"


def test_a_handler_does_not_bring_it_back(team, gone):
    with pytest.raises(NotAllowed):
        deciding.come_back(team.db, team.handler, gone, team.version(gone), ("inspection",), "退回", AT)
    assert desk.read(team.db, gone).case.round == 1

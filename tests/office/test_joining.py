"""并入: what a repeat shares with its lead case, and what its own citizen is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, RECHECK, REPLY, RESOLUTION, shanghai
from tracker.clock import to_text
from tracker.office import closing, moving, stages
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.database import execute

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def lead(team):
    return team.case().no


@pytest.fixture
def joined(team, lead):
    return join(team, lead)


def join(team, lead, at=NOW, **changes):
    return team.case(at, lead_no=lead, phone="13800000001", handler_id=team.other.person_id, **changes).no


def undo(team, no, key, at):
    return stages.undo(team.db, team.handler, no, key, at)


def test_a_repeat_keeps_its_own_number_limits_and_citizen(team, lead, joined):
    case = team.folder(joined).case
    assert (case.no, case.lead_no) == ("XH2026-000002", lead)
    assert len(team.folder(joined).stages) == 4


def test_it_shares_inspection_and_recheck_and_nothing_else(team, lead, joined):
    for fact in FACTS.values():
        team.record(lead, fact, NOW + HOUR)
    assert team.states(joined) == {"contact": "open", "inspection": "done", "recheck": "done", "resolution": "open"}


def test_a_shared_stage_happened_when_it_happened_and_says_where_it_comes_from(team, lead, joined):
    team.record(lead, INSPECTION, NOW + HOUR, NOW + 2 * HOUR)
    folder = team.folder(joined)
    stage = folder.stage("inspection")
    fact = folder.fact(stage.fact_id)
    assert (stage.done_at, fact.happened_at, fact.recorded_at) == (NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR)
    assert (fact.body["shared_from"], fact.body["finding"]) == (lead, "属实")


def test_the_nearest_limit_of_the_joined_case_follows(team, lead, joined):
    team.record(joined, CONTACT, NOW + HOUR, by=team.other)
    assert team.folder(joined).case.next_limit == "inspection"
    team.record(lead, INSPECTION, NOW + HOUR)
    assert team.folder(joined).case.next_limit == "recheck"


@pytest.mark.parametrize("before", [timedelta(seconds=1), 3 * HOUR])
def test_an_inspection_from_before_the_complaint_is_cited_and_done_when_it_is_cited(team, lead, before):
    team.record(lead, INSPECTION, NOW + HOUR)
    later = NOW + 5 * HOUR
    folder = team.folder(join(team, lead, later, received_at=NOW + HOUR + before))
    stage = folder.stage("inspection")
    fact = folder.fact(stage.fact_id)
    assert (stage.state, stage.done_at) == ("done", later)
    assert (fact.body["truly_at"], fact.body["shared_from"]) == ("2026-06-17T03:24:00Z", lead)


def test_a_late_entry_of_the_lead_case_is_none_where_it_is_cited(team, lead):
    team.record(lead, INSPECTION, NOW + HOUR, NOW + 2 * DAY, reason="外勤")
    folder = team.folder(join(team, lead, NOW + 3 * DAY))
    stage = folder.stage("inspection")
    assert (stage.done_at, stage.backfilled, folder.fact(stage.fact_id).backfilled) == (NOW + 3 * DAY, False, False)


@pytest.mark.parametrize("received_at", [NOW, NOW + HOUR])
def test_an_inspection_that_is_not_from_before_the_receipt_keeps_its_true_time(team, lead, received_at):
    team.record(lead, INSPECTION, NOW + HOUR)
    folder = team.folder(join(team, lead, NOW + 5 * HOUR, received_at=received_at))
    assert folder.stage("inspection").done_at == NOW + HOUR
    assert folder.fact(folder.stage("inspection").fact_id).body["truly_at"] == ""


def test_a_stage_that_the_repeat_already_has_is_left_alone(team, lead, joined):
    team.record(joined, INSPECTION, NOW + HOUR, by=team.other)
    own = team.folder(joined).stage("inspection").fact_id
    team.record(lead, INSPECTION, NOW + 2 * HOUR)
    assert team.folder(joined).stage("inspection").fact_id == own


def test_a_late_entry_is_shared_when_it_is_confirmed_and_counts_there_too_as_one(team, lead, joined):
    happened, recorded = NOW + HOUR, shanghai("06-22 09:00")
    team.record(lead, INSPECTION, happened, recorded, reason="外勤")
    assert team.states(joined)["inspection"] == "open"
    stages.decide_backfill(team.db, team.supervisor, lead, team.version(lead), "inspection", True, "", recorded + HOUR)
    stage = team.folder(joined).stage("inspection")
    assert (stage.state, stage.done_at, stage.backfilled) == ("done", happened, True)


def test_the_re_check_is_shared_after_the_inspection_never_before_it(team, lead, joined):
    later = NOW + timedelta(days=6)
    team.record(lead, INSPECTION, NOW + HOUR, later, reason="系统停用")
    team.record(lead, RECHECK, later)
    assert team.states(joined) == {"contact": "open", "inspection": "open", "recheck": "open", "resolution": "open"}
    with pytest.raises(Refusal, match="请先完成“现场复查与安排监测”"):
        team.record(joined, RESOLUTION, later, by=team.other)
    stages.decide_backfill(team.db, team.supervisor, lead, team.version(lead), "inspection", True, "", later + HOUR)
    assert team.states(joined) == {"contact": "open", "inspection": "done", "recheck": "done", "resolution": "open"}


def test_a_late_entry_that_was_refused_is_shared_as_done_when_it_was_recorded(team, lead, joined):
    happened, recorded = NOW + HOUR, shanghai("06-22 09:00")
    team.record(lead, INSPECTION, happened, recorded, reason="外勤")
    stages.decide_backfill(
        team.db, team.supervisor, lead, team.version(lead), "inspection", False, "无照片", recorded + HOUR
    )
    stage = team.folder(joined).stage("inspection")
    assert (stage.state, stage.done_at, stage.backfilled) == ("done", recorded, False)


def test_what_the_lead_case_was_given_while_the_repeat_stood_still_is_shared_when_it_runs_again(team, lead, joined):
    suspend(team, joined)
    team.record(lead, INSPECTION, NOW + 2 * HOUR)
    assert team.states(joined)["inspection"] == "paused"
    moving.resume(team.db, team.supervisor, joined, team.version(joined), "", NOW + 3 * HOUR)
    assert (team.states(joined)["inspection"], team.states(joined)["recheck"]) == ("done", "open")
    assert team.folder(joined).stage("inspection").done_at == NOW + 2 * HOUR


def test_what_was_taken_back_in_the_joined_case_is_not_shared_again(team, lead, joined):
    team.record(lead, INSPECTION, NOW + HOUR, by=team.second)
    stages.undo(team.db, team.second, joined, "inspection", NOW + HOUR)
    team.record(lead, RECHECK, NOW + 2 * HOUR)
    assert (team.states(joined)["inspection"], team.states(joined)["recheck"]) == ("open", "open")


def test_a_repeat_without_street_and_category_has_those_of_its_lead_case(team, lead):
    no = join(team, lead, street_id=None, categories=())
    assert not team.folder(no).standing.triaged
    team.record(lead, INSPECTION, NOW + HOUR)
    case = team.folder(no).case
    assert (case.street, case.categories) == ("新港街道", ("11",))


def test_undoing_in_the_lead_case_undoes_in_the_joined_ones(team, lead, joined):
    team.record(lead, INSPECTION, NOW + HOUR)
    undo(team, lead, "inspection", NOW + HOUR + MINUTE)
    assert team.states(joined)["inspection"] == "open"
    assert [fact.kind for fact in team.folder(joined).facts] == ["inspection", "undo"]
    team.record(lead, INSPECTION, NOW + 2 * HOUR)
    assert team.folder(joined).stage("inspection").done_at == NOW + 2 * HOUR


def test_what_a_joined_case_rests_on_is_not_undone_in_the_lead_case(team, lead, joined):
    team.record(lead, INSPECTION, NOW + HOUR)
    team.record(joined, RECHECK, NOW + HOUR + MINUTE, by=team.other)
    with pytest.raises(Refusal, match="XH2026-000002"):
        undo(team, lead, "inspection", NOW + HOUR + 2 * MINUTE)
    assert team.states(lead)["inspection"] == "done"


def ask_end(team, no):
    closing.ask_end(team.db, team.other, no, team.version(no), "not_ours", "转城管", NOW + HOUR, receiver="区水务局")


def end(team, no):
    ask_end(team, no)
    closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", NOW + HOUR)


def suspend(team, no):
    moving.ask_suspension(team.db, team.other, no, team.version(no), "case", "当事人出国", NOW + HOUR)
    moving.decide_suspension(team.db, team.supervisor, no, team.version(no), True, "", NOW + HOUR)


@pytest.mark.parametrize("act", [ask_end, end, suspend])
def test_what_was_asked_or_decided_in_a_joined_case_rests_on_it_too(team, lead, joined, act):
    team.record(lead, INSPECTION, NOW + HOUR)
    act(team, joined)
    with pytest.raises(Refusal, match="XH2026-000002"):
        undo(team, lead, "inspection", NOW + HOUR + MINUTE)
    assert (team.states(lead)["inspection"], team.states(joined)["inspection"]) == ("done", "done")


def test_it_closes_after_its_lead_case(team, lead, joined):
    for fact in FACTS.values():
        team.record(lead, fact, NOW + HOUR)
    for fact in (CONTACT, RESOLUTION):
        team.record(joined, fact, NOW + HOUR, by=team.other)
    closing.reply(team.db, team.other, joined, team.version(joined), REPLY, NOW + HOUR, "", NOW + HOUR)
    with pytest.raises(Refusals, match="首件尚未销项"):
        closing.apply_close(team.db, team.other, joined, team.version(joined), "", NOW + HOUR)
    team.reply(lead, NOW + HOUR)
    closing.apply_close(team.db, team.handler, lead, team.version(lead), "", NOW + HOUR)
    closing.close(team.db, team.supervisor, lead, team.version(lead), "", NOW + 2 * HOUR)
    closing.apply_close(team.db, team.other, joined, team.version(joined), "", NOW + 3 * HOUR)
    set_state = "UPDATE cases SET state = :state, closed_at = :at WHERE no = :no"
    execute(team.db, set_state, {"state": "open", "at": None, "no": lead})  # whatever should open it again
    with pytest.raises(Refusals, match="首件尚未销项"):
        closing.close(team.db, team.supervisor, joined, team.version(joined), "", NOW + 3 * HOUR)
    execute(team.db, set_state, {"state": "closed", "at": to_text(NOW + 2 * HOUR), "no": lead})
    closed = closing.close(team.db, team.supervisor, joined, team.version(joined), "", NOW + 3 * HOUR)
    assert closed.case.state == "closed"


def test_a_case_is_joined_to_a_lead_case_that_is_under_way(team, lead, joined):
    with pytest.raises(Refusals, match="请并入首件"):
        join(team, joined)
    with pytest.raises(Refusals, match="没有这个编号"):
        join(team, "XH2026-009999")
    for fact in FACTS.values():
        team.record(lead, fact, NOW + HOUR)
    team.reply(lead, NOW + HOUR)
    closing.apply_close(team.db, team.handler, lead, team.version(lead), "", NOW + HOUR)
    with pytest.raises(Refusals, match="已不在办"):
        join(team, lead, NOW + 2 * HOUR)


def test_somebody_who_had_the_joined_case_open_is_told_that_it_has_changed(team, lead, joined):
    seen = team.version(joined)
    team.record(lead, INSPECTION, NOW + HOUR)
    with pytest.raises(Refusal, match="王建国"):
        team.record(joined, CONTACT, NOW + 2 * HOUR, by=team.other, seen=seen)

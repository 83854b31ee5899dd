"""Recording the stages: their facts, their order, their two times, their evidence and their reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, GO_ON, INSPECTION, RECHECK, RESOLUTION, shanghai
from tracker.office import stages
from tracker.rule.conduct import missing_for_close, recordable
from tracker.rule.facts import Contact
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.register import attachments

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def fields_of(refusals) -> set[str]:
    return {item.field for item in refusals.value.items}


def test_all_four_limits_run_from_the_time_of_receipt(team):
    case = team.case(received_at=shanghai("06-15 23:59"))
    four = team.folder(case.no).stages
    assert [stage.due_day for stage in four] == [date(2026, 6, day) for day in (16, 18, 25, 30)]
    assert {stage.starts_at for stage in four} == {shanghai("06-15 23:59")}


def test_the_four_stages_in_order_leave_nothing_open(team):
    no = team.case().no
    for hours, (key, fact) in enumerate(FACTS.items(), 1):
        folder = team.record(no, fact, NOW + hours * HOUR)
        assert folder.stage(key).done_at == NOW + hours * HOUR
    assert set(team.states(no).values()) == {"done"}
    assert folder.case.next_due_at is None


@pytest.mark.parametrize("first", ["contact", "inspection"])
def test_contact_and_inspection_come_in_either_order(team, first):
    no = team.case().no
    second = "inspection" if first == "contact" else "contact"
    team.record(no, FACTS[first], NOW + HOUR)
    team.record(no, FACTS[second], NOW + 2 * HOUR)
    assert team.states(no) == {"contact": "done", "inspection": "done", "recheck": "open", "resolution": "open"}


@pytest.mark.parametrize(("key", "before"), [("recheck", "现场检查与整改"), ("resolution", "现场复查与安排监测")])
def test_a_later_stage_needs_the_one_before_it(team, key, before):
    no = team.case().no
    with pytest.raises(Refusal, match=before):
        team.record(no, FACTS[key])


def test_a_stage_is_recorded_once(team):
    no = team.case().no
    team.record(no, CONTACT)
    with pytest.raises(Refusal, match="已经完成"):
        team.record(no, CONTACT)


def test_a_missing_fact_is_refused_by_name_and_nothing_is_kept(team):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, replace(INSPECTION, finding="", demand_until=None))
    assert fields_of(refused) == {"finding", "demand_until"}
    assert team.folder(no).facts == ()
    assert team.folder(no).case.version == 1


def test_the_second_stage_waits_for_street_and_category(team):
    no = team.case(street_id=None, categories=()).no
    team.record(no, CONTACT)
    with pytest.raises(Refusals) as refused:
        team.record(no, INSPECTION)
    assert fields_of(refused) == {"triage"}


def test_done_before_the_due_time_is_on_time_and_at_it_late(team):
    due = shanghai("06-19 00:00")
    for happened, late in ((due - timedelta(seconds=1), False), (due, True)):
        no = team.case().no
        folder = team.record(no, CONTACT, happened, due + HOUR, late_cause="人手不足")
        stage = folder.stage("contact")
        assert (stage.done_at >= stage.due_at) is late
        assert folder.fact(stage.fact_id).late_cause == ("人手不足" if late else "")


@pytest.mark.parametrize("cause", ["", "睡过头了"])
def test_a_stage_finished_late_asks_for_a_cause_from_the_list(team, cause):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, CONTACT, shanghai("06-19 09:00"), late_cause=cause)
    assert fields_of(refused) == {"late_cause"}


def test_another_cause_of_delay_is_put_in_words(team):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, CONTACT, shanghai("06-19 09:00"), late_cause="其他")
    assert fields_of(refused) == {"reason"}
    team.record(no, CONTACT, shanghai("06-19 09:00"), late_cause="其他", reason="台风停工")


def test_a_late_stage_stays_late(team):
    no = team.case().no
    stage = team.record(no, CONTACT, shanghai("06-19 09:00"), late_cause="人手不足").stage("contact")
    assert stage.state == "done"
    assert stage.done_at > stage.due_at


def test_each_stage_is_judged_by_its_own_limit(team):
    no = team.case().no
    team.record(no, CONTACT, shanghai("06-19 09:00"), late_cause="人手不足")
    inspected = team.record(no, INSPECTION, shanghai("06-19 10:00"))
    assert inspected.stage("inspection").done_at < inspected.stage("inspection").due_at


def test_a_fact_is_never_in_the_future(team):
    no = team.case().no
    with pytest.raises(Refusals, match="不能晚于现在"):
        team.record(no, CONTACT, NOW + 2 * HOUR, NOW + HOUR)


def test_a_fact_is_never_before_the_case_was_received(team):
    no = team.case(received_at=NOW - HOUR).no
    with pytest.raises(Refusals, match="不能早于收到时间"):
        team.record(no, CONTACT, NOW - 2 * HOUR, NOW)


def test_the_recheck_is_not_before_the_inspection(team):
    no = team.case().no
    team.record(no, INSPECTION, NOW + 3 * HOUR)
    with pytest.raises(Refusals, match="不能早于“现场检查与整改”"):
        team.record(no, RECHECK, NOW + 2 * HOUR, NOW + 4 * HOUR)


def test_the_recheck_is_not_before_an_inspection_that_waits_for_its_confirmation(team):
    no = team.case().no
    late = shanghai("06-22 09:00")
    team.record(no, INSPECTION, NOW + 3 * HOUR, late, reason="网络故障")
    assert team.states(no)["inspection"] == "backfill"
    with pytest.raises(Refusals, match="不能早于“现场检查与整改”"):
        team.record(no, RECHECK, NOW + 2 * HOUR, late, reason="网络故障")


def test_without_evidence_a_stage_wants_a_reason(team):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, CONTACT, note="")
    assert fields_of(refused) == {"reason"}
    folder = team.record(no, CONTACT, note="", reason="电话未录音")
    assert folder.evidence == ()


def test_the_note_of_a_call_is_evidence(team):
    folder = team.record(team.case().no, CONTACT, note="10:30 通话三分钟")
    (evidence,) = folder.evidence
    assert (evidence.kind, evidence.fact_id) == ("text", folder.stage("contact").fact_id)


def test_going_on_keeps_its_date_and_blocks_the_closing(team):
    no = team.case().no
    for hours, fact in enumerate((CONTACT, INSPECTION, RECHECK, GO_ON), 1):
        folder = team.record(no, fact, NOW + hours * HOUR)
    assert folder.fact(folder.stage("resolution").fact_id).body["until"] == "2026-12-31"
    assert folder.case.state == "open"
    folder = team.reply(no, NOW + 6 * HOUR)
    assert [str(item) for item in missing_for_close(folder.standing)] == ["后续处理为“继续整改”，还没有最终处理"]


@pytest.fixture
def going_on(team):
    no = team.case().no
    for hours, fact in enumerate((CONTACT, INSPECTION, RECHECK, GO_ON), 1):
        team.record(no, fact, NOW + hours * HOUR)
    return no


def test_after_going_on_the_final_next_step_completes_the_case_and_leaves_the_stage_as_it_was(team, going_on):
    before = team.folder(going_on).stage("resolution")
    later = before.due_at + timedelta(days=30)
    again = team.record(going_on, replace(GO_ON, until=date(2027, 3, 1)), later)
    assert recordable(again.standing) == ("resolution",)
    folder = team.record(going_on, RESOLUTION, later + HOUR)
    assert folder.stage("resolution") == before
    assert [fact.body["next_step"] for fact in folder.facts[3:]] == ["继续整改", "继续整改", "办结"]
    assert [fact.late_cause for fact in folder.facts[3:]] == ["", "", ""]
    assert (missing_for_close(team.reply(going_on, later + HOUR).standing), recordable(folder.standing)) == ((), ())
    with pytest.raises(Refusal, match="已经完成"):
        team.record(going_on, RESOLUTION, later + 2 * HOUR)


def test_what_follows_going_on_comes_after_it_with_evidence_and_is_not_undone(team, going_on):
    with pytest.raises(Refusals) as refused:
        team.record(going_on, RESOLUTION, NOW + 3 * HOUR, NOW + 5 * HOUR, note="")
    assert fields_of(refused) == {"happened_at", "reason"}
    team.record(going_on, RESOLUTION, NOW + 4 * HOUR)
    with pytest.raises(Refusal, match="没有可以撤销的记录"):
        stages.undo(team.db, team.handler, going_on, "resolution", NOW + 4 * HOUR)


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (replace(RESOLUTION, result="达标", report_no="沪环监1", report_date=date(2026, 6, 18)), "report_date"),
        (replace(GO_ON, until=date(2026, 6, 17)), "until"),
    ],
)
def test_a_day_that_cannot_be_is_refused_by_its_field(team, fact, field):
    no = team.case().no
    for stage in (CONTACT, INSPECTION, RECHECK):
        team.record(no, stage, NOW + HOUR)
    with pytest.raises(Refusals) as refused:
        team.record(no, fact, NOW + HOUR)
    assert fields_of(refused) == {field}


def test_a_demand_is_not_due_before_the_inspection(team):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, replace(INSPECTION, demand_until=date(2026, 6, 16)))
    assert fields_of(refused) == {"demand_until"}


def test_only_a_citizen_who_talks_with_the_office_has_been_spoken_to(team):
    spoken = Contact(method="来电来访时已沟通", outcome="已联", who="林涛")
    with pytest.raises(Refusals) as refused:
        team.record(team.case(channel="来信", phone="").no, spoken)
    assert fields_of(refused) == {"method"}
    team.record(team.case(channel="来访").no, spoken)


def test_a_call_that_is_registered_may_be_the_first_contact(team):
    folder = team.folder(team.case(channel="电话", received_at=NOW - HOUR, talked=True).no)
    stage = folder.stage("contact")
    assert (stage.state, stage.done_at) == ("done", NOW - HOUR)
    assert folder.fact(stage.fact_id).body["method"] == "来电来访时已沟通"


def test_over_long_texts_are_refused_by_their_field(team):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.record(no, replace(CONTACT, note="长" * 100_000))
    assert fields_of(refused) == {"note"}
    with pytest.raises(Refusals) as refused:
        team.record(no, CONTACT, reason="长" * 100_000)
    assert fields_of(refused) == {"reason"}


def test_a_note_completes_nothing_and_is_kept(team):
    no = team.case().no
    folder = stages.note(
        team.db, attachments(team.home), team.handler, no, "约好下午去", stages.Around(NOW), NOW + HOUR
    )
    assert [fact.kind for fact in folder.facts] == ["note"]
    assert set(team.states(no).values()) == {"open"}


ARRANGED = replace(RECHECK, no_monitoring="", body_name="区环境监测站", planned=date(2026, 6, 20), items="臭气浓度")


def until_recheck(team, recheck):
    no = team.case().no
    for fact in (CONTACT, INSPECTION, recheck):
        team.record(no, fact)
    return no


def test_after_a_monitoring_was_arranged_none_is_recorded_only_with_its_reason(team):
    no = until_recheck(team, ARRANGED)
    with pytest.raises(Refusal, match="第3阶段已安排监测") as error:
        team.record(no, replace(RESOLUTION, note=""))
    assert error.value.field == "note"
    assert team.states(no)["resolution"] == "open"
    team.record(no, replace(RESOLUTION, note="监测当天企业已停产，无法采样"))
    assert team.states(no)["resolution"] == "done"


def test_where_none_was_arranged_none_needs_no_reason(team):
    no = until_recheck(team, RECHECK)
    team.record(no, replace(RESOLUTION, note=""))
    assert team.states(no)["resolution"] == "done"


def test_once_its_report_is_on_record_a_later_look_needs_none(team):
    no = until_recheck(team, ARRANGED)
    reported = replace(GO_ON, result="超标", report_no="2026-17", report_date=date(2026, 6, 17))
    team.record(no, reported)
    team.record(no, replace(RESOLUTION, note=""))
    assert team.folder(no).facts[-1].body["result"] == "无监测"

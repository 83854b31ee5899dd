"""Extension, suspension, resumption and the corrected receipt time, as acts of people on a real register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office import entries
from tests.office.cases_sql import reminders
from tests.office.entries import CONTACT, INSPECTION, RECHECK, shanghai
from tracker.office import closing, moving, stages
from tracker.office.moving import monitored, untold
from tracker.office.stages import Around
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, outbox, overdue, rules
from tracker.store.cases import Changed
from tracker.store.database import IntegrityError, execute, rows, value

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AT = NOW + 5 * HOUR
#: A monitoring was arranged, and none was made: the rule asks why.
RESOLUTION = replace(entries.RESOLUTION, note="停产，无从监测")
GO_ON = replace(entries.GO_ON, note="停产，无从监测")
MONITORED = replace(RECHECK, no_monitoring="", body_name="区环境监测站", planned=date(2026, 6, 25), items="臭气浓度")


def days(team, no):
    """The due day of each stage in its latest round; received 06-17 they are 06-18, 06-20, 06-27 and 07-02."""
    return [f"{stage.due_day:%m-%d}" for stage in team.folder(no).stages]


def ask(team, no, key="inspection", n=5, reason="涉及多家企业", at=AT, by=None, told=False):
    return moving.ask_extension(team.db, by or team.handler, no, team.version(no), key, n, reason, told, at)


def decide(team, no, approved=True, answer="", at=AT + HOUR, by=None, told=False):
    who = by or team.supervisor
    return moving.decide_extension(team.db, who, no, team.version(no), approved, answer, told, at)


def suspend(team, no, ground="case", reason="企业停产检修", at=AT, by=None):
    return moving.ask_suspension(team.db, by or team.handler, no, team.version(no), ground, reason, at)


def grant(team, no, approved=True, answer="", at=AT + HOUR, by=None):
    return moving.decide_suspension(team.db, by or team.supervisor, no, team.version(no), approved, answer, at)


def resume(team, no, at, by=None):
    return moving.resume(team.db, by or team.handler, no, team.version(no), "已复产", at)


def correct(team, no, received_at, reason="派单时间写错", at=AT, by=None):
    who = by or team.supervisor
    return moving.correct_received_at(team.db, who, no, team.version(no), received_at, reason, at)


def said(refused):
    found = refused.value.items if isinstance(refused.value, Refusals) else (refused.value,)
    return " / ".join(str(item) for item in found)


def trail(team, no, act):
    """The details of the last record of that act."""
    return next(r.detail for r in audit.of_case(team.db, team.folder(no).case.id) if r.act == act)


@pytest.fixture
def no(team):
    return team.case().no


@pytest.fixture
def waiting_report(team, no):
    """Stages 1 to 3 are in; the monitoring is arranged."""
    for fact in (CONTACT, INSPECTION, MONITORED):
        team.record(no, fact, NOW + HOUR)
    return no


# Extension


def test_an_extension_is_asked_by_the_handler_and_granted_by_another(team, no):
    folder = ask(team, no)
    assert (folder.open_request.kind, folder.open_request.stage, folder.open_request.days) == (
        "extension",
        "inspection",
        5,
    )
    assert days(team, no) == ["06-18", "06-20", "06-27", "07-02"]
    folder = decide(team, no)
    assert days(team, no) == ["06-18", "06-25", "07-02", "07-07"]
    assert folder.open_request is None
    assert [stage.extended for stage in folder.stages] == [False, True, False, False]


def test_the_first_due_time_stays_on_the_case(team, no):
    before = team.folder(no).stages
    ask(team, no)
    after = decide(team, no).stages
    assert [stage.first_due_at for stage in after] == [stage.due_at for stage in before]
    assert [stage.moved for stage in after] == [False, True, True, True]


def test_the_trail_has_the_due_times_of_before_and_after(team, no):
    ask(team, no, n=1)
    decide(team, no, answer="同意")
    assert trail(team, no, "ask_extension")["days"] == 1
    told = trail(team, no, "decide_extension")
    assert told["moved"]["inspection"] == ["2026-06-20T16:00:00Z", "2026-06-21T16:00:00Z"]
    assert set(told["moved"]) == {"inspection", "recheck", "resolution"}
    assert (told["approved"], told["answer"]) == (True, "同意")


def test_refused_an_extension_moves_nothing_and_says_why(team, no):
    ask(team, no)
    with pytest.raises(Refusal, match="请写明理由"):
        decide(team, no, approved=False)
    folder = decide(team, no, approved=False, answer="人手足够")
    assert days(team, no) == ["06-18", "06-20", "06-27", "07-02"]
    assert (folder.requests[-1].decision, folder.requests[-1].answer) == ("refused", "人手足够")


def test_nobody_grants_their_own_extension(team):
    no = team.case(handler_id=team.second.person_id).no
    ask(team, no, by=team.second)
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        decide(team, no, by=team.second)
    decide(team, no)


def test_an_extension_is_asked_before_it_expires_to_the_second(team, no):
    due_at = shanghai("06-21 00:00")
    with pytest.raises(Refusals, match="已经超期"):
        ask(team, no, at=due_at)
    ask(team, no, at=due_at - timedelta(seconds=1))


def test_asked_in_time_and_decided_later_it_counts_from_the_old_due_time(team, no):
    ask(team, no, n=2, at=shanghai("06-20 23:00"))
    folder = decide(team, no, at=shanghai("06-22 10:00"))
    assert days(team, no)[1:] == ["06-22", "06-29", "07-04"]
    assert folder.case.next_limit == "contact"


def test_the_work_goes_on_while_the_request_waits_and_a_stage_finished_late_meanwhile_is_held_against_the_new_limit(
    team, no
):
    team.record(no, CONTACT, NOW + HOUR)
    ask(team, no, n=3, at=shanghai("06-20 23:00"))
    done_at = shanghai("06-22 09:00")
    team.record(no, INSPECTION, done_at, late_cause="人手不足")
    folder = decide(team, no, at=done_at + HOUR)
    stage = folder.stage("inspection")
    assert (stage.state, stage.done_at, stage.due_at) == ("done", done_at, shanghai("06-24 00:00"))


def test_what_was_finished_in_time_meanwhile_needs_no_extension(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    ask(team, no)
    team.record(no, INSPECTION, AT + timedelta(minutes=10))
    with pytest.raises(Refusal, match="已按时完成"):
        decide(team, no)
    decide(team, no, approved=False, answer="已按时完成")


def test_a_late_entry_is_judged_before_the_extension_of_its_stage(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    ask(team, no)
    at = shanghai("06-22 10:00")
    team.record(no, INSPECTION, AT, at, reason="当晚未录入")
    assert team.states(no)["inspection"] == "backfill"
    with pytest.raises(Refusal, match="请先核定"):
        decide(team, no, at=at)
    stages.decide_backfill(team.db, team.second, no, team.version(no), "inspection", False, "无照片", at)
    decide(team, no, at=at)
    assert days(team, no)[1] == "06-25"


def test_a_stage_is_extended_once_and_the_next_one_may_still_be(team, no):
    ask(team, no)
    decide(team, no)
    with pytest.raises(Refusals, match="已经延期一次"):
        ask(team, no, at=AT + 2 * HOUR)
    ask(team, no, "recheck", 2, at=AT + 2 * HOUR)
    decide(team, no, at=AT + 3 * HOUR)
    assert days(team, no) == ["06-18", "06-25", "07-04", "07-09"]


def test_a_new_round_has_an_extension_of_its_own(team, waiting_report):
    no = waiting_report
    ask(team, no, "resolution", 1)
    decide(team, no)
    team.record(no, RESOLUTION, AT + 2 * HOUR)
    team.reply(no, AT + 2 * HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", AT + 3 * HOUR)
    again = AT + 4 * HOUR
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("resolution",), "结论不清", again)
    ask(team, no, "resolution", 1, at=again + HOUR)
    folder = decide(team, no, at=again + 2 * HOUR)
    assert [(one.round, one.extended_by) for one in folder.deadlines if one.key == "resolution"] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n": 0}, "1 到 60"),
        ({"n": 61}, "1 到 60"),
        ({"n": None}, "1 到 60"),
        ({"reason": "  "}, "请写明延期的理由"),
        ({"reason": "长" * 10_001}, "文字过长"),
        ({"key": "reply"}, "请选择要延期的阶段"),
    ],
)
def test_an_extension_that_lacks_something_is_refused_in_words(team, no, changes, words):
    with pytest.raises((Refusal, Refusals)) as refused:
        ask(team, no, **changes)
    assert words in said(refused)
    assert team.folder(no).open_request is None


def test_everything_wrong_is_said_at_once(team, no):
    with pytest.raises(Refusals) as refused:
        ask(team, no, n=0, reason="")
    assert {item.field for item in refused.value.items} == {"days", "reason"}


def test_a_case_has_one_open_request_at_a_time(team, waiting_report):
    no = waiting_report
    ask(team, no, "resolution")
    for act in (
        lambda: ask(team, no, "resolution"),
        lambda: suspend(team, no),
        lambda: closing.ask_end(
            team.db, team.handler, no, team.version(no), "not_ours", "转水务局", AT, receiver="区水务局"
        ),
    ):
        with pytest.raises(Refusal, match="延期申请正在等待决定"):
            act()


def test_a_case_is_not_closed_over_an_open_request(team, waiting_report):
    no = waiting_report
    ask(team, no, "resolution")
    team.record(no, RESOLUTION, AT + HOUR)
    team.reply(no, AT + HOUR)
    with pytest.raises(Refusal, match="延期申请正在等待决定"):
        closing.apply_close(team.db, team.handler, no, team.version(no), "", AT + 2 * HOUR)


def test_the_asker_alone_takes_a_request_back(team, no):
    ask(team, no)
    with pytest.raises(Refusal, match="只有申请人本人"):
        moving.withdraw(team.db, team.supervisor, no, team.version(no), AT + HOUR)
    folder = moving.withdraw(team.db, team.handler, no, team.version(no), AT + HOUR)
    assert folder.requests[-1].decision == "withdrawn"
    with pytest.raises(Refusal, match="没有等待决定的申请"):
        moving.withdraw(team.db, team.handler, no, team.version(no), AT + HOUR)
    with pytest.raises(Refusal, match="没有等待决定的申请"):
        decide(team, no)


def test_an_early_end_is_not_taken_back_here(team, no):
    closing.ask_end(team.db, team.handler, no, team.version(no), "not_ours", "转水务局", AT, receiver="区水务局")
    with pytest.raises(Refusal, match="没有等待决定的申请"):
        moving.withdraw(team.db, team.handler, no, team.version(no), AT)


@pytest.mark.parametrize(("asked", "decided", "told_at"), [(True, False, AT), (False, True, AT + HOUR)])
def test_that_the_citizen_was_told_is_recorded_when_asked_or_when_granted(team, no, asked, decided, told_at):
    ask(team, no, told=asked)
    folder = decide(team, no, told=decided)
    assert folder.requests[-1].told_at == told_at
    assert untold(folder) is None


def test_that_the_citizen_was_told_is_recorded_afterwards_once(team, no):
    ask(team, no)
    assert untold(decide(team, no)) == 1
    folder = moving.tell_citizen(team.db, team.handler, no, team.version(no), AT + 2 * HOUR)
    assert folder.requests[-1].told_at == AT + 2 * HOUR
    with pytest.raises(Refusal, match="没有需要告知的延期"):
        moving.tell_citizen(team.db, team.handler, no, team.version(no), AT + 3 * HOUR)


def test_of_two_supervisors_at_once_the_second_is_told(team, no):
    version = ask(team, no).case.version
    moving.decide_extension(team.db, team.supervisor, no, version, True, "", False, AT + HOUR)
    with pytest.raises(Changed):
        moving.decide_extension(team.db, team.second, no, version, True, "", False, AT + HOUR)
    assert days(team, no)[1] == "06-25"


# Suspension and resumption


def test_a_suspension_holds_from_the_date_it_was_asked(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    suspend(team, no, at=shanghai("06-19 09:00"))
    folder = grant(team, no, at=shanghai("06-22 09:00"))
    assert team.states(no) == {"contact": "done", "inspection": "paused", "recheck": "paused", "resolution": "paused"}
    assert [(pause.since, pause.had_left) for pause in folder.pauses] == [
        (shanghai("06-19 09:00"), left) for left in (1, 8, 13)
    ]
    assert folder.standing.paused == "case"


def test_on_resumption_each_stage_has_the_days_it_had_left(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    suspend(team, no, at=shanghai("06-19 09:00"))
    grant(team, no, at=shanghai("06-22 09:00"))
    folder = resume(team, no, shanghai("07-01 15:00"))
    assert days(team, no) == ["06-18", "07-02", "07-09", "07-14"]
    assert {pause.until for pause in folder.pauses} == {shanghai("07-01 15:00")}
    assert folder.case.next_limit == "inspection"
    assert trail(team, no, "resume")["moved"]["inspection"][1] == "2026-07-02T16:00:00Z"


def test_a_stage_that_was_late_already_keeps_its_due_time(team, no):
    at = shanghai("06-19 09:00")
    suspend(team, no, at=at)
    grant(team, no, at=at + HOUR)
    assert team.folder(no).case.next_due_at is None
    folder = resume(team, no, shanghai("07-01 15:00"))
    assert days(team, no)[0] == "06-18"
    assert (folder.case.next_limit, folder.case.next_due_at) == ("contact", shanghai("06-19 00:00"))


def test_a_suspended_case_has_no_limit_unless_an_outside_clock_runs_on(team):
    plain, outside = team.case().no, team.case(source_due_at=shanghai("06-25 17:00")).no
    for no in (plain, outside):
        suspend(team, no)
        grant(team, no)
    assert team.folder(plain).case.next_due_at is None
    assert team.folder(outside).case.next_limit == "12345热线应反"


def test_a_suspended_case_is_not_on_the_overdue_list_and_was_on_it_before(team, no):
    asked = shanghai("06-19 09:00")
    suspend(team, no, at=asked)
    grant(team, no, at=asked + DAY)
    resumed = shanghai("07-01 15:00")

    def as_of(at):
        return [line.limit for line in overdue.as_of(team.db, at)]

    assert overdue.live(team.db, asked + 2 * DAY) == ()
    assert as_of(asked - HOUR) == ["contact"]
    assert as_of(asked + HOUR) == []
    resume(team, no, resumed)
    assert as_of(asked - HOUR) == ["contact"]
    assert as_of(asked + HOUR) == []
    assert as_of(resumed) == ["contact"]
    assert [line.limit for line in overdue.live(team.db, resumed)] == ["contact"]


def test_waiting_for_the_report_stops_stage_4_alone(team, waiting_report):
    suspend(team, waiting_report, "report", "送检")
    folder = grant(team, waiting_report)
    assert folder.standing.paused == "report"
    assert team.states(waiting_report) == {
        "contact": "done",
        "inspection": "done",
        "recheck": "done",
        "resolution": "paused",
    }
    resume(team, waiting_report, shanghai("07-10 09:00"))
    assert days(team, waiting_report)[3] == "07-25"


def test_waiting_for_a_report_needs_the_recheck_and_a_monitoring(team, no):
    with pytest.raises(Refusal, match="请先完成“现场复查与安排监测”"):
        suspend(team, no, "report")
    for fact in (CONTACT, INSPECTION, RECHECK):
        team.record(no, fact, NOW + HOUR)
    assert not monitored(team.folder(no))
    with pytest.raises(Refusal, match="没有安排监测"):
        suspend(team, no, "report")


@pytest.mark.parametrize(
    ("ground", "reason", "words"),
    [("holiday", "放假", "请选择"), ("case", "", "请写明中止的理由"), ("case", "长" * 10_001, "文字过长")],
)
def test_a_suspension_that_lacks_something_is_refused_in_words(team, no, ground, reason, words):
    with pytest.raises((Refusal, Refusals)) as refused:
        suspend(team, no, ground, reason)
    assert words in said(refused)


def test_what_was_finished_meanwhile_is_not_suspended(team, waiting_report):
    suspend(team, waiting_report, "report", "送检")
    team.record(waiting_report, RESOLUTION, AT + timedelta(minutes=5))
    with pytest.raises(Refusal, match="无需等待报告"):
        grant(team, waiting_report)
    grant(team, waiting_report, approved=False, answer="报告已到")
    with pytest.raises(Refusal, match="没有未完成的阶段"):
        suspend(team, waiting_report, at=AT + 2 * HOUR)


def test_a_late_entry_is_judged_before_the_case_stands_still(team, no):
    at = shanghai("06-20 10:00")
    team.record(no, CONTACT, NOW + HOUR, at, reason="当日未录入")
    with pytest.raises(Refusal, match="请先核定"):
        suspend(team, no, at=at)


def test_nobody_grants_their_own_suspension_and_a_refusal_says_why(team, no):
    suspend(team, no, by=team.second)
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        grant(team, no, by=team.second)
    with pytest.raises(Refusal, match="请写明理由"):
        grant(team, no, approved=False)
    grant(team, no, approved=False, answer="不属于中止情形")
    assert set(team.states(no).values()) == {"open"}


def test_in_a_suspension_no_stage_is_recorded_undone_or_extended_but_the_citizen_is_answered(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    suspend(team, no, at=NOW + HOUR)
    grant(team, no, at=NOW + HOUR)
    at = NOW + HOUR + timedelta(minutes=5)
    refused = {
        "请先恢复": lambda: team.record(no, INSPECTION, at),
        "不能撤销": lambda: stages.undo(team.db, team.handler, no, "contact", at),
        "恢复后再申请延期": lambda: ask(team, no, at=at),
        "已经中止": lambda: suspend(team, no, at=at),
    }
    for words, act in refused.items():
        with pytest.raises((Refusal, Refusals)) as refusal:
            act()
        assert words in said(refusal)
    stages.note(team.db, team.home, team.handler, no, "企业称月底复产", Around(at), at)
    team.reply(no, at)
    with pytest.raises(Refusals, match="尚未完成"):
        closing.apply_close(team.db, team.handler, no, team.version(no), "", at)


def test_a_suspended_case_may_end_early_and_its_pauses_end_with_it(team, no):
    suspend(team, no)
    grant(team, no)
    at = AT + 2 * HOUR
    closing.ask_end(team.db, team.handler, no, team.version(no), "not_ours", "转水务局", at, receiver="区水务局")
    with pytest.raises(Refusal, match="正在等待审批"):
        resume(team, no, at)
    folder = closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", at + HOUR)
    assert set(team.states(no).values()) == {"ended"}
    assert {pause.until for pause in folder.pauses} == {at + HOUR}
    assert folder.standing.paused == ""


def test_what_is_not_suspended_is_not_resumed(team, no):
    with pytest.raises(Refusal, match="没有中止"):
        resume(team, no, AT)


def test_a_case_is_suspended_and_resumed_as_often_as_it_must(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    for start, end in (("06-18 09:00", "06-20 09:00"), ("06-21 09:00", "06-25 09:00")):
        suspend(team, no, at=shanghai(start))
        grant(team, no, at=shanghai(start))
        resume(team, no, shanghai(end))
    assert days(team, no) == ["06-18", "06-26", "07-03", "07-08"]
    assert [stage.given_back for stage in team.folder(no).stages] == [0, 6, 6, 6]


# Correction of the receipt time


def test_a_corrected_receipt_time_counts_every_limit_anew(team, no):
    team.record(no, CONTACT, NOW + HOUR)
    folder = correct(team, no, shanghai("06-15 09:00"))
    assert days(team, no) == ["06-16", "06-18", "06-25", "06-30"]
    assert folder.case.received_at == shanghai("06-15 09:00")
    assert team.states(no)["contact"] == "done"
    assert {stage.starts_at for stage in folder.stages} == {shanghai("06-15 09:00")}
    assert not any(stage.moved for stage in folder.stages)


def test_the_trail_keeps_the_old_and_the_new_time(team, no):
    correct(team, no, shanghai("06-15 09:00"))
    told = trail(team, no, "correct")
    assert told["received_at"] == ["2026-06-17T02:24:00Z", "2026-06-15T01:00:00Z"]
    assert told["moved"]["resolution"] == ["2026-07-02T16:00:00Z", "2026-06-30T16:00:00Z"]
    assert told["reason"] == "派单时间写错"


def test_what_was_granted_stands_on_top_of_the_corrected_time(team, no):
    ask(team, no)
    decide(team, no)
    correct(team, no, shanghai("06-16 09:00"), at=AT + 2 * HOUR)
    assert days(team, no) == ["06-17", "06-24", "07-01", "07-06"]
    assert [f"{one.first_due_at:%m-%d}" for one in team.folder(no).stages] == ["06-17", "06-19", "06-26", "07-01"]


def test_a_suspended_case_is_corrected_too(team, no):
    suspend(team, no, at=shanghai("06-18 09:00"))
    grant(team, no, at=shanghai("06-18 09:00"))
    folder = correct(team, no, shanghai("06-15 09:00"), at=shanghai("06-18 10:00"))
    assert [pause.had_left for pause in folder.pauses] == [None, 0, 7, 12]
    resume(team, no, shanghai("06-30 10:00"))
    assert days(team, no) == ["06-16", "06-30", "07-07", "07-12"]


def test_the_month_of_a_case_follows_its_receipt_time_on_the_offices_clock(team, no):
    correct(team, no, shanghai("06-01 00:30"))
    assert value(team.db, "SELECT received_month FROM cases") == "2026-06"
    correct(team, no, shanghai("05-31 23:30"))
    assert value(team.db, "SELECT received_month FROM cases") == "2026-05"


def test_a_limit_from_outside_stays_where_it_is(team):
    no = team.case(source_due_at=shanghai("06-25 17:00")).no
    (outside,) = correct(team, no, shanghai("06-15 09:00")).outside
    assert (outside.due_at, outside.starts_at) == (shanghai("06-25 17:00"), shanghai("06-15 09:00"))


def test_a_later_round_keeps_its_own_instant(team, waiting_report):
    no = waiting_report
    team.record(no, RESOLUTION, AT)
    team.reply(no, AT)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", AT)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("resolution",), "结论不清", AT + HOUR)
    before = team.folder(no).stage("resolution")
    assert correct(team, no, shanghai("06-15 09:00"), at=AT + 2 * HOUR).stage("resolution") == before


@pytest.mark.parametrize(
    ("received_at", "words"),
    [
        (NOW, "没有变化"),
        (NOW + timedelta(seconds=1), "不能晚于登记时间"),
        (NOW - HOUR + timedelta(seconds=1), "不能晚于已记录的办理"),
    ],
)
def test_a_receipt_time_that_cannot_be_is_refused(team, received_at, words):
    no = team.case(received_at=NOW - 2 * HOUR if received_at != NOW else NOW).no
    if received_at < NOW:
        team.record(no, CONTACT, NOW - HOUR)
    with pytest.raises(Refusals) as refused:
        correct(team, no, received_at)
    assert words in said(refused)


def test_a_correction_says_why(team, no):
    with pytest.raises(Refusals, match="请写明更正的理由"):
        correct(team, no, NOW - HOUR, reason=" ")


def test_a_case_without_a_rule_has_its_receipt_time_corrected_and_nothing_to_suspend(team):
    no = team.case(kind="咨询").no
    folder = correct(team, no, NOW - DAY)
    assert (folder.case.received_at, folder.deadlines) == (NOW - DAY, ())
    with pytest.raises(Refusal, match="没有未完成的阶段"):
        suspend(team, no)


# Reminders


def rungs(team, no, key):
    return [(rung, when) for limit, rung, _, when in reminders(team.db, team.folder(no).case.id) if limit == key]


def test_an_extended_limit_reminds_anew_and_the_old_reminders_are_withdrawn(team, no):
    assert ("due_day", "06-20 08:30") in rungs(team, no, "inspection")
    ask(team, no)
    decide(team, no)
    found = rungs(team, no, "inspection")
    assert ("due_day", "06-25 08:30") in found
    assert ("due_day", "06-20 08:30") not in found
    kept = rows(team.db, "SELECT withdrawn_why FROM reminder WHERE withdrawn_at IS NOT NULL AND deadline_id = 2")
    assert kept


def test_a_suspension_withdraws_the_reminders_and_the_resumption_plans_them_for_the_new_due_time(team, no):
    suspend(team, no)
    grant(team, no)
    for key in ("contact", "inspection", "recheck", "resolution"):
        assert rungs(team, no, key) == []
    resume(team, no, shanghai("07-01 15:00"))
    assert ("due_day", "07-04 08:30") in rungs(team, no, "inspection")


def test_a_limit_that_has_not_moved_is_not_reminded_of_twice(team, no):
    """Late before it stopped: what was said of it is said; what its mornings would have said meanwhile comes next."""
    at = shanghai("06-19 09:00")
    execute(team.db, "UPDATE reminder SET shown_at = owed_at WHERE owed_at <= '2026-06-19T01:00:00Z'")
    before = value(team.db, "SELECT due_version FROM deadline WHERE key = 'contact'")
    suspend(team, no, at=at)
    grant(team, no, at=at)
    resume(team, no, at + 10 * DAY)
    assert value(team.db, "SELECT due_version FROM deadline WHERE key = 'contact'") == before
    assert set(rungs(team, no, "contact")) == {("due_day", "06-18 08:30"), ("late_3", "06-30 08:30")}


def test_a_request_waits_for_the_supervisors_and_its_decision_reaches_the_asker(team, no):
    ask(team, no)
    (waiting,) = outbox.waiting_for_decision(team.db, team.supervisor.person_id)
    assert (waiting.kind, waiting.reason) == ("extension", "涉及多家企业")
    decide(team, no)
    assert outbox.waiting_for_decision(team.db, team.supervisor.person_id) == ()
    told = value(team.db, "SELECT body FROM reminder WHERE rung = 'decided'")
    assert '"act":"extension"' in told


def test_the_days_are_counted_by_the_convention_of_the_case_as_it_was_logged(team, no):
    """Version 2 of the rule holds from today; the case keeps version 1."""
    execute(
        team.db,
        "INSERT INTO rule SELECT 2, '2', kind, grade, '2026-06-01', 'working', closes, near_hours, near_contact_hours,"
        " yellow_days, red_days FROM rule WHERE version = 1",
    )
    execute(team.db, "INSERT INTO rule_stage SELECT 2, ordinal, key, days FROM rule_stage WHERE version = 1")
    newer = team.case().no
    assert rules.rule(team.db, 2).convention == "working"
    for one in (no, newer):
        ask(team, one, n=2)
        decide(team, one)
    # 06-19 is 端午节, a Friday: working days are 06-18, 22, 23, 24 …
    assert days(team, no)[:2] == ["06-18", "06-22"]
    assert days(team, newer)[:2] == ["06-18", "06-25"]


def test_the_schema_itself_refuses_a_decision_by_the_asker(team, no):
    ask(team, no)
    with pytest.raises(IntegrityError):
        execute(team.db, "UPDATE request SET decision = 'approved', decided_at = asked_at, decided_by = asked_by")


def test_a_follow_up_day_does_not_move_the_limit_of_stage_4(team, waiting_report):
    before = team.folder(waiting_report).stage("resolution")
    after = team.record(waiting_report, GO_ON, AT).stage("resolution")
    assert (after.due_at, after.due_version) == (before.due_at, before.due_version)

"""The reply, the early end and the closed loop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, REPLY, RESOLUTION, shanghai
from tracker.office import closing, stages
from tracker.rule.facts import Reply
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.database import execute, value

HOUR = timedelta(hours=1)
AT = NOW + 5 * HOUR


def words(refused) -> list[str]:
    return [str(item) for item in refused.value.items]


def finish(team, no, *, without=()):
    for key, fact in FACTS.items():
        if key not in without:
            team.record(no, fact, NOW + HOUR)


def apply(team, no, at=AT, by=None):
    return closing.apply_close(team.db, by or team.handler, no, team.version(no), "", at)


@pytest.fixture
def applied(team):
    no = team.case().no
    finish(team, no)
    team.reply(no, NOW + 2 * HOUR)
    apply(team, no)
    return no


# The reply


def test_the_reply_is_a_fact_of_its_own(team):
    no = team.case().no
    folder = team.reply(no, NOW + HOUR)
    (fact,) = folder.facts
    assert (fact.kind, fact.body["form"], fact.body["handed_back"]) == ("reply", "电话答复", False)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (Reply(), {"form", "text"}),
        (Reply(form="口头", text="已处理"), {"form"}),
        (Reply(form="书面答复", text="   "), {"text"}),
        (Reply(form="书面答复", text="长" * 10_001), {"text"}),
    ],
)
def test_a_reply_that_lacks_something_is_refused_by_name(team, given, fields):
    no = team.case().no
    with pytest.raises(Refusals) as refused:
        team.reply(no, NOW + HOUR, given)
    assert {item.field for item in refused.value.items} == fields


def test_where_nobody_can_be_told_the_reason_stands_for_the_reply(team):
    folder = team.reply(team.case().no, NOW + HOUR, Reply(nobody="匿名，无联系方式"))
    assert folder.standing.replied


def test_the_reply_is_given_once_a_round(team, applied):
    closing.send_back(team.db, team.supervisor, applied, team.version(applied), ("recheck",), "复查不到位", AT + HOUR)
    team.reply(applied, AT + 2 * HOUR)
    with pytest.raises(Refusal, match="已经记录答复"):
        team.reply(applied, AT + 3 * HOUR)


def test_handed_back_it_meets_the_limit_of_the_source(team):
    no = team.case(source_due_at=shanghai("06-17 17:00")).no
    assert team.folder(no).case.next_limit == "12345热线应反"
    folder = team.reply(no, NOW + HOUR, replace(REPLY, handed_back=True))
    (outside,) = folder.outside
    assert (outside.state, outside.done_at) == ("done", NOW + HOUR)
    assert folder.case.next_limit == "contact"


def test_kept_in_the_office_it_does_not_meet_the_limit_of_the_source(team):
    no = team.case(source_due_at=shanghai("06-17 17:00")).no
    folder = team.reply(no, NOW + HOUR)
    assert folder.outside[0].state == "open"
    assert folder.case.next_limit == "12345热线应反"


def test_a_reply_written_down_late_says_why(team):
    no = team.case().no
    late = NOW + 30 * HOUR
    with pytest.raises(Refusal, match="补录"):
        team.reply(no, late, happened_at=NOW + HOUR)
    assert team.reply(no, late, happened_at=NOW + HOUR, reason="外勤").facts[0].backfilled


def test_a_reply_is_not_given_before_the_case_nor_in_the_future(team):
    no = team.case().no
    for happened in (NOW - HOUR, NOW + 2 * HOUR):
        with pytest.raises(Refusals):
            team.reply(no, NOW + HOUR, happened_at=happened)


# The early end


def ask_end(team, no, ground="not_ours", reason="属水务部门职责，转区水务局", by=None, at=NOW + HOUR):
    return closing.ask_end(team.db, by or team.handler, no, team.version(no), ground, reason, at, receiver="区水务局")


def decide_end(team, no, approved=True, answer="", by=None, at=NOW + 2 * HOUR):
    return closing.decide_end(team.db, by or team.supervisor, no, team.version(no), approved, answer, at)


def test_what_is_not_ours_may_be_ended_at_any_time(team):
    no = team.case().no
    ask_end(team, no)
    folder = decide_end(team, no)
    assert set(team.states(no).values()) == {"ended"}
    assert folder.case.next_due_at is None
    assert folder.case.state == "open"


@pytest.mark.parametrize("ground", ["withdrawn", "unfounded"])
def test_withdrawn_and_unfounded_only_after_an_inspection(team, ground):
    no = team.case().no
    with pytest.raises(Refusal, match="须在现场检查之后"):
        ask_end(team, no, ground)
    team.record(no, INSPECTION, NOW + HOUR)
    ask_end(team, no, ground, at=NOW + HOUR)
    decide_end(team, no)
    assert team.states(no) == {"contact": "ended", "inspection": "done", "recheck": "ended", "resolution": "ended"}


def test_the_first_contact_is_no_inspection(team):
    no = team.case().no
    team.record(no, CONTACT, NOW + HOUR)
    with pytest.raises(Refusal, match="须在现场检查之后"):
        ask_end(team, no, "withdrawn", at=NOW + HOUR)


@pytest.mark.parametrize(("ground", "reason", "field"), [("", "因为", "ground"), ("not_ours", "", "reason")])
def test_an_early_end_wants_its_ground_and_its_reason(team, ground, reason, field):
    no = team.case().no
    with pytest.raises(Refusal) as refused:
        ask_end(team, no, ground, reason)
    assert refused.value.field == field


def test_until_it_is_decided_the_clocks_run(team):
    no = team.case().no
    folder = ask_end(team, no)
    assert folder.case.next_limit == "contact"
    assert set(team.states(no).values()) == {"open"}


def test_nobody_approves_their_own_request(team):
    no = team.case(handler_id=team.second.person_id).no
    ask_end(team, no, by=team.second)
    with pytest.raises(Refusal, match="自己的申请"):
        decide_end(team, no, by=team.second)


def test_the_schema_too_lets_nobody_decide_their_own_request(team):
    no = team.case().no
    ask_end(team, no)
    with pytest.raises(Exception, match="CHECK constraint failed"):
        execute(
            team.db,
            "UPDATE request SET decision = 'approved', decided_at = '2026-06-17T04:00:00Z', decided_by = asked_by",
        )


def test_refused_with_a_reason_the_case_goes_on(team):
    no = team.case().no
    ask_end(team, no)
    with pytest.raises(Refusal, match="写明理由"):
        decide_end(team, no, False)
    decide_end(team, no, False, "属本单位职责")
    assert team.record(no, CONTACT, NOW + 3 * HOUR).stage("contact").state == "done"


def test_while_an_end_is_asked_for_nothing_else_is_recorded(team):
    no = team.case().no
    ask_end(team, no)
    for act in (
        lambda: team.record(no, CONTACT, NOW + HOUR),
        lambda: team.reply(no, NOW + HOUR),
        lambda: ask_end(team, no),
    ):
        with pytest.raises(Refusal, match="正在等待审批"):
            act()


def test_of_two_supervisors_one_decides(team):
    no = team.case().no
    ask_end(team, no)
    decide_end(team, no)
    with pytest.raises(Refusal, match="没有等待决定的申请"):
        decide_end(team, no, by=team.second)


def test_the_limit_of_the_source_runs_on_after_an_early_end(team):
    no = team.case(source_due_at=shanghai("06-19 17:00")).no
    ask_end(team, no)
    assert decide_end(team, no).case.next_limit == "12345热线应反"


def test_an_ended_case_is_closed_once_the_citizen_has_been_told(team):
    no = team.case().no
    ask_end(team, no)
    decide_end(team, no)
    with pytest.raises(Refusals) as refused:
        apply(team, no)
    assert words(refused) == ["尚未记录答复"]
    team.reply(no, NOW + 4 * HOUR)
    assert apply(team, no).case.state == "applied"


def test_where_nothing_is_open_there_is_nothing_to_end(team):
    no = team.case().no
    finish(team, no)
    with pytest.raises(Refusal, match="没有未完成的阶段"):
        ask_end(team, no)


# Apply, review, close or send back


def test_what_is_missing_for_the_closing_is_named_all_at_once(team):
    no = team.case().no
    team.record(no, INSPECTION, NOW + HOUR)
    with pytest.raises(Refusals) as refused:
        apply(team, no)
    assert words(refused) == [
        "“先行联系”尚未完成",
        "“现场复查与安排监测”尚未完成",
        "“后续处理”尚未完成",
        "尚未记录答复",
    ]


def test_the_one_who_applied_does_not_close(team):
    no = team.case(handler_id=team.second.person_id).no
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR, by=team.second)
    closing.reply(team.db, team.second, no, team.version(no), REPLY, NOW + HOUR, "", NOW + HOUR)
    apply(team, no, by=team.second)
    with pytest.raises(Refusal, match="自己的申请"):
        closing.close(team.db, team.second, no, team.version(no), "", AT)
    assert closing.close(team.db, team.supervisor, no, team.version(no), "", AT).case.state == "closed"


def test_a_closed_case_has_no_running_limit_and_says_when_it_was_closed(team, applied):
    case = closing.close(team.db, team.supervisor, applied, team.version(applied), "", AT + HOUR).case
    assert (case.state, case.closed_at, case.next_due_at, case.next_limit) == ("closed", AT + HOUR, None, "")


def test_closing_ends_the_limit_of_the_source_on_the_live_list(team):
    no = team.case(source_due_at=shanghai("06-19 17:00")).no
    finish(team, no)
    team.reply(no, NOW + 2 * HOUR)
    assert apply(team, no).case.next_limit == "12345热线应反"
    assert closing.close(team.db, team.supervisor, no, team.version(no), "", AT + HOUR).case.next_due_at is None


def test_nothing_is_recorded_on_a_case_that_waits_for_its_review_or_is_closed(team, applied):
    for expected in ("正在等待审核", "已销项"):
        for act in (
            lambda: team.record(applied, CONTACT, AT),
            lambda: team.attempt(applied, AT),
            lambda: team.reply(applied, AT),
            lambda: ask_end(team, applied, at=AT),
            lambda: apply(team, applied),
            lambda: stages.undo(team.db, team.handler, applied, "contact", AT),
        ):
            with pytest.raises(Refusal, match=expected):
                act()
        if expected == "正在等待审核":
            closing.close(team.db, team.supervisor, applied, team.version(applied), "", AT)


def test_sending_back_wants_a_reason_and_stages(team, applied):
    for picked, reason, field in (((), "不到位", "stages"), (("inspection",), "", "answer"), (("x",), "y", "stages")):
        with pytest.raises(Refusal) as refused:
            closing.send_back(team.db, team.supervisor, applied, team.version(applied), picked, reason, AT)
        assert refused.value.field == field
    assert team.folder(applied).case.state == "applied"


def test_sent_back_the_named_stages_run_anew_from_that_instant_and_the_old_round_keeps_its_stamps(team, applied):
    before = {stage.key: stage for stage in team.folder(applied).stages}
    at = shanghai("06-20 15:00")
    folder = closing.send_back(
        team.db, team.supervisor, applied, team.version(applied), ("inspection", "recheck"), "再查", at
    )
    stages_now = {stage.key: stage for stage in folder.stages}
    assert (folder.case.state, folder.case.round) == ("open", 2)
    assert [(stages_now[key].round, stages_now[key].due_day) for key in ("inspection", "recheck")] == [
        (2, date(2026, 6, 23)),
        (2, date(2026, 6, 30)),
    ]
    assert stages_now["contact"] == before["contact"]
    assert [limit for limit in folder.deadlines if limit.round == 1] == list(before.values())
    assert (folder.case.next_limit, folder.case.next_due_at) == ("inspection", shanghai("06-24 00:00"))


def test_a_stage_of_the_new_round_did_not_happen_before_it_began(team, applied):
    at = shanghai("06-20 15:00")
    closing.send_back(team.db, team.supervisor, applied, team.version(applied), ("inspection",), "再查", at)
    with pytest.raises(Refusals, match="不能早于本轮开始的时间"):
        team.record(applied, INSPECTION, at - HOUR, at + HOUR)
    assert team.record(applied, INSPECTION, at + HOUR).stage("inspection").state == "done"


def test_a_case_sent_back_is_answered_and_closed_again(team, applied):
    closing.send_back(team.db, team.supervisor, applied, team.version(applied), ("resolution",), "依据不足", AT + HOUR)
    with pytest.raises(Refusals) as refused:
        apply(team, applied, AT + HOUR)
    assert words(refused) == ["“后续处理”尚未完成", "尚未记录答复"]
    team.record(applied, RESOLUTION, AT + 2 * HOUR)
    team.reply(applied, AT + 2 * HOUR)
    apply(team, applied, AT + 3 * HOUR)
    assert closing.close(team.db, team.second, applied, team.version(applied), "", AT + 4 * HOUR).case.round == 2


def test_an_ended_case_that_was_sent_back_for_its_contact_can_still_be_closed(team):
    no = team.case().no
    ask_end(team, no)
    decide_end(team, no)
    team.reply(no, NOW + 3 * HOUR)
    apply(team, no)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("contact",), "请先联系投诉人", AT)
    team.record(no, CONTACT, AT + HOUR)
    team.reply(no, AT + HOUR)
    assert apply(team, no, AT + HOUR).case.state == "applied"


def test_a_kind_without_limits_is_answered_closed_and_sent_back_without_stages(team):
    no = team.case(kind="咨询").no
    assert team.folder(no).stages == ()
    team.reply(no, NOW + HOUR)
    apply(team, no)
    folder = closing.send_back(team.db, team.supervisor, no, team.version(no), (), "答复不完整", AT)
    assert (folder.case.state, folder.case.round) == ("open", 2)
    team.reply(no, AT + HOUR)
    apply(team, no, AT + HOUR)
    assert closing.close(team.db, team.supervisor, no, team.version(no), "", AT + HOUR).case.state == "closed"


def test_there_is_one_open_request_a_case(team):
    no = team.case().no
    ask_end(team, no)
    insert = (
        "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by)"
        " SELECT case_id, round, 'close', '', asked_at, asked_by FROM request"
    )
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        execute(team.db, insert)
    assert value(team.db, "SELECT count(*) FROM request") == 1


# What it came to


def test_whoever_closes_may_say_what_it_came_to(team, applied):
    folder = closing.close(
        team.db, team.supervisor, applied, team.version(applied), "", AT, settled="实际解决", model=True
    )
    assert (folder.requests[-1].settled, folder.requests[-1].model) == ("实际解决", True)


def test_an_office_that_does_not_say_so_closes_without(team, applied):
    folder = closing.close(team.db, team.supervisor, applied, team.version(applied), "", AT)
    assert (folder.case.state, folder.requests[-1].settled, folder.requests[-1].model) == ("closed", "", False)


def test_it_came_to_one_of_two_things(team, applied):
    with pytest.raises(Refusal, match="请选择办理结果"):
        closing.close(team.db, team.supervisor, applied, team.version(applied), "", AT, settled="已解决")
    assert team.folder(applied).case.state == "applied"

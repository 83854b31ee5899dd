"""Kind, grade and route through the office: the rule of the grade, and corrections by two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, INSPECTION
from tracker.office import accepting, classifying, closing, deciding, moving
from tracker.office.accepting import Filled
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit
from tracker.store.database import execute

HOUR = timedelta(hours=1)
AT = NOW + HOUR
RULE = """
INSERT INTO rule (version, name, kind, grade, holds_from, convention, near_hours, near_contact_hours, yellow_days,
    red_days) VALUES (:version, :grade, '投诉举报', :grade, :holds_from, 'natural', 24, 4, 1, 3)
"""
STAGE = "INSERT INTO rule_stage (version, ordinal, key, days) VALUES (:version, :n, :key, :days)"


def a_rule(team, grade="疑难", version=2, days=(2, 6, 20, 30), holds_from="2026-01-01"):
    execute(team.db, RULE, {"version": version, "grade": grade, "holds_from": holds_from})
    for n, (key, many) in enumerate(zip(("contact", "inspection", "recheck", "resolution"), days, strict=True), 1):
        execute(team.db, STAGE, {"version": version, "n": n, "key": key, "days": many})


def ask(team, no, kind="投诉举报", grade="疑难", by=None, at=AT):
    return classifying.ask(team.db, by or team.clerk, no, team.version(no), kind, grade, "登记时选错", at)


def decide(team, no, approved=True, answer="", by=None, at=AT + HOUR):
    return classifying.decide(team.db, by or team.supervisor, no, team.version(no), approved, answer, at)


def days(folder):
    return {stage.key: stage.days for stage in folder.stages}


def test_a_grade_runs_under_the_rule_of_its_own_that_holds_at_its_receipt(team):
    a_rule(team)
    a_rule(team, grade="紧急", version=3, holds_from="2026-07-01")
    hard, urgent, plain = (team.case(grade=one) for one in ("疑难", "紧急", "一般"))
    assert [one.rule_version for one in (hard, urgent, plain)] == [2, 1, 1]
    assert days(team.folder(hard.no)) == {"contact": 2, "inspection": 6, "recheck": 20, "resolution": 30}


def test_a_kind_without_a_rule_has_no_stages(team):
    case = team.case(kind="咨询")
    assert (case.rule_version, team.folder(case.no).stages) == (None, ())


def test_a_correction_is_decided_by_another_who_saw_what_it_moves(team):
    a_rule(team)
    no = team.case().no
    before = {limit.id: limit.due_at for limit in team.folder(no).deadlines}
    asked = ask(team, no)
    assert {limit.id: limit.due_at for limit in asked.deadlines} == before
    shown = {one.key: one.after.due_at for one in classifying.preview(team.db, asked, "投诉举报", "疑难", AT + HOUR)}
    folder = decide(team, no)
    assert {stage.key: stage.due_at for stage in folder.stages} == shown
    assert days(folder) == {"contact": 2, "inspection": 6, "recheck": 20, "resolution": 30}
    assert (folder.case.grade, folder.case.rule_version, folder.case.next_due_at) == ("疑难", 2, shown["contact"])
    last = audit.of_case(team.db, folder.case.id)[0]
    assert (last.detail["before"], last.detail["version"]) == (["投诉举报", "一般", 1], [1, 2])
    assert set(last.detail["moved"]) == set(shown)


def test_what_is_refused_changes_nothing(team):
    a_rule(team)
    no = team.case().no
    before = team.folder(no).deadlines
    ask(team, no)
    with pytest.raises(Refusal, match="写明理由"):
        decide(team, no, approved=False)
    folder = decide(team, no, approved=False, answer="情况普通")
    assert (folder.deadlines, folder.case.grade, folder.case.rule_version) == (before, "一般", 1)


def test_nobody_approves_their_own(team):
    a_rule(team)
    no = team.case().no
    ask(team, no, by=team.supervisor)
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        decide(team, no)


def test_late_stays_late_and_done_stays_done(team):
    a_rule(team)
    no = team.case().no
    team.record(no, INSPECTION, NOW + HOUR)
    late = NOW + timedelta(days=2)
    before = {stage.key: stage.due_at for stage in team.folder(no).stages}
    ask(team, no, at=late)
    folder = decide(team, no, at=late + HOUR)
    after = {stage.key: stage.due_at for stage in folder.stages}
    assert (after["contact"], after["inspection"]) == (before["contact"], before["inspection"])
    assert after["recheck"] > before["recheck"]
    assert folder.case.next_limit == "contact"


def test_a_complaint_taken_for_a_question_gets_its_stages_from_its_receipt_and_the_other_way_round(team):
    no = team.case(kind="咨询").no
    ask(team, no, "投诉举报", "一般")
    folder = decide(team, no)
    assert days(folder) == {"contact": 1, "inspection": 3, "recheck": 10, "resolution": 15}
    assert folder.case.next_limit == "contact"
    team.record(no, CONTACT, AT + 2 * HOUR)
    ask(team, no, "咨询", "一般", at=AT + 3 * HOUR)
    folder = decide(team, no, at=AT + 4 * HOUR)
    assert (folder.case.rule_version, folder.case.next_due_at) == (None, None)
    assert [stage.state for stage in folder.stages] == ["done", "ended", "ended", "ended"]
    ask(team, no, "投诉举报", "一般", at=AT + 5 * HOUR)
    folder = decide(team, no, at=AT + 6 * HOUR)
    assert [stage.state for stage in folder.stages] == ["done", "open", "open", "open"]


def test_what_an_extension_granted_is_not_taken_away(team):
    a_rule(team, grade="紧急", days=(1, 2, 5, 8))
    no = team.case().no
    moving.ask_extension(team.db, team.handler, no, team.version(no), "inspection", 5, "设备故障", True, AT)
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), True, "", False, AT)
    before = {stage.key: stage.due_at for stage in team.folder(no).stages}
    ask(team, no, grade="紧急", at=AT)
    folder = decide(team, no)
    assert {stage.key: stage.due_at for stage in folder.stages} == before


def test_a_stage_that_a_transfer_ended_in_an_earlier_round_keeps_its_stamps(team):
    a_rule(team)
    no = team.case().no
    closing.ask_end(team.db, team.handler, no, team.version(no), "not_ours", "属水务", AT, receiver="区水务局")
    closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", AT)
    back = NOW + timedelta(days=4)
    site = ("inspection", "recheck", "resolution")
    before = deciding.come_back(team.db, team.supervisor, no, team.version(no), site, "水务局退回", back)
    ask(team, no, at=back + HOUR)
    folder = decide(team, no, at=back + 2 * HOUR)
    assert folder.stage("contact") == before.stage("contact")
    assert [stage.state for stage in folder.stages] == ["ended", "open", "open", "open"]
    assert days(folder) == {"contact": 1, "inspection": 6, "recheck": 20, "resolution": 30}
    assert folder.case.next_limit == "inspection"


# The route


def test_a_petition_has_its_own_clocks_and_loses_them_with_the_route(team):
    no = team.case(route="信访事项", source_due_at=NOW + timedelta(days=2)).no
    stages = {stage.key: stage.due_at for stage in team.folder(no).stages}
    kinds = {limit.clock for limit in team.folder(no).outside}
    assert kinds == {"reply", "tell", "settle"}
    folder = classifying.set_route(team.db, team.clerk, no, team.version(no), "举报查处", "属举报", AT)
    assert {limit.clock: limit.state for limit in folder.outside} == {
        "reply": "open",
        "tell": "ended",
        "settle": "ended",
    }
    assert folder.case.route == "举报查处"
    assert {stage.key: stage.due_at for stage in folder.stages} == stages


def test_the_first_check_may_set_the_route(team):
    no = team.case().no
    folder = accepting.accept(team.db, team.clerk, no, team.version(no), Filled(route="信访事项"), AT)
    assert folder.case.route == "信访事项"
    assert {limit.clock for limit in folder.outside} == {"tell", "settle"}
    with pytest.raises(Refusals, match="写明改变途径的理由"):
        classifying.set_route(team.db, team.clerk, no, team.version(no), "举报查处", "", AT)

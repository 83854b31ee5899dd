"""What a correction of kind or grade makes of the stages, and when it may be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.rule.china import CHINA
from tests.rule.test_deciding import standing
from tracker.rule import classifying
from tracker.rule.classifying import ADDED, AGAIN, ENDED, KEPT, MOVED
from tracker.rule.moving import Limit
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.stages import RULE_1, STAGES, Rule, Stage, deadlines
from tracker.rule.standing import SHANGHAI

ORDINARY = ("投诉举报", "一般")
HARD = Rule(2, "疑难", "投诉举报", "疑难", date(2026, 1, 1), "natural", tuple(Stage(s.key, s.days * 2) for s in STAGES))
URGENT = Rule(3, "紧急", "投诉举报", "紧急", date(2026, 1, 1), "hours", (Stage("contact", 1), Stage("inspection", 1)))
HOUR = timedelta(hours=1)


def limits(**changes):
    """The four stages of a case received now; some of them changed."""
    dues = deadlines(RULE_1, NOW, CHINA, SHANGHAI)
    return tuple(replace(Limit(one, NOW, one.due_at), **changes.get(one.key, {})) for one in dues)


def changes(have, rule, at=NOW + HOUR, again=()):
    found = classifying.changes(have, rule, NOW, at, CHINA, SHANGHAI, again=frozenset(again))
    return {one.key: one for one in found}


def test_open_stages_are_counted_as_if_the_case_had_been_logged_right():
    found = changes(limits(), HARD)
    assert [one.what for one in found.values()] == [MOVED] * 4
    fresh = {one.key: one for one in deadlines(HARD, NOW, CHINA, SHANGHAI)}
    assert {key: one.after for key, one in found.items()} == fresh


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"state": "done"}, NOW + HOUR),
        ({"state": "backfill"}, NOW + HOUR),
        ({}, NOW + timedelta(days=20)),  # late stays late
        ({"first_due_at": NOW}, NOW + HOUR),  # something was granted
    ],
)
def test_what_is_done_late_or_granted_stands(changed, at):
    one = changes(limits(inspection=changed), HARD, at)["inspection"]
    assert (one.what, one.before) == (KEPT, one.after)


def test_a_stage_that_is_late_stays_late_though_the_other_rule_gives_it_longer():
    at = limits()[0].due.due_at
    assert changes(limits(), HARD, at)["contact"].what == KEPT
    assert changes(limits(), HARD, at - timedelta(seconds=1))["contact"].what == MOVED


def test_nothing_becomes_late_by_a_correction():
    at = NOW + timedelta(hours=30)
    one = changes(limits(), URGENT, at)["inspection"]
    assert one.what == KEPT
    assert changes(limits(), URGENT, NOW + HOUR)["inspection"].what == MOVED


def test_stages_that_the_rule_does_not_have_end_and_those_done_stay():
    found = changes(limits(contact={"state": "done"}), URGENT)
    assert {key: one.what for key, one in found.items()} == {
        "contact": KEPT,
        "inspection": MOVED,
        "recheck": ENDED,
        "resolution": ENDED,
    }
    assert {one.what for one in changes(limits(), None).values()} == {ENDED}


def test_a_case_without_stages_gets_those_that_it_is_owed_from_its_receipt():
    found = changes((), RULE_1, NOW + timedelta(days=9))
    assert {one.what for one in found.values()} == {ADDED}
    assert [one.after for one in found.values()] == list(deadlines(RULE_1, NOW, CHINA, SHANGHAI))


def test_a_stage_that_a_wrong_correction_had_ended_runs_again():
    one = changes(limits(recheck={"state": "ended"}), RULE_1, again=["recheck"])["recheck"]
    assert (one.what, one.after) == (AGAIN, one.before)


def test_a_stage_that_ended_otherwise_stays_ended():
    one = changes(limits(recheck={"state": "ended"}), HARD)["recheck"]
    assert (one.what, one.after) == (KEPT, one.before)


def test_only_what_a_correction_ended_in_the_present_round_may_run_again():
    case = standing(inspection="ended")
    assert classifying.may_run_again(case, ["contact", "inspection"]) == {"inspection"}
    assert classifying.may_run_again(case, ["contact"]) == frozenset()
    assert classifying.may_run_again(replace(case, ended=True), ["inspection"]) == frozenset()


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (standing(ended=True), "已终止"),
        (standing(paused="case"), "请先恢复"),
        (standing(open_request="extension"), "延期申请正在等待决定"),
        (standing(state="closed"), "已销项"),
    ],
)
def test_what_keeps_a_correction_from_being_asked_for(case, words):
    with pytest.raises(Refusal, match=words):
        classifying.check_ask(case, ORDINARY, ("投诉举报", "疑难"), "登记错")


def test_a_correction_names_what_is_wrong_with_it():
    for wanted, reason, fields in (
        (("谣言", "疑难"), "x", ["kind"]),
        (("咨询", "要紧"), "x", ["grade"]),
        (ORDINARY, "x", ["kind"]),
        (("咨询", "一般"), "", ["reason"]),
    ):
        with pytest.raises(Refusals) as refused:
            classifying.check_ask(standing(), ORDINARY, wanted, reason)
        assert [one.field for one in refused.value.items] == fields
    classifying.check_ask(standing(), ORDINARY, ("咨询", "一般"), "登记错")


def test_another_route_wants_its_reason():
    for wanted, reason, fields in (
        ("举报查处", "x", ["route"]),
        ("信访事项", "", ["reason"]),
        ("邮寄", "x", ["route"]),
    ):
        with pytest.raises(Refusals) as refused:
            classifying.check_route(standing(), "举报查处", wanted, reason)
        assert [one.field for one in refused.value.items] == fields
    classifying.check_route(standing(), "举报查处", "信访事项", "来信要求书面答复")

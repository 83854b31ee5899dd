"""Standing in: who may decide for whom, and from when to when somebody may be named."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.standins import (
    ABSENCE,
    DEPUTY,
    Candidate,
    Known,
    Matter,
    Principal,
    Term,
    authority,
    check,
    check_mine,
)

LI, ZHAO = Principal(5, "李处"), Principal(6, "赵科")
TODAY = date(2026, 6, 17)
JUNE = Term(date(2026, 6, 18), date(2026, 6, 20))
SUPERVISOR = Candidate(5, "李处", frozenset({"supervisor"}))
HANDLER = Candidate(2, "王建国", frozenset({"handler"}))
OTHER = Candidate(3, "周明", frozenset({"handler"}))
CLERK = Candidate(1, "林涛", frozenset({"clerk"}))


def matter(*asked, worked=()):
    return Matter(frozenset(asked), frozenset(worked))


def test_a_supervisor_decides_in_her_own_right_and_a_deputy_for_her():
    assert authority(5, supervises=True, principals=(), matter=matter(2)) is None
    assert authority(1, supervises=False, principals=(LI,), matter=matter(2)) == LI


@pytest.mark.parametrize(
    ("person", "supervises", "principals", "asked", "worked", "words"),
    [
        (5, True, (), (5,), (), "不能审批自己的申请"),
        (5, True, (), (2, 5), (), "不能审批自己的申请"),  # her substitute asked it for her
        (2, False, (LI,), (2,), (), "不能审批自己的申请"),
        (2, False, (LI,), (5,), (), "李处 的申请不能由其代行人审批"),
        (2, False, (LI, ZHAO), (5, 6), (), "李处、赵科 的申请不能由其代行人审批"),
        (2, False, (LI,), (3,), (2,), "本件由您办理或记录"),
    ],
)
def test_nobody_decides_on_their_own_doing(person, supervises, principals, asked, worked, words):
    with pytest.raises(Refusal, match=words):
        authority(person, supervises=supervises, principals=principals, matter=matter(*asked, worked=worked))


def test_of_two_supervisors_the_one_who_did_not_ask_hands_on_the_right():
    assert authority(2, supervises=False, principals=(LI, ZHAO), matter=matter(5)) == ZHAO


def test_a_supervisor_who_worked_on_a_case_decides_what_another_asked():
    assert authority(5, supervises=True, principals=(), matter=matter(2, worked=(5,))) is None


def test_who_may_stand_in_for_whom():
    check(DEPUTY, SUPERVISOR, CLERK, JUNE, (), TODAY)
    check(DEPUTY, SUPERVISOR, HANDLER, Term(TODAY, TODAY), (), TODAY)
    check(ABSENCE, HANDLER, OTHER, JUNE, (), TODAY)


def one(roles, **changes):
    return Candidate(9, "吴某", frozenset(roles), **changes)


@pytest.mark.parametrize(
    ("kind", "who", "by", "term", "field", "words"),
    [
        (DEPUTY, HANDLER, CLERK, JUNE, "for_id", "只有督办人员"),
        (ABSENCE, CLERK, HANDLER, JUNE, "for_id", "只有承办人"),
        (DEPUTY, SUPERVISOR, None, JUNE, "by_id", "请选择代行人"),
        (ABSENCE, HANDLER, one({"handler"}, active=False), JUNE, "by_id", "请选择代班人"),
        (ABSENCE, HANDLER, HANDLER, JUNE, "by_id", "不能选本人"),
        (DEPUTY, SUPERVISOR, one({"supervisor"}), JUNE, "by_id", "本来就是督办人员"),
        (DEPUTY, SUPERVISOR, one({"clerk", "admin"}), JUNE, "by_id", "不能代行审批"),
        (DEPUTY, SUPERVISOR, one({"auditor"}), JUNE, "by_id", "不能代行审批"),
        (ABSENCE, HANDLER, CLERK, JUNE, "by_id", "承办人角色"),
        (ABSENCE, HANDLER, OTHER, Term(None, None), "first", "开始日期"),
        (ABSENCE, HANDLER, OTHER, Term(TODAY, None), "last", "结束日期"),
        (ABSENCE, HANDLER, OTHER, Term(JUNE.last, JUNE.first), "last", "不能早于"),
        (ABSENCE, HANDLER, OTHER, Term(date(2026, 6, 1), date(2026, 6, 16)), "last", "已经过去"),
        (ABSENCE, HANDLER, OTHER, Term(TODAY, date(2027, 6, 18)), "last", "最长 366 天"),
    ],
)
def test_who_and_when_are_refused_by_field(kind, who, by, term, field, words):
    with pytest.raises(Refusals) as refused:
        check(kind, who, by, term, (), TODAY)
    assert refused.value.items[0].field == field
    assert words in str(refused.value.items[0])


@pytest.mark.parametrize(
    ("known", "field", "words"),
    [
        (Known(2, 4, "王建国", "陈晓", JUNE), "first", "已由 陈晓"),
        (Known(3, 4, "周明", "陈晓", JUNE), "by_id", "周明 这段时间也请假"),
        (Known(4, 2, "陈晓", "王建国", JUNE), "first", "王建国 这段时间为 陈晓 代班"),
    ],
)
def test_absences_make_no_chains(known, field, words):
    with pytest.raises(Refusals) as refused:
        check(ABSENCE, HANDLER, OTHER, JUNE, (known,), TODAY)
    assert refused.value.items[0].field == field
    assert words in str(refused.value.items[0])
    later = Term(date(2026, 6, 21), date(2026, 6, 30))
    check(ABSENCE, HANDLER, OTHER, later, (known,), TODAY)


def test_a_substitute_may_stand_in_for_two_and_a_deputy_too():
    check(ABSENCE, HANDLER, OTHER, JUNE, (Known(4, 3, "陈晓", "周明", JUNE),), TODAY)
    check(DEPUTY, SUPERVISOR, CLERK, JUNE, (Known(6, 1, "赵科", "林涛", JUNE),), TODAY)


def test_who_may_enter_and_end_it():
    nobody, supervisor = frozenset({"clerk"}), frozenset({"supervisor"})
    check_mine(DEPUTY, mine=True, roles=supervisor)
    check_mine(ABSENCE, mine=True, roles=nobody)
    for roles in (supervisor, frozenset({"admin"})):
        check_mine(ABSENCE, mine=False, roles=roles)
        with pytest.raises(Refusal, match="本人"):
            check_mine(DEPUTY, mine=False, roles=roles)
    with pytest.raises(Refusal, match="请假由本人"):
        check_mine(ABSENCE, mine=False, roles=nobody)

"""回访: who is called, what is recorded of it, and doing the case over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import FACTS
from tracker.office import callback, closing
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import callback as kept
from tracker.store import outbox, settings
from tracker.store.database import IntegrityError, execute, rows, writing

HOUR = timedelta(hours=1)
CLOSED = NOW + 5 * HOUR
LATER = CLOSED + HOUR


def closed(team, at=CLOSED, **changes):
    no = team.case(**changes).no
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + 2 * HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", at)
    closing.close(team.db, team.supervisor, no, team.version(no), "", at)
    return no


def call(team, no, outcome="满意", reason="", *, redo=False, at=LATER, by=None):
    callback.record(team.db, by or team.clerk, no, outcome, reason, redo, at)


def next_no(team, at=LATER):
    return kept.next_no(team.db, callback.to_call(team.db, at))


def decide(team, no, redone, answer="再查一次", stages=("inspection", "recheck", "resolution"), by=None):
    who = by or team.supervisor
    return callback.decide(team.db, who, no, team.version(no), redone, stages if redone else (), answer, LATER + HOUR)


def test_the_longest_closed_is_called_first_and_once(team):
    first, second = closed(team), closed(team, CLOSED + timedelta(minutes=1))
    assert next_no(team) == first
    call(team, first)
    assert next_no(team) == second
    with pytest.raises(Refusal, match="本件已经回访"):
        call(team, first, "基本满意")


def test_nobody_is_called_about_an_open_case_or_without_a_number_or_after_too_long(team):
    team.case()
    closed(team, anonymous=True, phone="")
    assert next_no(team) == ""
    closed(team)
    assert next_no(team, CLOSED + timedelta(days=30) - HOUR) != ""
    assert next_no(team, CLOSED + timedelta(days=30)) == ""


def test_an_office_that_does_not_call_back_has_no_queue(team):
    closed(team)
    with writing(team.db):
        settings.save(team.db, {"callback_days": "0"})
    assert kept.count(team.db, callback.to_call(team.db, LATER)) == 0


def test_who_does_not_answer_is_called_again_after_an_hour_three_times_in_all(team):
    no = closed(team)
    for n in range(3):
        at = LATER + n * HOUR
        assert next_no(team, at) == no
        call(team, no, "未接通", at=at)
        assert next_no(team, at + HOUR - timedelta(seconds=1)) == ""
    assert next_no(team, LATER + 9 * HOUR) == ""
    call(team, no, "满意", at=LATER + 9 * HOUR)  # the citizen calls in


@pytest.mark.parametrize(
    ("outcome", "reason", "redo", "words"),
    [
        ("", "", False, "请选择回访结果"),
        ("很好", "", False, "请选择回访结果"),
        ("不满意", "", False, "不满意的，请写明原因"),
        ("满意", "", True, "只有不满意的件才能申请重办"),
    ],
)
def test_what_is_missing_is_named(team, outcome, reason, redo, words):
    no = closed(team)
    with pytest.raises(Refusal, match=words):
        call(team, no, outcome, reason, redo=redo)


def test_an_open_case_is_not_called_about(team):
    with pytest.raises(Refusal, match="本件尚未销项"):
        call(team, team.case().no)


def test_the_number_is_shown_for_the_call_and_on_record(team):
    no = closed(team)
    assert callback.number(team.db, team.clerk, no, LATER).phone == "13800000000"
    (last,) = rows(team.db, "SELECT act, detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert last["act"] == "reveal"
    assert "回访" in last["detail"]
    call(team, no)
    with pytest.raises(Refusal, match="本件已经回访"):
        callback.number(team.db, team.clerk, no, LATER)


def test_a_call_moves_no_due_time_and_does_not_change_the_case(team):
    no = closed(team)
    before = team.folder(no)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    assert team.folder(no) == before


def test_done_over_the_named_stages_run_anew_and_the_old_round_keeps_its_stamps(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    old = [one for one in team.folder(no).deadlines if one.round == 1]
    (asked,) = [one for one in outbox.waiting_for_decision(team.db, team.supervisor.person_id) if one.kind == "redo"]
    assert (asked.case_no, asked.reason) == (no, "夜间仍有异味")
    folder = decide(team, no, True)
    assert (folder.case.state, folder.case.round, folder.case.closed_at) == ("open", 2, None)
    assert [one.key for one in folder.deadlines if one.round == 2] == ["inspection", "recheck", "resolution"]
    assert [one for one in folder.deadlines if one.round == 1] == old
    assert outbox.waiting_for_decision(team.db, team.supervisor.person_id) == ()


def test_not_done_over_it_stays_closed_with_the_reason(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    with pytest.raises(Refusal, match="不同意的，请写明理由"):
        decide(team, no, False, "")
    assert decide(team, no, False, "已达标，为历史遗留").case.state == "closed"
    assert kept.of_case(team.db, team.folder(no).case.id)[0].redone is False
    with pytest.raises(Refusal, match="可能已由他人处理"):
        decide(team, no, True)


def test_nobody_decides_what_they_asked_for(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True, by=team.supervisor)
    assert outbox.waiting_for_decision(team.db, team.supervisor.person_id) == ()
    with pytest.raises(Refusal, match="不能审批自己的申请"):
        decide(team, no, True)
    assert decide(team, no, True, by=team.second).case.round == 2


def test_redoing_names_a_stage_and_a_reason(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    for answer, stages in (("", ("inspection",)), ("再查", ())):
        with pytest.raises((Refusal, Refusals)):
            decide(team, no, True, answer, stages)
    assert team.folder(no).case.state == "closed"


def test_a_new_round_is_called_about_anew(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    decide(team, no, True)
    assert next_no(team) == ""
    execute(team.db, "UPDATE deadline SET state = 'ended' WHERE round = 2")
    execute(
        team.db,
        "UPDATE cases SET state = 'closed', next_due_at = NULL, next_limit = NULL, closed_at = :at",
        {"at": "2026-06-17T09:00:00Z"},
    )
    assert next_no(team) == no


def test_a_call_is_never_changed_or_removed(team):
    no = closed(team)
    call(team, no, "不满意", "夜间仍有异味", redo=True)
    decide(team, no, False)
    for statement in (
        "UPDATE callback SET at = at",
        "DELETE FROM callback",
        "UPDATE callback_decision SET at = at",
        "DELETE FROM callback_decision",
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            execute(team.db, statement)


def test_the_queue_is_a_range_of_its_index(team):
    asked = {"since": "2026-05-18T00:00:00Z", "before": "2026-06-17T00:00:00Z", "most": 3, "no_answer": "未接通"}
    plan = " ".join(r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + kept.COUNT, asked))
    assert "cases_closed" in plan

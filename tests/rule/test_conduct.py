"""What may happen next, decided from how a case stands and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.rule import conduct, deciding, reorder
from tracker.rule.conduct import END_GROUNDS, StageStanding, Standing
from tracker.rule.facts import Contact
from tracker.rule.recording import Entry, judge, outcome
from tracker.rule.refusals import Refusal, Refusals

NOW = datetime(2026, 6, 17, 2, 24, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = {"contact": NOW + DAY, "inspection": NOW + 3 * DAY, "recheck": NOW + 10 * DAY, "resolution": NOW + 15 * DAY}


def standing(states="oooo", **changes) -> Standing:
    """A case with its four stages: ``o``pen, ``d``one, ``b``ackfill or ``e``nded."""
    names = {"o": "open", "d": "done", "b": "backfill", "e": "ended"}
    stages = tuple(stage(key, names[letter]) for key, letter in zip(DUE, states, strict=True))
    return Standing(state="open", received_at=NOW, stages=stages, **changes)


def stage(key, state) -> StageStanding:
    fact = {"happened_at": NOW, "fact_at": NOW, "fact_by": 1} if state in ("done", "backfill") else {}
    return StageStanding(key, DUE[key], state, done_at=NOW if state == "done" else None, **fact)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("oooo", ("contact", "inspection")),
        ("dooo", ("inspection",)),
        ("odoo", ("contact", "recheck")),
        ("oboo", ("contact", "recheck")),
        ("oddo", ("contact", "resolution")),
        ("dddo", ("resolution",)),
        ("dddd", ()),
        ("eeee", ()),
        ("odee", ("contact",)),
        ("dodo", ("inspection",)),  # a new round of stages 2 and 4: stage 3 is done from the round before
        ("dobo", ("inspection",)),
        ("doeo", ("inspection",)),
    ],
)
def test_what_may_be_recorded_now_follows_from_what_is_in(states, expected):
    assert conduct.recordable(standing(states)) == expected


@pytest.mark.parametrize(
    "changes", [{"state": "applied"}, {"state": "closed"}, {"historic": True}, {"open_request": "end"}]
)
def test_nothing_may_be_recorded_on_a_case_that_is_not_under_way(changes):
    case = replace(standing(), **changes)
    assert conduct.recordable(case) == ()
    with pytest.raises(Refusal):
        conduct.check_stage(case, "contact")


def test_a_stage_waits_for_every_stage_before_it_and_names_the_nearest():
    with pytest.raises(Refusal, match="请先完成“现场检查与整改”"):
        conduct.check_stage(standing("dodo"), "resolution")
    with pytest.raises(Refusal, match="请先完成“现场复查与安排监测”"):
        conduct.check_stage(standing("dooo"), "resolution")


@pytest.mark.parametrize(
    ("states", "stages", "missing"),
    [
        ("eeee", ("resolution",), "“后续处理”须与尚未完成的现场检查与整改、现场复查与安排监测一并重新办理"),
        ("eeee", ("contact", "recheck"), "“现场复查与安排监测”须与尚未完成的现场检查与整改一并"),
        ("ddee", ("resolution",), "“后续处理”须与尚未完成的现场复查与安排监测一并"),
        ("eeee", ("inspection", "resolution"), "“后续处理”须与尚未完成的现场复查与安排监测一并"),
        ("eeee", ("inspection",), ""),
        ("eeee", ("contact",), ""),
        ("ddee", ("recheck", "resolution"), ""),
        ("ddde", ("resolution",), ""),
        ("eeee", ("inspection", "recheck", "resolution"), ""),
    ],
)
def test_what_a_transfer_ended_undone_is_done_anew_with_the_stages_that_follow_it(states, stages, missing):
    case = standing(states, gone=True, ended=True)
    when = {"dispatched_at": NOW + HOUR, "before": NOW, "reason": "退回", "source_due_at": None, "at": NOW + DAY}
    for check in (
        lambda: deciding.check_come_back(case, stages, "水务局退回"),
        lambda: conduct.check_send_back(case, stages, "再办"),
        lambda: reorder.check(case, "A1", stages=stages, **when),
    ):
        if not missing:
            check()
            continue
        with pytest.raises(Refusals, match=missing) as refused:
            check()
        assert [one.field for one in refused.value.items] == ["stages"]
    conduct.check_send_back(replace(case, gone=False), stages, "再办")  # ended lawfully, and not handed over


@pytest.mark.parametrize("states", ["oooo", "odoo", "dddo", "eeee", "dboo", "dodo"])
def test_what_is_offered_and_what_is_taken_are_the_same(states):
    case = standing(states)
    for key in DUE:
        if key in conduct.recordable(case):
            assert conduct.check_stage(case, key).key == key
        else:
            with pytest.raises(Refusal):
                conduct.check_stage(case, key)


def entry(happened, recorded, **more) -> Entry:
    return Entry(happened, recorded, **{"evidence": 1, "reason": "外勤", **more})


@pytest.mark.parametrize(
    ("happened", "recorded", "state", "late", "backfilled"),
    [
        (DUE["contact"] - timedelta(seconds=1), DUE["contact"] - timedelta(seconds=1), "done", False, False),
        (DUE["contact"], DUE["contact"], "done", True, False),
        (NOW, NOW + 24 * HOUR, "done", False, False),
        (NOW, NOW + 24 * HOUR + timedelta(seconds=1), "backfill", False, True),
        (DUE["contact"] - HOUR, DUE["contact"] + 23 * HOUR, "done", False, False),
        (DUE["contact"], DUE["contact"] + 25 * HOUR, "done", True, True),
        (DUE["contact"] - 25 * HOUR, DUE["contact"], "backfill", False, True),
        (DUE["contact"] - 25 * HOUR, DUE["contact"] - timedelta(seconds=1), "done", False, True),
    ],
)
def test_a_late_entry_waits_when_it_would_turn_an_expired_stage_green_and_only_then(
    happened, recorded, state, late, backfilled
):
    found = outcome(stage("contact", "open"), entry(happened, recorded))
    assert (found.state, found.late, found.backfilled) == (state, late, backfilled)
    assert found.done_at == (None if state == "backfill" else happened)


def test_a_late_entry_before_the_limit_is_green_by_itself():
    found = outcome(stage("inspection", "open"), entry(NOW, NOW + 2 * DAY))
    assert (found.state, found.done_at, found.backfilled) == ("done", NOW, True)


def test_everything_that_is_wrong_with_an_entry_is_said_at_once():
    case = replace(standing(), triaged=False)
    with pytest.raises(Refusals) as refused:
        judge(case, Contact(), Entry(NOW - HOUR, NOW))
    assert {item.field for item in refused.value.items} == {"outcome", "method", "who", "happened_at", "reason"}


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [((0, 10, 59), 1), ((0, 60, 120), 3), ((55, 60), 2), ((), 0), ((0, 60, 61, 24 * 60), 3)],
)
def test_attempts_count_by_the_hours_into_which_they_fall(minutes, hours):
    ten = NOW.replace(minute=0)
    case = standing(attempts=tuple(ten + timedelta(minutes=n) for n in minutes))
    assert conduct.hours_tried(case) == hours
    assert conduct.may_give_up(case) == (hours >= 3)


@pytest.mark.parametrize("ground", END_GROUNDS)
@pytest.mark.parametrize(("states", "inspected"), [("oooo", False), ("dooo", False), ("odoo", True), ("oboo", True)])
def test_only_what_is_not_ours_ends_without_an_inspection(ground, states, inspected):
    case = standing(states)
    if inspected or ground == "not_ours":
        conduct.check_ask_end(case, ground, "理由")
    else:
        with pytest.raises(Refusal, match="须在现场检查之后"):
            conduct.check_ask_end(case, ground, "理由")


def test_the_closing_wants_stages_next_step_reply_and_the_lead_case():
    def missing(case):
        return len(conduct.missing_for_close(case))

    whole = standing("dddd", replied=True, next_step="办结")
    assert missing(whole) == 0
    assert missing(replace(whole, next_step="继续整改")) == 1
    assert missing(replace(whole, replied=False)) == 1
    assert missing(replace(whole, lead_open=True)) == 1
    assert missing(standing("dbdd", replied=True, next_step="办结")) == 1
    assert missing(standing("ooee", replied=True)) == 2
    assert missing(standing("deee", replied=True, ended=True)) == 0
    assert missing(replace(whole, stages=())) == 0


def test_nobody_decides_what_they_asked_and_nothing_is_decided_twice():
    case = standing(open_request="close", asked_by=1)
    conduct.check_decider(case, "close", 2)
    for kind, person in (("close", 1), ("end", 2)):
        with pytest.raises(Refusal):
            conduct.check_decider(case, kind, person)


def test_a_case_that_was_sent_back_to_its_source_waits_for_the_answer():
    waiting = replace(standing("dddd", replied=True, next_step="办结"), returned=True)
    with pytest.raises(Refusals, match="来源单位还没有答复"):
        conduct.check_apply_close(waiting)
    conduct.check_apply_close(replace(waiting, returned=False))
    with pytest.raises(Refusal, match="来源单位还没有答复"):
        reorder.check_case(waiting, "A1")

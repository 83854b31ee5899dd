"""Site work taken over from another case: judged by the due time of the case that takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tracker.rule.refusals import Refusal
from tracker.rule.sharing import SiteWork, Why, check_cite, taken
from tracker.rule.standing import StageStanding, Standing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = NOW + 3 * DAY
OPEN = Standing(
    "open",
    NOW,
    (
        StageStanding("contact", NOW + DAY, "open"),
        StageStanding("inspection", DUE, "open"),
        StageStanding("recheck", NOW + 10 * DAY, "open"),
        StageStanding("resolution", NOW + 15 * DAY, "open"),
    ),
    since=NOW,
)


def work(at, key="inspection", **more):
    return SiteWork(key, at, **{"recorded_at": at, "counts_at": at, **more})


def inspected(at, standing=OPEN):
    done = StageStanding("inspection", DUE, "done", at, at, at, 1)
    return replace(standing, stages=tuple(done if one.key == "inspection" else one for one in standing.stages))


def test_it_happened_when_it_happened():
    outcome = taken(OPEN, work(NOW + HOUR), Why(), NOW + 2 * HOUR)
    assert (outcome.state, outcome.happened_at, outcome.done_at, outcome.late) == (
        "done",
        NOW + HOUR,
        NOW + HOUR,
        False,
    )


def test_from_before_the_complaint_it_is_done_when_it_is_cited():
    outcome = taken(OPEN, work(NOW - DAY), Why(), NOW + 2 * HOUR)
    assert (outcome.happened_at, outcome.done_at) == (NOW + 2 * HOUR, NOW + 2 * HOUR)


@pytest.mark.parametrize(("at", "late"), [(DUE - timedelta(seconds=1), False), (DUE, True)])
def test_it_is_late_from_the_due_instant_of_the_case_that_takes_it(at, late):
    outcome = taken(OPEN, work(at), Why("人手不足"), DUE + DAY)
    assert (outcome.late, outcome.state) == (late, "done")


@pytest.mark.parametrize(
    ("why", "field"), [(Why(), "late_cause"), (Why("说不清"), "late_cause"), (Why("其他"), "reason")]
)
def test_late_it_wants_a_cause(why, field):
    with pytest.raises(Refusal) as refused:
        taken(OPEN, work(DUE), why, DUE + DAY)
    assert refused.value.field == field


def test_a_late_entry_that_was_not_confirmed_brings_its_cause():
    assert work(NOW, counts_at=NOW + DAY).cause == "补录不及时"
    assert work(NOW).cause == ""


@pytest.mark.parametrize(
    ("recorded", "judged", "state"),
    [(DUE - HOUR, False, "done"), (DUE, False, "backfill"), (DUE, True, "done")],
)
def test_a_late_entry_that_turns_it_green_after_its_own_limit_waits(recorded, judged, state):
    late_entry = work(NOW + HOUR, recorded_at=recorded, backfilled=True, judged=judged)
    outcome = taken(OPEN, late_entry, Why(), DUE + DAY)
    assert (outcome.state, outcome.backfilled) == (state, True)
    assert (outcome.done_at is None) == (state == "backfill")


def test_the_re_check_follows_the_inspection():
    with pytest.raises(Refusal, match="请先完成“现场检查与整改”"):
        taken(OPEN, work(NOW + DAY, "recheck"), Why(), NOW + DAY)
    with pytest.raises(Refusal, match="不能早于“现场检查与整改”"):
        taken(inspected(NOW + 2 * DAY), work(NOW + DAY, "recheck"), Why(), NOW + 2 * DAY)
    outcome = taken(inspected(NOW + DAY), work(NOW + 2 * DAY, "recheck"), Why(), NOW + 3 * DAY)
    assert outcome.done_at == NOW + 2 * DAY


def test_a_re_check_after_an_inspection_that_was_cited_is_done_no_sooner_than_that():
    at = NOW + 2 * DAY
    outcome = taken(inspected(at), work(NOW + DAY, "recheck"), Why(), at, NOW - DAY)
    assert (outcome.happened_at, outcome.done_at) == (at, at)


def test_a_new_round_wants_a_visit_of_its_own():
    again = replace(OPEN, since=NOW + 5 * DAY)
    with pytest.raises(Refusal, match="本轮须重新检查"):
        taken(again, work(NOW + DAY), Why(), NOW + 6 * DAY)
    with pytest.raises(Refusal, match="不能引用此前检查"):
        check_cite(again, work(NOW - DAY), evidence=1, why=Why())


@pytest.mark.parametrize("standing", [replace(OPEN, state="closed"), replace(OPEN, historic=True), inspected(NOW)])
def test_what_takes_nothing_more_takes_no_site_work(standing):
    with pytest.raises(Refusal):
        taken(standing, work(NOW + HOUR), Why(), NOW + DAY)


def test_only_an_inspection_from_before_is_cited_and_it_has_evidence_or_a_reason():
    check_cite(OPEN, work(NOW - DAY), evidence=1, why=Why())
    check_cite(OPEN, work(NOW - DAY), evidence=0, why=Why(reason="口头检查"))
    with pytest.raises(Refusal, match="没有佐证"):
        check_cite(OPEN, work(NOW - DAY), evidence=0, why=Why())
    with pytest.raises(Refusal, match="收到本件之前的现场检查"):
        check_cite(OPEN, work(NOW), evidence=1, why=Why())
    with pytest.raises(Refusal, match="收到本件之前的现场检查"):
        check_cite(inspected(NOW - DAY), work(NOW - DAY, "recheck"), evidence=1, why=Why())

"""抽查: drawn from what was closed, on record with its seed and pool, each case judged once by somebody else."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.test_callback import closed
from tracker.office import redo, spot
from tracker.rule import spot as rule
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import spot as kept
from tracker.store.database import IntegrityError, execute, rows

DAY = timedelta(days=1)
LATER = NOW + 3 * DAY
TODAY = date(2026, 6, 17)


def draw(team, percent=50, seed="2026-06", since=TODAY, until=TODAY, at=LATER, by=None):
    return spot.draw(team.db, by or team.supervisor, since, until, percent, seed, at)


def judge(team, no, result="passed", text="", by=None, at=LATER):
    return spot.judge(team.db, by or team.second, no, team.version(no), result, text, at)


def drawn(team, draw_id):
    return [one.no for one in kept.members(team.db, draw_id, drawn=True)]


def test_the_draw_keeps_its_seed_and_its_whole_pool_so_that_anybody_draws_it_again(team):
    nos = [closed(team) for _ in range(5)]
    team.case()  # is open, and in no pool
    draw_id = draw(team)
    found = kept.by_id(team.db, draw_id)
    assert (found.seed, found.percent, found.pool, found.size, found.by_name) == ("2026-06", 50, 5, 3, "李处")
    pool = [one.no for one in kept.members(team.db, draw_id, drawn=False)]
    assert pool == nos
    assert sorted(drawn(team, draw_id)) == sorted(rule.drawn(pool, found.seed, found.percent))
    (last,) = rows(team.db, "SELECT act, detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert last["act"] == "spot_draw"
    assert json.loads(last["detail"])["drawn"] == list(rule.drawn(pool, "2026-06", 50))


def test_without_a_seed_one_is_made_up_and_kept(team):
    closed(team)
    seeds = {kept.by_id(team.db, draw(team, seed="")).seed for _ in range(2)}
    assert len(seeds) == 2
    assert all(len(seed) == spot.SEED_LENGTH for seed in seeds)


def test_the_days_are_those_of_the_office_and_both_count(team):
    no = closed(team)  # at 15:24 of 06-17 in Shanghai
    for since, until in ((TODAY, TODAY), (TODAY - DAY, TODAY + DAY)):
        assert drawn(team, draw(team, since=since, until=until)) == [no]
    for since, until in ((TODAY - DAY, TODAY - DAY), (TODAY + DAY, TODAY + DAY)):
        with pytest.raises(Refusal, match="这段时间没有销项的件"):
            draw(team, since=since, until=until)


def test_a_case_is_judged_once_and_a_failure_says_why(team):
    no = closed(team)
    draw(team)
    with pytest.raises(Refusals, match="不合格的，请写明问题"):
        judge(team, no, "failed")
    judge(team, no, "failed", "没有复查照片")
    (check,) = kept.of_case(team.db, team.folder(no).case.id)
    assert (check.passed, check.text, check.by_name) == (False, "没有复查照片", "孙敏")
    with pytest.raises(Refusal, match="没有等待结果的抽查"):
        judge(team, no)


def test_nobody_checks_what_they_handled_or_closed(team):
    no = closed(team)
    draw(team)
    with pytest.raises(Refusal, match="不能抽查自己承办或销项的件"):
        judge(team, no, by=team.supervisor)
    other = closed(team, handler_id=team.handler.person_id)
    draw(team, 100)
    judge(team, other)
    with pytest.raises(NotAllowed):
        judge(team, no, by=team.handler)
    with pytest.raises(NotAllowed):
        draw(team, by=team.handler)


def test_what_was_not_drawn_is_not_judged(team):
    no = closed(team)
    with pytest.raises(Refusal, match="没有等待结果的抽查"):
        judge(team, no)


def test_a_failed_case_is_done_over_and_its_old_round_keeps_its_stamps(team):
    no = closed(team)
    draw(team)
    judge(team, no, "failed", "没有复查照片")
    assert spot.failed(team.db, team.folder(no))
    old = team.folder(no).deadlines
    folder = redo.reopen(
        team.db, team.supervisor, no, team.version(no), "spot", ("recheck", "resolution"), "补拍复查照片", LATER
    )
    assert (folder.case.state, folder.case.round, folder.case.closed_at) == ("open", 2, None)
    assert [one for one in folder.deadlines if one.round == 1] == list(old)
    assert [one.key for one in folder.deadlines if one.round == 2] == ["recheck", "resolution"]
    assert not spot.failed(team.db, folder)
    assert kept.count_waiting(team.db) == 0


def test_a_case_that_was_reopened_before_its_check_waits_for_none(team):
    no = closed(team)
    draw(team)
    assert kept.count_waiting(team.db) == 1
    redo.reopen(team.db, team.supervisor, no, team.version(no), "other", ("resolution",), "另有来件", LATER)
    assert kept.count_waiting(team.db) == 0
    with pytest.raises(Refusal, match="没有等待结果的抽查"):
        judge(team, no)


def test_the_rates_print_what_they_divide(team):
    nos = [closed(team) for _ in range(4)]
    span = NOW - DAY, NOW + DAY
    assert kept.rates(team.db, *span) == kept.Rates(4, 0, 0, 0)
    found = drawn(team, draw(team, 50))
    assert kept.rates(team.db, *span) == kept.Rates(4, 2, 0, 0)
    judge(team, found[0])
    judge(team, found[1], "failed", "没有复查照片")
    assert kept.rates(team.db, *span) == kept.Rates(4, 2, 2, 1)
    assert kept.rates(team.db, NOW + DAY, NOW + 2 * DAY) == kept.Rates(0, 0, 0, 0)
    one = kept.listed(team.db)[0]
    assert (one.found, one.passed, one.size, one.pool) == (2, 1, 2, len(nos))


def test_a_check_moves_no_due_time_and_no_stage(team):
    no = closed(team)
    before = team.folder(no).deadlines
    draw(team)
    judge(team, no, "failed", "没有复查照片")
    assert team.folder(no).deadlines == before


def test_what_may_be_drawn_is_a_range_of_its_index(team):
    asked = {"since": "2026-06-01T00:00:00Z", "until": "2026-07-01T00:00:00Z"}
    plan = " ".join(r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + kept.CLOSED, asked))
    assert "cases_closed (closed_at>? AND closed_at<?)" in plan


@pytest.mark.parametrize("table", ["spot_draw", "spot_pool", "spot_result"])
def test_a_draw_and_its_results_are_never_changed_or_removed(team, table):
    no = closed(team)
    draw(team)
    judge(team, no)
    column = rows(team.db, f"PRAGMA table_info({table})")[1]["name"]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match="append-only"):
            execute(team.db, statement)

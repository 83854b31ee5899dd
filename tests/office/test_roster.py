"""The roster as it is kept: entered, changed, taken back, on record; and what it holds against leaving and leave."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import shanghai
from tracker.office import people as staff
from tracker.office import roster, standins
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.roster import Wish
from tracker.store import features
from tracker.store import roster as kept
from tracker.store.database import rows, writing

TODAY = date(2026, 6, 17)
DAY = timedelta(days=1)


@pytest.fixture
def team(team):
    with writing(team.db):
        features.switch(team.db, ("duty", "absence"))
    return team


def put(team, *wishes, at=NOW, by=None, replace=False):
    made = [Wish(day, names) for day, *names in wishes]
    return roster.put(team.db, by or team.supervisor, made, at, field="names", replace=replace)


def on(team, day=TODAY):
    return [one.name for one in kept.between(team.db, day, day)]


def said(team):
    found = rows(team.db, "SELECT person_id, detail FROM audit WHERE act = 'roster.changed' ORDER BY seq")
    return [(r["person_id"], json.loads(r["detail"])) for r in found]


def test_every_change_is_on_record_with_who_came_and_who_went(team):
    put(team, (TODAY, "王建国"))
    change = put(team, (TODAY, "陈晓"), replace=True)
    assert on(team) == ["陈晓"]
    assert [detail["on"] for _by, detail in said(team)] == [
        [["2026-06-17", team.handler.person_id, "王建国"]],
        [["2026-06-17", team.other.person_id, "陈晓"]],
    ]
    by, last = said(team)[-1]
    assert last["off"] == [["2026-06-17", team.handler.person_id, "王建国"]]
    assert (by, last["change"], last["undoes"]) == (team.supervisor.person_id, change, None)


def test_what_stands_already_is_no_change(team):
    put(team, (TODAY, "王建国"))
    assert put(team, (TODAY, "王建国"), replace=True) is None
    assert len(said(team)) == 1


def test_one_wrong_day_of_many_and_nothing_is_entered(team):
    put(team, (TODAY + DAY, "王建国"))
    with pytest.raises(Refusals, match="2026-06-18 已由 王建国 值班"):
        put(team, (TODAY, "陈晓"), (TODAY + DAY, "陈晓"))
    assert on(team) == []
    with pytest.raises(Refusal, match="没有一天要排班"):
        put(team)


def test_only_supervisors_and_administrators_keep_it(team, make_actor):
    for by in (team.clerk, team.handler):
        with pytest.raises(Refusal, match="由督办和系统管理员维护"):
            put(team, (TODAY, "王建国"), by=by)
        with pytest.raises(Refusal, match="由督办和系统管理员维护"):
            roster.undo(team.db, by, 1, NOW)
    put(team, (TODAY, "王建国"), by=make_actor(roles=("admin",)))
    assert on(team) == ["王建国"]


def test_the_latest_change_is_taken_back_and_that_again(team):
    put(team, (TODAY, "王建国"), (TODAY + DAY, "王建国"))
    change = put(team, (TODAY, "陈晓"), (TODAY + 2 * DAY, "陈晓"), replace=True)
    roster.undo(team.db, team.supervisor, change, NOW)
    assert [on(team, TODAY + n * DAY) for n in range(3)] == [["王建国"], ["王建国"], []]
    undone = kept.last_change(team.db)
    assert undone.undoes == change
    with pytest.raises(Refusal, match="之后又有改动"):
        roster.undo(team.db, team.supervisor, change, NOW)
    roster.undo(team.db, team.supervisor, undone.id, NOW)
    assert [on(team, TODAY + n * DAY) for n in range(3)] == [["陈晓"], ["王建国"], ["陈晓"]]


def test_what_is_taken_back_puts_nobody_on_duty_who_has_left(team):
    put(team, (TODAY + DAY, "王建国"))
    change = put(team, (TODAY + DAY, "陈晓"), replace=True)
    staff.deactivate(team.db, team.second, team.handler.person_id, NOW)
    with pytest.raises(Refusals, match="已停用"):
        roster.undo(team.db, team.supervisor, change, NOW)


def test_a_duty_that_is_over_stays_as_it_was(team):
    change = put(team, (TODAY, "王建国"), (TODAY + DAY, "王建国"))
    late = shanghai("06-18 08:29")
    assert roster.today(team.db, late) == TODAY
    at = shanghai("06-18 08:30")
    with pytest.raises(Refusals, match="2026-06-17 的值班已经结束"):
        put(team, (TODAY, "陈晓"), at=at, replace=True)
    roster.undo(team.db, team.supervisor, change, at)
    assert (on(team), on(team, TODAY + DAY)) == (["王建国"], [])
    with pytest.raises(Refusal, match="已经结束，不能撤销"):
        roster.undo(team.db, team.supervisor, kept.last_change(team.db).id, shanghai("06-19 08:30"))


# Leaving, losing the role, leave


def test_who_is_on_the_roster_leaves_after_the_days_are_given_to_others(team):
    put(team, (TODAY, "王建国"), (TODAY + DAY, "王建国"))
    with pytest.raises(Refusal, match="王建国 还有 2 天值班（2026-06-17、2026-06-18），请先在值班表换人"):
        staff.deactivate(team.db, team.supervisor, team.handler.person_id, NOW)
    after = shanghai("06-19 08:30")
    staff.deactivate(team.db, team.supervisor, team.handler.person_id, after)


def test_who_may_be_on_duty_no_more_is_taken_off_the_roster_first(team):
    put(team, (TODAY + DAY, "王建国"))
    for roles in (("admin",), ("auditor",), ("handler", "admin")):
        with pytest.raises(Refusal, match="还有 1 天值班"):
            staff.change_roles(team.db, team.supervisor, team.handler.person_id, roles, NOW, keep="")
    staff.change_roles(team.db, team.supervisor, team.handler.person_id, ("clerk",), NOW, keep="")
    with writing(team.db):
        features.switch(team.db, ())
    staff.change_roles(team.db, team.supervisor, team.handler.person_id, ("auditor",), NOW, keep="")


def leave(team, first, last):
    return standins.begin(
        team.db, team.handler, "absence", team.handler.person_id, team.other.person_id, first, last, NOW
    )


def test_who_is_on_duty_finds_another_before_they_take_leave(team):
    put(team, (TODAY + 2 * DAY, "王建国"))
    with pytest.raises(Refusal, match="王建国 这段时间要值班（2026-06-19），请先在值班表换人") as refused:
        leave(team, TODAY + DAY, TODAY + 3 * DAY)
    assert refused.value.field == "first"
    leave(team, TODAY, TODAY + DAY)


def test_who_is_away_is_not_put_on_the_roster(team):
    begun = leave(team, TODAY + DAY, TODAY + 2 * DAY)
    with pytest.raises(Refusals, match="王建国 2026-06-19 请假，请另选，或先提前结束请假"):
        put(team, (TODAY + 2 * DAY, "王建国"))
    put(team, (TODAY + 3 * DAY, "王建国"))
    standins.end(team.db, team.handler, "absence", begun.id, NOW)
    put(team, (TODAY + 2 * DAY, "王建国"))

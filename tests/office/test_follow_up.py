"""继续整改 runs a clock of its own day: the stage is done, the case is not, and no other limit moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, GO_ON, INSPECTION, RECHECK, RESOLUTION, shanghai
from tracker.office import clocks, desk, stages
from tracker.rule.conduct import missing_for_close
from tracker.store.database import execute, writing
from tracker.store.reminders import of_case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = replace(GO_ON, until=date(2026, 6, 25))


@pytest.fixture
def going_on(team):
    """A case whose stage 4 ended in 继续整改 until 06-25."""
    no = team.case().no
    for hours, fact in enumerate((CONTACT, INSPECTION, RECHECK, UNTIL), 1):
        team.record(no, fact, NOW + hours * HOUR)
    return no


def the(team, no):
    return [one for one in team.folder(no).outside if one.clock == "follow"]


def limits(team, no):
    return [(one.key, one.due_at, one.first_due_at) for one in team.folder(no).stages]


def test_the_clock_runs_to_the_end_of_its_day(team, going_on):
    (clock,) = the(team, going_on)
    assert (clock.key, clock.state, clock.due_at) == ("继续整改", "open", shanghai("06-26 00:00"))
    assert (clock.starts_at, clock.set_by_name) == (NOW + 4 * HOUR, "王建国")
    case = team.folder(going_on).case
    assert (case.next_limit, case.next_due_at) == ("继续整改", shanghai("06-26 00:00"))
    assert team.states(going_on)["resolution"] == "done"


def test_it_runs_to_the_closing_hour_where_the_rule_has_one(team):
    execute(team.db, "UPDATE rule SET closes = '17:30'")
    no = team.case().no
    for hours, fact in enumerate((CONTACT, INSPECTION, RECHECK, UNTIL), 1):
        team.record(no, fact, NOW + hours * HOUR)
    assert the(team, no)[0].due_at == shanghai("06-25 17:30")


def test_it_reminds_like_a_stage(team, going_on):
    (clock,) = the(team, going_on)
    rungs = {one.rung for one in of_case(team.db, clock.case_id) if one.deadline_id == clock.id}
    assert {"eve", "due_day", "late"} <= rungs


def test_a_further_step_meets_it_when_that_step_happened(team, going_on):
    before = limits(team, going_on)
    team.record(going_on, RESOLUTION, NOW + 3 * DAY, NOW + 3 * DAY + HOUR)
    (clock,) = the(team, going_on)
    assert (clock.state, clock.done_at) == ("done", NOW + 3 * DAY)
    assert team.folder(going_on).case.next_due_at is None
    assert limits(team, going_on) == before


def test_it_may_be_met_late(team, going_on):
    team.record(going_on, RESOLUTION, NOW + 30 * DAY, reason="监测排期晚")
    (clock,) = the(team, going_on)
    assert clock.done_at >= clock.due_at


def test_继续整改_again_meets_the_first_clock_and_sets_another(team, going_on):
    team.record(going_on, replace(GO_ON, until=date(2026, 7, 10)), NOW + 3 * DAY)
    first, second = the(team, going_on)
    assert (first.key, first.state, second.key, second.state) == ("继续整改", "done", "继续整改#2", "open")
    assert second.due_at == shanghai("07-11 00:00")
    assert team.folder(going_on).case.next_limit == "继续整改#2"


def test_a_step_undone_takes_its_clock_back(team, going_on):
    stages.undo(team.db, team.handler, going_on, "resolution", NOW + 4 * HOUR + timedelta(minutes=5))
    (clock,) = the(team, going_on)
    assert (clock.state, clock.cancelled_why) == ("ended", "已撤销后续处理")
    assert team.folder(going_on).case.next_limit == "resolution"


def test_recorded_once_more_after_the_undo_it_runs_again(team, going_on):
    stages.undo(team.db, team.handler, going_on, "resolution", NOW + 4 * HOUR + timedelta(minutes=5))
    team.record(going_on, UNTIL, NOW + 5 * HOUR)
    assert [(one.key, one.state) for one in the(team, going_on)] == [("继续整改", "ended"), ("继续整改#2", "open")]


def test_the_closing_is_held_by_the_step_and_not_twice(team, going_on):
    team.reply(going_on, NOW + 5 * HOUR)
    missing = missing_for_close(team.folder(going_on).standing)
    assert [str(one) for one in missing] == ["后续处理为“继续整改”，还没有最终处理"]


@pytest.mark.parametrize(
    ("kind", "label", "held"),
    [("supervise", "", "督办"), ("settle", "", "信访办结"), ("own", "市局专项", "市局专项"), ("hand_back", "", None)],
)
def test_a_case_is_not_closed_while_a_clock_that_holds_it_runs(team, kind, label, held):
    no = team.case().no
    for hours, fact in enumerate((CONTACT, INSPECTION, RECHECK, RESOLUTION), 1):
        team.record(no, fact, NOW + hours * HOUR)
    team.reply(no, NOW + 5 * HOUR)
    with writing(team.db):
        case_id = team.folder(no).case.id
        clock = clocks.start(team.db, team.supervisor, case_id, kind, NOW + 5 * HOUR, days=20, label=label)
        desk.follow(team.db, case_id, NOW, "clock")
    said = [str(one) for one in missing_for_close(team.folder(no).standing)]
    assert said == ([f"“{held}”的时限还在走，请先记录完成，或由督办人员取消"] if held else [])
    clocks.finish(team.db, team.supervisor, clock, NOW + 6 * HOUR)
    assert missing_for_close(team.folder(no).standing) == ()

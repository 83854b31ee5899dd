"""What is late is told on, whatever comes between: a suspension, a correction, a leader named late, a new calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import add_person
from tests.office.cases_sql import add_case, shanghai
from tracker.office import explaining, leading, lookback, moving
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.ladder import LADDER
from tracker.store import features, ladder
from tracker.store.database import execute, rows, value, writing

HOUR = timedelta(hours=1)


def told(team, *mornings, limit="contact"):
    """(when, rung) of what the handler is shown of one limit at these times."""
    found = []
    for one in mornings:
        shown = tick(team.db, shanghai(one))
        mine = [due.due for due in shown if due.due.recipient_id == team.handler.person_id]
        found += [(one, due.rung) for due in mine if due.limit_key == limit or (not limit and due.rung == "late_entry")]
    return found


def suspended(team, no, asked, granted):
    moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "台风", shanghai(asked))
    moving.decide_suspension(team.db, team.supervisor, no, team.version(no), True, "同意", shanghai(granted))


def resumed(team, no, at):
    moving.resume(team.db, team.handler, no, team.version(no), "恢复", shanghai(at))


@pytest.fixture
def late(team):
    """The number of a case whose contact was due on Tuesday 06-23, 24:00."""
    no = team.case(shanghai("06-22 10:00")).no
    assert told(team, "06-22 10:00", "06-23 08:30", "06-24 08:30") == [
        ("06-23 08:30", "due_day"),
        ("06-24 08:30", "late"),
    ]
    return no


@pytest.fixture
def calendar(team):
    def change(day: str, works: int | None) -> None:
        execute(team.db, "DELETE FROM calendar_override WHERE day = :day", {"day": f"2026-{day}"})
        if works is not None:
            told = {"day": f"2026-{day}", "works": works}
            execute(team.db, "INSERT INTO calendar_override (day, works) VALUES (:day, :works)", told)

    return change


# A suspension


def weeks(team, since, until):
    """What the handler was shown of limits, tick by tick, and what is worked out afterwards."""
    at, shown = shanghai(since), []
    while at < shanghai(until):
        shown += [one.due for one in tick(team.db, at) if one.due.recipient_id == team.handler.person_id]
        at += HOUR / 2
    worked_out = lookback.compare(team.db, LADDER, LADDER, shanghai(until)).lines
    mine = [one.line for one in worked_out if one.line.person_id == team.handler.person_id]
    return (
        sorted((due.owed_at, due.rung, due.limit_key) for due in shown if due.limit_key),
        sorted((line.at, line.key, line.limit) for line in mine if line.limit),
    )


def test_what_stood_still_would_not_have_reminded_last_week(team):
    no = team.case(shanghai("06-22 10:00")).no
    assert [one for found in weeks(team, "06-22 10:00", "06-24 11:00") for one in found]
    suspended(team, no, "06-24 10:00", "06-24 11:00")
    shown, worked_out = weeks(team, "06-24 11:00", "06-29 00:00")
    assert shown == []
    assert [line[1:] for line in worked_out] == [("due_day", "contact"), ("eve", "inspection"), ("late", "contact")]


def test_what_runs_again_would_have_reminded_as_it_did(team, late):
    suspended(team, late, "06-24 10:00", "06-24 11:00")
    resumed(team, late, "06-29 10:00")
    shown, worked_out = weeks(team, "06-29 10:00", "07-06 00:00")
    contact = [line for line in worked_out if line[2] == "contact" and line[0] >= shanghai("06-29 10:00")]
    assert contact == [one for one in shown if one[2] == "contact"]
    assert contact == [(shanghai("06-30 08:30"), "late_3", "contact")]


def test_after_a_suspension_the_gravest_step_that_was_reached_in_it_is_told_on_the_next_working_morning(team, late):
    suspended(team, late, "06-24 10:00", "06-24 11:00")
    assert told(team, "06-25 08:30", "06-29 08:30") == []
    resumed(team, late, "06-30 10:00")
    assert told(team, "06-30 10:01", "07-01 08:30", "07-02 08:30", "07-06 08:30", "07-13 08:30") == [
        ("07-01 08:30", "late_3"),
        ("07-06 08:30", "weekly"),
        ("07-13 08:30", "weekly"),
    ]


def test_a_suspension_over_one_step_owes_that_one_and_the_next_in_its_time(team, late):
    suspended(team, late, "06-24 10:00", "06-24 11:00")
    resumed(team, late, "06-25 10:00")
    assert told(team, "06-25 10:01", "06-26 08:30", "06-29 08:30", "07-06 08:30") == [
        ("06-26 08:30", "late_1"),
        ("06-29 08:30", "late_3"),
        ("07-06 08:30", "weekly"),
    ]


def test_what_was_told_before_a_suspension_was_granted_is_not_told_again(team, late):
    moving.ask_suspension(team.db, team.handler, late, team.version(late), "case", "台风", shanghai("06-24 10:00"))
    assert told(team, "06-25 08:30") == [("06-25 08:30", "late_1")]
    at = shanghai("06-29 09:00")
    assert told(team, "06-29 08:30") == [("06-29 08:30", "late_3")]
    moving.decide_suspension(team.db, team.supervisor, late, team.version(late), True, "同意", at)
    resumed(team, late, "06-30 10:00")
    assert told(team, "07-01 08:30", "07-06 08:30") == [("07-06 08:30", "weekly")]


def test_what_a_suspension_took_back_while_the_scheduler_was_down_is_told_after_it(team, late):
    suspended(team, late, "06-25 09:00", "06-25 09:30")  # late_1 was owed at 08:30 and nobody was shown it
    resumed(team, late, "06-25 10:00")
    assert told(team, "06-25 10:01", "06-26 08:30") == [("06-26 08:30", "late_1")]


def test_the_explanation_says_when_it_will_be_told(team, late):
    suspended(team, late, "06-24 10:00", "06-24 11:00")
    resumed(team, late, "06-30 10:00")
    contact = next(one for one in explaining.explain(team.db, late) if one.key == "contact")
    waits = {(one.key, one.told.name): one.at for one in contact.steps if one.told and not one.told.withdrawn_at}
    assert waits[("late_3", "王建国")] == shanghai("07-01 08:30")
    assert [one.at for one in contact.steps if one.key == "weekly"] == [shanghai("07-06 08:30")]


# A corrected receipt


def test_a_correction_that_makes_stages_late_says_so_at_once_and_the_ladder_goes_on(team):
    no = team.case(shanghai("06-22 10:00")).no
    told(team, "06-22 10:00", "06-23 08:30")
    at = shanghai("06-23 10:00")
    moving.correct_received_at(team.db, team.supervisor, no, team.version(no), shanghai("06-19 09:00"), "核对工单", at)
    shown = [one.due for one in tick(team.db, at) if one.due.rung == "late_entry"]
    assert sorted(one.name for one in shown) == ["孙敏", "李处", "王建国"]
    assert told(team, "06-23 10:01", limit="") == []
    # The contact was due on 06-20, 24:00: its third day is over on the 24th.
    assert told(team, "06-24 08:30", "06-25 08:30", "06-29 08:30") == [
        ("06-24 08:30", "late_3"),
        ("06-29 08:30", "weekly"),
    ]


def test_a_correction_past_the_third_day_reaches_the_leader(team):
    with writing(team.db):
        features.switch(team.db, ("leaders",))
    boss = add_person(team.db, roles=("handler",), name="李局")
    no = team.case(shanghai("06-22 10:00")).no
    leading.put(team.db, team.supervisor, no, team.version(no), boss.id, shanghai("06-22 11:00"))
    tick(team.db, shanghai("06-22 11:00"))
    at = shanghai("06-23 10:00")
    moving.correct_received_at(team.db, team.supervisor, no, team.version(no), shanghai("06-10 09:00"), "核对工单", at)
    assert ("李局", "late_entry") in {(one.due.name, one.due.rung) for one in tick(team.db, at)}


def test_a_correction_that_makes_nothing_late_says_nothing(team):
    no = team.case(shanghai("06-22 10:00")).no
    tick(team.db, shanghai("06-22 10:00"))
    at = shanghai("06-22 11:00")
    moving.correct_received_at(team.db, team.supervisor, no, team.version(no), shanghai("06-22 09:00"), "核对工单", at)
    assert [one.due.rung for one in tick(team.db, at)] == []


def test_an_act_on_what_is_late_already_says_nothing_again(team, late):
    team.attempt(late, shanghai("06-24 10:00"))
    assert told(team, "06-24 10:01", limit="") == []


# A leader


def test_a_leader_named_after_the_third_day_is_told_then_and_once(team, late):
    with writing(team.db):
        features.switch(team.db, ("leaders",))
    boss = add_person(team.db, roles=("handler",), name="李局")
    told(team, "06-25 08:30", "06-29 08:30")
    leading.put(team.db, team.supervisor, late, team.version(late), boss.id, shanghai("06-29 10:00"))
    team.attempt(late, shanghai("06-29 10:01"))  # an act before the tick moves nothing of it
    mine = [one.due for one in tick(team.db, shanghai("06-29 10:02")) if one.due.recipient_id == boss.id]
    assert {(one.rung, one.limit_key) for one in mine} == {
        ("lead", ""),
        ("late_3", "contact"),
        ("late_3", "inspection"),
    }
    assert {one.owed_at for one in mine} == {shanghai("06-29 10:00")}
    team.attempt(late, shanghai("06-29 16:00"))
    assert [one for one in tick(team.db, shanghai("06-30 08:30")) if one.due.recipient_id == boss.id] == []


# The calendar


@pytest.fixture
def weekly(team):
    """A case that has been told of each Monday since 06-22."""
    at = shanghai("06-15 10:00")
    case = add_case(team.db, {"contact": shanghai("06-17 00:00")}, handler_id=team.handler.person_id, at=at)
    replan(team.db, case, at, "登记")
    told(team, "06-15 10:00", "06-17 08:30", "06-18 08:30", "06-22 08:30")
    return case


def test_a_monday_that_is_declared_a_rest_day_after_it_was_told_is_not_told_again(team, weekly, calendar):
    assert told(team, "06-29 08:30") == [("06-29 08:30", "weekly")]
    calendar("06-29", 0)
    assert told(team, "06-29 10:00", "06-30 08:30", "07-06 08:30", "07-13 08:30") == [
        ("07-06 08:30", "weekly"),
        ("07-13 08:30", "weekly"),
    ]


def test_a_monday_that_is_declared_a_rest_day_before_is_told_once_on_the_tuesday(team, weekly, calendar):
    told(team, "06-27 09:00")
    calendar("06-29", 0)
    assert told(team, "06-27 10:00", "06-29 08:30", "06-30 08:30", "07-01 08:30") == [("06-30 08:30", "weekly")]


def test_a_rest_day_that_is_taken_back_on_its_morning_tells_late_what_was_owed_then(team, weekly, calendar):
    calendar("06-29", 0)
    assert told(team, "06-27 10:00", "06-29 08:30") == []
    calendar("06-29", None)
    assert told(team, "06-29 09:00", "06-30 08:30", "07-06 08:30") == [
        ("06-29 09:00", "weekly"),
        ("07-06 08:30", "weekly"),
    ]
    owed = "SELECT owed_at FROM reminder WHERE rung = 'weekly' AND shown_at = :at LIMIT 1"
    assert value(team.db, owed, {"at": "2026-06-29T01:00:00Z"}) == "2026-06-29T00:30:00Z"


def test_a_late_step_whose_rest_day_is_taken_back_is_told_late_and_once(team, late, calendar):
    calendar("06-25", 0)
    assert told(team, "06-24 11:00", "06-25 08:30") == []
    calendar("06-25", None)
    assert told(team, "06-25 09:00", "06-26 08:30") == [("06-25 09:00", "late_1")]


def test_what_fell_due_while_the_scheduler_was_down_moves_with_the_calendar_and_is_told_once(team, late, calendar):
    calendar("06-25", 0)
    assert told(team, "06-25 09:00", "06-26 08:30", "06-29 08:30") == [
        ("06-26 08:30", "late_1"),
        ("06-29 08:30", "late_3"),
    ]


def test_a_step_that_is_switched_off_over_its_morning_by_mistake_is_told_late(team, late):
    with writing(team.db):
        ladder.add(team.db, (one for one in LADDER if one.anchor != "late"), shanghai("06-25 08:00"), 1)
    assert told(team, "06-25 08:01") == []
    with writing(team.db):
        ladder.add(team.db, LADDER, shanghai("06-25 08:40"), 1)
    assert told(team, "06-25 08:41", "06-25 08:42", "06-26 08:30") == [("06-25 08:41", "late_1")]


def test_a_step_that_was_off_until_the_next_working_morning_is_not_owed_any_more(team, late):
    with writing(team.db):
        ladder.add(team.db, (replace(one, active=one.key != "late_1") for one in LADDER), shanghai("06-25 08:00"), 1)
    assert told(team, "06-25 08:01", "06-26 08:30") == []
    with writing(team.db):
        ladder.add(team.db, LADDER, shanghai("06-26 09:00"), 1)
    assert told(team, "06-26 09:00", "06-29 08:30") == [("06-29 08:30", "late_3")]


def test_a_week_that_a_former_version_has_planned_by_its_day_is_told_once(team, weekly, calendar):
    calendar("06-29", 0)
    told(team, "06-27 10:00")
    renamed = "UPDATE reminder SET owed_key = replace(owed_key, '|2026-06-29|', '|2026-06-30|') WHERE rung = 'weekly'"
    execute(team.db, f"{renamed} AND owed_at = '2026-06-30T00:30:00Z'")
    replan(team.db, weekly, shanghai("06-29 12:00"), "办理记录")
    keys = [r[0] for r in rows(team.db, "SELECT owed_key FROM reminder WHERE owed_key LIKE '%2026-06-29%'")]
    assert told(team, "06-30 08:30", "07-06 08:30") == [("06-30 08:30", "weekly"), ("07-06 08:30", "weekly")], keys

"""What an extension, a suspension and a correction of the receipt time do to the due times, by hand-counted days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.rule.china import CHINA, SHANGHAI, day, rule
from tracker.rule.lights import State
from tracker.rule.moving import Counting, Limit, Pause, correct, extend, remaining, resume, spent, stop
from tracker.rule.stages import deadlines

KEYS = ("contact", "inspection", "recheck", "resolution")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def counting(convention: str = "natural", closes: time | None = None) -> Counting:
    return Counting(rule(convention, closes), CHINA, SHANGHAI)


def received(text: str, by: Counting, **states: str) -> tuple[Limit, ...]:
    """The four limits of a case received then; ``contact="done"`` gives a stage another state than open."""
    start = at(text)
    dues = deadlines(by.rule, start, CHINA, SHANGHAI)
    return tuple(Limit(due, start, due.due_at, state=states.get(due.key, State.OPEN)) for due in dues)


def days(limits: tuple[Limit, ...]) -> list[str]:
    return [f"{limit.due.due_day:%m-%d}" for limit in limits]


def due_at(limits: tuple[Limit, ...], key: str) -> datetime:
    return next(limit.due.due_at for limit in limits if limit.key == key)


# Extension

EXTENDED = [
    ("natural", ["09-19", "09-21", "10-03", "10-08"]),
    # From the unrolled 09-28 and 10-03, not from the 10-08 to which the last one had rolled.
    ("natural-roll", ["09-20", "09-21", "10-08", "10-08"]),
    ("working", ["09-20", "09-22", "10-15", "10-22"]),
    ("hours", ["09-19", "09-21", "10-03", "10-08"]),
]


@pytest.mark.parametrize(("convention", "expected"), EXTENDED)
def test_an_extension_moves_the_asked_stage_and_the_ones_after_it(convention, expected):
    by = counting(convention)
    before = received("09-18 16:00", by)
    after = extend(before, "recheck", 5, by)
    assert days(after) == expected
    assert after[:2] == before[:2]
    assert [limit.extended_by for limit in after] == [0, 0, 5, 5]
    assert [limit.first_due_at for limit in after] == [limit.due.due_at for limit in before]


def test_only_the_asked_stage_has_used_its_one_extension():
    by = counting()
    after = extend(received("06-01 10:00", by), "inspection", 2, by)
    assert [limit.extended for limit in after] == [False, True, False, False]
    again = extend(after, "recheck", 3, by)
    assert days(again) == ["06-02", "06-06", "06-16", "06-21"]
    assert [limit.extended for limit in again] == [False, True, True, False]


def test_a_later_stage_that_is_done_or_ended_does_not_move():
    by = counting()
    before = received("06-01 10:00", by, inspection="done", resolution="ended")
    assert days(extend(before, "contact", 3, by)) == ["06-05", "06-04", "06-14", "06-16"]


def test_an_asked_stage_that_was_finished_while_its_request_waited_is_held_against_the_extended_due_time():
    by = counting()
    before = received("06-01 10:00", by, recheck="done")
    assert days(extend(before, "recheck", 3, by)) == ["06-02", "06-04", "06-14", "06-19"]


def test_a_paused_stage_after_the_extended_one_gets_the_days_when_it_resumes():
    by = counting()
    paused = stop(received("06-01 10:00", by), at("06-10 10:00"), by, keys=("resolution",))
    after = resume(extend(paused, "contact", 4, by), at("06-20 10:00"), by)
    assert days(after) == ["06-06", "06-08", "06-15", "06-30"]


def test_an_extension_by_hours_keeps_the_minute():
    by = counting("hours")
    after = extend(received("09-18 16:07", by), "inspection", 2, by)
    assert due_at(after, "inspection") == at("09-23 16:07")


def test_an_extension_keeps_the_closing_hour():
    by = counting("working", time(17, 30))
    after = extend(received("09-18 16:00", by), "inspection", 2, by)
    assert due_at(after, "inspection") == at("09-24 17:30")


def test_an_extension_into_an_unpublished_year_is_provisional_and_stays_so_where_the_days_are_part_of_the_count():
    by = counting("working")
    before = received("12-20 10:00", by, contact="done")
    after = extend(before, "inspection", 4, by)
    assert [limit.due.provisional for limit in before] == [False, False, True, True]
    assert [limit.due.provisional for limit in after] == [False, True, True, True]


# Suspension and resumption


def test_a_suspension_stops_the_open_stages_with_the_days_left_from_the_day_on_which_it_was_asked():
    by = counting()
    before = received("06-01 10:00", by, contact="done", inspection="done")
    paused = stop(before, at("06-09 15:00"), by)
    assert [limit.state for limit in paused] == ["done", "done", "paused", "paused"]
    assert [limit.left for limit in paused] == [None, None, 2, 7]
    assert [limit.due for limit in paused] == [limit.due for limit in before]


def test_on_resumption_each_stage_gets_back_what_it_had_left():
    by = counting()
    paused = stop(received("06-01 10:00", by, contact="done", inspection="done"), at("06-09 15:00"), by)
    after = resume(paused, at("06-20 09:00"), by)
    assert days(after) == ["06-02", "06-04", "06-22", "06-27"]
    assert [limit.state for limit in after] == ["done", "done", "open", "open"]
    assert [limit.given_back for limit in after] == [0, 0, 11, 11]
    assert [limit.moved for limit in after] == [False, False, True, True]


@pytest.mark.parametrize("convention", ["natural", "natural-roll", "working", "hours"])
def test_resumed_on_the_day_on_which_it_was_asked_nothing_has_moved(convention):
    by = counting(convention)
    before = received("09-18 16:00", by)
    asked = at("09-18 23:00")
    again = resume(stop(before, asked, by), asked if convention == "hours" else at("09-18 23:59"), by)
    assert again == before


def test_a_stage_that_was_late_when_the_suspension_was_asked_keeps_its_due_time():
    by = counting()
    before = received("06-01 10:00", by)
    paused = stop(before, at("06-05 00:00"), by)
    assert [limit.left for limit in paused] == [None, None, 6, 11]
    after = resume(paused, at("06-25 10:00"), by)
    assert days(after) == ["06-02", "06-04", "07-01", "07-06"]


def test_a_suspension_asked_in_time_and_approved_later_holds_from_the_day_it_was_asked():
    """One second before the limit nothing of the last day is lost; at the limit the stage is late."""
    by = counting()
    before = received("06-01 10:00", by, contact="done")
    on_time, late = (stop(before, at("06-04 23:59:59"), by), stop(before, at("06-05 00:00"), by))
    assert (on_time[1].left, late[1].left) == (0, None)
    assert days(resume(on_time, at("06-25 10:00"), by))[1] == "06-25"


def test_under_working_days_only_the_working_days_that_were_left_come_back():
    by = counting("working")
    paused = stop(received("09-18 16:00", by, contact="done", inspection="done"), at("09-23 10:00"), by)
    # Left to 10-09: 09-24, 28, 29, 30, 10-08, 10-09; to 10-15 besides: 10-10 (make-up), 12, 13, 14, 15.
    assert [limit.left for limit in paused] == [None, None, 6, 11]
    # From 09-30 on: 10-08, 09, 10, 12, 13, 14 and then 15, 16, 19, 20, 21.
    assert days(resume(paused, at("09-30 10:00"), by))[2:] == ["10-14", "10-21"]


def test_under_working_days_a_last_day_resumed_in_a_holiday_is_the_first_day_back():
    by = counting("working")
    paused = stop(received("09-18 16:00", by, contact="done"), at("09-22 09:00"), by)
    assert paused[1].left == 0
    assert days(resume(paused, at("10-03 09:00"), by))[1] == "10-08"


def test_a_rolled_limit_gets_back_the_days_to_its_unrolled_date_and_rolls_anew():
    by = counting("natural-roll")
    paused = stop(received("09-18 16:00", by, contact="done", inspection="done"), at("09-24 10:00"), by)
    assert [limit.left for limit in paused[2:]] == [4, 9]  # to 09-28 and 10-03, not to 10-08
    assert days(resume(paused, at("09-28 10:00"), by))[2:] == ["10-08", "10-08"]
    assert [limit.due.unrolled_day for limit in resume(paused, at("09-28 10:00"), by)[2:]] == [
        day("2026-10-02"),
        day("2026-10-07"),
    ]


def test_a_limit_stopped_while_it_had_rolled_into_the_future_ends_on_the_day_it_resumes():
    by = counting("natural-roll")
    paused = stop(received("09-18 16:00", by), at("10-05 10:00"), by, keys=("resolution",))
    assert paused[3].left == 0
    assert days(resume(paused, at("10-06 10:00"), by))[3] == "10-08"
    assert days(resume(paused, at("10-20 10:00"), by))[3] == "10-20"


def test_by_hours_the_exact_minutes_come_back():
    by = counting("hours")
    paused = stop(received("06-01 10:00", by), at("06-03 21:15:40"), by, keys=("inspection",))
    assert paused[1].left == 12 * 60 + 45
    assert due_at(resume(paused, at("06-20 08:05:10"), by), "inspection") == at("06-20 20:50")


def test_a_last_day_resumed_after_the_closing_hour_ends_on_the_next_counted_day():
    by = counting("natural", time(17, 30))
    paused = stop(received("06-01 10:00", by), at("06-04 17:00"), by, keys=("inspection",))
    assert paused[1].left == 0
    assert due_at(resume(paused, at("06-20 17:29:59"), by), "inspection") == at("06-20 17:30")
    assert due_at(resume(paused, at("06-20 17:30"), by), "inspection") == at("06-21 17:30")


def test_waiting_for_a_report_stops_stage_4_alone():
    by = counting()
    before = received("06-01 10:00", by)
    paused = stop(before, at("06-10 10:00"), by, keys=("resolution",))
    assert paused[:3] == before[:3]
    assert (paused[3].state, paused[3].left) == ("paused", 6)


def test_a_calendar_that_changed_meanwhile_takes_nothing_away():
    by = counting("working")
    paused = stop(received("06-01 10:00", by, contact="done"), at("06-02 10:00"), by)
    worked = replace(CHINA, exceptions={**CHINA.exceptions, date(2026, 6, 6): True, date(2026, 6, 7): True})
    after = resume(paused, at("06-02 12:00"), Counting(by.rule, worked, SHANGHAI))
    assert days(after) == days(paused)


def test_remaining_counts_no_rest_day_under_working_days():
    by = counting("working")
    limit = received("06-05 10:00", by)[1].due  # Friday; due Wednesday 06-10
    assert [remaining(limit, at(text), by) for text in ("06-05 12:00", "06-06 12:00", "06-08 12:00")] == [3, 3, 2]


# Correction of the receipt time


def test_a_corrected_receipt_time_is_counted_anew_and_what_is_done_stays_done():
    by = counting()
    before = received("06-03 10:00", by, contact="done")
    after = correct(before, at("06-01 09:00"), by)
    assert days(after) == ["06-02", "06-04", "06-11", "06-16"]
    assert [limit.state for limit in after] == ["done", "open", "open", "open"]
    assert {limit.starts_at for limit in after} == {at("06-01 09:00")}
    assert [limit.moved for limit in after] == [False] * 4


def test_what_was_granted_stands_on_top_of_the_corrected_receipt_time():
    by = counting()
    granted = extend(received("06-03 10:00", by), "inspection", 2, by)
    resumed = resume(stop(granted, at("06-04 12:00"), by), at("06-10 12:00"), by)
    assert days(resumed) == ["06-10", "06-14", "06-21", "06-26"]
    corrected = correct(resumed, at("06-02 10:00"), by)
    assert days(corrected) == ["06-09", "06-13", "06-20", "06-25"]
    assert [limit.due.days for limit in corrected] == [1, 3, 10, 15]
    assert [limit.first_due_at for limit in corrected] == [limit.due.due_at for limit in received("06-02 10:00", by)]


def test_a_paused_stage_is_left_what_the_corrected_receipt_time_leaves_it():
    by = counting()
    paused = stop(received("06-03 10:00", by), at("06-05 12:00"), by)
    assert [limit.left for limit in paused] == [None, 1, 8, 13]
    corrected = correct(paused, at("06-01 10:00"), by)
    assert [limit.left for limit in corrected] == [None, None, 6, 11]


# Gross and net


def test_net_time_leaves_the_suspensions_out():
    pauses = [Pause(at("06-05 10:00"), at("06-08 10:00")), Pause(at("06-12 10:00"))]
    found = spent(at("06-01 10:00"), at("06-14 10:00"), pauses)
    assert (found.gross, found.net) == (timedelta(days=13), timedelta(days=8))


def test_time_before_the_start_and_after_the_end_is_not_subtracted():
    pauses = [Pause(at("05-30 10:00"), at("06-02 10:00")), Pause(at("06-09 10:00"))]
    found = spent(at("06-01 10:00"), at("06-05 10:00"), pauses)
    assert (found.gross, found.net) == (timedelta(days=4), timedelta(days=3))

"""What is a step of the clock, and what is sleep, drift or a night switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.rule.steps import Reading, step, takes_back

AT = datetime(2026, 6, 17, 2, 24, tzinfo=UTC)


def readings(moved: timedelta, passed: timedelta, boot: str = "a"):
    return Reading(AT, 1000.0, "a"), Reading(AT + moved, 1000.0 + passed.total_seconds(), boot)


@pytest.mark.parametrize(
    ("moved", "passed", "found"),
    [
        (timedelta(seconds=20), timedelta(seconds=20), 0),
        (timedelta(seconds=21), timedelta(seconds=20.4), 0),  # rounding
        (timedelta(days=10), timedelta(days=10), 0),  # asleep: the system counts it
        (timedelta(minutes=5, seconds=20), timedelta(seconds=20), 0),
        (timedelta(minutes=5, seconds=21), timedelta(seconds=20), 301),
        (timedelta(hours=1, seconds=20), timedelta(seconds=20), 3600),
        (timedelta(days=400), timedelta(seconds=20), 400 * 86400 - 20),
        (timedelta(seconds=-40), timedelta(seconds=20), 0),
        (timedelta(seconds=-41), timedelta(seconds=20), -61),
        (timedelta(days=-400), timedelta(seconds=20), -400 * 86400 - 20),
    ],
)
def test_between_two_ticks_of_one_start_all_is_known(moved, passed, found):
    assert step(*readings(moved, passed)).total_seconds() == found


@pytest.mark.parametrize(
    ("moved", "found"),
    [
        (timedelta(days=9), timedelta(0)),  # a holiday, switched off
        (timedelta(days=30), timedelta(0)),
        (timedelta(days=31), timedelta(days=31)),
        (timedelta(days=-1), timedelta(days=-1)),
        (timedelta(seconds=-30), timedelta(0)),
    ],
)
def test_between_two_starts_only_what_nobody_can_mean_is_a_step(moved, found):
    assert step(*readings(moved, timedelta(seconds=-900), "b")) == found


def test_a_start_without_a_name_is_told_by_the_time_that_began_anew():
    before = Reading(AT, 1000.0, "")
    assert step(before, Reading(AT + timedelta(days=3), 5.0, "")) == timedelta(0)
    assert step(before, Reading(AT + timedelta(days=3), 1020.0, "")) == timedelta(days=3, seconds=-20)


def test_a_step_back_undoes_a_step_forward_up_to_what_counts_as_none():
    hour = timedelta(hours=1)
    assert takes_back(-hour, hour)
    assert takes_back(-timedelta(minutes=55), hour)
    assert not takes_back(-timedelta(minutes=54), hour)

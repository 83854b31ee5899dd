"""The light of a stage: computed from the clock, both sides of every edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.rule.stages import RULE_1, Light, lateness, light, span

DUE = datetime(2026, 6, 16, 16, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def open_light(key: str, at: datetime) -> Light:
    return light(key, DUE, "open", None, at, RULE_1)


def test_a_stage_is_overdue_from_its_due_time_on() -> None:
    assert open_light("inspection", DUE - SECOND) is Light.NEAR
    assert open_light("inspection", DUE) is Light.OVERDUE


@pytest.mark.parametrize(("key", "hours"), [("contact", 4), ("inspection", 24), ("recheck", 24), ("resolution", 24)])
def test_a_stage_is_near_due_within_its_own_hours(key: str, hours: int) -> None:
    edge = DUE - timedelta(hours=hours)
    assert open_light(key, edge - SECOND) is Light.NORMAL
    assert open_light(key, edge) is Light.NEAR


def test_a_stage_done_late_stays_late() -> None:
    year_later = DUE + timedelta(days=365)
    assert light("contact", DUE, "done", DUE - SECOND, year_later, RULE_1) is Light.DONE
    assert light("contact", DUE, "done", DUE, year_later, RULE_1) is Light.DONE_LATE


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("paused", Light.PAUSED),
        ("ended", Light.ENDED),
        ("unrecorded", Light.UNRECORDED),
        ("backfill", Light.BACKFILL),
    ],
)
@pytest.mark.parametrize("at", [DUE - timedelta(days=9), DUE])
def test_a_stage_out_of_the_race_shows_its_state_whatever_the_clock_says(
    state: str, expected: Light, at: datetime
) -> None:
    assert light("recheck", DUE, state, None, at, RULE_1) is expected


def test_a_stage_that_is_done_but_does_not_say_when_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="done says when"):
        light("contact", DUE, "done", None, DUE, RULE_1)


def test_a_state_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="closed"):
        light("contact", DUE, "closed", None, DUE, RULE_1)


def test_lateness_is_never_negative() -> None:
    assert lateness(DUE, DUE - SECOND) == timedelta(0)
    assert lateness(DUE, DUE) == timedelta(0)
    assert lateness(DUE, DUE + SECOND) == SECOND


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (timedelta(days=2, hours=1, minutes=59), "2天1小时"),
        (timedelta(days=2, minutes=59), "2天"),
        (timedelta(days=1), "1天"),
        (timedelta(hours=23, minutes=59, seconds=59), "23小时59分"),
        (timedelta(hours=3), "3小时"),
        (timedelta(minutes=5, seconds=59), "5分"),
        (timedelta(seconds=59), "0分"),
        (timedelta(0), "0分"),
        (timedelta(days=-3), "0分"),
    ],
)
def test_a_span_reads_in_two_units_at_most(delta: timedelta, expected: str) -> None:
    assert span(delta) == expected

"""Quiet hours within the hours in which the office sends."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from tests.rule.china import CHINA, SHANGHAI
from tracker.rule.quiet import Quiet, after_quiet, check
from tracker.rule.refusals import Refusal
from tracker.rule.reminders import Hours

HOURS = Hours(SHANGHAI, CHINA)
LUNCH, NIGHT = Quiet(time(12), time(14)), Quiet(time(17, 30), time(9))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("quiet", "when", "leaves"),
    [
        (None, "17 12:30", "17 12:30"),
        (LUNCH, "17 11:59", "17 11:59"),
        (LUNCH, "17 12:00", "17 14:00"),
        (LUNCH, "17 13:59", "17 14:00"),
        (LUNCH, "17 14:00", "17 14:00"),
        (NIGHT, "17 17:29", "17 17:29"),
        (NIGHT, "17 17:30", "18 09:00"),
        (NIGHT, "18 08:30", "18 09:00"),
        (NIGHT, "18 09:00", "18 09:00"),
        (Quiet(time(18), time(7)), "17 19:00", "18 08:00"),  # its end lies before the office opens
    ],
)
def test_what_falls_into_quiet_hours_leaves_at_their_end(quiet, when, leaves):
    assert after_quiet(at(when), False, HOURS, quiet) == at(leaves)


def test_the_end_on_a_rest_day_waits_for_the_working_morning_unless_it_presses():
    assert after_quiet(at("18 17:40"), False, HOURS, NIGHT) == at("22 09:00")  # the dragon boat festival lies between
    assert after_quiet(at("18 17:40"), True, HOURS, NIGHT) == at("19 09:00")


def test_hours_of_the_office_that_shrank_into_quiet_ones_hold_nothing_for_ever():
    short = Hours(SHANGHAI, CHINA, time(12), time(14))
    assert after_quiet(at("17 12:30"), True, short, LUNCH) < at("22 00:00")


@pytest.mark.parametrize(
    ("begins", "ends", "good"),
    [
        ("12:00", "14:00", True),
        ("18:00", "08:30", True),
        ("08:00", "16:00", True),
        ("08:00", "16:05", False),
        ("08:00", "20:00", False),
        ("14:00", "10:00", True),
        ("13:00", "13:00", False),
        ("noon", "14:00", False),
        ("12:00+08:00", "14:00", False),
        ("12:00", "", False),
        ("24:00", "14:00", False),
    ],
)
def test_four_of_the_offices_hours_stay_open(begins, ends, good):
    if good:
        found = check(begins, ends, HOURS)
        assert found is not None
        assert f"{found.begins:%H:%M}" == begins
    else:
        with pytest.raises(Refusal) as refused:
            check(begins, ends, HOURS)
        assert refused.value.field == "quiet"


def test_both_empty_are_none():
    assert check(" ", "", HOURS) is None

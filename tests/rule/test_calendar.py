"""Which days work."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rule.china import CHINA, day
from tracker.rule.calendar import Calendar

UNPUBLISHED = Calendar({}, frozenset())


@pytest.mark.parametrize("text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_make_up_day_works(text: str) -> None:
    assert CHINA.works(day(text))


@pytest.mark.parametrize("text", ["2026-02-16", "2026-06-19", "2026-10-01", "2026-06-13", "2026-06-14"])
def test_a_holiday_and_a_weekend_rest(text: str) -> None:
    assert not CHINA.works(day(text))


@pytest.mark.parametrize("text", ["2027-01-01", "2029-05-01", "2029-05-02", "2029-10-01", "2029-10-02", "2029-10-03"])
def test_an_unpublished_year_rests_on_the_holidays_of_fixed_date(text: str) -> None:
    assert not UNPUBLISHED.works(day(text))


def test_an_unpublished_year_has_no_other_holiday_and_no_make_up_day() -> None:
    assert UNPUBLISHED.works(day("2027-01-04"))
    assert UNPUBLISHED.works(day("2029-05-03"))
    assert UNPUBLISHED.works(day("2029-10-04"))
    assert not UNPUBLISHED.works(day("2027-01-02"))


def test_a_published_year_rests_on_what_was_published_and_nothing_else() -> None:
    assert CHINA.works(day("2012-05-02"))  # the holiday of 2012 was 04-29 to 05-01
    assert Calendar({}, frozenset({2027})).works(day("2027-01-01"))


@pytest.mark.parametrize(("text", "known"), [("2026-12-28", True), ("2026-12-29", False), ("2027-01-04", False)])
def test_the_last_days_of_december_wait_for_the_next_arrangement(text: str, known: bool) -> None:
    assert CHINA.known(day(text)) is known


def test_the_last_days_of_december_are_known_once_the_next_year_is_published() -> None:
    assert Calendar({}, frozenset({2026, 2027})).known(day("2026-12-31"))
    assert not CHINA.works(day("2018-12-31"))  # rested under the arrangement for 2019


def test_a_day_that_the_office_decided_is_known_in_any_year() -> None:
    assert Calendar({day("2027-02-08"): False}, frozenset()).known(day("2027-02-08"))


def test_the_first_working_day_is_counted_from_the_next_day() -> None:
    assert CHINA.add_working(day("2026-06-15"), 1) == day("2026-06-16")
    assert CHINA.add_working(day("2026-06-12"), 1) == day("2026-06-15")
    assert CHINA.add_working(day("2026-09-30"), 3) == day("2026-10-10")


@pytest.mark.parametrize("n", [0, -1])
def test_no_working_day_can_be_counted_backwards(n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        CHINA.add_working(day("2026-06-15"), n)


def test_the_next_working_day_is_the_day_itself_if_it_works() -> None:
    assert CHINA.next_working(day("2026-10-10")) == day("2026-10-10")
    assert CHINA.next_working(day("2026-10-01")) == day("2026-10-08")


def test_a_calendar_that_never_works_ends_with_the_calendar() -> None:
    rest = Calendar({date.max: False}, frozenset())
    with pytest.raises(OverflowError):
        rest.next_working(date.max)

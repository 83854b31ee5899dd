"""Both sides of every edge: midnight, the closing hour, the end of the year, 29 February, rest days, zones."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.rule.china import CHINA, SHANGHAI, day, days, limits, rule
from tracker.rule.calendar import Calendar
from tracker.rule.refusals import Refusal
from tracker.rule.stages import RULE_1, STAGES, Light, Stage, due, light, shown


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def first_day(received: str, convention: str = "natural", **more: object) -> str:
    return str(limits(received, convention, **more)[0].due_day)  # type: ignore[arg-type]


# Receipt: the last second of a day and the first of the next are a day apart.


@pytest.mark.parametrize("convention", ["natural", "natural-roll", "working"])
def test_a_receipt_at_midnight_belongs_to_the_new_day(convention: str) -> None:
    assert first_day("2026-06-09T23:59:59", convention) == "2026-06-10"
    assert first_day("2026-06-10T00:00:00", convention) == "2026-06-11"


def test_hours_run_from_the_minute_of_the_receipt() -> None:
    assert limits("2026-06-09T23:59:59", "hours")[0].due_at == at("2026-06-10T23:59")
    assert limits("2026-06-10T00:00:00", "hours")[0].due_at == at("2026-06-11T00:00")
    assert limits("2026-06-09T10:24:00.000001", "hours")[1].due_at == at("2026-06-12T10:24")


# The limit: the first instant that is late.


def test_due_at_is_midnight_after_the_due_day_in_utc() -> None:
    contact = limits("2026-06-09T09:05")[0]
    assert contact.due_at == datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
    assert contact.due_at.tzinfo is UTC


def test_a_stage_done_on_its_due_day_is_on_time_and_at_midnight_late() -> None:
    due_at = limits("2026-06-09T09:05")[0].due_at
    assert light("contact", due_at, "done", at("2026-06-10T23:59:59"), due_at, RULE_1) is Light.DONE
    assert light("contact", due_at, "done", at("2026-06-11T00:00:00"), due_at, RULE_1) is Light.DONE_LATE


def test_a_closing_hour_ends_the_due_day() -> None:
    due_at = limits("2026-06-09T09:05", closes=time(17, 30))[0].due_at
    assert due_at == at("2026-06-10T17:30")
    assert light("contact", due_at, "done", at("2026-06-10T17:29:59"), due_at, RULE_1) is Light.DONE
    assert light("contact", due_at, "done", at("2026-06-10T17:30:00"), due_at, RULE_1) is Light.DONE_LATE


def test_a_receipt_after_the_closing_hour_still_counts_from_the_next_day() -> None:
    assert limits("2026-06-09T20:00", closes=time(17, 30))[0].due_at == at("2026-06-10T17:30")


def test_the_closing_hour_holds_on_the_day_a_limit_rolls_to() -> None:
    assert limits("2026-09-30T23:59", "natural-roll", time(17, 30))[0].due_at == at("2026-10-08T17:30")


# The turn of the year and 29 February.


def test_days_are_counted_over_the_end_of_the_year() -> None:
    assert list(map(str, days(limits("2025-12-30T10:00")))) == ["2025-12-31", "2026-01-02", "2026-01-09", "2026-01-14"]
    working = days(limits("2025-12-30T10:00", "working"))
    assert list(map(str, working)) == ["2025-12-31", "2026-01-05", "2026-01-14", "2026-01-21"]


def test_29_february_counts_when_there_is_one() -> None:
    assert first_day("2024-02-28T10:00") == "2024-02-29"
    assert first_day("2024-02-29T10:00") == "2024-03-01"
    assert first_day("2026-02-28T10:00") == "2026-03-01"
    assert limits("2024-02-28T10:00", "hours")[1].due_at == at("2024-03-02T10:00")


# Rest days and make-up days.


def test_a_case_received_on_a_rest_day_counts_from_the_next_day() -> None:
    assert first_day("2026-06-13T10:00") == "2026-06-14"  # Saturday: the natural Sunday counts
    assert first_day("2026-06-13T10:00", "working") == "2026-06-15"
    assert first_day("2026-06-13T10:00", "natural-roll") == "2026-06-15"


def test_a_make_up_saturday_is_a_working_day() -> None:
    assert first_day("2026-10-09T10:00", "working") == "2026-10-10"
    assert first_day("2026-10-09T10:00", "natural-roll") == "2026-10-10"
    assert first_day("2026-10-10T10:00", "working") == "2026-10-12"  # received on it: the next day that works


def test_a_holiday_on_a_weekday_is_not_a_working_day() -> None:
    assert first_day("2026-06-18T10:00", "working") == "2026-06-22"  # Friday 06-19 is 端午


def test_a_limit_that_rolls_keeps_the_day_it_rolled_from() -> None:
    inspection = limits("2026-09-30T23:59", "natural-roll")[1]
    assert (inspection.unrolled_day, inspection.due_day) == (day("2026-10-03"), day("2026-10-08"))


def test_a_rest_day_before_the_last_day_moves_nothing() -> None:
    assert limits("2026-06-11T10:00", "natural-roll")[2].due_day == day("2026-06-22")  # 06-21 is a Sunday
    assert limits("2026-06-12T10:00", "natural-roll")[2].due_day == day("2026-06-22")


# Years that nobody has published.


@pytest.mark.parametrize(
    ("convention", "provisional"),
    [
        ("natural", [False, False, False, False]),
        ("hours", [False, False, False, False]),
        ("natural-roll", [False, False, True, True]),
        ("working", [False, True, True, True]),
    ],
)
def test_only_what_asked_an_unpublished_day_is_provisional(convention: str, provisional: list[bool]) -> None:
    """Received Friday 2026-12-25: 2027 is unpublished, and with it the last three days of 2026."""
    assert [limit.provisional for limit in limits("2026-12-25T10:00", convention)] == provisional


def test_a_limit_that_reaches_the_last_certain_day_is_certain() -> None:
    assert not limits("2026-12-11T10:00", "working")[2].provisional  # 10th: Friday 12-25
    assert not limits("2026-12-14T10:00", "working")[2].provisional  # 10th: Monday 12-28
    assert limits("2026-12-15T10:00", "working")[2].provisional  # 10th: Tuesday 12-29


def test_the_day_of_receipt_is_not_asked_about() -> None:
    only_next_year = Calendar(CHINA.exceptions, frozenset({2026}))
    assert not limits("2025-12-31T10:00", "working", calendar=only_next_year)[0].provisional


def test_an_unpublished_year_counts_weekends_and_fixed_holidays() -> None:
    received = limits("2026-12-31T10:00", "working")
    assert list(map(str, days(received))) == ["2027-01-04", "2027-01-06", "2027-01-15", "2027-01-22"]


def test_once_published_the_same_limit_is_certain() -> None:
    arrangement = {day("2027-01-01"): False, day("2027-01-04"): False}
    published = Calendar({**CHINA.exceptions, **arrangement}, CHINA.published | {2027})
    contact = limits("2026-12-31T10:00", "working", calendar=published)[0]
    assert (contact.due_day, contact.provisional) == (day("2027-01-05"), False)


# The same instants in other zones.


def test_the_zone_an_instant_is_written_in_changes_nothing() -> None:
    wall = at("2026-09-30T23:59")
    for other in (UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")):
        for convention in ("natural", "natural-roll", "working", "hours"):
            assert limits(wall.astimezone(other), convention) == limits(wall, convention)


def test_the_day_is_the_office_s_and_not_utc_s() -> None:
    assert first_day("2026-06-10T00:30") == "2026-06-11"  # in UTC it is still 06-09
    assert str(limits(datetime(2026, 6, 9, 16, 30, tzinfo=UTC))[0].due_day) == "2026-06-11"


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(RULE_1, STAGES[0], datetime(2026, 6, 9, 9, 5), CHINA, SHANGHAI)


@pytest.mark.parametrize("convention", ["natural", "natural-roll", "working", "hours"])
def test_a_receipt_at_the_end_of_all_calendars_is_refused(convention: str) -> None:
    with pytest.raises(Refusal, match="9999-12-31T10:00") as refused:
        due(rule(convention), Stage("contact", 3), datetime(9999, 12, 31, 10, tzinfo=UTC), CHINA, SHANGHAI)
    assert refused.value.field == "received_at"


# Clocks that change.


def end_of_first_day(received: str, zone: str, **more: object) -> datetime:
    where = ZoneInfo(zone)
    return limits(at(received, where), zone=where, **more)[0].due_at  # type: ignore[arg-type]


def test_a_day_of_23_or_25_hours_ends_at_its_own_midnight() -> None:
    assert end_of_first_day("2026-03-07T12:00", "America/New_York") == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert end_of_first_day("2026-10-31T12:00", "America/New_York") == datetime(2026, 11, 2, 5, tzinfo=UTC)


def test_hours_are_hours_that_passed_whatever_the_clock_says() -> None:
    new_york = ZoneInfo("America/New_York")
    contact = limits(at("2026-03-07T12:00", new_york), "hours", zone=new_york)[0]
    assert contact.due_at == at("2026-03-08T13:00", new_york)


def test_a_midnight_that_is_skipped_ends_the_day_when_the_clocks_go_forward() -> None:
    due_at = end_of_first_day("2018-11-02T12:00", "America/Sao_Paulo")  # 11-04 begins at 01:00
    assert due_at == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert shown(due_at, ZoneInfo("America/Sao_Paulo")) == (day("2018-11-03"), "24:00")


def test_a_midnight_that_comes_twice_ends_the_day_the_first_time() -> None:
    assert end_of_first_day("2026-10-30T12:00", "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_day_that_comes_back_after_midnight_ends_the_second_time() -> None:
    """Newfoundland set its clocks back at 00:01 until 2011: 23:30 happened twice on the due day, twice on time."""
    due_at = end_of_first_day("2010-11-05T12:00", "America/St_Johns")
    assert due_at == datetime(2010, 11, 7, 3, 30, tzinfo=UTC)


def test_a_day_skipped_at_the_date_line_ends_where_it_would_have_begun() -> None:
    assert end_of_first_day("2011-12-29T12:00", "Pacific/Apia") == datetime(2011, 12, 30, 10, tzinfo=UTC)


# How a limit reads.


@pytest.mark.parametrize(
    ("due_at", "reads"),
    [
        ("2026-06-11T00:00", ("2026-06-10", "24:00")),
        ("2026-06-10T17:30", ("2026-06-10", "17:30")),
        ("2026-06-10T00:01", ("2026-06-10", "00:01")),
        ("2026-06-10T23:59", ("2026-06-10", "23:59")),
    ],
)
def test_midnight_reads_as_24_00_of_the_day_before(due_at: str, reads: tuple[str, str]) -> None:
    shown_day, clock = shown(at(due_at), SHANGHAI)
    assert (str(shown_day), clock) == reads

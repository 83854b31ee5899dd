"""The digests of each period, whatever becomes of the calendar: none twice, none lost, and every week told of."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.office.cases_sql import ZONE, add_case, natural, shanghai
from tracker.clock import from_text
from tracker.office.raising import tick
from tracker.store import digest
from tracker.store.database import execute, rows, value

LISTS = ("digest", "morning", "week")


@pytest.fixture
def people(register, make_person):
    """A handler with a case that stays open, and a supervisor."""
    handler = make_person(roles=("handler",), name="王建国").id
    supervisor = make_person(roles=("supervisor",), name="周明").id
    add_case(register, natural("2026-01-05"), handler_id=handler, at=shanghai("01-05 10:00"))
    return {handler: "handler", supervisor: "supervisor"}


@pytest.fixture
def calendar(register):
    def change(day: str, works: int | None) -> None:
        execute(register, "DELETE FROM calendar_override WHERE day = :day", {"day": f"2026-{day}"})
        if works is not None:
            told = {"day": f"2026-{day}", "works": works}
            execute(register, "INSERT INTO calendar_override (day, works) VALUES (:day, :works)", told)

    return change


def told(db, people, *times):
    """(tick, digest, for which morning) of what is shown at these times."""
    found = []
    for one in times:
        for shown in sorted(tick(db, shanghai(one)), key=lambda shown: shown.due.rung):
            if shown.due.rung in LISTS:
                morning = shown.due.owed_at.astimezone(ZONE).strftime("%m-%d %H:%M")
                found.append((one, shown.due.rung, morning))
    return found


def every(when, morning=None, lists=LISTS):
    return [(when, one, morning or when) for one in lists]


DAILY = ("digest", "morning")


@pytest.fixture
def friday(register, people):
    """The Friday before Monday 06-29: the scheduler runs, and that Monday's are planned."""
    told(register, people, "06-26 08:30", "06-26 09:00")


def test_an_ordinary_monday_brings_all_three(register, people, friday):
    assert told(register, people, "06-29 08:30", "06-30 08:30") == [
        *every("06-29 08:30"),
        *every("06-30 08:30", lists=DAILY),
    ]


def test_a_monday_that_rests_by_a_decision_of_the_saturday_brings_them_on_the_tuesday_once(
    register, people, friday, calendar
):
    calendar("06-29", 0)
    assert told(register, people, "06-27 10:00", "06-29 08:30", "06-30 08:30", "07-01 08:30") == [
        *every("06-30 08:30"),
        *every("07-01 08:30", lists=DAILY),
    ]


def test_a_monday_that_is_declared_a_rest_day_after_its_morning_brings_no_second_bulletin(
    register, people, friday, calendar
):
    told(register, people, "06-29 08:30")
    calendar("06-29", 0)
    assert told(register, people, "06-29 10:00", "06-30 08:30") == every("06-30 08:30", lists=DAILY)
    calendar("06-29", None)
    assert told(register, people, "06-30 10:00", "07-01 08:30") == every("07-01 08:30", lists=DAILY)


def test_a_rest_day_that_is_taken_back_on_its_morning_brings_late_what_it_owed(register, people, friday, calendar):
    calendar("06-29", 0)
    told(register, people, "06-27 10:00", "06-29 08:30")
    calendar("06-29", None)
    assert told(register, people, "06-29 09:00", "06-29 09:01", "06-30 08:30") == [
        *every("06-29 09:00", "06-29 08:30"),
        *every("06-30 08:30", lists=DAILY),
    ]


def test_rest_days_that_are_taken_back_on_the_second_bring_its_list_and_the_bulletin_of_the_first(
    register, people, friday, calendar
):
    for day in ("06-29", "06-30"):
        calendar(day, 0)
    told(register, people, "06-27 10:00", "06-30 08:30")
    for day in ("06-29", "06-30"):
        calendar(day, None)
    assert told(register, people, "06-30 09:00", "07-01 08:30") == [
        *every("06-30 09:00", "06-30 08:30", DAILY),
        ("06-30 09:00", "week", "06-29 08:30"),
        *every("07-01 08:30", lists=DAILY),
    ]


def test_a_scheduler_that_was_down_over_the_decision_brings_the_same(register, people, friday, calendar):
    calendar("06-29", 0)
    assert told(register, people, "06-30 09:00") == every("06-30 09:00", "06-30 08:30")
    body = value(register, "SELECT body FROM reminder WHERE rung = 'digest' AND shown_at IS NOT NULL ORDER BY id DESC")
    assert digest.read(body).missed == ()


def test_a_list_that_was_empty_in_the_morning_does_not_come_back_with_a_new_calendar(
    register, people, friday, calendar
):
    execute(register, "UPDATE cases SET next_due_at = NULL, next_limit = NULL")
    assert told(register, people, "06-30 08:30") == [("06-30 08:30", "week", "06-29 08:30")]
    execute(register, "UPDATE cases SET next_due_at = '2026-06-01T00:00:00Z', next_limit = 'contact'")
    calendar("07-09", 0)
    assert told(register, people, "06-30 10:00") == []


def test_a_bulletin_that_a_former_version_has_planned_by_its_day_comes_once(register, people, calendar):
    calendar("06-29", 0)
    told(register, people, "06-26 08:30", "06-26 09:00")
    former = "UPDATE reminder SET owed_key = replace(owed_key, '2026-06-29', '2026-06-30') WHERE rung = 'week'"
    execute(register, f"{former} AND shown_at IS NULL")
    assert told(register, people, "06-29 10:00", "06-30 08:30", "07-01 08:30") == [
        *every("06-30 08:30"),
        *every("07-01 08:30", lists=DAILY),
    ]


# What a bulletin tells of


def weeks(db):
    """(first day, last day) of each bulletin that was shown."""
    found = rows(db, "SELECT body FROM reminder WHERE rung = 'week' AND shown_at IS NOT NULL ORDER BY shown_at")
    told = [digest.read(r[0]).week for r in found]
    return [(day(one.since), day(one.until - timedelta(seconds=1))) for one in told]


def day(at):
    return at.astimezone(ZONE).strftime("%m-%d")


def daily(db, people, first, last):
    at = from_text(f"2026-{first}T00:30:00Z")
    while at <= from_text(f"2026-{last}T00:30:00Z"):
        tick(db, at)
        at += timedelta(days=1)


def test_the_first_bulletin_after_a_long_holiday_tells_of_every_week_since_the_one_before(register, people):
    """Spring Festival 2026: 02-15 to 02-23 rest, Saturday 02-14 works."""
    daily(register, people, "02-06", "03-03")
    assert weeks(register) == [("02-02", "02-08"), ("02-09", "02-22"), ("02-23", "03-01")]
    last = digest.read(
        value(register, "SELECT body FROM reminder WHERE owed_at = '2026-02-24T00:30:00Z' AND rung = 'week'")
    )
    assert last.week.weeks == 2


def test_no_week_is_lost_or_told_twice_over_a_year(register, people):
    daily(register, people, "01-05", "12-01")
    found = weeks(register)
    assert (found[0][0], found[-1][1]) == ("01-05", "11-29")
    for (_, last), (first, _) in pairwise(found):
        assert shanghai(f"{first} 00:00") - shanghai(f"{last} 00:00") == timedelta(days=1)


def test_after_a_standstill_the_last_bulletin_tells_of_the_weeks_of_those_that_were_missed(register, people):
    daily(register, people, "06-04", "06-08")
    tick(register, shanghai("06-24 10:00"))
    assert weeks(register) == [("06-01", "06-07"), ("06-08", "06-21")]


def test_a_week_that_was_told_of_and_then_declared_off_is_not_told_of_again(register, people, calendar):
    daily(register, people, "06-25", "06-29")
    for n in range(5):
        calendar(f"{(shanghai('06-29 12:00') + timedelta(days=n)).astimezone(ZONE):%m-%d}", 0)
    daily(register, people, "06-30", "07-06")
    assert weeks(register) == [("06-22", "06-28"), ("06-29", "07-05")]


def test_a_week_that_is_declared_off_before_its_bulletin_is_told_of_with_the_next(register, people, calendar):
    daily(register, people, "06-19", "06-26")
    for n in range(5):
        calendar(f"{(shanghai('06-29 12:00') + timedelta(days=n)).astimezone(ZONE):%m-%d}", 0)
    daily(register, people, "06-27", "07-06")
    assert weeks(register) == [("06-15", "06-21"), ("06-22", "07-05")]

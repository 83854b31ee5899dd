"""Which rungs a limit owes, on which morning, to whom; and when people may be written to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rule import naive_reminders
from tests.rule.china import CHINA, SHANGHAI, limits
from tracker.rule.calendar import Calendar
from tracker.rule.ladder import LADDER, Rung, applying, of_limit
from tracker.rule.reminders import (
    Hours,
    Limit,
    digest_key,
    digest_mornings,
    for_recipient,
    may_send_at,
    mornings,
    owed_key,
    presses,
    soon,
)

HOURS = Hours(SHANGHAI, CHINA)
#: The steps that the default ladder has for a stage of an ordinary case.
STEPS = applying(LADDER, of_limit("stage", "contact"), "一般")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone).astimezone(UTC)


def limit(due, id_: int = 1) -> Limit:
    return Limit(id_, 1, due.due_at, due.due_day, 1)


def ladder(received: str, stage: int, until: str, convention: str = "natural", closes: time | None = None):
    """(rung, when on the clock of Shanghai) of one stage, from the receipt until then."""
    due = limits(f"2026-{received}", convention, closes)[stage]
    owed = mornings(limit(due), STEPS, HOURS, at(received), at(until))
    return [(one.rung.key, one.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")) for one in owed if one.at <= at(until)]


def test_an_ordinary_week_climbs_the_ladder_a_morning_at_a_time():
    # Received Monday 03-09; 现场检查 is due Thursday 03-12, 24:00.
    assert ladder("03-09 10:00", 1, "03-31 00:00") == [
        ("eve", "03-11 08:30"),
        ("due_day", "03-12 08:30"),
        ("late", "03-13 08:30"),
        ("late_3", "03-16 08:30"),  # Monday: three full days; the one full day of Saturday has waited for it
        ("weekly", "03-23 08:30"),
        ("weekly", "03-30 08:30"),
    ]
    assert ladder("03-02 10:00", 1, "03-17 00:00") == [
        ("eve", "03-04 08:30"),
        ("due_day", "03-05 08:30"),
        ("late", "03-06 08:30"),
        ("late_3", "03-09 08:30"),
        ("weekly", "03-16 08:30"),
    ]
    assert ladder("03-09 10:00", 0, "03-24 00:00") == [
        ("due_day", "03-10 08:30"),
        ("late", "03-11 08:30"),
        ("late_1", "03-12 08:30"),
        ("late_3", "03-16 08:30"),  # three full days end on Saturday
        ("weekly", "03-23 08:30"),
    ]


def test_a_limit_on_a_rest_day_reminds_on_that_day_and_what_is_late_waits_for_the_working_morning():
    # Received Friday 2026-09-18; 现场检查 is due Monday 09-21. The first day is Saturday 09-19, due at 24:00.
    assert ladder("09-18 16:00", 0, "10-31 00:00")[:3] == [
        ("due_day", "09-19 08:30"),
        ("late", "09-20 08:30"),  # a make-up day: it works
        ("late_1", "09-21 08:30"),
    ]


def test_of_the_rungs_that_a_holiday_puts_off_to_one_morning_the_gravest_is_owed():
    # Due 2026-09-30 24:00; 10-01 to 10-07 rest.
    assert ladder("09-29 10:00", 0, "10-20 00:00") == [
        ("due_day", "09-30 08:30"),
        ("late_3", "10-08 08:30"),
        ("weekly", "10-12 08:30"),
        ("weekly", "10-19 08:30"),
    ]


def test_a_monday_that_rests_is_put_off_to_the_next_working_morning():
    # Late since 09-12; Monday 10-05 is in the holiday.
    weekly = [when for rung, when in ladder("09-10 10:00", 0, "10-20 00:00") if rung == "weekly"]
    assert weekly == ["09-21 08:30", "09-28 08:30", "10-08 08:30", "10-12 08:30", "10-19 08:30"]


def test_a_limit_in_the_small_hours_is_late_by_that_morning():
    # Under `hours` received 03-10 03:00 is due 03-11 03:00.
    assert ladder("03-10 03:00", 0, "03-12 00:00", "hours") == [("eve", "03-10 08:30"), ("late", "03-11 08:30")]


def test_a_closing_hour_reminds_like_midnight():
    assert ladder("03-09 10:00", 1, "03-14 00:00", closes=time(17, 30)) == ladder("03-09 10:00", 1, "03-14 00:00")


def test_what_lies_before_the_registration_is_not_owed():
    due = limits("2026-03-02 10:00")[0]
    registered = at("03-05 09:00")
    owed = [(one.rung.key, one.at) for one in mornings(limit(due), STEPS, HOURS, registered, registered)]
    assert owed == [("late_3", at("03-09 08:30"))]


holidays_near = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 10)).map(lambda d: d.replace(tzinfo=SHANGHAI))
conventions = st.sampled_from(["natural", "natural-roll", "working", "hours"])


@settings(max_examples=400)
@given(
    holidays_near, conventions, st.integers(0, 3), st.integers(0, 40 * 24 * 60), st.integers(0, 50 * 24 * 60), st.data()
)
def test_the_ladder_agrees_with_a_walk_through_the_days(received, convention, stage, known_after, waited, data):
    closes = data.draw(st.sampled_from([None, time(17, 30), time(8), time(8, 30), time(8, 31)]))
    closes = None if convention == "hours" else closes
    due = limits(received, convention, closes)[stage]
    since = received.astimezone(UTC) + timedelta(minutes=known_after)
    until = since + timedelta(minutes=waited)
    found = [(one.rung.key, one.at) for one in mornings(limit(due), STEPS, HOURS, since, until)]
    far = max(until, due.due_at) + timedelta(days=45)
    walked = [one for one in naive_reminders.owed(due.due_at, due.due_day, CHINA, SHANGHAI, far) if one[1] >= since]
    begun = all(one[1] <= until for one in walked if one[0] == "late_3")
    weekly = [one for one in walked if one[0] == "weekly"]
    ahead = [one for one in weekly if one[1] > until][:1] if begun else []
    planned = [one for one in walked if one[0] != "weekly"] + [one for one in weekly if one[1] <= until] + ahead
    assert sorted(found) == sorted(planned)


@given(holidays_near, st.integers(0, 3), st.lists(st.integers(1, 20 * 24), min_size=1, max_size=6))
def test_in_however_many_steps_the_time_passes_the_same_is_owed(received, stage, steps):
    one = limit(limits(received)[stage])
    start = received.astimezone(UTC)
    in_one_go = {
        (due.rung.key, due.at) for due in mornings(one, STEPS, HOURS, start, start + timedelta(hours=sum(steps)))
    }
    seen, now = set(), start
    for step in steps:
        then = now + timedelta(hours=step)
        seen |= {(due.rung.key, due.at) for due in mornings(one, STEPS, HOURS, now, then)}
        now = then
    assert {due for due in seen if due[1] <= now} == {due for due in in_one_go if due[1] <= now}


rows = st.one_of(
    st.tuples(st.just("working"), st.integers(1, 12)),
    st.tuples(st.just("day"), st.integers(0, 12)),
    st.tuples(st.just("late"), st.integers(0, 12)),
    st.just(("monday", 0)),
)
people = st.frozensets(st.sampled_from(["handler", "supervisor", "leader"]), min_size=1)


@settings(max_examples=300)
@given(
    holidays_near,
    conventions,
    st.integers(0, 3),
    st.dictionaries(rows, people, max_size=6),
    st.integers(0, 50 * 24 * 60),
)
def test_whatever_ladder_an_office_makes_agrees_with_a_walk_through_the_days(received, convention, stage, made, waited):
    due = limits(received, convention)[stage]
    steps = tuple(Rung("limit", anchor, n, tuple(roles)) for (anchor, n), roles in made.items())
    since = due.due_at - timedelta(days=60)
    until = since + timedelta(minutes=waited) + timedelta(days=20)
    found = [(one.rung.key, one.at) for one in mornings(limit(due), steps, HOURS, since, until)]
    naive = tuple((anchor, n, set(roles)) for (anchor, n), roles in made.items())
    walked = naive_reminders.owed(due.due_at, due.due_day, CHINA, SHANGHAI, until, naive)
    assert sorted(one for one in found if one[1] <= until) == sorted(one for one in walked if one[1] >= since)


def test_of_two_steps_on_one_morning_that_reach_other_people_both_are_owed():
    due = limits("2026-09-29 10:00")[0]  # due 09-30 24:00, and then a week of holiday
    steps = (
        Rung("limit", "late", 0, ("handler", "supervisor")),
        Rung("limit", "late", 3, ("leader",)),
        Rung("limit", "late", 1, ("handler",)),
    )
    owed = mornings(limit(due), steps, HOURS, at("09-29 10:00"), at("10-08 09:00"))
    assert {one.rung.key for one in owed} == {"late", "late_1", "late_3"}
    wider = (*steps[:2], Rung("limit", "late", 1, ("handler", "supervisor")))
    assert {one.rung.key for one in mornings(limit(due), wider, HOURS, at("09-29 10:00"), at("10-08 09:00"))} == {
        "late_1",
        "late_3",
    }


def test_without_a_late_step_the_mondays_begin_after_the_limit():
    due = limits("2026-03-09 10:00")[0]  # due Tuesday 03-10, 24:00
    steps = (Rung("limit", "monday", 0, ("handler",)),)
    ahead = mornings(limit(due), steps, HOURS, at("03-09 10:00"), at("03-09 10:00"))
    assert [one.at for one in ahead] == [at("03-16 08:30")]


@pytest.mark.parametrize(
    ("raised", "pressing", "leaves"),
    [
        ("06-17 07:59", False, "06-17 08:00"),
        ("06-17 08:00", False, "06-17 08:00"),
        ("06-17 19:59", False, "06-17 19:59"),
        ("06-17 20:00", False, "06-18 08:00"),
        ("06-18 23:59", False, "06-22 08:30"),  # 06-19 to 06-21 rest
        ("06-18 23:59", True, "06-19 08:00"),
        ("06-20 00:00", True, "06-20 08:00"),
        ("06-20 12:00", True, "06-20 12:00"),
        ("06-20 12:00", False, "06-22 08:30"),
        ("06-21 20:00", True, "06-22 08:00"),
        ("06-21 20:00", False, "06-22 08:00"),
        ("09-20 12:00", False, "09-20 12:00"),  # a Sunday that works
    ],
)
def test_messages_leave_by_day_and_on_rest_days_only_those_that_press(raised, pressing, leaves):
    assert may_send_at(at(raised), pressing, HOURS) == at(leaves)


@given(holidays_near, st.booleans())
def test_nothing_leaves_before_it_is_raised_nor_by_night_nor_after_more_than_a_long_holiday(raised, pressing):
    leaves = may_send_at(raised.astimezone(UTC), pressing, HOURS)
    wall = leaves.astimezone(SHANGHAI)
    assert raised <= leaves < raised + timedelta(days=11)
    assert time(8) <= wall.time() < time(20)
    assert pressing or CHINA.works(wall.date())


def test_what_is_urgent_leaves_at_any_hour_of_any_day():
    assert may_send_at(at("06-20 03:00"), False, HOURS, urgent=True) == at("06-20 03:00")


def test_a_limit_presses_when_it_falls_due_before_the_next_working_morning():
    saturday = at("06-20 10:00")
    assert presses(saturday, at("06-22 08:29"), HOURS)
    assert not presses(saturday, at("06-22 08:30"), HOURS)
    assert not presses(saturday, saturday, HOURS)  # late already
    assert not presses(saturday, None, HOURS)


def test_a_digest_is_owed_each_working_morning_and_one_is_planned_ahead():
    days = digest_mornings(at("06-17 08:30"), at("06-23 09:00"), HOURS)
    assert [one.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for one in days] == [
        "06-18 08:30",
        "06-22 08:30",
        "06-23 08:30",
        "06-24 08:30",
    ]


def test_tomorrow_reaches_over_the_rest_days():
    assert soon(at("06-17 08:30"), HOURS) == (at("06-18 00:00"), at("06-19 00:00"))
    assert soon(at("06-18 08:30"), HOURS) == (at("06-19 00:00"), at("06-23 00:00"))


def test_mornings_are_those_of_the_offices_zone_across_a_change_of_the_clocks():
    new_york = ZoneInfo("America/New_York")
    hours = Hours(new_york, Calendar({}, frozenset({2026})))
    due = limits("2026-03-05 10:00", calendar=hours.calendar, zone=new_york)[1]  # due Sunday 03-08, when clocks change
    found = mornings(limit(due), STEPS, hours, due.due_at - timedelta(days=3), due.due_at)
    assert {one.at.astimezone(new_york).strftime("%H:%M") for one in found} == {"08:30"}


def test_the_keys_of_two_reminders_differ_in_any_part():
    parts = (7, 1, "3", 2, "late", "2026-06-17", 9)
    others = (8, 2, "4", 3, "late_1", "2026-06-18", 10)
    keys = {owed_key(*parts)} | {owed_key(*(*parts[:n], others[n], *parts[n + 1 :])) for n in range(len(parts))}
    assert len(keys) == 8
    assert owed_key(*parts) == "7|1|3|2|late|2026-06-17|9"
    assert digest_key("daily", "2026-06-17", 9) == "digest|daily|2026-06-17|9"


def test_the_same_reminder_of_another_person_differs_in_the_person_alone():
    assert for_recipient(owed_key(7, 1, "3", 2, "late", "2026-06-17", 9), 12) == "7|1|3|2|late|2026-06-17|12"


def test_a_resting_monday_before_the_limit_owes_nothing_after_it():
    # Due on Monday 10-05 at 17:30; the Monday is put off to 10-08, but its own morning came before the limit.
    one = Limit(1, 1, at("10-05 17:30"), datetime(2026, 10, 5).date(), 1)
    steps = (Rung("limit", "monday", 0, ("handler",)),)
    assert [due.at for due in mornings(one, steps, HOURS, at("10-05 18:00"), at("10-05 18:00"))] == [at("10-12 08:30")]

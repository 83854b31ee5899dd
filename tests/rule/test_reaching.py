"""Whom a step reaches: on rest days whoever is on duty as well, which agrees with a walk through the days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.office.entries import ZONE, shanghai
from tests.rule import naive_reminders
from tests.rule.china import CHINA
from tracker.rule.ladder import People, Rung
from tracker.rule.reaching import on_duty, reached
from tracker.rule.reminders import Hours

HOURS = Hours(ZONE, CHINA)
PEOPLE = People(7, (1, 2), duty=lambda day: (day.day,))
ROLES = st.lists(st.sampled_from(["handler", "supervisor", "leader"]), min_size=1, unique=True)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20)).map(lambda at: at.replace(tzinfo=UTC))


@given(MOMENTS, st.integers(-48, 300), ROLES)
def test_on_rest_days_the_officer_hears_what_the_walk_says(at, hours, roles):
    due_at = at + timedelta(hours=hours)
    found = on_duty(Rung("limit", "day", 0, tuple(roles)), PEOPLE, at, due_at, HOURS)
    copied = naive_reminders.on_rest_days(set(roles), at, due_at, CHINA, ZONE)
    assert found == ((naive_reminders.duty_day(at, ZONE).day,) if copied else ())


def test_everybody_is_reached_once_and_nobody_is_added_where_no_roster_is_kept():
    at, due_at = shanghai("06-20 08:30"), shanghai("06-21 00:00")  # a Saturday
    rung = Rung("limit", "day", 0, ("handler",))
    assert reached(rung, PEOPLE, at, due_at, HOURS) == (7, 20)
    assert reached(rung, People(20, duty=PEOPLE.duty), at, due_at, HOURS) == (20,)
    assert reached(rung, People(7), at, due_at, HOURS) == (7,)
    assert reached(Rung("dispatch", "act", 0, ("handler",)), PEOPLE, at, due_at, HOURS) == (7,)
    assert reached(Rung("limit", "day", 0, ("handler", "duty")), PEOPLE, at, due_at, HOURS) == (7, 20)

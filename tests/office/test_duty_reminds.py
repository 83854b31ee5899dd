"""Whoever is on duty is reminded: on rest days of what is over before anybody works, and where the ladder says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural, reminders, shanghai
from tracker.office import explaining, lookback, raising
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.ladder import LADDER, Rung
from tracker.store import choosing, features, ladder, outbox, roster
from tracker.store.channels import MAIL_ID
from tracker.store.choosing import Choice
from tracker.store.database import execute, rows, value, writing

DOMAIN = "example.gov.cn"
FRIDAY, SATURDAY, SUNDAY = date(2026, 6, 26), date(2026, 6, 27), date(2026, 6, 28)
MORNING = shanghai("06-28 08:30")  # of a Sunday, on which the contact is due


@pytest.fixture
def people(register, make_person):
    """A handler, two officers who handle nothing of it, and a supervisor; the office keeps a roster."""
    with writing(register):
        features.switch(register, ("duty",))
    names = {"王建国": "handler", "陈晓": "handler", "林涛": "clerk", "周明": "supervisor"}
    return {
        name: make_person(name=name, roles=(role,), email=f"p{n}@example.gov.cn").id
        for n, (name, role) in enumerate(names.items())
    }


@pytest.fixture
def case(register, people):
    """Received on a Saturday: its first limit ends on the Sunday."""
    at = shanghai("06-27 10:00")
    made = add_case(register, natural("2026-06-27"), handler_id=people["王建国"], at=at)
    replan(register, made, at, "登记")
    return made


def put(db, people, at, *, on=(), off=()):
    named = {"on": [(day, people[name]) for day, name in on], "off": [(day, people[name]) for day, name in off]}
    return roster.change(db, people["周明"], at, **named)


def owed(db, case, rung="due_day", limit="contact"):
    names = {r["id"]: r["name"] for r in rows(db, "SELECT id, name FROM person")}
    return [(names[one], when) for key, step, one, when in reminders(db, case) if (key, step) == (limit, rung)]


def test_on_a_rest_day_the_officer_of_that_day_hears_what_the_handler_hears(register, people, case):
    put(register, people, NOW, on=[(SATURDAY, "林涛"), (SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"), DOMAIN)
    assert owed(register, case) == [("王建国", "06-28 08:30"), ("陈晓", "06-28 08:30")]
    shown = {one.due.recipient_id: one.mail_at for one in tick(register, MORNING, DOMAIN)}
    assert shown == {people["王建国"]: MORNING, people["陈晓"]: MORNING}
    assert tick(register, MORNING + timedelta(seconds=20), DOMAIN) == ()
    told = [one.rung for one in outbox.inbox(register, people["陈晓"])]
    assert told == ["due_day"]


def test_what_waits_for_the_working_morning_and_what_falls_due_on_a_working_day_is_the_handlers_alone(
    register, people, case
):
    put(register, people, NOW, on=[(date(2026, 6, 22) + timedelta(days=n), "陈晓") for n in range(20)])
    tick(register, shanghai("06-27 10:01"))
    told = {(limit, rung) for limit, rung, one, _when in reminders(register, case) if one == people["陈晓"]}
    assert told == {("contact", "due_day")}, "the others are due on working days"


def test_the_officer_who_handles_the_case_is_told_once(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "王建国")])
    tick(register, shanghai("06-27 10:01"))
    assert owed(register, case) == [("王建国", "06-28 08:30")]
    assert len(tick(register, MORNING)) == 1


def test_a_changed_roster_moves_what_is_planned_and_doubles_nothing(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"))
    put(register, people, NOW, on=[(SUNDAY, "林涛")], off=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:02"))
    assert owed(register, case) == [("王建国", "06-28 08:30"), ("林涛", "06-28 08:30")]
    why = "SELECT withdrawn_why FROM reminder WHERE recipient_id = :id AND withdrawn_at IS NOT NULL"
    assert value(register, why, {"id": people["陈晓"]}) == "people"
    put(register, people, NOW, on=[(SUNDAY, "陈晓")], off=[(SUNDAY, "林涛")])
    tick(register, MORNING)
    assert [one.rung for one in outbox.inbox(register, people["陈晓"])] == ["due_day"]
    assert outbox.inbox(register, people["林涛"]) == ()


def test_a_swap_between_the_morning_and_the_tick_is_not_lost(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"))
    put(register, people, MORNING, on=[(SUNDAY, "林涛")], off=[(SUNDAY, "陈晓")])  # at 08:30:05, say
    shown = {one.due.recipient_id for one in tick(register, MORNING + timedelta(seconds=20))}
    assert shown == {people["王建国"], people["林涛"]}


def test_done_in_time_it_reminds_neither(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"))
    done = "UPDATE deadline SET state = 'done', done_at = '2026-06-27T06:00:00Z' WHERE key = 'contact'"
    execute(register, done)
    replan(register, case, shanghai("06-27 14:00"), "contact")
    assert owed(register, case) == []


@pytest.mark.parametrize("duties", [("duty",), ()])
def test_switched_off_the_roster_reminds_nobody(register, people, case, duties):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"))
    with writing(register):
        features.switch(register, duties)
    tick(register, shanghai("06-27 10:02"))
    assert (("陈晓", "06-28 08:30") in owed(register, case)) is bool(duties)


def test_asleep_over_the_weekend_the_officer_of_that_day_is_told_still(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓"), (date(2026, 6, 29), "林涛")])
    tick(register, shanghai("06-27 10:01"))
    tick(register, shanghai("06-29 09:00"))
    assert [one.rung for one in outbox.inbox(register, people["陈晓"])] == ["due_day"]


def test_what_nobody_signed_for_on_a_rest_day_reaches_the_officer_too(register, people):
    put(register, people, NOW, on=[(SATURDAY, "林涛")])
    at = shanghai("06-27 10:00")
    made = add_case(register, natural("2026-06-27"), handler_id=people["王建国"], at=at)
    execute(register, "UPDATE cases SET dispatched_at = registered_at")
    replan(register, made, at, "登记")
    assert owed(register, made, "dispatch", "") == [("王建国", "06-27 10:00")]
    assert owed(register, made, "unsigned_4", "") == [("王建国", "06-27 14:00"), ("林涛", "06-27 14:00")]
    shown = {one.due.recipient_id: one.mail_at for one in tick(register, shanghai("06-27 14:00"), DOMAIN)}
    assert shown[people["林涛"]] == shanghai("06-27 14:00")


def test_what_is_not_over_before_the_next_working_morning_waits_for_it(register, people):
    put(register, people, NOW, on=[(SATURDAY, "林涛")])
    at = shanghai("06-27 10:00")
    made = add_case(register, {"contact": shanghai("06-30 00:00")}, handler_id=people["王建国"], at=at)
    execute(register, "UPDATE cases SET dispatched_at = registered_at")
    replan(register, made, at, "登记")
    assert owed(register, made, "unsigned_4", "") == [("王建国", "06-27 14:00")]


def test_a_person_may_not_choose_to_be_without_in_app_notices_on_duty(register, people, case):
    choosing.choose(register, people["陈晓"], MAIL_ID, Choice(False))
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    tick(register, shanghai("06-27 10:01"), DOMAIN)
    shown = {one.due.recipient_id: one.mail_at for one in tick(register, MORNING, DOMAIN)}
    assert shown == {people["王建国"]: MORNING, people["陈晓"]: None}


# Where the ladder names them


@pytest.fixture
def named(register, make_person):
    """The office's ladder with the officer on the day that a limit ends, and each Monday after."""
    admin = make_person(roles=("admin",)).id
    rungs = [Rung("limit", "monday", 0, ("duty",)) if rung.anchor == "monday" else rung for rung in LADDER]
    ladder.add(register, (*rungs, Rung("contact", "day", 0, ("duty",))), NOW, admin)


def test_a_step_for_the_officer_goes_to_whoever_has_the_duty_of_its_hour(register, people, named):
    put(register, people, NOW, on=[(date(2026, 6, 17), "陈晓"), (date(2026, 6, 18), "林涛")])
    made = add_case(register, natural("2026-06-17"), handler_id=people["王建国"])
    replan(register, made, NOW, "登记")
    tick(register, NOW)
    assert owed(register, made) == [("王建国", "06-18 08:30"), ("林涛", "06-18 08:30")]
    execute(register, "INSERT INTO setting (key, value) VALUES ('duty_from', '17:30')")
    tick(register, NOW)
    assert owed(register, made) == [("王建国", "06-18 08:30"), ("陈晓", "06-18 08:30")]


def test_a_day_without_an_officer_is_the_supervisors_until_somebody_is_named(register, people, named):
    made = add_case(register, natural("2026-06-17"), handler_id=people["王建国"])
    replan(register, made, NOW, "登记")
    tick(register, NOW)
    assert owed(register, made) == [("王建国", "06-18 08:30"), ("周明", "06-18 08:30")]
    put(register, people, NOW, on=[(date(2026, 6, 18), "林涛")])
    tick(register, NOW)
    assert owed(register, made) == [("王建国", "06-18 08:30"), ("林涛", "06-18 08:30")]


def test_each_monday_is_another_officers(register, people, named):
    at = shanghai("06-08 09:00")
    made = add_case(register, {"contact": shanghai("06-10 00:00")}, handler_id=people["王建国"], at=at)
    replan(register, made, at, "登记")
    mondays = [date(2026, 6, 15) + timedelta(days=7 * n) for n in range(4)]
    put(register, people, at, on=list(zip(mondays, ("陈晓", "林涛", "陈晓", "林涛"), strict=True)))
    while at < shanghai("07-07 00:00"):
        tick(register, at)
        at += timedelta(hours=6)
    shown = "SELECT owed_at FROM reminder WHERE rung = 'weekly' AND shown_at IS NOT NULL AND recipient_id = :id"
    # The last step before them, after three full days, comes on 06-15.
    for name, days in (("陈晓", ["06-29"]), ("林涛", ["06-22", "07-06"])):
        assert [r[0][5:10] for r in rows(register, shown, {"id": people[name]})] == days


# What it says of itself


def test_the_rehearsal_and_the_explanation_name_the_officer(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    at = shanghai("06-27 10:05")
    found = [(one.due.name, one.due.rung) for one in raising.rehearse(register, at, MORNING, DOMAIN)]
    assert ("陈晓", "due_day") in found
    assert rows(register, "SELECT id FROM reminder WHERE recipient_id = :id", {"id": people["陈晓"]}) == []
    tick(register, at)
    no = value(register, "SELECT no FROM cases")
    steps = [step for subject in explaining.explain(register, no) for step in subject.steps if step.told]
    assert ("due_day", "陈晓") in {(step.key, step.told.name) for step in steps}


def test_the_preview_of_a_ladder_counts_the_officer(register, people, case):
    put(register, people, NOW, on=[(SUNDAY, "陈晓")])
    compared = lookback.compare(register, LADDER, LADDER, shanghai("06-29 09:00"))
    assert ("due_day", people["陈晓"]) in {(one.line.key, one.line.person_id) for one in compared.lines}


def test_a_morning_that_moves_to_another_day_is_the_officers_of_that_day_alone(register, people, named):
    made = add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=people["王建国"])
    monday, tuesday = date(2026, 6, 22), date(2026, 6, 23)
    put(register, people, NOW, on=[(monday, "陈晓"), (tuesday, "林涛")])
    with writing(register):
        ladder.add(register, (Rung("limit", "late", 0, ("handler", "duty")),), NOW, people["周明"])
    replan(register, made, NOW, "登记")
    tick(register, NOW)
    assert owed(register, made, "late") == [("王建国", "06-22 08:30"), ("陈晓", "06-22 08:30")]
    execute(register, "INSERT INTO calendar_override (day, works) VALUES ('2026-06-22', 0)")
    tick(register, shanghai("06-21 10:00"))
    assert owed(register, made, "late") == [("王建国", "06-23 08:30"), ("林涛", "06-23 08:30")]

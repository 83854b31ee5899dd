"""The clock jumps: what is owed waits for a word or half an hour; it is set back: nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural
from tracker.office import stepping
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.steps import Reading
from tracker.store import clock_steps, heartbeat
from tracker.store.database import execute, row, rows, value

SECONDS = timedelta(seconds=20)


class Machine:
    """A wall clock that can be set, and time that passes."""

    def __init__(self, db) -> None:
        self.db, self.wall, self.passed, self.boot = db, NOW, 1000.0, "first"
        self.before: Reading | None = None

    def goes_on(self, span=SECONDS) -> None:
        self.wall += span
        self.passed += span.total_seconds()

    def is_set(self, span) -> None:
        self.wall += span

    def starts_anew(self, off=timedelta(hours=12)) -> None:
        self.wall += off
        self.passed, self.boot, self.before = 5.0, "second", None

    def watch(self):
        now = Reading(self.wall, self.passed, self.boot)
        held = stepping.watch(self.db, self.before, now)
        self.before = now
        return held


@pytest.fixture
def machine(register):
    found = Machine(register)
    assert found.watch() is None
    return found


def acts(db):
    return [r["act"] for r in rows(db, "SELECT act FROM audit WHERE act GLOB 'clock.*' ORDER BY seq")]


def test_a_clock_that_goes_holds_nothing(machine, register):
    for _ in range(50):
        machine.goes_on()
        assert machine.watch() is None
    machine.goes_on(timedelta(days=10))  # asleep
    assert machine.watch() is None
    assert value(register, "SELECT count(*) FROM clock_step") == 0
    assert acts(register) == []


def test_a_jump_forward_holds_until_half_an_hour_has_passed_and_is_on_record(machine, register):
    machine.is_set(timedelta(hours=2))
    held = machine.watch()
    assert held is not None
    assert held.by == timedelta(hours=2)
    for _ in range(89):
        machine.goes_on()
        assert machine.watch() is not None
    machine.goes_on()
    assert machine.watch() is None
    assert acts(register) == ["clock.stepped", "clock.passed"]
    assert clock_steps.last(register)[0].ended_why == "passed"
    assert '"seconds":7200' in row(register, "SELECT detail FROM audit WHERE act = 'clock.stepped'")["detail"]


def test_who_confirms_the_clock_lets_go_what_is_held(machine, register, make_actor):
    machine.is_set(timedelta(days=400))
    assert machine.watch() is not None
    zhou = make_actor(roles=("supervisor",), name="周明")
    stepping.confirm(register, zhou, machine.wall)
    stepping.confirm(register, zhou, machine.wall)  # pressed twice
    machine.goes_on()
    assert machine.watch() is None
    (step,) = clock_steps.last(register)
    assert (step.ended_why, step.ended_by) == ("confirmed", "周明")
    assert acts(register) == ["clock.stepped", "clock.confirmed"]


def test_a_clock_that_is_put_right_again_lets_go_at_once(machine, register):
    machine.is_set(timedelta(hours=5))
    machine.goes_on()
    assert machine.watch() is not None
    machine.is_set(timedelta(minutes=-2))
    assert machine.watch() is not None  # that is not it
    machine.is_set(timedelta(hours=-5))
    assert machine.watch() is None
    assert [one.ended_why for one in clock_steps.last(register)] == ["", "", "stepped_back"]


def test_a_second_jump_is_held_on_its_own(machine, register):
    machine.is_set(timedelta(hours=2))
    assert machine.watch() is not None
    machine.goes_on(timedelta(minutes=20))
    machine.is_set(timedelta(hours=1))
    held = machine.watch()
    assert held is not None
    assert held.by == timedelta(hours=1)
    machine.goes_on(timedelta(minutes=29))
    assert machine.watch() is not None
    machine.goes_on(timedelta(minutes=1))
    assert machine.watch() is None


def test_a_jump_while_the_scheduler_was_down_is_found_by_the_next_one(machine, register):
    machine.before = None  # a new process on the same start of the machine
    machine.goes_on(timedelta(hours=3))
    machine.is_set(timedelta(hours=1))
    held = machine.watch()
    assert held is not None
    assert held.by == timedelta(hours=1)


def test_a_machine_switched_off_over_night_holds_nothing(machine):
    machine.starts_anew(timedelta(days=9))
    assert machine.watch() is None


def test_a_machine_that_wakes_in_another_year_is_held(machine):
    machine.starts_anew(timedelta(days=400))
    assert machine.watch() is not None


def test_what_is_held_is_neither_shown_nor_lost(register, machine, make_person):
    handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
    replan(register, add_case(register, natural("2026-06-17"), handler_id=handler), NOW, "登记")
    tick(register, NOW, "example.gov.cn")
    shown = value(register, "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL")
    machine.is_set(timedelta(hours=24))
    assert machine.watch() is not None
    stepping.rest(register, machine.wall)
    assert heartbeat.alive_at(register) == machine.wall
    assert heartbeat.last(register, heartbeat.TICK).at == NOW  # digests are owed since then
    assert value(register, "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL") == shown
    machine.goes_on(timedelta(minutes=30))
    assert machine.watch() is None
    tick(register, machine.wall, "example.gov.cn")
    assert value(register, "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL") > shown


def test_a_scheduler_that_rested_while_the_clock_was_ahead_is_seen_alive_when_it_is_put_right(register, machine):
    machine.is_set(timedelta(days=400))
    assert machine.watch() is not None
    stepping.rest(register, machine.wall)
    machine.goes_on()
    machine.is_set(timedelta(days=-400))
    assert machine.watch() is None
    tick(register, machine.wall)
    assert heartbeat.alive_at(register) == machine.wall


@pytest.fixture
def waiting(register, make_person):
    """Four messages: sent, waiting for tomorrow morning, waiting since the clock was ahead, and to be tried again."""
    handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
    sql = (
        "INSERT INTO delivery (recipient_id, channel, owed_at, message_id, try_after, tries, failed, sent_at)"
        " VALUES (:who, 'mail', :at, :name, :try, :tries, :tries, :sent)"
    )
    at = "2026-06-17T02:24:00Z"
    for name, try_after, tries, sent in (
        ("sent", at, 1, at),
        ("tomorrow", "2026-06-18T00:00:00Z", 0, None),
        ("ahead", "2026-06-17T04:00:00Z", 0, None),
        ("again", "2026-06-17T04:40:00Z", 3, None),
    ):
        params = {"who": handler, "at": at, "name": name, "try": try_after, "tries": tries, "sent": sent}
        execute(register, sql, params)


def test_a_step_back_sends_nothing_again_and_leaves_nothing_to_an_hour_far_off(register, machine, waiting):
    machine.is_set(timedelta(hours=2))
    machine.watch()
    machine.goes_on()
    machine.is_set(timedelta(hours=-2))
    assert machine.watch() is None
    kept = {r["message_id"]: r for r in rows(register, "SELECT message_id, try_after, sent_at FROM delivery")}
    now = machine.wall.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert kept["sent"]["sent_at"] == "2026-06-17T02:24:00Z"
    assert kept["tomorrow"]["try_after"] == "2026-06-18T00:00:00Z"
    assert kept["ahead"]["try_after"] == kept["again"]["try_after"] == now


def test_the_reading_of_the_clocks_is_not_written_at_every_tick(machine, register):
    before = register.conn.total_changes
    for _ in range(14):
        machine.goes_on()
        machine.watch()
    assert register.conn.total_changes == before
    machine.goes_on()
    machine.watch()
    assert register.conn.total_changes == before + 1

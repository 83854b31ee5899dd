"""The scheduler on a machine whose clock is set and that sleeps: nothing is lost, nothing is recorded or sent twice."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers import base
from apscheduler.schedulers.background import BackgroundScheduler

from tests.factories import NOW
from tests.mail_server import listening
from tests.office.cases_sql import add_case, natural
from tests.patience import wait_until
from tracker import schedule
from tracker.clock import to_text
from tracker.office import stepping
from tracker.office.reminding import replan
from tracker.rule import steps
from tracker.schedule import Ticker
from tracker.store import clock_steps, heartbeat
from tracker.store.database import rows, value

TICK = timedelta(seconds=20)


class Machine:
    """Wall clock and passing time, which a test sets apart from each other."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 1000.0

    def go_on(self, span: timedelta) -> None:
        self.wall += span
        self.seconds += span.total_seconds()


@pytest.fixture
def machine(monkeypatch):
    found = Machine()
    monkeypatch.setattr(schedule, "now", lambda: found.wall)
    monkeypatch.setattr(schedule.clock, "passed", lambda: found.seconds)
    monkeypatch.setattr(schedule.clock, "boot", lambda: "one")
    return found


@pytest.fixture
def office(register, make_person):
    handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
    make_person(roles=("supervisor",), email="zhou@example.gov.cn")
    for day in ("2026-06-12", "2026-06-15", "2026-06-17"):
        replan(register, add_case(register, natural(day), handler_id=handler), NOW, "登记")


@pytest.fixture
def ticker(config, machine):
    with listening() as server:
        settings = replace(config, smtp_host="127.0.0.1", smtp_port=server.port, mail_from="xinfang@example.gov.cn")
        ticker = Ticker(settings, threading.Event())
        # The sender was given the clock when it was made: it goes by the machine's too.
        ticker._sender._now = lambda: machine.wall
        yield ticker, server


STEPS = [timedelta(minutes=n) for n in (-1, 1, -6, 6, -60, 60)] + [timedelta(days=n) for n in (-400, -1, 1, 400)]


@pytest.mark.parametrize("seed", range(6))
def test_steps_and_sleep_lose_nothing_and_double_nothing(register, office, machine, ticker, seed):
    tick, server = ticker[0].tick, ticker[1]
    chance, true_wall = random.Random(seed), timedelta(0)
    for _ in range(12):
        tick()
        act = chance.choice(("step", "sleep", "go on"))
        if act == "step":
            by = chance.choice(STEPS)
            machine.wall += by
            true_wall += by
            for _ in range(chance.randrange(3)):
                tick()
                machine.go_on(TICK)
            machine.wall -= by  # somebody puts it right
            true_wall -= by
        elif act == "sleep":
            machine.go_on(timedelta(hours=chance.choice((1, 12, 60, 240))))
        else:
            machine.go_on(timedelta(minutes=chance.choice((1, 90))))
        tick()
    machine.go_on(timedelta(days=20))
    for _ in range(200):
        tick()
        machine.go_on(timedelta(minutes=30))
    assert true_wall == timedelta(0)
    now = {"at": to_text(machine.wall - timedelta(hours=1))}
    lost = "SELECT count(*) FROM reminder WHERE shown_at IS NULL AND withdrawn_at IS NULL AND owed_at <= :at"
    assert value(register, lost, now) == 0
    unsent = "SELECT count(*) FROM delivery WHERE sent_at IS NULL AND dead = 0 AND try_after <= :at"
    assert value(register, unsent, now) == 0
    sent = rows(register, "SELECT message_id FROM delivery WHERE sent_at IS NOT NULL")
    assert sorted(server.ids()) == sorted(r["message_id"] for r in sent)
    assert value(register, "SELECT count(*) FROM reminder WHERE shown_at > :at", {"at": to_text(machine.wall)}) == 0


def test_a_jump_holds_what_is_shown_and_sent_until_it_is_confirmed(register, office, machine, ticker, make_actor):
    tick, server = ticker[0].tick, ticker[1]
    tick()
    before = len(server.got)
    machine.go_on(TICK)
    machine.wall += timedelta(days=2)
    tick()
    assert len(server.got) == before
    assert heartbeat.alive_at(register) == machine.wall
    stepping.confirm(register, make_actor(roles=("supervisor",)), machine.wall)
    machine.go_on(TICK)
    tick()
    assert len(server.got) > before


def test_a_jump_is_logged_once_however_long_it_holds(register, office, machine, ticker, caplog):
    ticker[0].tick()
    machine.wall += timedelta(days=2)
    for _ in range(4):
        ticker[0].tick()
        machine.go_on(TICK)
    assert [line.message for line in caplog.records if "the clock moved by" in line.message] == [
        "the clock moved by 2 days, 0:00:00: held until 2026-06-19 02:54:00+00:00"
    ]


def test_without_the_guard_a_false_year_is_told_to_everybody(register, office, machine, ticker, monkeypatch):
    """The negative control: where no step is seen, a clock that is ahead shows what is not owed."""
    monkeypatch.setattr(steps, "step", lambda before, now: timedelta(0))
    ticker[0].tick()
    machine.wall += timedelta(days=400)
    ticker[0].tick()
    assert clock_steps.last(register) == ()
    assert value(register, "SELECT count(*) FROM reminder WHERE shown_at > '2027'") > 0


class Job:
    """What the library keeps of a job: the hour of the wall clock at which it comes next."""

    def __init__(self, at) -> None:
        self.next_run_time = at

    def modify(self, next_run_time) -> None:
        self.next_run_time = next_run_time


class Asleep:
    """A library that is woken in vain: the job is all that is looked at."""

    def wakeup(self) -> None:
        pass


def test_a_clock_that_is_set_back_does_not_put_the_scheduler_to_sleep(machine):
    stop, job = threading.Event(), Job(NOW + timedelta(hours=1))
    thread = threading.Thread(target=schedule._keep_pace, args=(Asleep(), job, stop, 0.02))
    thread.start()
    try:
        wait_until(lambda: job.next_run_time == NOW)
    finally:
        stop.set()
        thread.join()


class Wall(datetime):
    """The clock that the library reads. While ``back`` is set it stands a day back."""

    back = threading.Event()
    read_back = threading.Event()

    @classmethod
    def now(cls, tz=None):
        if not cls.back.is_set():
            return datetime.now(tz)
        cls.read_back.set()
        return datetime.now(tz) - timedelta(days=1)


def test_a_clock_that_is_set_back_and_put_right_between_two_ticks_does_not_either(monkeypatch):
    """The library has measured its sleep by then, and nothing of the job tells of it."""
    monkeypatch.setattr(base, "datetime", Wall)
    ticked, stop = threading.Event(), threading.Event()
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(ticked.set, "interval", seconds=1, misfire_grace_time=None, coalesce=True)
    scheduler.start()
    Wall.back.set()
    scheduler.wakeup()
    assert Wall.read_back.wait(5)
    Wall.back.clear()
    thread = threading.Thread(target=schedule._keep_pace, args=(scheduler, job, stop, 1))
    thread.start()
    try:
        assert ticked.wait(5)
    finally:
        stop.set()
        thread.join()
        scheduler.shutdown()

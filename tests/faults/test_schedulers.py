"""One active scheduler and a standby: real processes, real signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.factories import NOW, add_person, set_up_office
from tests.faults.world import send_at_any_hour
from tests.mail_server import listening
from tests.office.cases_sql import add_case, natural
from tests.patience import PATIENCE, InTime, wait_until
from tracker.clock import now
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store import heartbeat
from tracker.store.database import execute, rows, value, writing
from tracker.store.register import open_register

TOP = Path(__file__).resolve().parents[2]


class Scheduler:
    def __init__(self, home: Path, **environ: str) -> None:
        self.log = home.parent / f"scheduler-{time.monotonic_ns()}.log"
        environ = {**os.environ, "TRACKER_HOME": str(home), "TRACKER_TICK_SECONDS": "1", **environ}
        program = (
            "import sys, os; from tracker.config import Config; from tracker import schedule; import logging; "
            "logging.basicConfig(level=logging.INFO); schedule.main(Config.from_environ(os.environ))"
        )
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-c", program], env=environ, cwd=TOP, stderr=log)

    def said(self, words: str) -> bool:
        return re.search(words, self.log.read_text()) is not None

    def end(self, number: int = signal.SIGKILL) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def schedulers(home):
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    started: list[Scheduler] = []

    def start(**environ: str) -> Scheduler:
        started.append(Scheduler(home, **environ))
        return started[-1]

    yield start
    for scheduler in started:
        if scheduler.process.poll() is None:
            scheduler.end()


def beat(db):
    last = heartbeat.last(db, heartbeat.TICK)
    return last and last.at


def test_a_standby_takes_over_within_two_seconds_of_a_kill(home, schedulers):
    db = open_register(home, now())
    first = schedulers()
    wait_until(lambda: first.said("scheduler active"))
    second = schedulers()
    wait_until(lambda: second.said("standing by"))
    wait_until(lambda: beat(db) is not None)
    assert not second.said("active, a tick")
    with InTime(2):
        first.end()
        wait_until(lambda: second.said("active, a tick"))
    execute(db, "DELETE FROM heartbeat")
    wait_until(lambda: beat(db) is not None)
    db.close()


def test_the_scheduler_stops_cleanly_when_told_to(home, schedulers):
    open_register(home, now()).close()
    one = schedulers()
    wait_until(lambda: one.said("active, a tick"))
    assert one.end(signal.SIGTERM) == 0
    assert one.said("scheduler stopped")
    assert not one.said("Traceback")


def test_a_standby_stops_when_told_to(home, schedulers):
    first = schedulers()
    wait_until(lambda: first.said("active, a tick"))
    second = schedulers()
    wait_until(lambda: second.said("standing by"))
    assert second.end(signal.SIGTERM) == 0


def test_before_the_register_is_set_up_the_scheduler_waits_quietly_and_makes_none(home, schedulers):
    one = schedulers()
    wait_until(lambda: one.said("active, a tick"))
    time.sleep(1.5)
    assert sorted(path.name for path in home.iterdir()) == ["register.lock", "scheduler.lock"]
    assert not one.said("ERROR|WARNING")
    db = open_register(home, now())
    wait_until(lambda: beat(db) is not None)
    db.close()


def test_the_reminders_of_a_sample_arrive_in_the_app_and_none_is_sent(home, schedulers):
    sample = open_register(home, now(), "sample.db")
    set_up_office(sample)
    handler = add_person(sample, roles=("handler",), email="wang@example.gov.cn")
    replan(sample, add_case(sample, natural("2026-06-17"), handler_id=handler.id), NOW, "登记")
    with listening() as server:
        schedulers(
            TRACKER_SMTP_HOST="127.0.0.1",
            TRACKER_SMTP_PORT=str(server.port),
            TRACKER_MAIL_FROM="xinfang@example.gov.cn",
        )
        wait_until(lambda: beat(sample) is not None)
        assert value(sample, "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL") > 0
        assert value(sample, "SELECT count(*) FROM delivery") == 0
        time.sleep(1.5)
        assert server.got == []
    sample.close()


def test_a_sample_that_is_being_built_is_left_alone(home, schedulers):
    sample = open_register(home, now(), "sample.db")
    db = open_register(home, now())
    with writing(sample):
        add_person(sample)
        one = schedulers()
        wait_until(lambda: beat(db) is not None)
        time.sleep(1.5)
    assert beat(sample) is None
    assert not one.said("ERROR|WARNING")
    sample.close()
    db.close()


def test_a_tick_that_fails_is_logged_and_the_next_one_goes_on(home, schedulers):
    db = open_register(home, now())
    execute(db, "ALTER TABLE heartbeat RENAME TO away")
    one = schedulers()
    wait_until(lambda: one.said("tick failed"))
    execute(db, "ALTER TABLE away RENAME TO heartbeat")
    wait_until(lambda: beat(db) is not None)
    assert one.process.poll() is None
    assert rows(db, "SELECT name FROM heartbeat WHERE name = 'tick'")
    db.close()


def test_of_schedulers_started_together_one_is_active(home, schedulers):
    together = [schedulers() for _ in range(4)]
    wait_until(lambda: all(one.said("active, a tick|standing by") for one in together))
    assert sum(one.said("active, a tick") for one in together) == 1


def test_the_scheduler_sends_what_waits(register, schedulers, make_person):
    send_at_any_hour(register)
    handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
    replan(register, add_case(register, natural("2026-06-17"), handler_id=handler), NOW, "登记")
    tick(register, NOW, "example.gov.cn")
    (waiting,) = rows(register, "SELECT message_id FROM delivery")
    with listening() as server:
        one = schedulers(
            TRACKER_SMTP_HOST="127.0.0.1",
            TRACKER_SMTP_PORT=str(server.port),
            TRACKER_MAIL_FROM="xinfang@example.gov.cn",
        )
        wait_until(lambda: value(register, "SELECT sent_at FROM delivery ORDER BY id") is not None)
        assert server.ids()[0] == waiting["message_id"]
        assert one.end(signal.SIGTERM) == 0

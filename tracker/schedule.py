"""The scheduler: its own process, one active at a time, one tick after another.

It is a tick, not the truth: what is due stands in the register, and a tick that comes late finds it all.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, timedelta
from pathlib import Path

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from sqlite_utils import Database

from tracker import clock
from tracker.clock import now
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office import raising, stepping
from tracker.rule.steps import Reading
from tracker.store.clock_steps import Step
from tracker.store.occupied import occupy, try_lock
from tracker.store.register import DATABASE, SAMPLE, open_register, somebody_in

log = logging.getLogger(__name__)

LOCK = "scheduler.lock"
#: A standby asks this often: it takes over within 2 s of the active one's death, whatever killed it.
ASK_EVERY = 0.5
#: Between two shares of a long tick: SQLite lets whoever waits to write try again within about so long.
BREATH = 0.01


def main(config: Config) -> None:
    """Run until SIGTERM or SIGINT: wait for the lock, then tick every ``config.tick_seconds``. Main thread only."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with closing(occupy(config.home)), _the_only_one(config.home, stop) as mine:
        if mine:
            _run(config, stop)


def _run(config: Config, stop: threading.Event) -> None:
    ticker = Ticker(config, stop)
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(
        ticker.tick,
        "interval",
        seconds=config.tick_seconds,
        next_run_time=now(),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a long tick delays the next is no news
    scheduler.start()
    log.info("scheduler active, a tick every %s s", config.tick_seconds)
    _keep_pace(scheduler, job, stop, config.tick_seconds)
    scheduler.shutdown(wait=True)
    log.info("scheduler stopped")


def _keep_pace(scheduler: BaseScheduler, job: Job, stop: threading.Event, seconds: float) -> None:
    """Wait for the end. The library waits for an hour of the wall clock: set back by a day, it would sleep for one. It
    would so even if the clock was put right again a moment later, when the job looks due as ever: it is woken each
    time, and looks again."""
    while not stop.wait(seconds):
        if job.next_run_time - now() > timedelta(seconds=2 * seconds):
            log.warning("the clock was set back: the next tick comes now")
            job.modify(next_run_time=now())
        scheduler.wakeup()


class Ticker:
    """The work of one tick. It opens the register for itself, so that no fault outlives it."""

    def __init__(self, config: Config, stop: threading.Event) -> None:
        self._config, self._stop = config, stop
        self._sender = Sender(config, now, stop.is_set)
        self._mail_domain = raising.mail_domain(config.smtp_host, config.mail_from)
        self._before: Reading | None = None
        self._held: Step | None = None

    def tick(self) -> None:
        """Raise what fell due and send what may leave; then raise what fell due in the sample. An error is logged, and
        the next tick tries again: this is the one loop that must go on."""
        try:
            if (self._config.home / DATABASE).exists():  # else not set up yet
                with closing(open_register(self._config.home, now())) as db:
                    self._work(db)
        except Exception:
            log.exception("tick failed")
        try:
            self._raise_in_sample()
        except Exception:
            log.exception("tick of the sample failed")

    def _raise_in_sample(self) -> None:
        """What a visitor of the sample sets off arrives in the app. Nothing is ever sent from there."""
        if somebody_in(self._config.home, SAMPLE):
            with closing(open_register(self._config.home, now(), SAMPLE)) as db:
                raising.tick(db, now(), rest=lambda: self._stop.wait(BREATH))

    def _work(self, db: Database) -> None:
        reading = Reading(now(), clock.passed(), clock.boot())
        held = stepping.watch(db, self._before, reading)
        self._before = reading
        told, self._held = self._held, held
        if held is not None:  # neither shown nor sent: what a wrong clock owes is not owed
            if held != told:
                log.warning("the clock moved by %s: held until %s", held.by, held.until)
            stepping.rest(db, reading.wall)
            return
        raising.tick(db, now(), self._mail_domain, lambda: self._stop.wait(BREATH))
        self._sender.send_waiting(db)


@contextmanager
def _the_only_one(home: Path, stop: threading.Event) -> Iterator[bool]:
    """Hold the lock beside the register, waiting for it as a standby; False when stopped before it was ours.

    The system frees the lock with the process, kill -9 included, so that no lease by clock is needed on one host.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / LOCK).open("a+b") as file:
        waited = False
        while not (mine := try_lock(file)) and not stop.wait(ASK_EVERY):
            if not waited:
                log.info("another scheduler is active; standing by")
                waited = True
        yield mine

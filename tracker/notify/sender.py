"""Claim, send, record: the loop that empties the outbox."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from email.errors import MessageError

from sqlite_utils import Database

from tracker.config import Config
from tracker.notify import letters
from tracker.notify.mail import Fate, Outcome, Postman
from tracker.rule.reminders import UNDELIVERABLE
from tracker.store import deliveries, planning, reminders, settings
from tracker.store.database import writing
from tracker.store.deliveries import Delivery
from tracker.store.reminders import Planned

log = logging.getLogger(__name__)

#: A claim that was not recorded (the sender was killed) is taken up again after this; a send takes far less.
LEASE = timedelta(minutes=5)
#: A tick stops sending after this, so that the next one shows what fell due meanwhile.
STINT = timedelta(seconds=20)
LONGEST_QUIET = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)


class Sender:
    """Sends what may leave. Where no mail server is set nothing leaves; one that does not answer, or that does not let
    us in, is left alone for longer each time."""

    def __init__(
        self, config: Config, now: Callable[[], datetime], stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._config, self._now, self._stopped = config, now, stopped
        self._quiet_until: datetime | None = None
        self._faults = 0

    def send_waiting(self, db: Database) -> int:
        """Send, the longest waiting first, until nothing is left or the stint is over; how many went."""
        begun = self._now()
        if not self._config.smtp_host or (self._quiet_until is not None and begun < self._quiet_until):
            return 0
        count = 0
        with Postman(self._config) as postman:
            while not self._stopped() and self._now() - begun < STINT:
                at = self._now()
                with writing(db):
                    claimed = deliveries.claim(db, at, at + LEASE)
                if claimed is None:
                    break
                fate = self._send(db, claimed, postman)
                count += fate is Fate.SENT
                if fate is Fate.UNREACHABLE:  # the others would fare no better now, and keep their turn
                    self._faults += 1
                    self._quiet_until = at + min(pause(self._faults), LONGEST_QUIET)
                    break
                self._faults, self._quiet_until = 0, None
        return count

    def _send(self, db: Database, delivery: Delivery, postman: Postman) -> Fate | None:
        office = settings.office(db)
        try:
            letter = letters.compose(db, delivery, self._now(), office, self._config)
        except (ValueError, MessageError) as error:  # an address that no mail header takes
            outcome = Outcome(Fate.REFUSED, f"{error}"[:500])
        else:
            if letter is None:
                with writing(db):
                    deliveries.dead(db, delivery.id, "withdrawn")
                return None
            outcome = postman.deliver(letter.to.email, letter.message)
        _record(db, delivery, outcome, self._now())
        return outcome.fate


def _record(db: Database, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    if outcome.fate is not Fate.SENT:
        log.warning("delivery %s: %s, %s", delivery.id, outcome.fate, outcome.answer)
    with writing(db):
        if outcome.fate is Fate.SENT:
            deliveries.sent(db, delivery.id, at, outcome.answer)
        elif outcome.fate is Fate.REFUSED:
            deliveries.dead(db, delivery.id, outcome.answer)
            _alarm(db, delivery, outcome.answer, at)
        else:
            certain = outcome.fate is not Fate.UNSURE
            deliveries.failed(db, delivery.id, at + pause(delivery.tries), outcome.answer, certain=certain)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, at most half an hour, never two in step."""
    longest = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)


def _alarm(db: Database, delivery: Delivery, answer: str, at: datetime) -> None:
    """The supervisors see in the app that a person is not reached."""
    name = deliveries.address(db, delivery.recipient_id).name
    said = reminders.body(name=name, answer=answer)
    people = planning.supervisors(db)
    owed = (Planned(f"{UNDELIVERABLE}|{delivery.id}|{one.id}", UNDELIVERABLE, one.id, at, body=said) for one in people)
    reminders.plan(db, owed, at)

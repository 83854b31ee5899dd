"""Claim, send, record: the loop that empties the outbox, whatever the channel."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from email.errors import MessageError

from sqlite_utils import Database

from tracker.config import Config
from tracker.notify import alarms, letters, outgoing, posts, trials
from tracker.notify.leaving import check_wanted, may_leave_at
from tracker.notify.letters import Unneeded
from tracker.notify.mail import Postman
from tracker.notify.outcome import Fate, Outcome, plain
from tracker.notify.outgoing import Resolve
from tracker.rule.refusals import Refusal
from tracker.store import channel_log, channels, deliveries, heartbeat, settings
from tracker.store.board import Board
from tracker.store.board import board as read_board
from tracker.store.channels import MAIL_ID, Channel
from tracker.store.database import writing
from tracker.store.deliveries import LONGEST_PAUSE, Delivery

log = logging.getLogger(__name__)

#: A claim that was not recorded (the sender was killed) is taken up again after this; a send takes far less.
LEASE = timedelta(minutes=5)
#: A tick stops sending after this, so that the next one shows what fell due meanwhile.
STINT = timedelta(seconds=20)
LONGEST_QUIET = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=30)
#: A message of a channel that drops no doubles (a group reads every one) is given up after so many tries that may all
#: have got through. Mail programs know a double by its Message-ID: mail goes on.
MOST_UNSURE = 5
#: So many times in a row a channel was out of reach: about half an hour. Then the supervisors hear of it.
FAULTS_TO_TELL = 6
#: So long after it was owed a message that was tried as often is told of too, whether it failed or nobody knows.
LONG = timedelta(hours=24)


class Sender:
    """Sends what may leave. Where no mail server is set no mail leaves; a channel that does not answer, or that does
    not let us in, is left alone for longer each time, and holds up no other."""

    def __init__(
        self,
        config: Config,
        now: Callable[[], datetime],
        stopped: Callable[[], bool] = lambda: False,
        resolve: Resolve = outgoing.resolve_by_system,
    ) -> None:
        self._config, self._now, self._stopped, self._resolve = config, now, stopped, resolve
        self._rests: dict[int, datetime] = {}
        self._faults: dict[int, int] = {}

    def send_waiting(self, db: Database) -> int:
        """Send, the longest waiting first, until nothing is left or the stint is over; how many went."""
        begun = self._now()
        count, board = 0, None
        with Postman(self._config) as postman:
            for channel_id in trials.send_all(db, self._config, postman, self._now, self._resolve):
                self._rests.pop(channel_id, None)  # it answers again
            while not self._stopped() and self._now() - begun < STINT:
                at = self._now()
                with writing(db):
                    claimed = deliveries.claim(db, at, at + LEASE, self._resting(at))
                    if claimed is None:
                        break
                    heartbeat.beat(db, heartbeat.REST, at)  # slow servers may take longer than three ticks
                    board = board or read_board(db)  # nothing is read by a tick that finds nothing
                    channel = _channel(db, claimed.channel_id)
                    leaves = may_leave_at(db, claimed, channel, at, board)
                    if leaves > at:  # the office has closed while it waited
                        deliveries.put_off(db, claimed.id, leaves)
                if leaves <= at:
                    count += self._send(db, claimed, channel, board, postman) is Fate.SENT
        return count

    def _resting(self, at: datetime) -> frozenset[int]:
        # Nothing rests for longer than the longest pause: the clock was set back.
        resting = {one for one, until in self._rests.items() if at < until <= at + LONGEST_PAUSE}
        return frozenset(resting if self._config.smtp_host else {*resting, MAIL_ID})

    def _send(self, db: Database, delivery: Delivery, channel: Channel, board: Board, postman: Postman) -> Fate | None:
        try:
            check_wanted(db, delivery, channel, self._now(), board)
            outcome = (
                self._mail(db, delivery, board, postman)
                if channel.id == MAIL_ID
                else self._post(db, delivery, channel, board)
            )
        except Unneeded as none:
            with writing(db):
                deliveries.unneeded(db, delivery.id, none.why)
            return None
        except (ValueError, MessageError, Refusal) as error:  # an address that no header takes, a secret that is shut
            outcome = Outcome(Fate.REFUSED, plain(error))
        self._record(db, delivery, channel, outcome, board)
        return outcome.fate

    def _mail(self, db: Database, delivery: Delivery, board: Board, postman: Postman) -> Outcome:
        letter = letters.compose(db, delivery, self._now(), settings.office(db), self._config, board)
        return postman.deliver(letter.to.email, letter.message)

    def _post(self, db: Database, delivery: Delivery, channel: Channel, board: Board) -> Outcome:
        request = posts.compose(db, delivery, channel, self._now(), settings.office(db), self._config, board)
        return posts.deliver(channel, channels.settings(db, channel.id), request, self._resolve)

    def _record(self, db: Database, delivery: Delivery, channel: Channel, outcome: Outcome, board: Board) -> None:
        at, fate, answer = self._now(), outcome.fate, outcome.answer
        given_up = fate is Fate.REFUSED or (
            fate is Fate.UNSURE and channel.id != MAIL_ID and delivery.tries - delivery.failed >= MOST_UNSURE
        )
        rest = self._rest(channel.id, outcome, at)
        with writing(db):
            if fate is Fate.SENT:
                deliveries.sent(db, delivery.id, at, answer)
                return
            log.warning("delivery %s, channel %s: %s, %s", delivery.id, channel.id, fate, answer)
            channel_log.fail(db, channel.id, delivery.id, at, fate, answer)
            if given_up:
                deliveries.dead(db, delivery.id, answer)
                alarms.undelivered(db, delivery, channel, answer, at)
                return
            again = may_leave_at(db, delivery, channel, at + max(pause(delivery.tries), rest), board)
            deliveries.failed(db, delivery.id, again, answer, certain=fate is not Fate.UNSURE)
            self._tell(db, delivery, channel, outcome, at)

    def _tell(self, db: Database, delivery: Delivery, channel: Channel, outcome: Outcome, at: datetime) -> None:
        """What goes again by itself and yet wants looking at."""
        if outcome.fate is Fate.BARRED:
            alarms.barred(db, channel, outcome.answer, at)
        elif outcome.fate is Fate.UNREACHABLE and self._faults[channel.id] == FAULTS_TO_TELL:
            alarms.out_of_reach(db, channel, outcome.answer, at)
        if outcome.rest is None and outcome.fate in (Fate.BARRED, Fate.UNREACHABLE):
            return  # whoever it was for
        if at - delivery.owed_at >= LONG and delivery.tries >= FAULTS_TO_TELL:
            alarms.long_undelivered(db, delivery, channel, outcome.answer, at)

    def _rest(self, channel_id: int, outcome: Outcome, at: datetime) -> timedelta:
        """How long the channel is left alone after this: the others would fare no better now, and keep their turn."""
        of_channel = outcome.fate in (Fate.UNREACHABLE, Fate.BUSY, Fate.BARRED)
        if not of_channel or outcome.rest == timedelta(0):
            self._faults.pop(channel_id, None)
            self._rests.pop(channel_id, None)
            return timedelta(0)
        faults = self._faults[channel_id] = self._faults.get(channel_id, 0) + 1
        rest = min(pause(faults), LONGEST_QUIET)
        if outcome.fate is Fate.BUSY:
            rest = max(rest, outcome.rest or FIRST_PAUSE)
        self._rests[channel_id] = at + rest
        return rest if outcome.fate is Fate.BUSY else timedelta(0)


def _channel(db: Database, channel_id: int) -> Channel:
    found = channels.one(db, channel_id)
    assert found is not None
    return found


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, at most half an hour, never two in step."""
    longest = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)

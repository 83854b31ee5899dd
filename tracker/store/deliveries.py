"""The messages that carry reminders out of the house: claimed, sent, recorded.

A try that certainly failed counts in ``tries`` and ``failed``. Where ``tries > failed`` one try may have got through
(the sender was killed, or the reply was lost): such a message keeps its contents, and goes again under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.channels import Channel
from tracker.store.database import execute, insert, row, rows, shaped, value

ADD = """
INSERT INTO delivery (recipient_id, channel, channel_id, owed_at, message_id, try_after)
VALUES (:recipient_id, :channel, :channel_id, :owed_at, :message_id, :try_after)
"""
CARRY = "INSERT INTO carried (delivery_id, reminder_id) VALUES (:delivery_id, :reminder_id) ON CONFLICT DO NOTHING"
# What has not left may still take more on board; what may have got through may not. The plus keeps to the index of
# what waits: a person's past messages are many, the waiting ones few.
OPEN = """
SELECT id, recipient_id, coalesce(channel_id, 1) AS channel_id, owed_at, message_id, tries, failed, try_after
FROM delivery WHERE sent_at IS NULL AND dead = 0 AND tries = failed AND coalesce(channel_id, 1) = :channel_id
AND (:recipient_id IS NULL OR +recipient_id = :recipient_id)
ORDER BY try_after, id
"""
FIRST_WAITING = """
SELECT min(id) FROM delivery WHERE sent_at IS NULL AND dead = 0 AND coalesce(channel_id, 1) = :channel_id
AND +recipient_id = :recipient_id
"""
# What failed keeps its pause; beyond the longest one it was put off by the hours, like what was never tried.
HASTEN = """
UPDATE delivery SET try_after = :try_after
WHERE id = :id AND try_after > :try_after AND (tries = 0 OR try_after > :latest)
"""
# One statement: of two senders that come at the same instant, one gets it. A channel that does not answer rests; on one
# that is switched off messages wait until it is on again.
CLAIM = """
UPDATE delivery SET tries = tries + 1, try_after = :lease_until WHERE id = (
    SELECT id FROM delivery WHERE sent_at IS NULL AND dead = 0 AND try_after <= :at
    AND coalesce(channel_id, 1) NOT IN (SELECT value FROM json_each(:resting))
    AND coalesce(channel_id, 1) NOT IN (SELECT id FROM channel WHERE active = 0) ORDER BY try_after, id LIMIT 1)
RETURNING id, recipient_id, coalesce(channel_id, 1) AS channel_id, owed_at, message_id, tries, failed, try_after
"""
SENT = "UPDATE delivery SET sent_at = :at, answer = :answer WHERE id = :id AND sent_at IS NULL"
FAILED = """
UPDATE delivery SET try_after = :try_after, answer = :answer, failed = failed + :certain
WHERE id = :id AND sent_at IS NULL
"""
DEAD = "UPDATE delivery SET dead = 1, answer = :answer, failed = failed + 1 WHERE id = :id AND sent_at IS NULL"
# Neither did what was claimed in vain fail nor is it tried: the claim is taken back.
PUT_OFF = "UPDATE delivery SET tries = tries - 1, try_after = :try_after WHERE id = :id AND sent_at IS NULL"
UNNEEDED = "UPDATE delivery SET tries = tries - 1, dead = 1, answer = :answer WHERE id = :id AND sent_at IS NULL"
# What was given up may be sent again, under the same name; of the newest messages, so that no table is read whole.
GIVEN_UP = """
SELECT id, recipient_id, coalesce(channel_id, 1) AS channel_id, owed_at, message_id, tries, failed, try_after
FROM delivery WHERE id > (SELECT coalesce(max(id), 0) FROM delivery) - :newest AND owed_at >= :since
AND sent_at IS NULL AND dead = 1 AND NOT answer GLOB 'withdrawn*' ORDER BY id
"""
GIVEN_UP_ONE = """
SELECT id, recipient_id, coalesce(channel_id, 1) AS channel_id, owed_at, message_id, tries, failed, try_after
FROM delivery WHERE id = :id AND sent_at IS NULL AND dead = 1 AND NOT answer GLOB 'withdrawn*'
"""
AGAIN = "UPDATE delivery SET dead = 0, try_after = :at WHERE id = :id AND dead = 1 AND sent_at IS NULL"
DROP = "UPDATE delivery SET answer = :answer WHERE id = :id AND dead = 1 AND sent_at IS NULL"
ADDRESS = "SELECT name, email, locale, active FROM person WHERE id = :id"
LINES = """
SELECT reminder.id, reminder.owed_key, reminder.rung, reminder.recipient_id, reminder.owed_at, reminder.shown_at,
    reminder.body, reminder.case_id, cases.no AS case_no, cases.grade, reminder.deadline_id, reminder.due_version,
    deadline.kind AS limit_kind, deadline.key AS limit_key, deadline.due_at
FROM reminder LEFT JOIN cases ON cases.id = reminder.case_id LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.delivery_id = :id
    OR reminder.id IN (SELECT carried.reminder_id FROM carried WHERE carried.delivery_id = :id)
ORDER BY reminder.owed_at, reminder.id
"""
LIMITS = "SELECT key, due_at FROM deadline WHERE case_id = :case_id AND state = 'open' ORDER BY due_at, id"


#: How the answer of a message begins that nobody needs any more; what the reason was follows after a colon.
WITHDRAWN = "withdrawn"
#: No pause between two tries of a message is longer.
LONGEST_PAUSE = timedelta(minutes=30)
#: So many messages back one that was given up is looked for.
NEWEST = 5000


@dataclass(frozen=True)
class Delivery:
    """A message to one person, or to the group of a channel: then ``recipient_id`` is the person whose reminder it
    carries first. ``try_after`` is when it may go; ``owed_at`` that of its first reminder."""

    id: int
    recipient_id: int
    channel_id: int
    owed_at: datetime
    message_id: str
    tries: int
    failed: int
    try_after: datetime

    @property
    def may_have_arrived(self) -> bool:
        """Did an earlier try than this one end without a certain answer?"""
        return self.tries - 1 > self.failed


@dataclass(frozen=True)
class Address:
    name: str
    email: str
    locale: str  # "" follows the office
    active: bool


@dataclass(frozen=True)
class Line:
    """A reminder in a message, with what it is about. ``due_at`` is that of its limit as it stands now."""

    id: int
    owed_key: str
    rung: str
    recipient_id: int
    owed_at: datetime
    shown_at: datetime
    body: str
    case_id: int | None
    case_no: str
    grade: str
    deadline_id: int | None
    due_version: int | None
    limit_kind: str
    limit_key: str
    due_at: datetime | None


@dataclass(frozen=True)
class Running:
    """A limit of a case that runs."""

    key: str
    due_at: datetime


def add(
    db: Database, recipient_id: int, channel: Channel, *, owed_at: datetime, try_after: datetime, domain: str
) -> int:
    """A new message; its id. ``domain`` is where its name among all messages ends."""
    message_id = f"<{uuid4().hex}@{domain}>"
    fields = {"recipient_id": recipient_id, "channel": channel.kind, "channel_id": channel.id, "message_id": message_id}
    return insert(db, ADD, {**fields, "owed_at": to_text(owed_at), "try_after": to_text(try_after)})


def carry(db: Database, delivery_id: int, reminder_id: int) -> None:
    """Let a message of another channel than mail carry a reminder."""
    execute(db, CARRY, {"delivery_id": delivery_id, "reminder_id": reminder_id})


def unsent(db: Database, channel_id: int, recipient_id: int | None) -> tuple[Delivery, ...]:
    """The messages of a channel that certainly have not left, the next one first; to one person, or to its group."""
    return tuple(_delivery(r) for r in rows(db, OPEN, {"recipient_id": recipient_id, "channel_id": channel_id}))


def first_waiting(db: Database, channel_id: int, recipient_id: int) -> int:
    """The id of the oldest message to a person that has not left by this channel."""
    return int(value(db, FIRST_WAITING, {"channel_id": channel_id, "recipient_id": recipient_id}) or 0)


def hasten(db: Database, delivery_id: int, try_after: datetime) -> None:
    """Let a message that waits for an hour, and not for the end of a pause, go at ``try_after`` if that is sooner."""
    latest = to_text(try_after + LONGEST_PAUSE)
    execute(db, HASTEN, {"id": delivery_id, "try_after": to_text(try_after), "latest": latest})


def claim(db: Database, at: datetime, lease_until: datetime, resting: Iterable[int] = ()) -> Delivery | None:
    """Take the message that has waited longest, until ``lease_until``; None when nothing may go. Messages of the
    channels ``resting`` keep their turn."""
    fields = {"at": to_text(at), "lease_until": to_text(lease_until), "resting": json.dumps(sorted(resting))}
    found = row(db, CLAIM, fields)
    return None if found is None else _delivery(found)


def sent(db: Database, delivery_id: int, at: datetime, answer: str) -> None:
    """The server took it."""
    execute(db, SENT, {"id": delivery_id, "at": to_text(at), "answer": answer})


def failed(db: Database, delivery_id: int, try_after: datetime, answer: str, *, certain: bool) -> None:
    """This try did not do it; ``certain`` unless the server may have taken it all the same."""
    fields = {"id": delivery_id, "try_after": to_text(try_after), "answer": answer}
    execute(db, FAILED, {**fields, "certain": int(certain)})


def put_off(db: Database, delivery_id: int, try_after: datetime) -> None:
    """What was claimed may not leave before ``try_after``."""
    execute(db, PUT_OFF, {"id": delivery_id, "try_after": to_text(try_after)})


def dead(db: Database, delivery_id: int, answer: str) -> None:
    """Refused for good: it goes no more by itself."""
    execute(db, DEAD, {"id": delivery_id, "answer": answer})


def unneeded(db: Database, delivery_id: int, why: str) -> None:
    """What was claimed has no reason or no reader any more: ``why`` is one of holding.UNNEEDED. It never goes."""
    execute(db, UNNEEDED, {"id": delivery_id, "answer": f"{WITHDRAWN}:{why}"})


def given_up(db: Database, since: datetime) -> tuple[Delivery, ...]:
    """The newest messages, owed from ``since`` on, that were refused for good; the oldest of them first."""
    return tuple(_delivery(r) for r in rows(db, GIVEN_UP, {"newest": NEWEST, "since": to_text(since)}))


def given_up_one(db: Database, delivery_id: int) -> Delivery | None:
    """The one with this id, if it was refused for good."""
    found = row(db, GIVEN_UP_ONE, {"id": delivery_id})
    return None if found is None else _delivery(found)


def again(db: Database, delivery_id: int, at: datetime) -> None:
    """Let what was given up go once more, from ``at`` on, under the same Message-ID."""
    execute(db, AGAIN, {"id": delivery_id, "at": to_text(at)})


def drop(db: Database, delivery_id: int, why: str) -> None:
    """What was given up is not needed any more either; ``why`` is one of holding.UNNEEDED."""
    execute(db, DROP, {"id": delivery_id, "answer": f"{WITHDRAWN}:{why}"})


def address(db: Database, person_id: int) -> Address:
    return Address(**shaped(row(db, ADDRESS, {"id": person_id}), ("name", "email", "locale"), flags=("active",)))


def lines(db: Database, delivery_id: int) -> tuple[Line, ...]:
    """What a message carries, in the order in which it was owed."""
    names = ("id", "owed_key", "rung", "recipient_id", "body", "case_id", "deadline_id", "due_version")
    texts = ("case_no", "grade", "limit_kind", "limit_key")
    instants = ("owed_at", "shown_at", "due_at")
    found = rows(db, LINES, {"id": delivery_id})
    return tuple(Line(**shaped(r, names, instants=instants, texts=texts)) for r in found)


def running(db: Database, case_id: int) -> tuple[Running, ...]:
    """The limits of a case that run, the nearest first."""
    return tuple(Running(**shaped(r, ("key",), instants=("due_at",))) for r in rows(db, LIMITS, {"case_id": case_id}))


def _delivery(found: Any) -> Delivery:
    names = ("id", "recipient_id", "channel_id", "message_id", "tries", "failed")
    return Delivery(**shaped(found, names, instants=("owed_at", "try_after")))

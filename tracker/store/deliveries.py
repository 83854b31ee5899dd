"""The messages that carry reminders out of the house: claimed, sent, recorded.

A try that certainly failed counts in ``tries`` and ``failed``. Where ``tries > failed`` one try may have got through
(the sender was killed, or the reply was lost): such a message keeps its contents, and goes again under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.channels import Channel
from tracker.store.database import execute, insert, row, rows, shaped

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
HASTEN = "UPDATE delivery SET try_after = :try_after WHERE id = :id AND tries = 0 AND try_after > :try_after"
# One statement: of two senders that come at the same instant, one gets it. A channel that does not answer rests.
CLAIM = """
UPDATE delivery SET tries = tries + 1, try_after = :lease_until WHERE id = (
    SELECT id FROM delivery WHERE sent_at IS NULL AND dead = 0 AND try_after <= :at
    AND coalesce(channel_id, 1) NOT IN (SELECT value FROM json_each(:resting)) ORDER BY try_after, id LIMIT 1)
RETURNING id, recipient_id, coalesce(channel_id, 1) AS channel_id, owed_at, message_id, tries, failed, try_after
"""
SENT = "UPDATE delivery SET sent_at = :at, answer = :answer WHERE id = :id AND sent_at IS NULL"
FAILED = """
UPDATE delivery SET try_after = :try_after, answer = :answer, failed = failed + :certain
WHERE id = :id AND sent_at IS NULL
"""
DEAD = "UPDATE delivery SET dead = 1, answer = :answer, failed = failed + 1 WHERE id = :id AND sent_at IS NULL"
ADDRESS = "SELECT name, email, locale, active FROM person WHERE id = :id"
LINES = """
SELECT reminder.id, reminder.rung, reminder.owed_at, reminder.shown_at, reminder.body, reminder.case_id,
    cases.no AS case_no, cases.state AS case_state, cases.grade, cases.handler_id, deadline.id AS deadline_id,
    deadline.key AS limit_key, deadline.due_at, deadline.state AS limit_state,
    reminder.due_version IS deadline.due_version AS current,
    CASE json_extract(reminder.body, '$.kind') WHEN 'backfill' THEN deadline.state IS 'backfill'
        WHEN 'order_return' THEN EXISTS (
            SELECT 1 FROM order_return WHERE order_return.case_id = cases.id AND order_return.outcome IS NULL)
        WHEN 'redo' THEN cases.state = 'closed' AND EXISTS (
            SELECT 1 FROM callback WHERE callback.case_id = cases.id AND callback.round = cases.round
            AND callback.redo = 1
            AND NOT EXISTS (SELECT 1 FROM callback_decision WHERE callback_decision.callback_id = callback.id))
        WHEN 'order' THEN EXISTS (
            SELECT 1 FROM supervision JOIN supervision_answer AS answer ON answer.supervision_id = supervision.id
            WHERE supervision.case_id = cases.id
            AND NOT EXISTS (SELECT 1 FROM supervision_end WHERE supervision_end.supervision_id = supervision.id)
            AND NOT EXISTS (SELECT 1 FROM supervision_return WHERE supervision_return.answer_id = answer.id))
        ELSE EXISTS (SELECT 1 FROM request WHERE request.case_id = cases.id AND request.decision IS NULL)
    END AS asked,
    cases.dispatched_at IS NOT NULL AND cases.signed_at IS NULL AS unsigned
FROM reminder LEFT JOIN cases ON cases.id = reminder.case_id LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.delivery_id = :id
    OR reminder.id IN (SELECT carried.reminder_id FROM carried WHERE carried.delivery_id = :id)
ORDER BY reminder.owed_at, reminder.id
"""
LIMITS = "SELECT key, due_at FROM deadline WHERE case_id = :case_id AND state = 'open' ORDER BY due_at, id"


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
    """A reminder in a message, and how its case and limit stand now. ``current``: the limit has not moved since;
    ``asked``: somebody waits for a decision; ``unsigned``: nobody has signed for the case."""

    id: int
    rung: str
    owed_at: datetime
    shown_at: datetime
    body: str
    case_id: int | None
    case_no: str
    case_state: str
    handler_id: int | None
    deadline_id: int | None
    limit_key: str
    due_at: datetime | None
    limit_state: str
    current: bool
    asked: bool
    unsigned: bool = False
    grade: str = ""


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


def hasten(db: Database, delivery_id: int, try_after: datetime) -> None:
    """Let a message that was never tried go at ``try_after`` if that is sooner."""
    execute(db, HASTEN, {"id": delivery_id, "try_after": to_text(try_after)})


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


def dead(db: Database, delivery_id: int, answer: str) -> None:
    """It never goes: refused for good, or no longer of use."""
    execute(db, DEAD, {"id": delivery_id, "answer": answer})


def address(db: Database, person_id: int) -> Address:
    return Address(**shaped(row(db, ADDRESS, {"id": person_id}), ("name", "email", "locale"), flags=("active",)))


def lines(db: Database, delivery_id: int) -> tuple[Line, ...]:
    """What a message carries, in the order in which it was owed."""
    names = ("id", "rung", "body", "case_id", "handler_id", "deadline_id")
    texts = ("case_no", "case_state", "limit_key", "limit_state", "grade")
    instants = ("owed_at", "shown_at", "due_at")
    found = rows(db, LINES, {"id": delivery_id})
    return tuple(
        Line(**shaped(r, names, instants=instants, texts=texts, flags=("current", "asked", "unsigned"))) for r in found
    )


def running(db: Database, case_id: int) -> tuple[Running, ...]:
    """The limits of a case that run, the nearest first."""
    return tuple(Running(**shaped(r, ("key",), instants=("due_at",))) for r in rows(db, LIMITS, {"case_id": case_id}))


def _delivery(found: Any) -> Delivery:
    names = ("id", "recipient_id", "channel_id", "message_id", "tries", "failed")
    return Delivery(**shaped(found, names, instants=("owed_at", "try_after")))

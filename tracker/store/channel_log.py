"""What each channel failed at, the test messages that were asked for, and when it last got something through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, insert, row, rows, shaped, value

FAIL = """
INSERT INTO channel_failure (channel_id, delivery_id, at, fate, answer)
VALUES (:channel_id, :delivery_id, :at, :fate, :answer)
"""
FAILURES = """
SELECT at, fate, answer FROM channel_failure WHERE channel_id = :channel_id ORDER BY id DESC LIMIT :limit
"""
SENT = "SELECT max(sent_at) FROM delivery WHERE coalesce(channel_id, 1) = :channel_id AND sent_at IS NOT NULL"
WAITING = """
SELECT count(*) FROM delivery
WHERE sent_at IS NULL AND dead = 0 AND coalesce(channel_id, 1) = :channel_id
"""
ASK = "INSERT INTO channel_test (channel_id, asked_by, asked_at) VALUES (:channel_id, :by, :at)"
# Each test is tried once: whoever asked is told, and asks again.
CLAIM = """
UPDATE channel_test SET tried_at = :at, fate = 'unsure' WHERE id = (
    SELECT id FROM channel_test WHERE tried_at IS NULL ORDER BY id LIMIT 1)
RETURNING id, channel_id, asked_by, asked_at, tried_at, fate, answer
"""
ANSWERED = "UPDATE channel_test SET fate = :fate, answer = :answer WHERE id = :id"
LAST = """
SELECT id, channel_id, asked_by, asked_at, tried_at, fate, answer FROM channel_test
WHERE channel_id = :channel_id ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Failure:
    """A try that did not get through: when, how it ended, and what the server said."""

    at: datetime
    fate: str
    answer: str


@dataclass(frozen=True)
class Trial:
    """A test message that somebody asked for. ``tried_at`` is None while it waits for the scheduler."""

    id: int
    channel_id: int
    asked_by: int
    asked_at: datetime
    tried_at: datetime | None
    fate: str
    answer: str

    @property
    def unanswered(self) -> bool:
        """It waits, or is on its way: whatever became of a test, the answer has words."""
        return self.tried_at is None or not self.answer


@dataclass(frozen=True)
class Standing:
    """How a channel does: its last success, what waits, and its last failures, the newest first."""

    sent_at: datetime | None
    waiting: int
    failures: tuple[Failure, ...]


def fail(db: Database, channel_id: int, delivery_id: int | None, at: datetime, fate: str, answer: str) -> None:
    """Write down a try that did not get through."""
    fields = {"channel_id": channel_id, "delivery_id": delivery_id, "at": to_text(at), "fate": fate, "answer": answer}
    insert(db, FAIL, fields)


def standing(db: Database, channel_id: int, limit: int = 20) -> Standing:
    asked = {"channel_id": channel_id}
    found = rows(db, FAILURES, {"channel_id": channel_id, "limit": limit})
    failures = tuple(Failure(**shaped(r, ("fate", "answer"), instants=("at",))) for r in found)
    last = value(db, SENT, asked)
    return Standing(from_text(last) if last else None, int(value(db, WAITING, asked)), failures)


def ask(db: Database, channel_id: int, by: int, at: datetime) -> int:
    """Ask the scheduler for a test message."""
    return insert(db, ASK, {"channel_id": channel_id, "by": by, "at": to_text(at)})


def claim(db: Database, at: datetime) -> Trial | None:
    """Take the test that waited longest."""
    return _test(row(db, CLAIM, {"at": to_text(at)}))


def answered(db: Database, test_id: int, fate: str, answer: str) -> None:
    execute(db, ANSWERED, {"id": test_id, "fate": fate, "answer": answer})


def last_test(db: Database, channel_id: int) -> Trial | None:
    return _test(row(db, LAST, {"channel_id": channel_id}))


def _test(found: object) -> Trial | None:
    names = ("id", "channel_id", "asked_by", "fate", "answer")
    return None if found is None else Trial(**shaped(found, names, instants=("asked_at", "tried_at")))

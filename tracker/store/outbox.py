"""What a person finds under 提醒: the reminders that were shown to them, and what waits for their decision."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, rows, shaped, value

INBOX = """
SELECT reminder.id, reminder.rung, reminder.case_id, cases.no AS case_no, cases.title, deadline.key AS limit_key,
    deadline.due_at, reminder.owed_at, reminder.shown_at, reminder.read_at, reminder.body
FROM reminder LEFT JOIN cases ON cases.id = reminder.case_id LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.recipient_id = :person_id AND reminder.shown_at IS NOT NULL
AND (reminder.shown_at, reminder.id)
    < (coalesce((SELECT shown_at FROM reminder WHERE id = :before_id), '9999'), coalesce(:before_id, 0))
ORDER BY reminder.shown_at DESC, reminder.id DESC LIMIT :limit
"""
UNREAD = "SELECT count(*) FROM reminder WHERE recipient_id = :person_id AND shown_at IS NOT NULL AND read_at IS NULL"
READ = """
UPDATE reminder SET read_at = :at
WHERE id = :id AND recipient_id = :person_id AND shown_at IS NOT NULL AND read_at IS NULL
"""
READ_ALL = """
UPDATE reminder SET read_at = :at WHERE recipient_id = :person_id AND shown_at <= :at AND read_at IS NULL
"""
# The index of open requests and that of late entries hold what waits alone; who asked does not decide.
WAITING = """
SELECT request.kind, request.id AS request_id, NULL AS deadline_id, '' AS limit_key, request.case_id,
    cases.no AS case_no, cases.title, request.ground, request.reason, request.asked_at, request.asked_by,
    asker.name AS asked_by_name
FROM request JOIN cases ON cases.id = request.case_id JOIN person AS asker ON asker.id = request.asked_by
WHERE request.decision IS NULL AND request.asked_by <> :person_id
UNION ALL
SELECT 'backfill', NULL, deadline.id, deadline.key, deadline.case_id, cases.no, cases.title, '',
    fact.reason, fact.recorded_at, fact.recorded_by, asker.name
FROM deadline JOIN cases ON cases.id = deadline.case_id
JOIN fact ON fact.id = deadline.fact_id LEFT JOIN person AS asker ON asker.id = fact.recorded_by
WHERE deadline.state = 'backfill' AND fact.recorded_by IS NOT :person_id
UNION ALL
SELECT 'redo', NULL, NULL, '', callback.case_id, cases.no, cases.title, '', callback.reason, callback.at, callback.by,
    asker.name
FROM callback JOIN cases ON cases.id = callback.case_id AND cases.round = callback.round AND cases.state = 'closed'
JOIN person AS asker ON asker.id = callback.by
WHERE callback.redo = 1 AND callback.by <> :person_id
AND NOT EXISTS (SELECT 1 FROM callback_decision WHERE callback_decision.callback_id = callback.id)
ORDER BY asked_at, case_id
"""
MAY_DECIDE = """
SELECT EXISTS (SELECT 1 FROM person JOIN person_role ON person_role.person_id = person.id
    WHERE person.id = :person_id AND person.active = 1 AND person_role.role = 'supervisor')
"""


@dataclass(frozen=True)
class Notice:
    """A reminder as its person sees it. ``limit_key`` is the stage or the name of the outside limit, "" for none;
    ``due_at`` is the limit that it reminded of, as it stood then. ``body`` is what it says beside that."""

    id: int
    rung: str
    case_id: int | None
    case_no: str
    title: str
    limit_key: str
    due_at: datetime | None
    owed_at: datetime
    shown_at: datetime
    read_at: datetime | None
    body: dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """A request (``kind`` end, close) or a late entry (backfill) that this person may decide."""

    kind: str
    request_id: int | None
    deadline_id: int | None
    limit_key: str
    case_id: int
    case_no: str
    title: str
    ground: str
    reason: str
    asked_at: datetime
    asked_by: int | None
    asked_by_name: str


def inbox(db: Database, person_id: int, limit: int = 50, before_id: int | None = None) -> tuple[Notice, ...]:
    """The reminders shown to a person, newest first; the next page is before the last id of this one."""
    params = {"person_id": person_id, "limit": limit, "before_id": before_id}
    return tuple(_notice(r) for r in rows(db, INBOX, params))


def _notice(found: Any) -> Notice:
    kept = shaped(
        found,
        ("id", "rung", "case_id"),
        instants=("due_at", "owed_at", "shown_at", "read_at"),
        texts=("case_no", "title", "limit_key"),
    )
    said = json.loads(found["body"])
    if "due_at" in said:  # the limit may have moved since
        kept["due_at"] = from_text(said["due_at"])
    return Notice(**kept, body=said)


def unread_count(db: Database, person_id: int) -> int:
    """How many reminders a person has been shown and has not read."""
    return int(value(db, UNREAD, {"person_id": person_id}))


def mark_read(db: Database, person_id: int, at: datetime, ids: Iterable[int] | None = None) -> int:
    """The person has read these, or everything that is shown; how many that were new."""
    if ids is None:
        return execute(db, READ_ALL, {"person_id": person_id, "at": to_text(at)})
    return sum(execute(db, READ, {"id": one, "person_id": person_id, "at": to_text(at)}) for one in ids)


def waiting_for_decision(db: Database, person_id: int) -> tuple[Waiting, ...]:
    """What waits for this supervisor's decision, oldest first; nothing for anybody else, never one's own request."""
    one = {"person_id": person_id}
    if not value(db, MAY_DECIDE, one):
        return ()
    names = ("kind", "request_id", "deadline_id", "limit_key", "case_id", "ground", "asked_by")
    texts = ("case_no", "title", "reason", "asked_by_name")
    return tuple(Waiting(**shaped(r, names, instants=("asked_at",), texts=texts)) for r in rows(db, WAITING, one))

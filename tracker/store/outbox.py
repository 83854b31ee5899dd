"""What a person finds under 提醒: the reminders that were shown to them, and what waits for their decision."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.rule.refusals import Refusal
from tracker.rule.standins import Matter, Principal, authority
from tracker.store import standins
from tracker.store.database import execute, row, rows, shaped, value

INBOX = """
SELECT reminder.id, reminder.rung, reminder.case_id, cases.no AS case_no, cases.title, deadline.key AS limit_key,
    deadline.due_at, cases.next_limit, cases.next_due_at, reminder.owed_at, reminder.shown_at, reminder.read_at,
    reminder.body
FROM reminder LEFT JOIN cases ON cases.id = reminder.case_id LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.recipient_id = :person_id AND reminder.shown_at IS NOT NULL
AND (reminder.shown_at, reminder.id)
    < (coalesce((SELECT shown_at FROM reminder WHERE id = :before_id), '9999'), coalesce(:before_id, 0))
ORDER BY reminder.shown_at DESC, reminder.id DESC LIMIT :limit
"""
NOTICE = """
SELECT reminder.rung, coalesce(deadline.key, '') AS limit_key,
    coalesce(json_extract(reminder.body, '$.kind'), '') AS kind
FROM reminder LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.id = :id AND reminder.recipient_id = :person_id AND reminder.shown_at IS NOT NULL
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
SELECT request.kind, request.id AS request_id, NULL AS deadline_id,
    coalesce((SELECT key FROM deadline WHERE deadline.id = request.deadline_id AND kind = 'outside'), '') AS limit_key,
    request.case_id,
    cases.no AS case_no, cases.title, request.ground, request.reason, request.asked_at, request.asked_by,
    asker.name AS asked_by_name, acted_for.for_id AS asked_for, cases.version, request.days
FROM request LEFT JOIN acted_for ON acted_for.request_id = request.id
JOIN cases ON cases.id = request.case_id JOIN person AS asker ON asker.id = request.asked_by
WHERE request.decision IS NULL AND request.asked_by <> :person_id
AND acted_for.for_id IS NOT :person_id
UNION ALL
SELECT 'backfill', NULL, deadline.id, deadline.key, deadline.case_id, cases.no, cases.title, '',
    fact.reason, fact.recorded_at, fact.recorded_by, asker.name, acted_for.for_id, cases.version, NULL
FROM deadline JOIN cases ON cases.id = deadline.case_id
JOIN fact ON fact.id = deadline.fact_id LEFT JOIN person AS asker ON asker.id = fact.recorded_by
LEFT JOIN acted_for ON acted_for.fact_id = fact.id
WHERE deadline.state = 'backfill' AND fact.recorded_by IS NOT :person_id AND acted_for.for_id IS NOT :person_id
UNION ALL
SELECT 'order_return', NULL, NULL, '', order_return.case_id, cases.no, cases.title, order_return.ground,
    order_return.reason, order_return.returned_at, order_return.returned_by, asker.name, NULL, cases.version, NULL
FROM order_return JOIN cases ON cases.id = order_return.case_id
JOIN person AS asker ON asker.id = order_return.returned_by
WHERE order_return.outcome IS NULL AND order_return.returned_by <> :person_id
UNION ALL
SELECT 'redo', NULL, NULL, '', callback.case_id, cases.no, cases.title, '', callback.reason, callback.at, callback.by,
    asker.name, NULL, cases.version, NULL
FROM callback JOIN cases ON cases.id = callback.case_id AND cases.round = callback.round AND cases.state = 'closed'
JOIN person AS asker ON asker.id = callback.by
WHERE callback.redo = 1 AND callback.by <> :person_id
AND NOT EXISTS (SELECT 1 FROM callback_decision WHERE callback_decision.callback_id = callback.id)
UNION ALL
SELECT 'order', NULL, NULL, '', supervision.case_id, cases.no, cases.title, '', answer.text, answer.at, answer.by,
    asker.name, NULL, cases.version, NULL
FROM supervision JOIN supervision_answer AS answer ON answer.supervision_id = supervision.id
JOIN cases ON cases.id = supervision.case_id JOIN person AS asker ON asker.id = answer.by
WHERE answer.by <> :person_id
AND NOT EXISTS (SELECT 1 FROM supervision_end WHERE supervision_end.supervision_id = supervision.id)
AND NOT EXISTS (SELECT 1 FROM supervision_return WHERE supervision_return.answer_id = answer.id)
ORDER BY asked_at, case_id
"""
MAY_DECIDE = """
SELECT EXISTS (SELECT 1 FROM person JOIN person_role ON person_role.person_id = person.id
    WHERE person.id = :person_id AND person.active = 1 AND person_role.role = 'supervisor')
"""
# Who handles the case or has recorded of it in this round; a deputy who did decides nothing of it (rule/standins.py).
WORKED = """
SELECT handler_id FROM cases WHERE id = :case_id AND handler_id IS NOT NULL
UNION SELECT fact.recorded_by FROM fact JOIN cases ON cases.id = fact.case_id AND cases.round = fact.round
    WHERE cases.id = :case_id AND fact.kind IN ('attempt', 'contact', 'inspection', 'recheck', 'resolution', 'reply')
    AND NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo')
UNION SELECT acted_for.for_id FROM acted_for JOIN fact ON fact.id = acted_for.fact_id
    JOIN cases ON cases.id = fact.case_id AND cases.round = fact.round WHERE cases.id = :case_id
UNION SELECT absence.substitute_id FROM absence JOIN cases ON cases.handler_id = absence.person_id
    WHERE cases.id = :case_id AND absence.ended_at IS NULL AND absence.from_at <= :at AND absence.until_at > :at
    AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.absence' AND value = '1')
"""


@dataclass(frozen=True)
class Notice:
    """A reminder as its person sees it. ``limit_key`` is the stage or the name of the outside limit, "" for none;
    ``due_at`` is the limit that it reminded of, as it stood then; ``next_limit`` and ``next_due_at`` are the case's
    nearest one as it stands now. ``body`` is what it says beside that."""

    id: int
    rung: str
    case_id: int | None
    case_no: str
    title: str
    limit_key: str
    due_at: datetime | None
    next_limit: str
    next_due_at: datetime | None
    owed_at: datetime
    shown_at: datetime
    read_at: datetime | None
    body: dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """A request (``kind`` end, close) or a late entry (backfill) that this person may decide.

    ``version`` is that of the case as it is listed, ``days`` that of an extension; ``acting`` is
    the supervisor for whom a deputy decides, "" in one's own right.
    """

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
    asked_for: int | None
    version: int
    days: int | None
    acting: str = ""


def inbox(db: Database, person_id: int, limit: int = 50, before_id: int | None = None) -> tuple[Notice, ...]:
    """The reminders shown to a person, newest first; the next page is before the last id of this one."""
    params = {"person_id": person_id, "limit": limit, "before_id": before_id}
    return tuple(_notice(r) for r in rows(db, INBOX, params))


def _notice(found: Any) -> Notice:
    kept = shaped(
        found,
        ("id", "rung", "case_id"),
        instants=("due_at", "next_due_at", "owed_at", "shown_at", "read_at"),
        texts=("case_no", "title", "limit_key", "next_limit"),
    )
    said = json.loads(found["body"])
    if "due_at" in said:  # the limit may have moved since
        kept["due_at"] = from_text(said["due_at"])
    return Notice(**kept, body=said)


def about(db: Database, person_id: int, reminder_id: int) -> tuple[str, str, str]:
    """Of a notice that this person was shown: its step, its limit and the kind of its request; "" for what is not."""
    found = row(db, NOTICE, {"id": reminder_id, "person_id": person_id})
    return (found["rung"], found["limit_key"], found["kind"]) if found else ("", "", "")


def unread_count(db: Database, person_id: int) -> int:
    """How many reminders a person has been shown and has not read."""
    return int(value(db, UNREAD, {"person_id": person_id}))


def mark_read(db: Database, person_id: int, at: datetime, ids: Iterable[int] | None = None) -> int:
    """The person has read these, or everything that is shown; how many that were new."""
    if ids is None:
        return execute(db, READ_ALL, {"person_id": person_id, "at": to_text(at)})
    return sum(execute(db, READ, {"id": one, "person_id": person_id, "at": to_text(at)}) for one in ids)


#: What a deputy may decide: 督办 and the sending back of an order are the supervisors' own.
DEPUTISED = ("end", "close", "extension", "suspension", "refuse", "reclassify", "backfill", "redo")
WAITS = (
    "kind",
    "request_id",
    "deadline_id",
    "limit_key",
    "case_id",
    "ground",
    "asked_by",
    "asked_for",
    "version",
    "days",
)
WAITS_TEXTS = ("case_no", "title", "reason", "asked_by_name")


def waiting_for_decision(db: Database, person_id: int, at: datetime | None = None) -> tuple[Waiting, ...]:
    """What waits for this supervisor's decision, oldest first; never one's own request, nothing for anybody else.

    With ``at`` also what a deputy may decide at that instant for the supervisor who named them.
    """
    one = {"person_id": person_id}
    supervises = bool(value(db, MAY_DECIDE, one))
    principals = standins.deputies(db, at, person_id) if at is not None and not supervises else ()
    if not supervises and not principals:
        return ()
    found = (Waiting(**shaped(r, WAITS, instants=("asked_at",), texts=WAITS_TEXTS)) for r in rows(db, WAITING, one))
    if supervises or at is None:
        return tuple(found)
    handing_on = tuple(Principal(one.for_id, one.for_name) for one in principals)
    return tuple(mine for one in found if (mine := _deputised(db, one, person_id, handing_on, at)))


def _deputised(
    db: Database, one: Waiting, person_id: int, principals: tuple[Principal, ...], at: datetime
) -> Waiting | None:
    """The same with the supervisor for whom a deputy may decide it; None when she may not."""
    if one.kind not in DEPUTISED:
        return None
    worked = frozenset(r[0] for r in rows(db, WORKED, {"case_id": one.case_id, "at": to_text(at)}))
    asked = frozenset(who for who in (one.asked_by, one.asked_for) if who is not None)
    try:
        by = authority(person_id, supervises=False, principals=principals, matter=Matter(asked, worked))
    except Refusal:
        return None
    return replace(one, acting=by.name) if by else None

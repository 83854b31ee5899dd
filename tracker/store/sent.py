"""What was sent to whom: each reminder with its ways out of the house, by case and by the day on which it was owed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import rows, shaped
from tracker.store.deliveries import WITHDRAWN

COLUMNS = """
reminder.id, reminder.rung, reminder.case_id, cases.no AS case_no, reminder.deadline_id, reminder.due_version,
    deadline.key AS limit_key, reminder.recipient_id, person.name, reminder.owed_at, reminder.planned_at,
    reminder.shown_at, reminder.read_at, reminder.withdrawn_at, reminder.withdrawn_why, reminder.body
FROM reminder JOIN person ON person.id = reminder.recipient_id LEFT JOIN cases ON cases.id = reminder.case_id
LEFT JOIN deadline ON deadline.id = reminder.deadline_id
"""
OF_CASE = f"SELECT {COLUMNS} WHERE reminder.case_id = :case_id ORDER BY reminder.owed_at, reminder.id"
#: Shown so much later than it was owed, a reminder was caught up.
CAUGHT_UP = "strftime('%Y-%m-%dT%H:%M:%SZ', reminder.owed_at, '+1 hour')"
#: Withdrawn because there was nothing to say, not because its reason ended.
SKIPPED = "'superseded', 'empty', 'role'"
# The messages of a reminder; a mail stands with the reminder, any other channel's in `carried`.
MESSAGES = """
FROM delivery WHERE (delivery.id = reminder.delivery_id
    OR delivery.id IN (SELECT carried.delivery_id FROM carried WHERE carried.reminder_id = reminder.id))
"""
#: A message that nobody needed any more (deliveries.unneeded), and one that did not get through.
NEEDLESS = "delivery.sent_at IS NULL AND delivery.dead = 1 AND delivery.answer GLOB 'withdrawn*'"
FAILED = f"delivery.sent_at IS NULL AND (delivery.dead = 1 OR delivery.failed > 0) AND NOT ({NEEDLESS})"
# A range of the index reminder_owed, and its order; :state is one of STATES.
OF_DAY = f"""
SELECT {COLUMNS}
WHERE reminder.owed_at >= :since AND reminder.owed_at < :until
AND (reminder.owed_at, reminder.id) < (coalesce(:before_at, '9999'), coalesce(:before_id, 0))
AND (:person_id IS NULL OR reminder.recipient_id = :person_id)
AND (:channel_id IS NULL OR EXISTS (SELECT 1 {MESSAGES} AND coalesce(delivery.channel_id, 1) = :channel_id))
AND CASE :state
    WHEN 'shown' THEN reminder.shown_at IS NOT NULL
    WHEN 'sent' THEN EXISTS (SELECT 1 {MESSAGES} AND delivery.sent_at IS NOT NULL)
    WHEN 'failed' THEN EXISTS (SELECT 1 {MESSAGES} AND {FAILED})
    WHEN 'unneeded' THEN EXISTS (SELECT 1 {MESSAGES} AND {NEEDLESS})
    WHEN 'caught_up' THEN reminder.shown_at > {CAUGHT_UP}
    WHEN 'skipped' THEN reminder.withdrawn_why IN ({SKIPPED})
    WHEN 'withdrawn' THEN reminder.withdrawn_at IS NOT NULL AND reminder.withdrawn_why NOT IN ({SKIPPED})
    WHEN 'waiting' THEN reminder.shown_at IS NULL AND reminder.withdrawn_at IS NULL
    ELSE 1 END
ORDER BY reminder.owed_at DESC, reminder.id DESC LIMIT :limit
"""
COUNTS = f"""
SELECT count(*) AS owed, coalesce(sum(shown_at IS NOT NULL), 0) AS shown,
    coalesce(sum(EXISTS (SELECT 1 {MESSAGES} AND delivery.sent_at IS NOT NULL)), 0) AS sent,
    coalesce(sum(EXISTS (SELECT 1 {MESSAGES} AND {FAILED})), 0) AS failed,
    coalesce(sum(EXISTS (SELECT 1 {MESSAGES} AND {NEEDLESS})), 0) AS unneeded,
    coalesce(sum(shown_at > {CAUGHT_UP}), 0) AS caught_up,
    coalesce(sum(withdrawn_why IN ({SKIPPED})), 0) AS skipped,
    coalesce(sum(withdrawn_at IS NOT NULL AND withdrawn_why NOT IN ({SKIPPED})), 0) AS withdrawn,
    coalesce(sum(shown_at IS NULL AND withdrawn_at IS NULL), 0) AS waiting
FROM reminder WHERE owed_at >= :since AND owed_at < :until
"""  # noqa: S608
WAYS = """
SELECT reminder.id AS reminder_id, delivery.id, channel.kind, channel.name, channel.active, delivery.sent_at,
    delivery.dead, delivery.failed, delivery.try_after, delivery.answer
FROM json_each(:ids) AS wanted JOIN reminder ON reminder.id = wanted.value
JOIN delivery ON delivery.id = reminder.delivery_id
    OR delivery.id IN (SELECT carried.delivery_id FROM carried WHERE carried.reminder_id = reminder.id)
JOIN channel ON channel.id = coalesce(delivery.channel_id, 1)
ORDER BY reminder.id, delivery.id
"""
RECIPIENTS = "SELECT id, name FROM person WHERE active = 1 ORDER BY name, id"
CHANNELS = "SELECT id, kind, name FROM channel ORDER BY id"
#: What may be asked of a day.
STATES = ("shown", "sent", "failed", "unneeded", "caught_up", "skipped", "withdrawn", "waiting")


@dataclass(frozen=True)
class Way:
    """A message that carries a reminder out of the house. ``active``: its channel is on; ``failed``: so many tries
    certainly did not get through."""

    id: int
    kind: str
    name: str
    active: bool
    sent_at: datetime | None
    dead: bool
    failed: int
    try_after: datetime
    answer: str

    @property
    def needless(self) -> bool:
        """Did it not go because nobody needed it any more? That is no failure."""
        return self.dead and self.answer.partition(":")[0] == WITHDRAWN

    @property
    def why_needless(self) -> str:
        """Why it was not needed (holding.UNNEEDED); "" where that was not kept."""
        return self.answer.partition(":")[2]

    @property
    def gave_up(self) -> bool:
        """Was it refused for good? It may be sent again."""
        return self.dead and self.sent_at is None and not self.needless


@dataclass(frozen=True)
class Sent:
    """A reminder, how it stands, and its ways. ``limit_key`` and ``case_no`` are "" where it is about none."""

    id: int
    rung: str
    case_id: int | None
    case_no: str
    deadline_id: int | None
    due_version: int | None
    limit_key: str
    recipient_id: int
    name: str
    owed_at: datetime
    planned_at: datetime
    shown_at: datetime | None
    read_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_why: str
    body: dict[str, Any]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Wanted:
    """Which reminders of a stretch of time are asked for; None and "" for all. ``before``: after the last of a page."""

    since: datetime
    until: datetime
    person_id: int | None = None
    channel_id: int | None = None
    state: str = ""
    before: tuple[datetime, int] | None = None


def of_case(db: Database, case_id: int) -> tuple[Sent, ...]:
    """Every reminder of a case, planned and withdrawn ones too, by the time they were owed at."""
    return _with_ways(db, rows(db, OF_CASE, {"case_id": case_id}))


def of_day(db: Database, wanted: Wanted, limit: int) -> tuple[Sent, ...]:
    """The reminders that were owed in that time, the last first."""
    before = wanted.before or (None, None)
    params = {
        **_span(wanted),
        "person_id": wanted.person_id,
        "channel_id": wanted.channel_id,
        "state": wanted.state,
        "before_at": to_text(before[0]) if before[0] else None,
        "before_id": before[1],
        "limit": limit,
    }
    return _with_ways(db, rows(db, OF_DAY, params))


def counts(db: Database, wanted: Wanted) -> dict[str, int]:
    """How many were owed in that time in all ("owed"), and of each of STATES."""
    (found,) = rows(db, COUNTS, _span(wanted))
    return {name: int(found[name]) for name in ("owed", *STATES)}


def recipients(db: Database) -> tuple[tuple[int, str], ...]:
    """Whom a list may be narrowed to."""
    return tuple((r["id"], r["name"]) for r in rows(db, RECIPIENTS))


def channels(db: Database) -> tuple[tuple[int, str, str], ...]:
    """The channels there are: id, kind and name."""
    return tuple((r["id"], r["kind"], r["name"]) for r in rows(db, CHANNELS))


def _span(wanted: Wanted) -> dict[str, Any]:
    return {"since": to_text(wanted.since), "until": to_text(wanted.until)}


def _with_ways(db: Database, found: Iterable[Any]) -> tuple[Sent, ...]:
    listed = list(found)
    ways: dict[int, list[Way]] = {}
    for r in rows(db, WAYS, {"ids": json.dumps([r["id"] for r in listed])}):
        way = Way(
            **shaped(
                r,
                ("id", "kind", "name", "failed", "answer"),
                instants=("sent_at", "try_after"),
                flags=("active", "dead"),
            )
        )
        ways.setdefault(r["reminder_id"], []).append(way)
    names = ("id", "rung", "case_id", "deadline_id", "due_version", "recipient_id", "name", "withdrawn_why")
    instants = ("owed_at", "planned_at", "shown_at", "read_at", "withdrawn_at")
    return tuple(
        Sent(
            **shaped(r, names, instants=instants, texts=("case_no", "limit_key")),
            body=json.loads(r["body"]),
            ways=tuple(ways.get(r["id"], ())),
        )
        for r in listed
    )

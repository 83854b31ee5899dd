"""Cases straight into the register, for tests of what follows from their state and not from an act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from tests.factories import NOW
from tracker.clock import to_text
from tracker.rule.instants import last_day
from tracker.rule.stages import STAGE_WORDS
from tracker.store.database import execute, insert, rows, value

ZONE = ZoneInfo("Asia/Shanghai")
CASE = """
INSERT INTO cases (no, received_at, received_from, received_month, registered_at, channel, title, content, place,
    rule_version, handler_id, unit_id, state, historic, updated_at, closed_at)
VALUES (:no, :at, 'dispatch', '2026-06', :at, '电话', '塑料厂异味', '刺鼻', '港南路88号', 1, :handler_id, :unit_id,
    'open', :historic, :at, NULL)
"""
DEADLINE = """
INSERT INTO deadline (case_id, round, kind, key, days, starts_at, due_at, due_day, first_due_at, unrolled_day)
VALUES (:case_id, :round, :kind, :key, 1, :at, :due_at, :due_day, :due_at, :due_day)
"""
NEXT = """
UPDATE cases SET (next_due_at, next_limit) = (SELECT due_at, key FROM deadline
WHERE case_id = cases.id AND state IN ('open', 'backfill') ORDER BY due_at LIMIT 1) WHERE id = :id AND state <> 'closed'
"""


def shanghai(text: str) -> datetime:
    """``06-17 10:24`` of 2026 (or a full date) on the clock of Shanghai, as an instant."""
    full = text if len(text) > 11 else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=ZONE).astimezone(UTC)


def add_case(
    db: Database,
    limits: dict[str, datetime],
    *,
    handler_id: int | None = None,
    unit_id: int | None = None,
    at: datetime = NOW,
    historic: bool = False,
) -> int:
    """An open case registered at ``at`` with these due times; its id."""
    n = value(db, "SELECT count(*) FROM cases") + 1
    fields = {"no": f"XH2026-{n:06d}", "at": to_text(at), "handler_id": handler_id, "unit_id": unit_id}
    case_id = insert(db, CASE, {**fields, "historic": int(historic)})
    for key, due_at in limits.items():
        add_limit(db, case_id, key, due_at, at=at)
    return case_id


def add_limit(db: Database, case_id: int, key: str, due_at: datetime, *, round_: int = 1, at: datetime = NOW) -> int:
    day = last_day(due_at, ZONE).isoformat()
    kind = "stage" if key in STAGE_WORDS else "outside"
    fields = {"case_id": case_id, "round": round_, "kind": kind, "key": key, "at": to_text(at)}
    limit = insert(db, DEADLINE, {**fields, "due_at": to_text(due_at), "due_day": day})
    execute(db, NEXT, {"id": case_id})
    return limit


def natural(received: str) -> dict[str, datetime]:
    """The four due times of an ordinary case received on that local day: ``natural("2026-06-17")``."""
    start = datetime.fromisoformat(received).replace(tzinfo=ZONE)
    stages = (("contact", 1), ("inspection", 3), ("recheck", 10), ("resolution", 15))
    return {key: (start + timedelta(days=n + 1)).astimezone(UTC) for key, n in stages}


def reminders(db: Database, case_id: int) -> list[tuple[str, str, int, str]]:
    """(limit, rung, recipient, when on the clock of Shanghai) of every reminder that stands, in order of time."""
    found = rows(
        db,
        """SELECT coalesce(deadline.key, '') AS key, rung, recipient_id, owed_at FROM reminder
        LEFT JOIN deadline ON deadline.id = reminder.deadline_id
        WHERE reminder.case_id = :id AND withdrawn_at IS NULL ORDER BY owed_at, recipient_id, rung""",
        {"id": case_id},
    )
    return [(r["key"], r["rung"], r["recipient_id"], _clock(r["owed_at"])) for r in found]


def _clock(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(ZONE).strftime("%m-%d %H:%M")

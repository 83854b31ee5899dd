"""What 今日待办 lists beside the running limits: cases that nothing presses any more, and those that stand still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.store.database import rows, shaped, value
from tracker.store.overdue import Wanted

# The conditions of the index cases_idle, word for word: it holds these cases alone.
IDLE_WHERE = """
WHERE cases.state = 'open' AND cases.next_due_at IS NULL AND cases.historic = 0
AND NOT EXISTS (SELECT 1 FROM deadline WHERE deadline.case_id = cases.id AND deadline.state = 'paused')
AND (:handler_id IS NULL OR cases.handler_id = :handler_id)
AND (:registered_by IS NULL OR cases.registered_by = :registered_by)
"""
IDLE_LINE = """
SELECT cases.no, cases.title, cases.received_at, street.name AS street, handler.name AS handler,
    EXISTS (SELECT 1 FROM fact WHERE fact.case_id = cases.id AND fact.round = cases.round AND fact.kind = 'reply')
        AS replied
FROM cases LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
"""
IDLE = IDLE_LINE + IDLE_WHERE + "ORDER BY cases.id LIMIT :size"
ALL_IDLE = "SELECT count(*) FROM cases "
IDLE_COUNT = ALL_IDLE + IDLE_WHERE

# The index deadline_paused holds the limits that stand still alone.
FROM_PAUSED = """
FROM deadline JOIN cases ON cases.id = deadline.case_id
JOIN pause ON pause.deadline_id = deadline.id AND pause.until IS NULL
JOIN request ON request.id = pause.request_id
LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE deadline.state = 'paused'
AND (:handler_id IS NULL OR cases.handler_id = :handler_id)
AND (:registered_by IS NULL OR cases.registered_by = :registered_by)
"""
PAUSED = (
    """
SELECT cases.no, cases.title, request.ground, min(pause.since) AS since, street.name AS street, handler.name AS handler
"""
    + FROM_PAUSED
    + "GROUP BY cases.id ORDER BY since, cases.id LIMIT :size"
)
PAUSED_COUNT = "SELECT count(DISTINCT cases.id)" + FROM_PAUSED

ANY = "SELECT EXISTS (SELECT 1 FROM cases)"


@dataclass(frozen=True)
class Idle:
    """An open case without a running limit. ``replied``: what it still wants is the closing, else the reply too."""

    no: str
    title: str
    received_at: datetime
    street: str
    handler: str
    replied: bool


@dataclass(frozen=True)
class Paused:
    """A case that stands still, whole or in stage 4 alone (``ground``, see rule.asking), and since when."""

    no: str
    title: str
    ground: str
    since: datetime
    street: str
    handler: str


def paused(db: Database, wanted: Wanted, size: int) -> tuple[Paused, ...]:
    """The cases that stand still, longest first, of the handler or clerk that is wanted."""
    found = rows(db, PAUSED, {**_of(wanted), "size": size})
    names = ("no", "title", "ground")
    return tuple(Paused(**shaped(r, names, instants=("since",), texts=("street", "handler"))) for r in found)


def count_paused(db: Database, wanted: Wanted) -> int:
    """How many of them there are in all."""
    return int(value(db, PAUSED_COUNT, _of(wanted)))


def idle(db: Database, wanted: Wanted, size: int) -> tuple[Idle, ...]:
    """The open cases that no limit presses, oldest first, of the handler or clerk that is wanted."""
    found = rows(db, IDLE, {**_of(wanted), "size": size})
    return tuple(
        Idle(**shaped(r, ("no", "title"), instants=("received_at",), texts=("street", "handler"), flags=("replied",)))
        for r in found
    )


def count_idle(db: Database, wanted: Wanted) -> int:
    """How many of them there are in all."""
    return int(value(db, IDLE_COUNT, _of(wanted)))


def _of(wanted: Wanted) -> dict[str, int | None]:
    return {"handler_id": wanted.handler_id, "registered_by": wanted.registered_by}


def any_case(db: Database) -> bool:
    """Has this register seen its first complaint?"""
    return bool(value(db, ANY))

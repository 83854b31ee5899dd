"""The due times that an act has moved, the pauses of a limit, and the receipt time when it is corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.moving import Limit
from tracker.rule.stages import Due
from tracker.store.database import execute, rows, shaped
from tracker.store.deadlines import Deadline

# The version changes with the due time alone: reminders are planned anew where there is something new to say.
MOVE = """
UPDATE deadline SET due_version = due_version + (due_at <> :due_at), due_at = :due_at, due_day = :due_day,
    unrolled_day = :unrolled_day, provisional = :provisional, starts_at = :starts_at, first_due_at = :first_due_at,
    state = :state, extended = :extended, extended_by = :extended_by, given_back = :given_back
WHERE id = :id
"""
PAUSE = """
INSERT INTO pause (request_id, deadline_id, since, had_left) VALUES (:request_id, :deadline_id, :since, :had_left)
"""
SET_LEFT = "UPDATE pause SET had_left = :had_left WHERE deadline_id = :deadline_id AND until IS NULL"
END_PAUSES = """
UPDATE pause SET until = max(:at, since)
WHERE until IS NULL AND deadline_id IN (SELECT id FROM deadline WHERE case_id = :case_id)
"""
PAUSES = """
SELECT pause.deadline_id, pause.request_id, pause.since, pause.had_left, pause.until, request.ground
FROM pause JOIN deadline ON deadline.id = pause.deadline_id JOIN request ON request.id = pause.request_id
WHERE deadline.case_id = :case_id ORDER BY pause.since, pause.id
"""
RECEIVED = "UPDATE cases SET received_at = :received_at, received_month = :month WHERE id = :case_id"
# What was to be answered from outside keeps its due time; it only starts with the case.
START_OUTSIDE = """
UPDATE deadline SET starts_at = :received_at WHERE case_id = :case_id AND kind = 'outside' AND starts_at = :before
"""


@dataclass(frozen=True)
class Pause:
    """One suspension of one limit. ``had_left``: counted days (minutes by hours), None when it was late already;
    ``ground``: "case", or "report" where stage 4 alone waits. ``until`` is None while it lasts."""

    deadline_id: int
    request_id: int
    since: datetime
    had_left: int | None
    until: datetime | None
    ground: str


def limit(deadline: Deadline, pauses: Iterable[Pause]) -> Limit:
    """A stage as the rule moves it, with the pause in which it stands."""
    paused = next((pause for pause in pauses if pause.deadline_id == deadline.id and pause.until is None), None)
    due = Due(
        deadline.key,
        deadline.days or 0,
        deadline.due_at,
        deadline.due_day,
        deadline.unrolled_day,
        deadline.provisional,
    )
    return Limit(
        due,
        deadline.starts_at,
        deadline.first_due_at,
        state=deadline.state,
        extended=deadline.extended,
        extended_by=deadline.extended_by,
        given_back=deadline.given_back,
        since=paused.since if paused else None,
        left=paused.had_left if paused else None,
    )


def put(db: Database, deadline_id: int, moved: Limit) -> None:
    """Keep a limit as an act has left it. A pause of it that runs keeps what is left to it."""
    execute(
        db,
        MOVE,
        {
            "id": deadline_id,
            "due_at": to_text(moved.due.due_at),
            "due_day": moved.due.due_day.isoformat(),
            "unrolled_day": moved.due.unrolled_day.isoformat(),
            "provisional": int(moved.due.provisional),
            "starts_at": to_text(moved.starts_at),
            "first_due_at": to_text(moved.first_due_at),
            "state": moved.state,
            "extended": int(moved.extended),
            "extended_by": moved.extended_by,
            "given_back": moved.given_back,
        },
    )
    execute(db, SET_LEFT, {"deadline_id": deadline_id, "had_left": moved.left})


def begin_pause(db: Database, request_id: int, deadline_id: int, paused: Limit) -> None:
    """A limit stops from ``paused.since`` with what it has left."""
    assert paused.since is not None
    fields = {"request_id": request_id, "deadline_id": deadline_id, "since": to_text(paused.since)}
    execute(db, PAUSE, {**fields, "had_left": paused.left})


def end_pauses(db: Database, case_id: int, at: datetime) -> int:
    """Every pause of a case ends at ``at``; how many limits stood still."""
    return execute(db, END_PAUSES, {"case_id": case_id, "at": to_text(at)})


def pauses(db: Database, case_id: int) -> tuple[Pause, ...]:
    """The pauses of a case's limits, oldest first."""
    names = ("deadline_id", "request_id", "had_left", "ground")
    return tuple(Pause(**shaped(r, names, instants=("since", "until"))) for r in rows(db, PAUSES, {"case_id": case_id}))


def set_received(db: Database, case_id: int, before: datetime, received_at: datetime, month: str) -> None:
    """The receipt time of a case is another; ``month`` is the local month of it."""
    fields = {"case_id": case_id, "received_at": to_text(received_at)}
    execute(db, RECEIVED, {**fields, "month": month})
    execute(db, START_OUTSIDE, {**fields, "before": to_text(before)})

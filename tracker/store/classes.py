"""Kind, grade, rule version and route of a case as a correction leaves them."""

from __future__ import annotations

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.stages import Due
from tracker.store.database import execute

SET_CLASS = "UPDATE cases SET kind = :kind, grade = :grade, rule_version = :rule_version WHERE id = :id"
SET_ROUTE = "UPDATE cases SET route = :route, appeal_id = :appeal_id WHERE id = :id"
# Like a corrected receipt time: the first due time is that of the rule which should have held from the beginning.
RECOUNT = """
UPDATE deadline SET due_version = due_version + (due_at <> :due_at), days = :days, due_at = :due_at, due_day = :due_day,
    first_due_at = :due_at, unrolled_day = :unrolled_day, provisional = :provisional, state = 'open'
WHERE id = :id AND state IN ('open', 'ended')
"""
END = "UPDATE deadline SET state = 'ended' WHERE id = :id AND state = 'open'"


def set_class(db: Database, case_id: int, kind: str, grade: str, rule_version: int | None) -> None:
    """The case is of this kind and grade, and runs under this version."""
    execute(db, SET_CLASS, {"id": case_id, "kind": kind, "grade": grade, "rule_version": rule_version})


def set_route(db: Database, case_id: int, route: str, appeal_id: int | None) -> None:
    """The route that the case takes, and the line of the office's list that it was chosen by."""
    execute(db, SET_ROUTE, {"id": case_id, "route": route, "appeal_id": appeal_id})


def recount(db: Database, deadline_id: int, fresh: Due) -> None:
    """An open stage, or one that runs again, has another limit."""
    execute(
        db,
        RECOUNT,
        {
            "id": deadline_id,
            "days": fresh.days,
            "due_at": to_text(fresh.due_at),
            "due_day": fresh.due_day.isoformat(),
            "unrolled_day": fresh.unrolled_day.isoformat(),
            "provisional": int(fresh.provisional),
        },
    )


def end(db: Database, deadline_id: int) -> None:
    """An open stage that the case does not run under any more."""
    execute(db, END, {"id": deadline_id})

"""The orders that came again from their source (重新交办): which round each began, and when it was dispatched."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import insert, rows

ADD = """
INSERT INTO reorder (case_id, round, dispatched_at, reason, at, by)
VALUES (:case_id, :round, :dispatched_at, :reason, :at, :by)
"""
OF_CASE = "SELECT round, dispatched_at FROM reorder WHERE case_id = :case_id ORDER BY round"


def add(db: Database, case_id: int, round_: int, dispatched_at: datetime, reason: str, at: datetime, by: int) -> None:
    """Write down the order that began this round."""
    told = {"case_id": case_id, "round": round_, "reason": reason, "at": to_text(at), "by": by}
    insert(db, ADD, {**told, "dispatched_at": to_text(dispatched_at)})


def of_case(db: Database, case_id: int) -> dict[int, datetime]:
    """Round → when the source had dispatched the order that began it."""
    return {r["round"]: from_text(r["dispatched_at"]) for r in rows(db, OF_CASE, {"case_id": case_id})}

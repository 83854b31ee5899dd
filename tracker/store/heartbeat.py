"""The signs of life of a process, and what it remembers from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, row

BEAT = """
INSERT INTO heartbeat (name, at, detail) VALUES (:name, :at, :detail)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail
"""
LAST = "SELECT at, detail FROM heartbeat WHERE name = :name"

#: The tick of the scheduler; and the people and days that its plans were last made for.
TICK, PLANS = "tick", "plans"


@dataclass(frozen=True)
class Beat:
    at: datetime
    detail: str


def beat(db: Database, name: str, at: datetime, detail: str = "") -> None:
    """``name`` was alive at ``at``."""
    execute(db, BEAT, {"name": name, "at": to_text(at), "detail": detail})


def last(db: Database, name: str) -> Beat | None:
    """The last sign of life of ``name``; None if it never gave one."""
    found = row(db, LAST, {"name": name})
    return None if found is None else Beat(from_text(found["at"]), found["detail"])

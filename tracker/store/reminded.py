"""What a case has reminded people of, for its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text
from tracker.store.database import rows

# One line for what several people were shown at once.
OF_CASE = """
SELECT reminder.shown_at, reminder.rung, coalesce(deadline.key, '') AS limit_key,
    group_concat(person.name, char(10)) AS names
FROM reminder JOIN person ON person.id = reminder.recipient_id
LEFT JOIN deadline ON deadline.id = reminder.deadline_id
WHERE reminder.case_id = :case_id AND reminder.shown_at IS NOT NULL
GROUP BY reminder.shown_at, reminder.rung, reminder.deadline_id ORDER BY reminder.shown_at DESC
"""


@dataclass(frozen=True)
class Reminded:
    """Who was reminded when (UTC), by which rung and of which limit ("" for none)."""

    at: datetime
    rung: str
    limit: str
    names: tuple[str, ...]


def of_case(db: Database, case_id: int) -> tuple[Reminded, ...]:
    """The reminders that were shown, newest first."""
    found = rows(db, OF_CASE, {"case_id": case_id})
    return tuple(
        Reminded(from_text(r["shown_at"]), r["rung"], r["limit_key"], tuple(r["names"].split("\n"))) for r in found
    )

"""Historic cases that no reply has closed: they stand on no live list, so the list must say that there are some."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import value

# The first two conditions are those of the index cases_historic, word for word.
LATE = """
SELECT count(*) FROM cases WHERE historic = 1 AND state = 'open' AND EXISTS (
    SELECT 1 FROM deadline WHERE deadline.case_id = cases.id AND deadline.state = 'open' AND deadline.due_at <= :at)
"""


def count_late(db: Database, at: datetime) -> int:
    """How many of them are past their limit at ``at``."""
    return int(value(db, LATE, {"at": to_text(at)}))

"""How many cases were applied for and closed: 完成率 and 销项率, two rates of what was received in a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import row

# A range of the index cases_received. A case that was sent back or done over is applied for when it is so again.
RATES = """
SELECT count(*) AS received, count(*) FILTER (WHERE state IN ('applied', 'closed')) AS applied,
    count(*) FILTER (WHERE state = 'closed') AS closed
FROM cases WHERE received_at >= :since AND received_at < :until AND historic = 0
"""


@dataclass(frozen=True)
class Rates:
    """完成率 is ``applied`` of ``received``, 销项率 ``closed`` of ``received``."""

    received: int
    applied: int
    closed: int


def rates(db: Database, since: datetime, until: datetime) -> Rates:
    """Of the cases received in [since, until), history that was brought in aside: how they stand now."""
    found = row(db, RATES, {"since": to_text(since), "until": to_text(until)})
    assert found is not None
    return Rates(found["received"], found["applied"], found["closed"])

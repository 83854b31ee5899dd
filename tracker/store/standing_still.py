"""The cases that stand still (中止), with the pauses of the limit that tells how long the office has had them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.moving import Pause
from tracker.store.database import rows, shaped, value
from tracker.store.overdue import Wanted, filters
from tracker.store.overdue_sql import FILTERS
from tracker.store.spans import FIRST

# The index deadline_paused holds the limits that stand still alone.
STANDING = (
    """
FROM deadline JOIN cases ON cases.id = deadline.case_id
JOIN pause ON pause.deadline_id = deadline.id AND pause.until IS NULL
JOIN request ON request.id = pause.request_id
LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE deadline.state = 'paused'
"""
    + FILTERS
)
# Of a case the limit with the most days, which is the last to run: one suspension stops all of them at one instant.
PAGE = (
    """
SELECT cases.id AS case_id, cases.no, cases.title, street.name AS street, handler.name AS handler, request.ground,
    pause.since, deadline.id AS deadline_id, deadline.starts_at, max(deadline.days) AS days
"""
    + STANDING
    + "GROUP BY cases.id HAVING (pause.since, cases.id) > (:after, :after_id)\n"
    + "ORDER BY pause.since, cases.id LIMIT :size"
)
COUNT = "SELECT count(DISTINCT cases.id)" + STANDING
PAUSES = """
SELECT deadline_id, since, until FROM pause
WHERE deadline_id IN (SELECT value FROM json_each(:ids)) ORDER BY deadline_id, since
"""


@dataclass(frozen=True)
class Still:
    """A case that stands still, whole or in stage 4 alone (``ground``, see rule.asking), since ``since``. ``starts_at``
    and ``pauses`` are those of its longest limit."""

    case_id: int
    no: str
    title: str
    street: str
    handler: str
    ground: str
    since: datetime
    starts_at: datetime
    pauses: tuple[Pause, ...]

    @property
    def place(self) -> tuple[datetime, int]:
        """Where the line stands in the list; the next page comes after it."""
        return self.since, self.case_id


def page(db: Database, wanted: Wanted, size: int, after: tuple[datetime, int] | None = None) -> tuple[Still, ...]:
    """The cases that stand still, longest first, following the line at the place ``after``."""
    place = {"after": to_text(after[0]) if after else FIRST, "after_id": after[1] if after else 0}
    found = rows(db, PAGE, {**filters(wanted), **place, "size": size})
    stood = _pauses(db, (r["deadline_id"] for r in found))
    names, instants, texts = ("case_id", "no", "title", "ground"), ("since", "starts_at"), ("street", "handler")
    return tuple(
        Still(**shaped(r, names, instants=instants, texts=texts), pauses=stood[r["deadline_id"]]) for r in found
    )


def count(db: Database, wanted: Wanted) -> int:
    """How many of them there are in all."""
    return int(value(db, COUNT, filters(wanted)))


def _pauses(db: Database, ids: Iterable[int]) -> dict[int, tuple[Pause, ...]]:
    found = rows(db, PAUSES, {"ids": f"[{','.join(map(str, ids))}]"})
    return {
        key: tuple(Pause(**shaped(r, (), instants=("since", "until"))) for r in some)
        for key, some in groupby(found, lambda r: int(r["deadline_id"]))
    }

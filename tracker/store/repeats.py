"""查重: earlier cases by the same phone, about the same place or the same unit. Says which, never who complained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import rows, shaped
from tracker.store.identity import blind

# A place that begins with what was typed is taken for the same; three index reads, then the cases by their id.
REPEATS = """
WITH found (id, phone, place, unit) AS (
    SELECT case_id, 1, 0, 0 FROM complainant WHERE phone_index = :phone_index
    UNION ALL
    SELECT id, 0, 1, 0 FROM cases WHERE place >= :place AND place < :place_end AND received_at >= :since
    UNION ALL
    SELECT id, 0, 0, 1 FROM cases WHERE subject_unit <> '' AND subject_unit = :unit AND received_at >= :since
)
SELECT cases.id, cases.no, cases.title, cases.place, cases.received_at, cases.state, cases.historic, cases.next_due_at,
    cases.next_limit, street.name AS street, handler.name AS handler, lead_case.no AS lead_no,
    max(found.phone) AS same_phone, max(found.place) AS same_place, max(found.unit) AS same_unit
FROM found JOIN cases ON cases.id = found.id
LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
LEFT JOIN cases AS lead_case ON lead_case.id = cases.lead_case_id
WHERE cases.received_at >= :since
GROUP BY cases.id
ORDER BY cases.state = 'closed' OR cases.historic, cases.lead_case_id IS NOT NULL, cases.received_at DESC, cases.id DESC
LIMIT :size
"""
#: Sorts after every place that begins with the same characters.
END = chr(0x10FFFF)


@dataclass(frozen=True)
class Repeat:
    """An earlier case and what it has in common with the new one. Under way first, lead cases before joined ones."""

    id: int
    no: str
    title: str
    place: str
    received_at: datetime
    state: str
    historic: bool
    next_due_at: datetime | None
    next_limit: str
    street: str
    handler: str
    lead_no: str
    same_phone: bool
    same_place: bool
    same_unit: bool

    @property
    def open(self) -> bool:
        """Whether the case is under way, so that another may be joined to it."""
        return self.state == "open" and not self.historic


def look_up(
    db: Database, since: datetime, *, phone: str = "", place: str = "", unit: str = "", size: int = 200
) -> tuple[Repeat, ...]:
    """The cases received from ``since`` on that share the phone (plain digits), place or unit; "" asks for none."""
    asked = {
        "phone_index": blind(db, phone) if phone else None,
        "place": place or None,
        "place_end": place + END,
        "unit": unit or None,
        "since": to_text(since),
        "size": size,
    }
    return tuple(
        Repeat(
            **shaped(
                r,
                ("id", "no", "title", "place", "state"),
                instants=("received_at", "next_due_at"),
                texts=("next_limit", "street", "handler", "lead_no"),
                flags=("historic", "same_phone", "same_place", "same_unit"),
            )
        )
        for r in rows(db, REPEATS, asked)
    )

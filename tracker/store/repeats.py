"""查重: earlier cases by the same phone, about the same place or the same unit. Says which, never who complained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.repeats import one_place, worth_asking
from tracker.store.cases import Case
from tracker.store.database import rows, shaped, value
from tracker.store.identity import blind

# A place that begins with what was typed is taken for the same; three index reads, then the cases by their id. What is
# bound to the case `:but` (joined, linked) belongs to it whenever it was received.
REPEATS = """
WITH found (id, phone, place, unit, tied) AS (
    SELECT case_id, 1, 0, 0, 0 FROM complainant WHERE phone_index = :phone_index
    UNION ALL
    SELECT id, 0, 1, 0, 0 FROM cases WHERE place >= :place AND place < :place_end AND received_at >= :since
    UNION ALL
    SELECT id, 0, 0, 1, 0 FROM cases WHERE subject_unit <> '' AND subject_unit = :unit AND received_at >= :since
    UNION ALL
    SELECT id, 0, 0, 0, 1 FROM cases WHERE lead_case_id = :but
    UNION ALL
    SELECT lead_case_id, 0, 0, 0, 1 FROM cases WHERE id = :but AND lead_case_id IS NOT NULL
    UNION ALL
    SELECT other_id, 0, 0, 0, 1 FROM link
    WHERE case_id = :but AND NOT EXISTS (SELECT 1 FROM link_undone WHERE link_id = link.id)
    UNION ALL
    SELECT case_id, 0, 0, 0, 1 FROM link
    WHERE other_id = :but AND NOT EXISTS (SELECT 1 FROM link_undone WHERE link_id = link.id)
)
SELECT cases.id, cases.no, cases.title, cases.place, cases.received_at, cases.state, cases.historic, cases.next_due_at,
    cases.next_limit, street.name AS street, handler.name AS handler, lead_case.no AS lead_no,
    max(found.phone) AS same_phone, max(found.place) AS same_place, max(found.unit) AS same_unit,
    max(found.tied) AS tied
FROM found JOIN cases ON cases.id = found.id
LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
LEFT JOIN cases AS lead_case ON lead_case.id = cases.lead_case_id
WHERE cases.id <> :but
GROUP BY cases.id
HAVING max(found.tied) OR (cases.received_at >= :since AND cases.received_at <= :until)
ORDER BY cases.state = 'closed' OR cases.historic, cases.lead_case_id IS NOT NULL, cases.received_at DESC, cases.id DESC
LIMIT :size
"""
PHONE_INDEX = "SELECT phone_index FROM complainant WHERE case_id = :case_id"
#: Sorts after every place that begins with the same characters.
END = chr(0x10FFFF)
#: After every instant that the register holds.
LAST = "9999"


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
    tied: bool = False  # joined or linked to it by hand

    @property
    def open(self) -> bool:
        """Whether the case is under way, so that another may be joined to it."""
        return self.state == "open" and not self.historic


def look_up(
    db: Database, since: datetime, *, phone: str = "", place: str = "", unit: str = "", size: int = 200
) -> tuple[Repeat, ...]:
    """The cases received from ``since`` on that share the phone (plain digits), place or unit; "" asks for none."""
    phone_index = blind(db, phone) if phone else None
    return _found(db, phone_index, place, unit, to_text(since), size=size)


def of_case(db: Database, case: Case, within: timedelta) -> tuple[Repeat, ...]:
    """The other cases that share the phone, place or unit of this one, received ``within`` so long of it. The number
    itself stays shut: its blind index is compared."""
    place, unit = worth_asking(case.place, case.subject_unit)
    phone_index = value(db, PHONE_INDEX, {"case_id": case.id})
    since, until = to_text(case.received_at - within), to_text(case.received_at + within)
    found = _found(db, phone_index, place, unit, since, until=until, but=case.id)
    return tuple(replace(one, same_place=one.same_place or one_place(case.place, one.place)) for one in found)


def _found(
    db: Database,
    phone_index: bytes | None,
    place: str,
    unit: str,
    since: str,
    *,
    until: str = LAST,
    but: int = 0,
    size: int = 200,
) -> tuple[Repeat, ...]:
    asked = {
        "phone_index": phone_index,
        "place": place or None,
        "place_end": place + END,
        "unit": unit or None,
        "since": since,
        "until": until,
        "but": but,
        "size": size,
    }
    return tuple(
        Repeat(
            **shaped(
                r,
                ("id", "no", "title", "place", "state"),
                instants=("received_at", "next_due_at"),
                texts=("next_limit", "street", "handler", "lead_no"),
                flags=("historic", "same_phone", "same_place", "same_unit", "tied"),
            )
        )
        for r in rows(db, REPEATS, asked)
    )

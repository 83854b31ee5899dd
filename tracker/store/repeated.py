"""The two figures on repeats over a period, by one query; the cases of a period by place; group cases (群体)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.history import NO_PLACE
from tracker.rule.repeats import PLACE_FROM
from tracker.store.database import insert, row, rows, shaped, value
from tracker.store.repeats import END

# A case repeats an earlier one, of any standing, received within the days before it: by the same phone (同诉人), else
# about the same place, or joined or linked by hand (同点位). What was not accepted (不予受理, 退单) is left out.
FIGURES = """
WITH asked AS (
    SELECT cases.id, received_at, place, lead_case_id, complainant.phone_index,
        strftime('%Y-%m-%dT%H:%M:%SZ', received_at, :back) AS oldest
    FROM cases LEFT JOIN complainant ON complainant.case_id = cases.id
    WHERE received_at >= :since AND received_at < :until
        AND NOT EXISTS (SELECT 1 FROM request
            WHERE request.case_id = cases.id AND request.round = cases.round AND kind = 'refuse'
                AND decision = 'approved')
        AND NOT EXISTS (SELECT 1 FROM order_return 
            WHERE order_return.case_id = cases.id AND order_return.round = cases.round AND outcome = 'confirmed')
), judged AS (
    SELECT EXISTS (SELECT 1 FROM complainant JOIN cases AS earlier ON earlier.id = complainant.case_id
            WHERE complainant.phone_index = asked.phone_index AND earlier.received_at >= asked.oldest
            AND (earlier.received_at, earlier.id) < (asked.received_at, asked.id)) AS person,
        EXISTS (SELECT 1 FROM cases AS earlier
            WHERE earlier.place >= asked.place AND earlier.place < asked.place || :end
            AND length(asked.place) >= :place_from AND asked.place <> :no_place
            AND earlier.received_at >= asked.oldest
            AND (earlier.received_at, earlier.id) < (asked.received_at, asked.id))
        OR lead_case_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM link JOIN cases AS earlier
            ON earlier.id = CASE link.case_id WHEN asked.id THEN link.other_id ELSE link.case_id END
            WHERE link.id IN (SELECT id FROM link WHERE case_id = asked.id
                UNION ALL SELECT id FROM link WHERE other_id = asked.id)
            AND (earlier.received_at, earlier.id) < (asked.received_at, asked.id)
            AND NOT EXISTS (SELECT 1 FROM link_undone WHERE link_id = link.id)) AS place
    FROM asked
)
SELECT count(*) AS accepted, coalesce(sum(person), 0) AS person,
    coalesce(sum(place AND NOT person), 0) AS place
FROM judged
"""
OF_PERIOD = """
SELECT id, no, title, place, received_at, state, historic FROM cases
WHERE received_at >= :since AND received_at < :until ORDER BY received_at, id
"""
SET_HEADS = "INSERT INTO case_group (case_id, heads, at, by) VALUES (:case_id, :heads, :at, :by)"
HEADS = "SELECT heads FROM case_group WHERE case_id = :case_id ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Figures:
    """Cases accepted in a period; how many of them repeat an earlier one by the same complainant, or the place."""

    accepted: int
    person: int
    place: int

    @property
    def repeats(self) -> int:
        """Either of both; no case counts twice."""
        return self.person + self.place


@dataclass(frozen=True)
class Spoken:
    """A case as far as its place goes."""

    id: int
    no: str
    title: str
    place: str
    received_at: datetime
    state: str
    historic: bool

    @property
    def under_way(self) -> bool:
        return self.state != "closed" and not self.historic


def figures(db: Database, since: datetime, until: datetime, days: int) -> Figures:
    """The figures on the cases received from ``since`` to before ``until``; an earlier case counts for ``days``."""
    asked = {
        "since": to_text(since),
        "until": to_text(until),
        "back": f"-{days} days",
        "end": END,
        "place_from": PLACE_FROM,
        "no_place": NO_PLACE,
    }
    found = row(db, FIGURES, asked)
    return Figures(**shaped(found, ("accepted", "person", "place")))


def of_period(db: Database, since: datetime, until: datetime) -> tuple[Spoken, ...]:
    """The cases received from ``since`` to before ``until``, in that order."""
    found = rows(db, OF_PERIOD, {"since": to_text(since), "until": to_text(until)})
    names = ("id", "no", "title", "place", "state")
    return tuple(Spoken(**shaped(r, names, instants=("received_at",), flags=("historic",))) for r in found)


def heads(db: Database, case_id: int) -> int:
    """How many people stand behind a group case (群体), 0 where it is none."""
    return int(value(db, HEADS, {"case_id": case_id}) or 0)


def set_heads(db: Database, case_id: int, number: int, at: datetime, by: int) -> None:
    """From now on so many people stand behind the case; what was said before stays on record."""
    insert(db, SET_HEADS, {"case_id": case_id, "heads": number, "at": to_text(at), "by": by})

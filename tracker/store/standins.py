"""Who stands in for whom: the deputy of a supervisor (代行审批), the substitute of somebody absent (请假代班).

Both are a person, for a person, from an instant to an instant; what is ended early keeps its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store import features
from tracker.store.database import execute, insert, rows, shaped

DEPUTY, ABSENCE = "deputy", "absence"
WHO_DEPUTISES = """
SELECT deputy.id, 'deputy' AS kind, deputy.supervisor_id AS for_id, deputy.deputy_id AS by_id, deputy.from_at,
    deputy.until_at, deputy.ended_at, principal.name AS for_name, other.name AS by_name
FROM deputy JOIN person AS principal ON principal.id = deputy.supervisor_id
JOIN person AS other ON other.id = deputy.deputy_id
"""
WHO_SUBSTITUTES = """
SELECT absence.id, 'absence' AS kind, absence.person_id AS for_id, absence.substitute_id AS by_id, absence.from_at,
    absence.until_at, absence.ended_at, principal.name AS for_name, other.name AS by_name
FROM absence JOIN person AS principal ON principal.id = absence.person_id
JOIN person AS other ON other.id = absence.substitute_id
"""
WHO = {DEPUTY: WHO_DEPUTISES, ABSENCE: WHO_SUBSTITUTES}
# A supervisor who is one no more hands on nothing; nor does a deputy who has become administrator or auditor act.
DEPUTISES_AT = """
WHERE deputy.ended_at IS NULL AND deputy.from_at <= :at AND deputy.until_at > :at
AND principal.active = 1 AND other.active = 1 AND (:by_id IS NULL OR deputy.deputy_id = :by_id)
AND EXISTS (SELECT 1 FROM person_role WHERE person_id = deputy.supervisor_id AND role = 'supervisor')
AND NOT EXISTS (SELECT 1 FROM person_role WHERE person_id = deputy.deputy_id AND role IN ('admin', 'auditor'))
ORDER BY deputy.id
"""
SUBSTITUTES_AT = """
WHERE absence.ended_at IS NULL AND absence.from_at <= :at AND absence.until_at > :at AND other.active = 1
AND (:by_id IS NULL OR absence.substitute_id = :by_id)
AND EXISTS (SELECT 1 FROM person_role WHERE person_id = absence.substitute_id AND role = 'handler')
ORDER BY absence.id
"""
DEPUTIES = WHO_DEPUTISES + DEPUTISES_AT
SUBSTITUTES = WHO_SUBSTITUTES + SUBSTITUTES_AT
#: What stands or is to come, then what is over, the newest first.
NOT_OVER = {
    kind: WHO[kind] + f"WHERE {kind}.ended_at IS NULL AND {kind}.until_at > :at ORDER BY {kind}.from_at, {kind}.id"
    for kind in (DEPUTY, ABSENCE)
}
OVER = {
    kind: WHO[kind] + f"WHERE {kind}.ended_at IS NOT NULL OR {kind}.until_at <= :at ORDER BY {kind}.id DESC LIMIT :size"
    for kind in (DEPUTY, ABSENCE)
}
ONE = {kind: WHO[kind] + f"WHERE {kind}.id = :id" for kind in (DEPUTY, ABSENCE)}
ADD = {
    DEPUTY: "INSERT INTO deputy (supervisor_id, deputy_id, from_at, until_at, named_at)"
    " VALUES (:for_id, :by_id, :from_at, :until_at, :at)",
    ABSENCE: "INSERT INTO absence (person_id, substitute_id, from_at, until_at, entered_at)"
    " VALUES (:for_id, :by_id, :from_at, :until_at, :at)",
}
FOR_REQUEST = "INSERT INTO acted_for (for_id, request_id) VALUES (:for_id, :id)"
FOR_FACT = "INSERT INTO acted_for (for_id, fact_id) VALUES (:for_id, :id)"
END = {
    DEPUTY: "UPDATE deputy SET ended_at = :at WHERE id = :id AND ended_at IS NULL AND until_at > :at",
    ABSENCE: "UPDATE absence SET ended_at = :at WHERE id = :id AND ended_at IS NULL AND until_at > :at",
}


@dataclass(frozen=True)
class StandIn:
    """``by`` stands in for ``for_``, from ``from_at`` up to ``until_at``, the first instant after the last day."""

    id: int
    kind: str
    for_id: int
    for_name: str
    by_id: int
    by_name: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None

    def at(self, instant: datetime) -> bool:
        """Does it hold at ``instant``?"""
        return self.ended_at is None and self.from_at <= instant < self.until_at


def deputies(db: Database, at: datetime, by_id: int | None = None) -> tuple[StandIn, ...]:
    """Who may decide for which supervisor at ``at``; ``by_id``: for whom this person may."""
    return _some(db, DEPUTIES, {"at": to_text(at), "by_id": by_id})


def absent(db: Database, at: datetime, by_id: int | None = None) -> tuple[StandIn, ...]:
    """Who is absent at ``at``, with their substitutes; ``by_id``: for whom this person stands in."""
    if not features.on(db, ABSENCE):
        return ()
    return _some(db, SUBSTITUTES, {"at": to_text(at), "by_id": by_id})


def substitutes(db: Database, at: datetime) -> dict[int, int]:
    """By the id of everybody absent at ``at``, the id of their substitute."""
    return {one.for_id: one.by_id for one in absent(db, at)}


def not_over(db: Database, kind: str, at: datetime) -> tuple[StandIn, ...]:
    """What holds at ``at`` or is to come, the earliest first."""
    return _some(db, NOT_OVER[kind], {"at": to_text(at)})


def over(db: Database, kind: str, at: datetime, size: int) -> tuple[StandIn, ...]:
    """What is over at ``at`` or was ended early, the newest first."""
    return _some(db, OVER[kind], {"at": to_text(at), "size": size})


def one(db: Database, kind: str, id_: int) -> StandIn | None:
    """The one with this id."""
    return next(iter(_some(db, ONE[kind], {"id": id_})), None)


def add(
    db: Database, kind: str, *, for_id: int, by_id: int, from_at: datetime, until_at: datetime, at: datetime
) -> int:
    """Write down that somebody stands in; its id."""
    people = {"for_id": for_id, "by_id": by_id}
    return insert(
        db, ADD[kind], {**people, "from_at": to_text(from_at), "until_at": to_text(until_at), "at": to_text(at)}
    )


def end(db: Database, kind: str, id_: int, at: datetime) -> bool:
    """End it early; False when it is over already."""
    return bool(execute(db, END[kind], {"id": id_, "at": to_text(at)}))


def asked_for(db: Database, request_id: int, for_id: int) -> None:
    """A substitute asked it for this person."""
    execute(db, FOR_REQUEST, {"id": request_id, "for_id": for_id})


def recorded_for(db: Database, fact_id: int, for_id: int) -> None:
    """A substitute recorded it for this person."""
    execute(db, FOR_FACT, {"id": fact_id, "for_id": for_id})


def _some(db: Database, statement: str, params: dict[str, object]) -> tuple[StandIn, ...]:
    names = ("id", "kind", "for_id", "for_name", "by_id", "by_name")
    instants = ("from_at", "until_at", "ended_at")
    return tuple(StandIn(**shaped(r, names, instants=instants)) for r in rows(db, statement, params))

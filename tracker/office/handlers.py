"""街道与承办人: the table from which a new case gets its handler, kept by the administrator and the supervisors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.office import dispatch
from tracker.office.actors import Actor
from tracker.rule.dispatch import Line, proposed
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import audit, choices, grids, handlers
from tracker.store.database import writing


def propose(db: Database, street_id: int | None, categories: Iterable[str], grid_id: int | None = None) -> Line | None:
    """The line of the table that names the handler of such a case, if any."""
    return proposed((*handlers.every(db), *grids.lines(db)), street_id, categories, grid_id)


def save(db: Database, actor: Actor, wanted: Iterable[tuple[str, Line]], at: datetime) -> bool:
    """Keep the table as it was typed, each line under the name of its field; whether anything is different.

    Raises Refusals. A line that stood there before may stay though its handler has left: it proposes nobody.
    """
    bad: list[Refusal] = []
    table: dict[tuple[int | None, str | None], int] = {}
    with writing(db):
        before = {(line.street_id, line.category): line.handler_id for line in handlers.every(db)}
        for field, line in wanted:
            place = (line.street_id, line.category)
            bad += _problems(db, field, line, known=before.get(place) == line.handler_id, twice=place in table)
            table[place] = line.handler_id
        if bad:
            raise Refusals(bad)
        if table == before:
            return False
        handlers.put(db, (Line(street, kind, who) for (street, kind), who in table.items()))
        detail = {"before": _written(before), "after": _written(table)}
        audit.append(db, at=at, person_id=actor.person_id, act="handlers.changed", address=actor.address, detail=detail)
    return True


def _problems(db: Database, field: str, line: Line, *, known: bool, twice: bool) -> list[Refusal]:
    found = []
    if twice:
        found.append(Refusal(N_("同一街道和类别只能有一行"), field=field))
    if line.street_id is None and line.category is None:
        found.append(Refusal(N_("请选择污染类别；只按街道派单的在上表选择"), field=field))
    if any(choices.unknown(db, line.street_id, (line.category,) if line.category else ())):
        found.append(Refusal(N_("街道或污染类别已停用，请重新选择"), field=field))
    if not known:
        try:
            dispatch.handler(db, line.handler_id)
        except Refusal as refusal:
            found.append(Refusal(refusal.message, field=field))
    return found


def _written(table: dict[tuple[int | None, str | None], int]) -> list[list[int | str | None]]:
    return [[street, kind, who] for (street, kind), who in table.items()]

"""The points to look at, kept by the administrator. What was recorded before keeps its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.checklists import check_points
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusals
from tracker.store import audit, categories, checklists
from tracker.store.database import writing


def save(db: Database, actor: Actor, typed: Mapping[str, str], at: datetime) -> None:
    """Keep the points of these categories: one a line, each once. Raises Refusals; categories unknown are left out."""
    known = {one.code for one in categories.in_use(db)}
    wanted = {code: _lines(text) for code, text in typed.items() if code in known}
    wrong = [refusal for code, points in wanted.items() for refusal in check_points(code, points)]
    if wrong:
        raise Refusals(wrong)
    with writing(db):
        before = checklists.every(db)
        changed = {code: points for code, points in wanted.items() if points != before.get(code, ())}
        checklists.put(db, changed)
        if changed:
            detail = {code: [before.get(code, ()), points] for code, points in changed.items()}
            audit.append(
                db, at=at, person_id=actor.person_id, act="checklists.changed", address=actor.address, detail=detail
            )


def _lines(text: str) -> tuple[str, ...]:
    found = (clean(line) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in found if line))

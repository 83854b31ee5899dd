"""What leaves the office as a file is written down: who took which list, how long it was, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.store import audit
from tracker.store.database import writing


def take(db: Database, actor: Actor, what: str, size: int, asked: Mapping[str, str], at: datetime) -> None:
    """One line of the trail for a list of ``size`` rows; ``asked`` is how it was narrowed."""
    detail = {"what": what, "rows": size, "asked": {name: text for name, text in asked.items() if text}}
    with writing(db):
        audit.append(db, at=at, person_id=actor.person_id, act="export", address=actor.address, detail=detail)

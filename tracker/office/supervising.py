"""What the supervisors settle for their own lists: who gives cards, what an early warning is, how many are drawn."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule import access
from tracker.store import audit, settings
from tracker.store.database import writing


def settle(db: Database, actor: Actor, changed: dict[str, str], at: datetime) -> None:
    """Keep these settings, given as text; on record, before and after. Raises Refusals that name the fields."""
    access.check(actor.roles, "supervise", own=False)
    with writing(db):
        before = settings.office(db)
        after = settings.save(db, changed)
        moved = {key: [getattr(before, key), getattr(after, key)] for key in changed}
        moved = {key: pair for key, pair in moved.items() if pair[0] != pair[1]}
        if moved:
            audit.append(
                db, at=at, person_id=actor.person_id, act="settings.saved", address=actor.address, detail=moved
            )

"""Switching features on and off, on record. Nothing that was recorded is lost by switching off: it is out of sight."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.features import FEATURES
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, features, settings
from tracker.store.database import writing


def switch(db: Database, actor: Actor, wanted: Collection[str], at: datetime) -> None:
    """Switch these features on and every other one off; Refusal for one that does not exist."""
    for key in wanted:
        if key not in FEATURES:
            raise Refusal(N_("没有这项功能：%(name)s"), field="features", name=key[:40])
    with writing(db):
        before = features.switched_on(db)
        features.switch(db, wanted)
        changed = {"on": sorted(set(wanted) - before), "off": sorted(before - set(wanted))}
        if any(changed.values()):
            audit.append(
                db, at=at, person_id=actor.person_id, act="features.switched", address=actor.address, detail=changed
            )


def settle(db: Database, actor: Actor, changed: dict[str, str], at: datetime) -> None:
    """Keep these settings of the office, given as text; on record, before and after. Refusals name the fields."""
    with writing(db):
        before = settings.office(db)
        after = settings.save(db, changed)
        pairs = {key: [str(getattr(before, key)), str(getattr(after, key))] for key in changed}
        moved = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        if moved:
            audit.append(
                db, at=at, person_id=actor.person_id, act="settings.saved", address=actor.address, detail=moved
            )

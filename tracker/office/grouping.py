"""群体件: how many people stand behind a case, on record whenever it changes."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct, repeats
from tracker.store import repeated


def set_heads(db: Database, actor: Actor, no: str, seen: int, heads: int | None, at: datetime) -> Folder:
    """Mark the case as one of so many people; 0 takes the mark off. Moves no due time."""
    with desk.acting(db, actor, no, "group", at, seen) as folder:
        conduct.check_open(folder.standing)
        before = repeated.heads(db, folder.case.id)
        wanted = repeats.heads(heads, before)
        repeated.set_heads(db, folder.case.id, wanted, at, actor.person_id)
        desk.log(db, actor, folder, "group", at, heads=[before, wanted])
    return desk.read(db, no)

"""重办: a supervisor opens a closed case for a new round, after a failed check, a relapse, or for another reason."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import closing, desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import redo as rule
from tracker.store import revisits


def reopen(
    db: Database, actor: Actor, no: str, seen: int, ground: str, stages: tuple[str, ...], reason: str, at: datetime
) -> Folder:
    """The named stages run anew from now; the old round keeps its stamps, and its handler has the case again."""
    with desk.acting(db, actor, no, "reopen", at, seen) as folder:
        rule.check_reopen(folder.standing, ground, stages, reason)
        case, by = folder.case, actor.person_id
        closing.new_round(db, folder, stages, at)
        revisits.reopened(db, case.id, case.round + 1, ground, reason, at=at, by=by)
        desk.log(db, actor, folder, "reopen", at, ground=ground, reason=reason, stages=list(stages))
    return desk.read(db, no)

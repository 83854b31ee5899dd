"""重新交办: the same number of the source with a later dispatch time begins a new round of the case."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import clocks, closing, desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import clocks as clock_rule
from tracker.rule import reorder
from tracker.store import reorders


def again(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    dispatched_at: datetime,
    stages: tuple[str, ...],
    reason: str,
    source_due_at: datetime | None,
    at: datetime,
) -> Folder:
    """Record the order: a new round of ``stages`` from ``dispatched_at``, and the source's new limit if it set one.

    The old round keeps its stamps; a stage of it that is not finished keeps its due time and goes on.
    """
    with desk.acting(db, actor, no, "reorder", at, seen) as folder:
        case = folder.case
        reorder.check(
            folder.standing,
            case.source_no,
            dispatched_at=dispatched_at,
            before=last_dispatch(db, folder),
            stages=stages,
            reason=reason,
            source_due_at=source_due_at,
            at=at,
        )
        closing.new_round(db, folder, stages, dispatched_at)
        reorders.add(db, case.id, case.round + 1, dispatched_at, reason, at, actor.person_id)
        said = {"dispatched_at": to_text(dispatched_at), "reason": reason, "stages": list(stages)}
        desk.log(db, actor, folder, "reorder", at, round=case.round + 1, **said)
        if source_due_at is not None:
            clocks.start(
                db,
                actor,
                case.id,
                clock_rule.REPLY,
                at,
                due_at=source_due_at,
                starts_at=dispatched_at,
                label=case.channel,
                source=case.channel,
            )
    return desk.read(db, no)


def last_dispatch(db: Database, folder: Folder) -> datetime:
    """When the source dispatched the case last."""
    return max(reorders.of_case(db, folder.case.id).values(), default=folder.case.received_at)

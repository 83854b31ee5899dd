"""派单: whose case it is, and whether they have taken it."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule.dispatch import check_return
from tracker.rule.refusals import N_, Refusal
from tracker.store import cases, dispatches, people
from tracker.store.people import Person


def handler(db: Database, person_id: int | None) -> Person:
    """The person as a handler; Refusal for one who has left or does not hold the role."""
    found = people.person(db, person_id) if person_id is not None else None
    if found is None or not found.active or "handler" not in found.roles:
        raise Refusal(N_("所选承办人不在岗或没有承办人角色，请另选"), field="handler_id")
    return found


def assign(db: Database, actor: Actor, no: str, seen: int, handler_id: int | None, reason: str, at: datetime) -> Folder:
    """派单 or 改派: the case goes to ``handler_id``, with a reason when somebody had it before. Moves no due time."""
    with desk.acting(db, actor, no, "reassign", at, seen) as folder:
        conduct.check_open(folder.standing)
        chosen = handler(db, handler_id)
        if handler_id == folder.case.handler_id:
            raise Refusal(N_("本件已由该承办人办理"), field="handler_id")
        if folder.case.handler_id is not None and not reason:
            raise Refusal(N_("改派请写明理由"), field="reason")
        conduct.refuse_too_long(reason=reason)
        cases.set_handler(db, folder.case.id, chosen.id, chosen.unit_id, at, signed=chosen.id == actor.person_id)
        desk.log(db, actor, folder, "assign", at, handler=[folder.case.handler, chosen.name], reason=reason)
    return desk.read(db, no)


def sign(db: Database, actor: Actor, no: str, at: datetime) -> Folder:
    """签收: the handler has taken the case. Signed twice is signed once."""
    with desk.acting(db, actor, no, "sign", at, None) as folder:
        if folder.case.state == "open" and cases.sign(db, folder.case.id, at):
            desk.log(db, actor, folder, "sign", at)
    return desk.read(db, no)


def give_back(db: Database, actor: Actor, no: str, seen: int, ground: str, reason: str, at: datetime) -> None:
    """退回派单: the case is nobody's again, and whoever dispatches is told. Moves no due time."""
    with desk.acting(db, actor, no, "sign", at, seen) as folder:
        conduct.check_open(folder.standing)
        check_return(folder.case.unsigned, ground, reason)
        conduct.refuse_too_long(reason=reason)
        case = folder.case
        dispatches.give_back(db, case.id, actor.person_id, ground, reason, at)
        cases.set_handler(db, case.id, None, case.unit_id, at)
        desk.log(db, actor, folder, "give_back", at, handler=case.handler, ground=ground, reason=reason)

"""协办人 and other parties: added and removed on record. None of it moves a due time."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk, dispatch, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule import parties as rule
from tracker.rule.refusals import N_, Refusal
from tracker.store import parties


def add_co_handler(db: Database, actor: Actor, no: str, seen: int, person_id: int | None, at: datetime) -> Folder:
    """Another handler lends a hand: sees the case, writes notes, and is told so."""
    with desk.acting(db, actor, no, "parties", at, seen) as folder:
        conduct.check_open(folder.standing)
        case = folder.case
        try:
            chosen = dispatch.handler(db, person_id)
        except Refusal as refusal:
            raise Refusal(refusal.message, field="person_id") from None
        known = {one.id for one in parties.co_handlers(db, case.id)}
        rule.check_co_handler(chosen.id, case.handler_id, known)
        parties.add_co_handler(db, case.id, chosen.id, at)
        desk.log(db, actor, folder, "co_handler", at, name=chosen.name)
        reminding.tell(db, case.id, (chosen.id,), "co_handler", at, {"by": actor.name})
    return desk.read(db, no)


def drop_co_handler(db: Database, actor: Actor, no: str, seen: int, person_id: int | None, at: datetime) -> Folder:
    """They lend no hand any more, and see the case no longer."""
    with desk.acting(db, actor, no, "parties", at, seen) as folder:
        conduct.check_open(folder.standing)
        names = {one.id: one.name for one in parties.co_handlers(db, folder.case.id)}
        if person_id is None or not parties.drop_co_handler(db, folder.case.id, person_id):
            raise Refusal(N_("本件没有这个协办人，可能已由他人移除"))
        desk.log(db, actor, folder, "co_handler_gone", at, name=names[person_id])
    return desk.read(db, no)


def add_party(db: Database, actor: Actor, no: str, seen: int, role: str, name: str, at: datetime) -> Folder:
    """A street, a property manager, an operator or a third party takes part."""
    with desk.acting(db, actor, no, "parties", at, seen) as folder:
        conduct.check_open(folder.standing)
        known = {(one.role, one.name) for one in parties.parties(db, folder.case.id)}
        rule.check_party(role, name, known)
        parties.add_party(db, folder.case.id, role, name, at)
        desk.log(db, actor, folder, "party", at, role=role, name=name)
    return desk.read(db, no)


def drop_party(db: Database, actor: Actor, no: str, seen: int, party_id: int | None, at: datetime) -> Folder:
    """It takes part no more; that it did stays on record."""
    with desk.acting(db, actor, no, "parties", at, seen) as folder:
        conduct.check_open(folder.standing)
        gone = next((one for one in parties.parties(db, folder.case.id) if one.id == party_id), None)
        if gone is None or not parties.drop_party(db, folder.case.id, gone.id):
            raise Refusal(N_("本件没有这个参与方，可能已由他人移除"))
        desk.log(db, actor, folder, "party_gone", at, role=gone.role, name=gone.name)
    return desk.read(db, no)

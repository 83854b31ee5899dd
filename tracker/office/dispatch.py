"""派单: whose case it is, and whether they have taken it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule.dispatch import check_return
from tracker.rule.refusals import N_, Refusal
from tracker.store import cases, dispatches, parties, people
from tracker.store.cases import Case
from tracker.store.database import reading, writing
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
        parties.drop_co_handler(db, folder.case.id, chosen.id)  # who takes the case lends it no hand
        desk.log(db, actor, folder, "assign", at, handler=[folder.case.handler, chosen.name], reason=reason)
    return desk.read(db, no)


@dataclass(frozen=True)
class Prepared:
    """The cases that may change hands together, and why others may not."""

    cases: tuple[Case, ...]
    refused: tuple[tuple[str, Refusal], ...]


def prepare(db: Database, actor: Actor, nos: Iterable[str]) -> Prepared:
    """Look at each of the cases, as far as the actor may; nothing changes."""
    may: list[Case] = []
    refused: list[tuple[str, Refusal]] = []
    with reading(db):
        for no in dict.fromkeys(nos):
            try:
                folder = desk.read(db, no)
                desk.check_access(folder.case, actor, "reassign")
                conduct.check_open(folder.standing)
            except Refusal as refusal:
                refused.append((no, refusal))
            else:
                may.append(folder.case)
    return Prepared(tuple(may), tuple(refused))


def reassign(
    db: Database, actor: Actor, wanted: Iterable[tuple[str, int]], handler_id: int | None, reason: str, at: datetime
) -> int:
    """改派 several cases, each with the version that was seen: all of them or none. How many changed hands.

    What is the chosen one's already stays as it is. Moves no due time.
    """
    with writing(db):
        chosen = handler(db, handler_id)
        moving = [(no, seen) for no, seen in wanted if cases.by_no(db, no).handler_id != chosen.id]
        if not moving:
            raise Refusal(N_("所选案件已由该承办人办理"), field="handler_id")
        for no, seen in moving:
            try:
                assign(db, actor, no, seen, chosen.id, reason, at)
            except cases.Changed:
                raise Refusal(N_("%(no)s 刚被他人更新，所选案件都没有改派。请核对后再确认"), no=no) from None
    return len(moving)


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

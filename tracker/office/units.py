"""The complained-about unit: its grade, its spellings, and the penalties that came of its cases."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import access
from tracker.rule import units as rule
from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, penalties, units
from tracker.store.database import writing
from tracker.store.settings import office


def known_as(db: Database, name: str) -> tuple[str, ...]:
    """Every name of the unit, its one name first; Refusal when no case is about it."""
    if not units.known(db, name):
        raise Refusal(N_("没有这个被投诉单位：%(name)s"), name=name[:80])
    one = units.canonical(db, name)
    return (one, *units.spellings(db, one))


def grade(db: Database, actor: Actor, name: str, given: str, reason: str, at: datetime) -> None:
    """绿、黄、红 with its reason. The grades before it stay on record; no due time hears of it."""
    access.check(actor.roles, "units", own=False)
    rule.check_grade(given, reason)
    with writing(db):
        one = known_as(db, name)[0]
        units.add_grade(db, one, given, reason, at, actor.person_id)
        _log(db, actor, "unit.graded", at, name=one, grade=given, reason=reason)


def merge(db: Database, actor: Actor, spelling: str, name: str, at: datetime) -> str:
    """``spelling`` and ``name`` are one unit, called ``name`` from now on. The cases keep what was written in them."""
    access.check(actor.roles, "units", own=False)
    rule.check_merge(spelling, name)
    with writing(db):
        joined, one = known_as(db, spelling), known_as(db, name)[0]
        if joined[0] == one:
            raise Refusal(N_("两个名称已经是同一单位"), field="spelling")
        units.merge(db, joined[0], one, at, actor.person_id)
        _log(db, actor, "unit.merged", at, name=one, spellings=list(joined))
    return one


def separate(db: Database, actor: Actor, spelling: str, at: datetime) -> None:
    """Take one spelling out of its unit again."""
    access.check(actor.roles, "units", own=False)
    with writing(db):
        before = units.canonical(db, spelling)
        if not units.separate(db, spelling):
            raise Refusal(N_("这个名称没有并入其他单位，可能已由他人拆开"))
        _log(db, actor, "unit.separated", at, name=before, spelling=spelling)


def penalize(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    number: str,
    amount: int | None,
    decided_on: date | None,
    note: str,
    at: datetime,
) -> Folder:
    """Keep the penalty that 立案查处 came to: its number, its day, and the fine in fen where there is one."""
    with desk.acting(db, actor, no, "penalty", at, seen) as folder:
        rule.check_penalty(folder.standing, number, decided_on, local(at, office(db).zone).date())
        refuse_too_long(note=note)
        assert decided_on is not None
        kept = penalties.add(db, folder.case.id, number, amount, decided_on, note, at, actor.person_id)
        said = {"penalty": kept, "number": number, "amount": amount, "decided_on": decided_on.isoformat(), "note": note}
        desk.log(db, actor, folder, "penalty", at, **said)
    return desk.read(db, no)


def withdraw_penalty(db: Database, actor: Actor, no: str, seen: int, penalty_id: int, why: str, at: datetime) -> Folder:
    """One that was entered wrongly: it stays on record as withdrawn, with the reason."""
    with desk.acting(db, actor, no, "penalty", at, seen) as folder:
        if not why:
            raise Refusal(N_("请写明撤销的理由"), field="why")
        refuse_too_long(why=why)
        if not penalties.withdraw(db, folder.case.id, penalty_id, why, at):
            raise Refusal(N_("没有这条处罚，可能已由他人撤销"))
        desk.log(db, actor, folder, "penalty_withdrawn", at, penalty=penalty_id, why=why)
    return desk.read(db, no)


def _log(db: Database, actor: Actor, act: str, at: datetime, **detail: object) -> None:
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail=detail)

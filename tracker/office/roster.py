"""值班表: who is on duty on which day, entered for a range, in turn, line by line or a day at a time, and taken back.

Every change is on record. What the roster gives (a clerk's rights, reminders) follows from it by the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.office.standins import days as days_away
from tracker.rule import roster as rule
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.roster import Known, Staff, Wish
from tracker.store import audit, features, people, roster, standins
from tracker.store.database import writing
from tracker.store.settings import office

KEEPERS = ("supervisor", "admin")
People = Mapping[date, tuple[int, ...]]


def put(
    db: Database,
    actor: Actor,
    wishes: Iterable[Wish],
    at: datetime,
    *,
    field: str,
    replace: bool,
    unread: tuple[Refusal, ...] = (),
) -> int | None:
    """From now on these people have the duties of these days; the number of the change, None when all stood so.

    A wish without names clears its day. Raises Refusals that name ``field``, the day or line, and the way out, those of
    the lines that were ``unread`` among them.
    """
    wanted = tuple(wishes)
    with writing(db):
        _check_keeper(actor)
        if not wanted:
            raise Refusals(unread) if unread else Refusal(N_("没有一天要排班，请核对日期"), field=field)
        known = _known(db, at, wanted)
        found, wrong = rule.read(wanted, known, today(db, at), field=field, replace=replace, unread=unread)
        if wrong:
            raise Refusals(wrong)
        return _change(db, actor, found, at)


def undo(db: Database, actor: Actor, change_id: int, at: datetime) -> None:
    """Take the latest change back: each day that has not passed gets those whom it had before."""
    with writing(db):
        _check_keeper(actor)
        last = roster.last_change(db)
        if last is None or last.id != change_id:
            raise Refusal(N_("值班表之后又有改动，不能撤销，请直接修改那几天"))
        accounts, now = {one.id: one.account for one in people.everybody(db)}, today(db, at)
        former = tuple(
            Wish(day, tuple(accounts[one] for one in there))
            for day, there in roster.before(db, change_id).items()
            if day >= now
        )
        if not former:
            raise Refusal(N_("那几天的值班已经结束，不能撤销"))
        found, wrong = rule.read(former, _known(db, at, former), now, field="", replace=True)
        if wrong:
            raise Refusals(wrong)
        _change(db, actor, found, at, undoes=change_id)


def today(db: Database, at: datetime) -> date:
    """The day whose duty runs at ``at``."""
    ours = office(db)
    return rule.day_of(at, ours.duty_from, ours.zone)


def _check_keeper(actor: Actor) -> None:
    if not actor.holds(*KEEPERS):
        raise NotAllowed(N_("值班表由督办和系统管理员维护，请联系他们"))


def _change(db: Database, actor: Actor, wanted: People, at: datetime, undoes: int | None = None) -> int | None:
    there = {(one.day, one.person_id) for one in roster.between(db, min(wanted), max(wanted)) if one.day in wanted}
    to_be = [(day, person) for day, people in sorted(wanted.items()) for person in people]
    on, off = [one for one in to_be if one not in there], sorted(there - set(to_be))
    if not on and not off:
        return None
    change_id = roster.change(db, actor.person_id, at, off=off, on=on, undoes=undoes)
    names = {one.id: one.name for one in people.everybody(db)}
    detail = {
        "change": change_id,
        "undoes": undoes,
        "on": [[day.isoformat(), person, names[person]] for day, person in on],
        "off": [[day.isoformat(), person, names[person]] for day, person in off],
    }
    audit.append(db, at=at, person_id=actor.person_id, act="roster.changed", address=actor.address, detail=detail)
    return change_id


def _known(db: Database, at: datetime, wishes: tuple[Wish, ...]) -> Known:
    days = [one.day for one in wishes]
    standing: dict[date, tuple[str, ...]] = {}
    for one in roster.between(db, min(days), max(days)):
        standing[one.day] = (*standing.get(one.day, ()), one.name)
    staff = tuple(Staff(one.id, one.name, one.account, one.roles, one.active) for one in people.everybody(db))
    return Known(staff, standing, _away(db, at, set(days)))


def _away(db: Database, at: datetime, days: set[date]) -> set[tuple[int, date]]:
    """Who has leave on which of these days."""
    if not features.on(db, standins.ABSENCE):
        return set()
    return {
        (one.for_id, day)
        for one in standins.not_over(db, standins.ABSENCE, at)
        for day in days
        if days_away(one, zone_of=db).holds(day)
    }

"""交接班: what a duty leaves to the next one, on one sheet, and the two signatures below it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from tracker.office import callback as calling
from tracker.office import sheets
from tracker.office.actors import Actor
from tracker.office.roster import today
from tracker.rule import access
from tracker.rule import handover as rule
from tracker.rule import roster as duties
from tracker.rule.refusals import Refusal
from tracker.store import audit, handover, identity, roster
from tracker.store.database import reading, writing
from tracker.store.handover import Asked, Counts, Handover, Line
from tracker.store.settings import office

#: The parts of the sheet in the order of Counts, each of one or more lists of the store.
PARTS = {"new": ("new",), "due": ("due",), "calls": ("tried", "calls"), "urgent": ("urgent",)}
_DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Part:
    """One list of the sheet: how many there are, and the first lines."""

    key: str
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """The duty of a day as it stood at ``at``: while it runs now, afterwards its end. ``until``: how far it looks."""

    day: date
    from_at: datetime
    until_at: datetime
    at: datetime
    until: datetime
    officers: tuple[str, ...]
    following: tuple[str, ...]
    parts: tuple[Part, ...]
    signed: tuple[Handover, ...]


def may_read(db: Database, actor: Actor, day: date) -> bool:
    """Whoever may see every case, and whoever hands this duty over or takes it."""
    if access.reach(actor.roles, "see") == access.OFFICE:
        return True
    return any(_is_on(db, actor.person_id, one) for one in (day, day + _DAY))


def sheet(db: Database, day: date, at: datetime, size: int) -> Sheet:
    """The sheet of a day's duty with up to ``size`` lines in each part, without anybody's identity."""
    with reading(db):
        from_at, until_at, asked = _asked(db, day, at)
        return Sheet(
            day,
            from_at,
            until_at,
            min(at, until_at),
            asked.until,
            tuple(one.name for one in roster.between(db, day, day)),
            tuple(one.name for one in roster.between(db, day + _DAY, day + _DAY)),
            tuple(_part(db, key, asked, size) for key in PARTS),
            handover.of_day(db, day),
        )


def first_day(db: Database, actor: Actor, at: datetime) -> date:
    """The duty that somebody comes to sign: the last one, while they have it to hand over or to take; else today's."""
    now = today(db, at)
    last = now - _DAY
    signed = handover.of_day(db, last)
    gives = _is_on(db, actor.person_id, last) and not _is_on(db, actor.person_id, now)
    if gives and all(one.person_id != actor.person_id for one in signed):
        return last
    waits = any(one.taken_at is None and one.person_id != actor.person_id for one in signed)
    return last if waits and _is_on(db, actor.person_id, now) else now


def give(db: Database, actor: Actor, day: date, note: str, at: datetime) -> None:
    """交班: the officer signs the duty over, with a note and what it came to; said again unchanged it is said once."""
    with writing(db):
        from_at, _until_at, asked = _asked(db, day, at)
        rule.check_give(note, on_duty=_is_on(db, actor.person_id, day), begun=at >= from_at)
        mine = [one for one in handover.of_day(db, day) if one.person_id == actor.person_id]
        if mine and mine[-1].note == note and mine[-1].taken_at is None:
            return
        counts = Counts(*(_count(db, key, asked) for key in PARTS))
        handover.give(db, day, actor.person_id, at, note, counts)
        _log(db, actor, "handover.given", day, at, **asdict(counts))


def take(db: Database, actor: Actor, day: date, at: datetime) -> None:
    """接班: another person signs for what was handed over of that duty."""
    with writing(db):
        waiting = _takeable(db, actor, day)
        taken = [one for one in waiting if one.person_id != actor.person_id]
        for one in taken:
            handover.take(db, one.id, actor.person_id, at)
        _log(db, actor, "handover.taken", day, at, **{"from": [one.name for one in taken]})


def may_give(db: Database, actor: Actor, day: date) -> bool:
    """Is this duty the actor's to hand over?"""
    return _is_on(db, actor.person_id, day)


def may_take(db: Database, actor: Actor, day: date) -> bool:
    """Does something wait that this person may take over?"""
    try:
        return bool(_takeable(db, actor, day))
    except Refusal:
        return False


def _takeable(db: Database, actor: Actor, day: date) -> list[Handover]:
    """What waits to be taken over, when this person may take it; Refusal otherwise."""
    waiting = [one for one in handover.of_day(db, day) if one.taken_at is None]
    rule.check_take(
        [one.person_id for one in waiting],
        actor.person_id,
        next_on=_is_on(db, actor.person_id, day + _DAY),
        nobody_next=not roster.on_day(db, day + _DAY),
        supervises=actor.holds("supervisor"),
    )
    return waiting


def _is_on(db: Database, person_id: int, day: date) -> bool:
    return any(one.person_id == person_id for one in roster.on_day(db, day))


def _asked(db: Database, day: date, at: datetime) -> tuple[datetime, datetime, Asked]:
    ours = office(db)
    from_at, until_at = duties.span(day, ours.duty_from, ours.zone)
    then = min(at + SECOND, until_at)  # what was done in this second is on the sheet
    # Whoever is to be called again some day has not been reached either.
    calls = replace(calling.to_call(db, then), before=then)
    until = rule.nine_after(until_at, ours.zone)
    return from_at, until_at, Asked(from_at, then, until, then - rule.TRIED, calls)


def _count(db: Database, key: str, asked: Asked) -> int:
    return sum(handover.count(db, one, asked) for one in PARTS[key])


def _part(db: Database, key: str, asked: Asked, size: int) -> Part:
    lines = [line for one in PARTS[key] for line in handover.lines(db, one, asked, size)]
    return Part(key, _count(db, key, asked), tuple(_without_identity(db, line) for line in lines[:size]))


def _without_identity(db: Database, line: Line) -> Line:
    """What a caller said of themselves may stand in the title: held against who complained, and put out of sight."""
    return replace(line, title=sheets.without([identity.get(db, line.case_id)], line.title))


def _log(db: Database, actor: Actor, act: str, day: date, at: datetime, **detail: object) -> None:
    detail = {"day": day.isoformat(), **detail}
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail=detail)

"""Of whose cases the reader of a digest hears, and what of them waits for that reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.rule.reminders import LIST, WEEK
from tracker.store import digest, dispatches, outbox, planning, standins
from tracker.store.digest import Asked, Scope


def scope(db: Database, rung: str, me: int, at: datetime) -> Scope:
    """Whose cases a digest of this person is about: their own and those of whom they stand in for; a supervisor's also
    those of which they hear, and a deputy's those of the supervisor; on Mondays a leader's those that they lead."""
    mine = (me, *(away for away, one in standins.substitutes(db, at).items() if one == me))
    above = planning.supervisors(db)
    if rung == LIST or (rung == WEEK and me not in {one.id for one in above}):
        return Scope((), mine, me if rung == WEEK else None)
    return Scope(planning.watched(db, _supervising(db, me, at), above), mine)


def waiting(db: Database, me: int, at: datetime) -> Iterator[Asked]:
    """What waits for the decision of this person, of the cases of which they hear."""
    above, mine = planning.supervisors(db), frozenset(_supervising(db, me, at))
    found = outbox.waiting_for_decision(db, me, at)
    units = digest.units_of(db, {one.case_id for one in found})
    for one in found:
        if mine.intersection(planning.over(units[one.case_id], above, without=one.asked_by)):
            yield Asked(one.case_no, one.kind, one.limit_key)


def unsigned(db: Database, whose: Scope) -> Iterator[str]:
    """What waits for the signature of the handlers of a digest."""
    for who in whose.handlers:
        yield from (one.no for one in dispatches.unsigned(db, who))


def _supervising(db: Database, me: int, at: datetime) -> tuple[int, ...]:
    """In whose place a person supervises, their own included."""
    return (me, *(one.for_id for one in standins.deputies(db, at, me)))

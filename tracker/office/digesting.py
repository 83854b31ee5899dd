"""The digests: the supervisor's and the handler's list on each working morning, and what the week came to on Mondays.

One a person and period, under its own key. Of several that were missed the last one speaks, and says when the others
were owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlite_utils import Database

from tracker.clock import local
from tracker.rule.instants import wall
from tracker.rule.reminders import DIGEST, DIGESTS, LIST, WEEK, Hours, digest_key, digest_mornings, soon
from tracker.store import digest, heard, heartbeat, planning, reminders
from tracker.store.digest import Digest
from tracker.store.reminders import Due, Planned

#: The kind of each in its key.
KINDS = {DIGEST: "daily", LIST: "morning", WEEK: "week"}
_DAYS = timedelta(days=7)


def plan(db: Database, at: datetime, hours: Hours) -> None:
    """A digest for each person and working morning, those since the last tick and the next one."""
    last = heartbeat.last(db, heartbeat.TICK)
    readers = planning.readers(db, at)
    for morning in digest_mornings(last.at if last else at, at, hours):
        day = local(morning, hours.zone).date()
        monday = day - timedelta(days=day.weekday())
        rungs = (DIGEST, LIST, WEEK) if hours.calendar.next_working(monday) == day else (DIGEST, LIST)
        owed = (
            Planned(digest_key(KINDS[rung], day.isoformat(), one), rung, one, morning)
            for rung in rungs
            for one in readers[rung]
        )
        reminders.plan(db, owed, at)


def say(db: Database, dues: tuple[Due, ...], at: datetime, hours: Hours) -> dict[int, str]:
    """What the digests among these say, by reminder. Of several that were missed the last one speaks; one that has
    nothing to say, or whose reader has another part now, is withdrawn."""
    return {
        due_id: said
        for rung in DIGESTS
        for due_id, said in _say(db, rung, [due for due in dues if due.rung == rung], at, hours)
    }


def _say(db: Database, rung: str, dues: list[Due], at: datetime, hours: Hours) -> Iterator[tuple[int, str]]:
    if not dues:
        return
    last = max(dues, key=lambda due: due.owed_at)
    missed = [due for due in dues if due is not last]
    reminders.withdraw(db, [due.id for due in missed], at, "superseded")
    if last.recipient_id not in planning.readers(db, at)[rung]:
        reminders.withdraw(db, [last.id], at, "role")
        return
    found = _found(db, rung, last, at, hours, tuple(due.owed_at for due in missed))
    if found:
        yield last.id, digest.written(found)
    else:
        reminders.withdraw(db, [last.id], at, "empty")


def _found(db: Database, rung: str, due: Due, at: datetime, hours: Hours, missed: tuple[datetime, ...]) -> Digest:
    scope, me = heard.scope(db, rung, due.recipient_id, at), due.recipient_id
    if rung == WEEK:
        day = local(due.owed_at, hours.zone).date()
        until = wall(day - timedelta(days=day.weekday()), time(0), hours.zone)
        since = wall(local(until, hours.zone).date() - _DAYS, time(0), hours.zone)
        week = digest.week(db, since, until, scope)
        return Digest(overdue=digest.between(db, None, at, scope), week=week, missed=missed)
    today, tomorrow = soon(at, hours)
    return Digest(
        overdue=digest.between(db, None, at, scope),
        today=digest.between(db, at, today, scope),
        tomorrow=digest.between(db, today, tomorrow, scope),
        waiting=tuple(heard.waiting(db, me, at)) if rung == DIGEST else (),
        unsigned=tuple(heard.unsigned(db, scope)),
        missed=missed,
    )

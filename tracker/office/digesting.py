"""The digests: the supervisor's and the handler's list on each working morning, and what the week came to on Mondays.

One a person and period, under its own key. Of several that were missed the last one speaks, and says when the others
were owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.office import periods
from tracker.rule.reminders import DIGEST, DIGESTS, WEEK, Hours, soon
from tracker.store import digest, heard, planning, reminders
from tracker.store.digest import Digest
from tracker.store.reminders import Due


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
    reminders.withdraw(db, [due.id for due in dues if due is not last], at, "superseded")
    if last.recipient_id not in planning.readers(db, at)[rung]:
        reminders.withdraw(db, [last.id], at, "role")
        return
    found = _found(db, dues, last, at, hours)
    if found:
        yield last.id, digest.written(found)
    else:
        reminders.withdraw(db, [last.id], at, "empty")


def _found(db: Database, dues: list[Due], due: Due, at: datetime, hours: Hours) -> Digest:
    rung, me = due.rung, due.recipient_id
    scope, missed = heard.scope(db, rung, me, at), tuple(one.owed_at for one in dues if one is not due)
    if rung == WEEK:
        week = digest.week(db, *periods.told_of(db, dues, hours), scope)
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

"""Which digests are owed when: one a person and period, under its own key; a changed calendar moves those that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlite_utils import Database

from tracker.clock import local
from tracker.office.climbing import PEOPLE
from tracker.rule.instants import wall
from tracker.rule.reminders import DIGEST, DIGESTS, LIST, WEEK, Hours, digest_key, digest_mornings, week_of, weeks_told
from tracker.store import digest, heartbeat, planning, reminders
from tracker.store.reminders import Due, Planned

#: The kind of each in its key.
KINDS = {DIGEST: "daily", LIST: "morning", WEEK: "week"}
Readers = dict[str, tuple[int, ...]]
#: Later than any digest that is planned ahead: one is, and no holiday is as long.
_AHEAD = timedelta(days=30)


def plan(db: Database, at: datetime, hours: Hours) -> None:
    """A digest for each person and working morning, those since the last tick and the next one."""
    last, readers = heartbeat.last(db, heartbeat.TICK), planning.readers(db, at)
    if _calendar_changed(db, at):
        _move(db, readers, at, hours)
    for morning in digest_mornings(last.at if last else at, at, hours):
        reminders.plan(db, (one for rung in DIGESTS for one in _owed(rung, morning, readers, hours)), at)


def told_of(db: Database, dues: list[Due], hours: Hours) -> tuple[datetime, datetime]:
    """What a bulletin tells of, with those that it stands for: every week since the one before it, since a week of rest
    days brings none; and nothing that its reader has been told already."""
    weeks = [weeks_told(one.owed_at, hours) for one in dues]
    since, until = (wall(day, time(0), hours.zone) for day in (min(weeks)[0], max(weeks)[1]))
    before = digest.last_week(db, dues[0].recipient_id)
    return max(since, before.until) if before is not None and before.until < until else since, until


def _owed(rung: str, morning: datetime, readers: Readers, hours: Hours) -> Iterator[Planned]:
    """One for each reader, where that morning brings it."""
    day = local(morning, hours.zone).date()
    monday = week_of(morning, hours)
    if rung == WEEK and hours.working_morning(monday) != morning:
        return
    period = monday if rung == WEEK else day
    for one in readers[rung]:
        yield Planned(digest_key(KINDS[rung], period.isoformat(), one), rung, one, morning)


def _calendar_changed(db: Database, at: datetime) -> bool:
    days, before = planning.days(db), heartbeat.last(db, heartbeat.DAYS)
    if before is None or before.detail != days:
        heartbeat.beat(db, heartbeat.DAYS, at, days)
    return before is not None and before.detail != days


def _move(db: Database, readers: Readers, at: datetime, hours: Hours) -> None:
    """Take back what waits for a morning that brings it no more. What this day should have brought, but that it was
    a rest day until now, is owed at once; so is a bulletin of this week that waited for a later day."""
    for due in reminders.due_of_rungs(db, at + _AHEAD, DIGESTS):
        day = local(due.owed_at, hours.zone).date()
        first = week_of(due.owed_at, hours) if due.rung == WEEK else day
        if hours.working_morning(first) != due.owed_at:
            reminders.withdraw(db, [due.id], at, PEOPLE)
    today = local(at, hours.zone).date()
    for rung, first in ((DIGEST, today), (LIST, today), (WEEK, week_of(at, hours))):
        morning = hours.working_morning(first)
        owed = tuple(_owed(rung, morning, readers, hours)) if morning <= at else ()
        settled, taken_back = reminders.settled(db, (one.owed_key for one in owed), PEOPLE)
        if not settled and (taken_back or rung != WEEK):
            reminders.plan(db, owed, at)

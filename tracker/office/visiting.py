"""The reminders of a 回头看: planned when its day is set, withdrawn when it was made, moved or is owed no more."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import reminding
from tracker.rule import revisits as rule
from tracker.rule.instants import end_of
from tracker.rule.reminders import owed_key
from tracker.store import people, planning, reminders, revisits
from tracker.store.reminders import Planned
from tracker.store.revisits import Visit


def plan(db: Database, visit: Visit, at: datetime) -> None:
    """On the day to whoever goes, and after it to the supervisors too. Who has left is stood in for by these."""
    case, hours = planning.standing(db, visit.case_id), reminding.hours(db)
    person = people.person(db, visit.person_id) if visit.person_id is not None else None
    above = planning.over(case.unit_id, planning.supervisors(db))
    goes = (person.id,) if person is not None and person.active else above
    told = {rule.DUE: goes, rule.LATE: tuple(dict.fromkeys((*goes, *above)))}
    said = reminders.body(due_at=to_text(end_of(visit.due_day, hours.zone)), note=visit.due_day.isoformat())
    subject = f"revisit-{visit.id}"
    owed = (
        Planned(
            owed_key(visit.case_id, visit.round, subject, visit.day_version, rung, "", one),
            rung,
            one,
            when,
            visit.case_id,
            body=said,
        )
        for rung, when in rule.mornings(visit.due_day, at, hours).items()
        for one in told[rung]
    )
    reminders.plan(db, owed, at)


def withdraw(db: Database, case_id: int, at: datetime, why: str) -> None:
    """Nobody is reminded of it any more."""
    waiting = (one for one in reminders.of_case(db, case_id) if one.waits and one.rung in (rule.DUE, rule.LATE))
    reminders.withdraw(db, [one.id for one in waiting], at, why)


def drop(db: Database, case_id: int, at: datetime) -> None:
    """The case is done over: its closing, and the visit that was to follow it, are no more."""
    if revisits.drop(db, case_id, at):
        withdraw(db, case_id, at, "reopened")


def today(db: Database, at: datetime) -> date:
    """The office's day at ``at``."""
    return at.astimezone(reminding.hours(db).zone).date()

"""The clock of a 回头看: it runs from when its day is set until it was made, and reminds like any other."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.office import reminding
from tracker.rule import clocks as rule
from tracker.rule.clocks import REVISIT
from tracker.rule.instants import end_of
from tracker.rule.refusals import N_
from tracker.rule.revisits import DUE, LATE
from tracker.store import clocks, people, reminders, revisits
from tracker.store.clocks import Setting
from tracker.store.revisits import Visit


def run(db: Database, visit: Visit, at: datetime, by: int) -> None:
    """The clock of a visit runs to the end of its day; the act that set the day is on record. Who goes is told at once
    where the reminder of that morning would come too late."""
    hours = reminding.hours(db)
    due = rule.given(rule.KINDS[REVISIT].name, end_of(visit.due_day, hours.zone), hours.zone)
    running = clocks.running(db, visit.case_id, REVISIT)
    if running:
        clocks.move(db, running[0], due)
    else:
        key = rule.key_for(due.key, clocks.keys(db, visit.case_id, visit.round))
        due = rule.given(key, due.due_at, hours.zone)
        setting = Setting(REVISIT, rule.KINDS[REVISIT].source, rule.GIVEN, by, at)
        clocks.add(db, visit.case_id, visit.round, at, due, setting)
    _forget(db, visit.case_id, at, "revisit_set")
    goes = people.person(db, visit.person_id) if visit.person_id is not None else None
    if goes is not None and goes.active and goes.id != by and at >= hours.morning(visit.due_day):
        reminding.tell(db, visit.case_id, (goes.id,), DUE, at, {"note": visit.due_day.isoformat()})


def made(db: Database, case_id: int, at: datetime) -> None:
    """It was made: its clock is met."""
    for deadline_id in clocks.running(db, case_id, REVISIT):
        clocks.finish(db, deadline_id, at, None)
    _forget(db, case_id, at, "revisit")


def drop(db: Database, case_id: int, at: datetime) -> None:
    """The case is done over: its closing, and the visit that was to follow it, are no more."""
    if revisits.drop(db, case_id, at):
        for deadline_id in clocks.running(db, case_id, REVISIT):
            clocks.cancel(db, deadline_id, N_("已重办"))
        _forget(db, case_id, at, "reopened")


def _forget(db: Database, case_id: int, at: datetime, why: str) -> None:
    """What was told of the visit by itself, and nobody has been shown, is withdrawn."""
    waiting = (one for one in reminders.of_case(db, case_id) if one.waits and one.rung in (DUE, LATE))
    reminders.withdraw(db, [one.id for one in waiting], at, why)


def today(db: Database, at: datetime) -> date:
    """The office's day at ``at``."""
    return at.astimezone(reminding.hours(db).zone).date()

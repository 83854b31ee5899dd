"""Whom a step of the ladder reaches when it is owed: those whom it names, and on rest days whoever is on duty."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from tracker.rule.instants import local
from tracker.rule.ladder import DUTY, HANDLER, People, Rung, addressees
from tracker.rule.reminders import Hours, presses

#: What is told as it happens reminds of no limit.
AT_ONCE = ("dispatch", "entry")


def on_duty(rung: Rung, people: People, at: datetime, due_at: datetime | None, hours: Hours) -> tuple[int, ...]:
    """Whom the roster adds to those of a step that is owed at ``at``: whoever is on duty then, where the ladder names
    them; and on a rest day of what the handler is reminded of because it falls due before the next working morning."""
    day = hours.duty_day(at)
    if people.duty is None:
        return ()
    if DUTY in rung.roles:
        return addressees(replace(rung, roles=(DUTY,)), people, day)
    rests = not hours.calendar.works(local(at, hours.zone).date())
    copied = HANDLER in rung.roles and rung.subject not in AT_ONCE
    return people.duty(day) if rests and copied and presses(at, due_at, hours) else ()


def reached(rung: Rung, people: People, at: datetime, due_at: datetime | None, hours: Hours) -> tuple[int, ...]:
    """Everybody whom a step that is owed at ``at`` is for, each once. ``due_at``: of the limit that it reminds of."""
    named = addressees(rung, people, hours.duty_day(at))
    return tuple(dict.fromkeys((*named, *on_duty(rung, people, at, due_at, hours))))


def answers(person: int, handler: int | None, away: Mapping[int, int], there: Collection[int]) -> bool:
    """Does a limit of the case press on this person on a rest day: do they handle it, stand in for whoever does
    (``away``: by whom), or have the duty now (``there``)?"""
    return handler in (None, person) or away.get(handler) == person or person in there

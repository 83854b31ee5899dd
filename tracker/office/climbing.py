"""The steps of the ladder over the limits of a case: what comes, what was moved, what was planned and never said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from tracker.clock import local, to_text
from tracker.rule.instants import wall
from tracker.rule.ladder import LEADER, People, family
from tracker.rule.reaching import on_duty, reached
from tracker.rule.reminders import Due, Hours, Limit, mornings, owed_key, passed, week_of
from tracker.store import reminders
from tracker.store.board import Board
from tracker.store.planning import Standing
from tracker.store.reminders import Kept, Planned

#: Why something is withdrawn that no act on the case has ended.
PEOPLE = "people"
#: A step of a limit for a person, see ``step_of``.
Step = tuple[object, ...]
_WEEK, _FORTNIGHT = timedelta(days=7), timedelta(days=14)


def of_limits(
    case: Standing, board: Board, kept: tuple[Kept, ...], people: People, since: datetime, at: datetime, why: str
) -> Iterator[Planned]:
    """The steps that come from ``since`` on; and of those whose morning has passed what was planned and never said,
    while it waits or, where the office took it back and owes it again (``why``), until the next working morning."""
    hours = board.hours
    shown = {step_of(one, hours) for one in kept if one.shown}
    unsaid = {step_of(one, hours): one for one in sorted(kept, key=lambda one: one.waits) if not one.shown}
    until = at if why == PEOPLE else None
    for limit in case.limits:
        first, last = _span(kept, limit, hours, since, at)
        for due in mornings(limit, board.steps(case, limit), hours, first, last):
            recipients = reached(due.rung, people, due.at, limit.due_at, hours)
            steps = {step_of(one, hours): one for one in of_due(case.id, limit, due, recipients, hours)}
            found = {name: _as_it_stands(one, unsaid.get(name), hours, since, until) for name, one in steps.items()}
            if due.at < since:
                on = on_duty(due.rung, people, due.at, limit.due_at, hours)
                _pass_on(found, steps, on, unsaid, {_of_all(name) for name in shown})
            yield from (one for name, one in found.items() if one is not None and name not in shown)
        yield from (one for one in _to_new_leader(case, limit, board, since) if step_of(one, hours) not in shown)


def of_due(case_id: int, limit: Limit, due: Due, recipients: Iterable[int], hours: Hours) -> Iterator[Planned]:
    """A step of one limit, for each of these people. What repeats is named by its week, not by its day."""
    day = week_of(due.at, hours) if due.rung.repeats else local(due.at, hours.zone).date()
    said = reminders.body(due_at=to_text(limit.due_at))
    for one in recipients:
        key = owed_key(case_id, limit.round, str(limit.id), limit.due_version, due.rung.key, day.isoformat(), one)
        yield Planned(key, due.rung.key, one, due.at, case_id, limit.id, limit.due_version, said)


def step_of(one: Kept | Planned, hours: Hours) -> Step:
    """A step is said to a person once, what repeats once a week: also where a new calendar moves it to another day."""
    at = one.at if isinstance(one, Planned) else one.owed_at
    week = week_of(at, hours) if family(one.rung) == "weekly" else None
    return one.deadline_id, one.due_version, one.rung, one.recipient_id, week


def moved(kept: Iterable[Kept], steps: Iterable[Planned], hours: Hours, since: datetime) -> frozenset[int]:
    """The ids of what waits and is owed on another morning by now, or to others on a morning to come; ``steps`` are
    those of ``of_limits``."""
    steps = tuple(steps)
    now = {step_of(one, hours): (one.owed_key, one.at) for one in steps}
    coming = {_of_all(step_of(one, hours)): one.at for one in steps if one.at >= since}
    found = set()
    for one in kept:
        if one.waits and one.deadline_id is not None:
            name = step_of(one, hours)
            stays = now.get(name) == (one.owed_key, one.owed_at) if name in now else True
            if not stays or (name not in now and coming.get(_of_all(name), one.owed_at) != one.owed_at):
                found.add(one.id)
    return frozenset(found)


def _of_all(step: Step) -> Step:
    """A step, whoever it is for."""
    return step[:3] + step[4:]


def _as_it_stands(
    one: Planned, before: Kept | None, hours: Hours, since: datetime, at: datetime | None
) -> Planned | None:
    """A step for one person, who has not been shown it; ``before`` is what was planned of it, if anything; ``at`` when
    the office changed what it owes, None for an act on the case."""
    if before is None:
        return one if one.at >= since else None
    if one.at < since and before.waits and before.owed_at < since:  # fell due, on whatever morning: it stands
        return replace(one, owed_key=before.owed_key, at=before.owed_at)
    if one.at < since and not before.waits and (at is None or not _taken_back(one, before, hours, at)):
        return None
    # A week was named by another day in the rows of a former version.
    return replace(one, owed_key=before.owed_key) if before.owed_at == one.at else one


def _pass_on(
    found: dict[Step, Planned | None],
    steps: dict[Step, Planned],
    on: Iterable[int],
    unsaid: dict[Step, Kept],
    said: set[Step],
) -> None:
    """Of what has passed: who has the duty of its day is told with the others, and not alone once somebody was."""
    others = any(found[name] for name, one in steps.items() if one.recipient_id not in on)
    for name, one in steps.items():
        if one.recipient_id in on and not (name in unsaid and unsaid[name].waits):
            found[name] = one if others or (found[name] and _of_all(name) not in said) else None


def _taken_back(one: Planned, before: Kept, hours: Hours, at: datetime) -> bool:
    """Did the office take it back with its ladder, days or people, before anybody was told, and does it owe it again
    before the next working morning?"""
    return before.withdrawn_why == PEOPLE and at < hours.working_morning_after(one.at)


def _span(kept: Iterable[Kept], limit: Limit, hours: Hours, since: datetime, at: datetime) -> tuple[datetime, datetime]:
    """From when to when the mornings of a limit are looked at: back to what was not said; and past a Monday that was,
    since the calendar may have moved it to a later day of its week."""
    mine = [one for one in kept if one.deadline_id == limit.id and one.due_version == limit.due_version]
    unsaid = [one for one in mine if not one.shown]
    first = min([since, *(one.owed_at for one in unsaid if one.waits)]) - _FORTNIGHT if unsaid else since
    week = week_of(at, hours)
    said = any(one.shown and family(one.rung) == "weekly" and week_of(one.owed_at, hours) == week for one in mine)
    return first, max(at, wall(week + _WEEK, time(0), hours.zone)) if said else at


def _to_new_leader(case: Standing, limit: Limit, board: Board, since: datetime) -> Iterator[Planned]:
    """Who is named leader of a case that is late past steps for its leader is told the gravest of them then."""
    if case.led_since is None or case.led_since < since:
        return
    gone = passed(limit, board.steps(case, limit), board.hours, case.led_since)
    for rung in [due.rung for due in gone if LEADER in due.rung.roles and due.at < case.led_since][-1:]:
        yield from of_due(case.id, limit, Due(rung, case.led_since), case.leaders, board.hours)

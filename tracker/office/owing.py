"""What a case owes to whom, as it stands: the ladder of the office over its limits, its dispatch and its questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tracker.clock import local
from tracker.office.climbing import moved, of_limits, step_of
from tracker.office.noticing import at_once, of_case
from tracker.rule.holding import due_at, step
from tracker.rule.ladder import People, addressees, applying, asking, ends, family
from tracker.rule.reaching import on_duty, reached
from tracker.rule.reminders import URGE, for_recipient, owed_key
from tracker.store import reminders
from tracker.store.board import Board, board, hours
from tracker.store.planning import Standing
from tracker.store.reminders import Kept, Planned

__all__ = ["Board", "board", "hours", "owed", "stands"]

#: Owed by an act alone, not by how the case stands: they are not planned anew, and stand while they have a reader.
OF_AN_ACT = ("dispatch", "late_entry", URGE)
#: Whose keys are all named by ``owed``, whenever they fell due.
ALL_NAMED = ("decide", "unsigned")


def owed(
    case: Standing,
    board: Board,
    kept: tuple[Kept, ...],
    since: datetime,
    at: datetime,
    why: str,
    *,
    late_now: bool = False,
) -> tuple[Planned, ...]:
    """Everything that the case owes from ``since`` on, seen from ``at``; of what waits for somebody (a request, a
    signature) and of what was planned and has not been said what fell due before as well. ``why``: the act
    at ``at``, which has made it late (``late_now``)."""
    people = board.people(case)
    known = {one.owed_key for one in kept}
    found: list[Planned] = []
    if case.runs:
        found += at_once(case, board, kept, people, since, at, late_now=late_now)
        found += _unsigned(case, board, known, people, since)
    found += _questions(case, board, known, since)
    steps = tuple(of_limits(case, board, kept, people, since, at, why))
    return (*found, *steps, *_passed_on(case, board, kept, people, steps, since))


def _passed_on(
    case: Standing, board: Board, kept: tuple[Kept, ...], people: People, steps: Iterable[Planned], since: datetime
) -> Iterator[Planned]:
    """What nobody has been shown yet is owed to whoever is on duty on its day by now: the roster may have changed since
    it was planned, also after it fell due."""
    if people.duty is None:
        return
    shown = {step_of(one, board.hours) for one in kept if one.shown}
    gone = moved(kept, steps, board.hours, since)
    for one in kept:
        rung = step(one, case, board.ladder) if one.waits and one.owed_at < since and one.id not in gone else None
        for person in on_duty(rung, people, one.owed_at, due_at(one, case), board.hours) if rung else ():
            key = for_recipient(one.owed_key, person)
            copy = Planned(key, one.rung, person, one.owed_at, case.id, one.deadline_id, one.due_version, one.body)
            if step_of(copy, board.hours) not in shown:
                yield copy


def _unsigned(case: Standing, board: Board, known: set[str], people: People, since: datetime) -> Iterator[Planned]:
    """So many hours after a dispatch that nobody has signed for."""
    if case.unsigned_since is None or case.handler_id is None:
        return
    for rung in applying(board.ladder, ("unsigned",), case.grade):
        due_at = case.unsigned_since + timedelta(hours=rung.offset)
        for recipient in reached(rung, people, due_at, case.nearest, board.hours):
            one = of_case(case, rung.key, case.unsigned_since, due_at, recipient)
            if due_at >= since or one.owed_key in known:
                yield one


def _questions(case: Standing, board: Board, known: set[str], since: datetime) -> Iterator[Planned]:
    """What waits for a decision: at once, whoever comes to supervise later included, and after so many hours."""
    for asked in case.questions:
        people = board.people(case, without=asked.asked_by)
        day = local(asked.asked_at, board.hours.zone).date()
        said = reminders.body(kind=asked.kind)
        for rung in asking(board.ladder, asked.kind, case.grade):
            due_at = asked.asked_at + timedelta(hours=rung.offset)
            for recipient in addressees(rung, people, board.hours.duty_day(due_at)):
                if recipient == asked.asked_by:
                    continue
                named = owed_key(
                    case.id, case.round, asked.subject, asked.due_version, rung.key, day.isoformat(), recipient
                )
                if not rung.offset or due_at >= since or named in known:
                    yield Planned(
                        named, rung.key, recipient, due_at, case.id, asked.deadline_id, asked.due_version, said
                    )


def stands(one: Kept, case: Standing, board: Board, keys: set[str], since: datetime) -> bool:
    """Is there still a reason for a reminder that waits? What fell due before ``since`` is not planned anew, so its
    reason is looked at, not its key (``keys`` are those of ``owed``)."""
    if not ends(one.rung) or one.owed_key in keys:
        return True
    if family(one.rung) in ALL_NAMED or (one.owed_at >= since and one.rung not in OF_AN_ACT):
        return False
    rung = step(one, case, board.ladder)
    if rung is None:
        return False
    return one.recipient_id in reached(rung, board.people(case), one.owed_at, due_at(one, case), board.hours)

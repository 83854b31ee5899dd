"""What a case owes to whom, as it stands: the ladder of the office over its limits, its dispatch and its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office.climbing import moved, of_limits, step_of
from tracker.office.noticing import at_once, of_case
from tracker.rule.ladder import (
    DUTY,
    HANDLER,
    ROLES,
    People,
    Rung,
    addressees,
    applying,
    asking,
    by_key,
    ends,
    family,
    of_limit,
)
from tracker.rule.reaching import on_duty, reached
from tracker.rule.reminders import URGE, Hours, Limit, for_recipient, owed_key
from tracker.store import ladder, planning, reminders, roster, rules, settings
from tracker.store.planning import Standing, Supervisor
from tracker.store.reminders import Kept, Planned

#: Owed by an act alone, not by how the case stands: they are not planned anew, and stand while they have a reader.
OF_AN_ACT = ("dispatch", "late_entry", URGE)
#: Who has a part in a case without being on duty.
STANDING = tuple(role for role in ROLES if role != DUTY)
#: Whose keys are all named by ``owed``, whenever they fell due.
ALL_NAMED = ("decide", "unsigned")


@dataclass(frozen=True)
class Board:
    """What the planning of every case needs, read once: the office's wall clock, its supervisors, its ladder, and who
    has the duty of a day (None where the office keeps no roster)."""

    hours: Hours
    supervisors: tuple[Supervisor, ...]
    ladder: tuple[Rung, ...]
    duty: Callable[[date], tuple[int, ...]] | None = None

    def steps(self, case: Standing, limit: Limit) -> tuple[Rung, ...]:
        """The steps of the ladder that apply to a limit."""
        return applying(self.ladder, of_limit(limit.kind, limit.key), case.grade)

    def people(self, case: Standing, without: int | None = None) -> People:
        """Who stands where on a case; ``without`` is left out, since nobody decides what they asked for themselves."""
        return People(
            case.handler_id,
            planning.over(case.unit_id, self.supervisors, without),
            tuple(one for one in case.co_handlers if one != case.handler_id),
            case.leaders,
            self.duty,
        )


def hours(db: Database) -> Hours:
    """The office's wall clock, working days and sending hours."""
    office = settings.office(db)
    return Hours(office.zone, rules.calendar(db), office.send_from, office.send_until, office.duty_from)


def board(db: Database) -> Board:
    return Board(hours(db), planning.supervisors(db), ladder.rungs(db), roster.by_day(db))


def owed(
    case: Standing, board: Board, kept: tuple[Kept, ...], since: datetime, at: datetime, *, late_now: bool = False
) -> tuple[Planned, ...]:
    """Everything that the case owes from ``since`` on, seen from ``at``; of what waits for somebody (a request, a
    signature) and of what was planned and has not been said what fell due before as well. ``late_now``: the act at
    ``at`` has made it late."""
    people = board.people(case)
    known = {one.owed_key for one in kept}
    found: list[Planned] = []
    if case.runs:
        found += at_once(case, board, kept, people, since, at, late_now=late_now)
        found += _unsigned(case, board, known, people, since)
    found += _questions(case, board, known, since)
    steps = tuple(of_limits(case, board, kept, people, since, at))
    return (*found, *steps, *_passed_on(case, board, kept, people, steps))


def _passed_on(
    case: Standing, board: Board, kept: tuple[Kept, ...], people: People, steps: Iterable[Planned]
) -> Iterator[Planned]:
    """What nobody has been shown yet is owed to whoever is on duty on its day by now: the roster may have changed since
    it was planned, also after it fell due."""
    if people.duty is None:
        return
    shown = {step_of(one, board.hours) for one in kept if one.shown}
    gone = moved(kept, steps, board.hours)
    for one in kept:
        rung = _step(one, case, board) if one.waits and one.id not in gone else None
        for person in on_duty(rung, people, one.owed_at, _due_at(one, case), board.hours) if rung else ():
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
    rung = _step(one, case, board)
    if rung is None:
        return False
    return one.recipient_id in reached(rung, board.people(case), one.owed_at, _due_at(one, case), board.hours)


def _step(one: Kept, case: Standing, board: Board) -> Rung | None:
    """The step of the ladder that a reminder was planned by; None when there is no reason for it any more. What the
    ladder has no more stands while its reader has a part in the case."""
    limit = next((limit for limit in case.limits if limit.id == one.deadline_id), None)
    of_limit_still = case.runs if one.deadline_id is None else limit is not None
    if not of_limit_still or (limit is not None and limit.due_version != one.due_version):
        return None
    if family(one.rung) == "unsigned" and not _unsigned_still(one, case):
        return None
    kind, key = (limit.kind, limit.key) if limit is not None else ("", "")
    rung = by_key(board.ladder, one.rung, kind, key, case.grade)
    return rung or Rung("dispatch", "act", 0, (HANDLER,) if one.rung == URGE else STANDING)


def _unsigned_still(one: Kept, case: Standing) -> bool:
    return case.unsigned_since is not None and to_text(case.unsigned_since) in one.owed_key


def _due_at(one: Kept, case: Standing) -> datetime | None:
    """The due time that a reminder speaks of: of its limit, else the nearest one of the case."""
    return next((limit.due_at for limit in case.limits if limit.id == one.deadline_id), case.nearest)

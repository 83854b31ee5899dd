"""上周本会发出什么: what a ladder would have sent in a stretch of time, beside what another one would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import owing
from tracker.rule.instants import wall
from tracker.rule.ladder import HANDLER, People, Rung, addressees, applying, asking, of_limit
from tracker.rule.reaching import reached
from tracker.rule.reminders import Hours, Limit, mornings
from tracker.store import lookback, planning, roster
from tracker.store.lookback import PastCase
from tracker.store.planning import Supervisor

DAYS = 7
#: So many cases are looked at, the newest; so many lines are named.
CASES, LINES = 5000, 200


@dataclass(frozen=True)
class Line:
    """A reminder that would have been owed: when, by which step, to whom, of which case and limit ("" for none)."""

    at: datetime
    key: str
    person_id: int
    no: str
    limit: str


@dataclass(frozen=True)
class Change:
    """A line of the edited ladder (``new``), of the stored one (``gone``), or of both."""

    line: Line
    mark: str


@dataclass(frozen=True)
class Count:
    """How many the stored ladder and the edited one would have sent, for one step or one person."""

    of: str | int
    before: int
    after: int


@dataclass(frozen=True)
class Compared:
    """A week under both ladders. ``lines`` names what differs first, and the rest as far as there is room."""

    since: datetime
    until: datetime
    before: int
    after: int
    steps: tuple[Count, ...]
    people: tuple[Count, ...]
    lines: tuple[Change, ...]
    cut: bool


def compare(db: Database, stored: tuple[Rung, ...], edited: tuple[Rung, ...], at: datetime) -> Compared:
    """The seven days up to this morning, under both: worked out from the handlers and limits as they stand now."""
    hours = owing.hours(db)
    until = wall(local(at, hours.zone).date(), time(0), hours.zone)
    since = until - timedelta(days=DAYS)
    cases = lookback.cases(db, since, until, CASES)
    supervisors = planning.supervisors(db)
    duty = roster.by_day(db)
    was = set(_owed(cases, _View(stored, hours, supervisors, duty, since, until)))
    now = set(_owed(cases, _View(edited, hours, supervisors, duty, since, until)))
    changes = [Change(line, "new" if line not in was else "gone" if line not in now else "") for line in was | now]
    changes.sort(key=lambda one: (not one.mark, one.line.at, one.line.no, one.line.key, one.line.person_id))
    return Compared(
        since,
        until,
        len(was),
        len(now),
        _counts(Counter(line.key for line in was), Counter(line.key for line in now)),
        _counts(Counter(line.person_id for line in was), Counter(line.person_id for line in now)),
        tuple(changes[:LINES]),
        cut=len(cases) == CASES,
    )


def _counts(was: Counter[str] | Counter[int], now: Counter[str] | Counter[int]) -> tuple[Count, ...]:
    found = dict.fromkeys([*now, *was])
    counts = (Count(one, was[one], now[one]) for one in found)
    return tuple(sorted(counts, key=lambda one: (-max(one.before, one.after), str(one.of))))


@dataclass(frozen=True)
class _View:
    """One ladder over one stretch of time."""

    ladder: tuple[Rung, ...]
    hours: Hours
    supervisors: tuple[Supervisor, ...]
    duty: Callable[[date], tuple[int, ...]] | None
    since: datetime
    until: datetime

    def people(self, case: PastCase, without: int | None = None) -> People:
        above = planning.over(case.unit_id, self.supervisors, without)
        return People(case.handler_id, above, case.co_handlers, case.leaders, self.duty)

    def told(
        self, case: PastCase, rung: Rung, at: datetime, people: People, limit: Limit | None = None
    ) -> Iterator[Line]:
        """One step for each of its people, if it comes in that time."""
        if self.since <= at < self.until:
            due_at = limit.due_at if limit else min((past.limit.due_at for past in case.limits), default=None)
            for person in reached(rung, people, at, due_at, self.hours):
                yield Line(at, rung.key, person, case.no, limit.key if limit else "")


def _owed(cases: Iterable[PastCase], view: _View) -> Iterator[Line]:
    for case in cases:
        yield from _of_limits(case, view)
        yield from _of_dispatch(case, view)
        yield from _of_questions(case, view)


def _of_limits(case: PastCase, view: _View) -> Iterator[Line]:
    people = view.people(case)
    for past in case.limits:
        steps = applying(view.ladder, of_limit(past.limit.kind, past.limit.key), case.grade)
        for due in mornings(past.limit, steps, view.hours, max(view.since, past.since), view.until):
            if past.ran(due.at):
                yield from view.told(case, due.rung, due.at, people, past.limit)


def _of_dispatch(case: PastCase, view: _View) -> Iterator[Line]:
    people = view.people(case)
    if case.dispatched_at is not None:
        for rung in applying(view.ladder, ("dispatch",), case.grade):
            yield from view.told(case, rung, case.dispatched_at, people)
        for rung in applying(view.ladder, ("unsigned",), case.grade):
            due_at = case.dispatched_at + timedelta(hours=rung.offset)
            if case.handler_id is not None and (case.signed_at is None or case.signed_at > due_at):
                yield from view.told(case, rung, due_at, people)
    if any(past.limit.due_at <= case.registered_at for past in case.limits):
        day = view.hours.duty_day(case.registered_at)
        given_to = addressees(Rung("dispatch", "act", 0, (HANDLER,)), people, day)
        for rung in applying(view.ladder, ("entry",), case.grade):
            told = view.told(case, rung, case.registered_at, people)
            yield from (line for line in told if line.person_id not in given_to)


def _of_questions(case: PastCase, view: _View) -> Iterator[Line]:
    for asked in case.questions:
        people = view.people(case, without=asked.asked_by)
        for rung in asking(view.ladder, asked.kind, case.grade):
            due_at = asked.asked_at + timedelta(hours=rung.offset)
            if asked.decided_at is None or asked.decided_at > due_at:
                told = view.told(case, rung, due_at, people)
                yield from (line for line in told if line.person_id != asked.asked_by)

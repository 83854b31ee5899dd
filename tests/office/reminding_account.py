"""A straightforward account of what must have been shown to whom, kept beside the register act by act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.office.cases_sql import ZONE
from tests.rule import naive_reminders
from tests.rule.china import CHINA
from tracker.rule.calendar import Calendar
from tracker.rule.instants import last_day

FAR = timedelta(days=60)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Office:
    """What the office has decided: its days and its ladder."""

    calendar: Calendar = CHINA
    rows: tuple[naive_reminders.Row, ...] = naive_reminders.DEFAULT

    def works(self, day: date, how: bool) -> Office:
        exceptions = {**self.calendar.exceptions, day: how}
        return replace(self, calendar=replace(self.calendar, exceptions=exceptions))

    def roles(self, rung: str) -> set[str]:
        """Whom a step is for; everybody who has a part, where the ladder has it no more."""
        found = [roles for anchor, n, roles in self.rows if naive_reminders.name(anchor, n) == rung]
        return found[0] if found else {"handler", "supervisor", "leader"}


@dataclass
class Account:
    """What waits and what was shown, as (limit id, due time, rung, morning, person)."""

    limits: dict[int, datetime] = field(default_factory=dict)  # those that run
    paused: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)  # the due time, and since when
    still: dict[int, tuple[Span, ...]] = field(default_factory=dict)  # the pauses that are over
    office: Office = field(default_factory=Office)
    seen: datetime | None = None  # when it was
    which: int = 0  # of the ladders that an office may have
    planned: Office = field(default_factory=Office)  # as it was when the case was planned last
    handler: int | None = None
    leader: int | None = None
    supervisors: set[int] = field(default_factory=set)
    roster: dict[date, tuple[int, ...]] | None = None  # where the office keeps one
    waits: set[tuple] = field(default_factory=set)
    shown: set[tuple] = field(default_factory=set)
    taken_back: set[tuple] = field(default_factory=set)  # by the office, before anybody was told

    def people(self, rung: str, at: datetime, due_at: datetime) -> set[int]:
        roles = self.planned.roles(rung)
        found: set[int] = set()
        if "handler" in roles:
            found |= self.supervisors if self.handler is None else {self.handler}
        if "supervisor" in roles:
            found |= self.supervisors
        if "leader" in roles:
            found |= self.supervisors if self.leader is None else {self.leader}
        return found | self.on_duty(rung, at, due_at)

    def on_duty(self, rung: str, at: datetime, due_at: datetime) -> set[int]:
        """Whom the roster of now brings to a step."""
        if self.roster is None:
            return set()
        there = set(self.roster.get(naive_reminders.duty_day(at, ZONE), ()))
        if "duty" in self.planned.roles(rung):
            return there or self.supervisors
        calendar = self.planned.calendar
        return there if naive_reminders.on_rest_days(self.planned.roles(rung), at, due_at, calendar, ZONE) else set()

    def steps(self, limit: int, office: Office, until: datetime) -> dict[tuple, datetime]:
        """Each step of a limit by that time, with its morning; what repeats is a step of its week."""
        due_at = self.limits[limit]
        still = self.still.get(limit, ())
        found = naive_reminders.owed(due_at, last_day(due_at, ZONE), office.calendar, ZONE, until, office.rows, still)
        return {step(rung, when): when for rung, when in found}

    def told(self, limit: int, rung: str, when: datetime, person: int) -> bool:
        of_now = (limit, self.limits[limit], step(rung, when), person)
        return any((one[0], one[1], step(one[2], one[3]), one[4]) == of_now for one in self.shown)

    def forget(self) -> None:
        """After an act: what has no reason any more waits no more, and what waits is for whoever is on duty now."""
        steps = {one[:4] for one in self.waits if self.limits.get(one[0]) == one[1]}
        waits = {one for one in self.waits if one[:4] in steps and one[4] in self.people(one[2], one[3], one[1])}
        for limit, due_at, rung, at in steps:
            more = self.on_duty(rung, at, due_at)
            waits |= {(limit, due_at, rung, at, one) for one in more if not self.told(limit, rung, at, one)}
        self.waits = waits

    def morning(self, at: datetime) -> None:
        for limit, due_at in self.limits.items():
            for name, when in self.steps(limit, self.planned, at).items():
                rung = name[0]
                if when == at and not self.given_up(limit, name):
                    told = self.people(rung, at, due_at)
                    self.waits |= {
                        (limit, due_at, rung, at, one) for one in told if not self.told(limit, rung, at, one)
                    }

    def given_up(self, limit: int, name: tuple) -> bool:
        """What repeats is planned one ahead: has the office taken it off its ladder before this one was?"""
        repeats = name[0] == "weekly" and all(anchor != "monday" for anchor, _, _ in self.office.rows)
        return repeats and self.seen is not None and name not in self.ahead(limit, self.seen)

    def plan(self, at: datetime, *, by_an_act: bool) -> None:
        """The case is planned by the days and the ladder of now: what was to come and should have come by then is owed
        at once, what has fallen due and comes later waits until then."""
        self.seen = at
        if self.planned == self.office:
            self.forget()
            return
        before = {limit: self.ahead(limit, at) for limit in self.limits}
        coming = {
            (limit, self.limits[limit], name, one): when
            for limit, steps in before.items()
            for name, when in steps.items()
            for one in self.people(name[0], when, self.limits[limit])
        }
        self.planned = self.office
        for limit, due_at in self.limits.items():
            now = self.steps(limit, self.office, at + FAR)
            self.waits = {one for one in self.waits if one[0] != limit or now.get(step(one[2], one[3]), at) <= at}
            waiting = {(step(one[2], one[3]), one[4]) for one in self.waits if one[0] == limit}
            for name, when in now.items():
                for one in self.people(name[0], when, due_at) if when <= at else ():
                    mine = (limit, due_at, name, one)
                    back = mine in self.taken_back and self.fresh(when, at) and self.unsaid(mine, when, due_at)
                    known = (name, one) in waiting or self.told(limit, name[0], when, one)
                    if not known and (mine in coming or back):
                        self.waits.add((limit, due_at, name[0], when, one))
            if not by_an_act:
                gone = {mine for mine in coming if mine[0] == limit and now.get(mine[2]) != coming[mine]}
                self.taken_back |= gone
        self.forget()

    def ahead(self, limit: int, at: datetime) -> dict[tuple, datetime]:
        """What is planned ahead: every step that has one morning, and of what repeats the next, once all the late ones
        have been."""
        steps = self.steps(limit, self.planned, at + FAR)
        begun = all(when <= at for name, when in steps.items() if name[0].startswith("late"))
        coming = {name: when for name, when in steps.items() if when > at}
        weekly = sorted((when, name) for name, when in coming.items() if name[0] == "weekly")
        return {name: when for name, when in coming.items() if name[0] != "weekly" or (begun and name == weekly[0][1])}

    def fresh(self, when: datetime, at: datetime) -> bool:
        """Has no working morning come since?"""
        day = when.astimezone(ZONE).date() + naive_reminders.DAY
        while not self.office.calendar.works(day):
            day += naive_reminders.DAY
        return at < naive_reminders.morning(day, ZONE)

    def unsaid(self, mine: tuple, when: datetime, due_at: datetime) -> bool:
        """Of the duty of a day nobody may have been told by then; the others are told each for themselves."""
        limit, _, name, person = mine
        others = self.people(name[0], when, due_at) - self.on_duty(name[0], when, due_at)
        said = any((one[0], one[1], step(one[2], one[3])) == (limit, due_at, name) for one in self.shown)
        return person in others or not said

    def named(self, at: datetime) -> None:
        """Somebody leads the case from now on: of what is late already they hear the gravest that leaders hear."""
        for limit, due_at in self.limits.items() if self.leader is not None else ():
            gone = self.steps(limit, self.planned, at)
            late = [name for name, when in gone.items() if when < at and name[0].startswith("late")]
            late = [name for name in late if "leader" in self.planned.roles(name[0])]
            gravest = max((name[0] for name in late), key=days_late, default="")
            if gravest and not self.told(limit, gravest, at, self.leader):
                same = {one for one in self.waits if one[0] == limit and one[2] == gravest and one[4] == self.leader}
                self.waits = (self.waits - same) | {(limit, due_at, gravest, at, self.leader)}

    def suspended(self, at: datetime) -> None:
        """Everything stands still; what was owed and nobody was told counts as fallen into it."""
        for limit, due_at in self.limits.items():
            unsaid = [one[3] for one in self.waits if one[0] == limit and one[2].startswith("late")]
            self.paused[limit] = (due_at, min([at, *unsaid]))
        self.limits = {}

    def resumed(self, at: datetime, due: dict[int, datetime]) -> None:
        for limit, (_, since) in self.paused.items():
            self.limits[limit] = due[limit]
            self.still[limit] = (*self.still.get(limit, ()), (since, at))
        self.paused = {}

    def tick(self) -> None:
        self.shown |= self.waits
        self.waits = set()


def step(rung: str, when: datetime) -> tuple:
    """What is said once: a rung, of what repeats that of one week."""
    day = when.astimezone(ZONE).date()
    return rung, day - day.weekday() * naive_reminders.DAY if rung == "weekly" else None


def days_late(rung: str) -> int:
    return int(rung.partition("_")[2] or 0)

"""Weeks of an office at random, beside a straightforward account of what must have been shown to whom.

Acts happen on the hour, mornings at half past eight, ticks at a quarter to: sometimes the scheduler is down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests.office.cases_sql import ZONE, add_case, shanghai
from tests.rule import naive_reminders
from tests.rule.china import CHINA, limits
from tracker.clock import from_text, to_text
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.instants import last_day
from tracker.rule.ladder import Rung
from tracker.store import features, ladder, roster
from tracker.store.database import execute, rows, writing

#: Ladders as an office might have them: rows of (anchor, n, roles).
LADDERS = (
    naive_reminders.DEFAULT,
    (
        *(("working", 2, {"handler"}), ("day", 1, {"handler", "leader"}), ("day", 0, {"handler"})),
        *(("late", 0, {"handler"}), ("late", 2, {"leader"}), ("late", 5, {"supervisor", "leader"})),
        ("monday", 0, {"leader"}),
    ),
    (("day", 3, {"supervisor"}), ("late", 1, {"handler", "supervisor"}), ("monday", 0, {"handler"})),
    (("day", 0, {"handler"}), ("monday", 0, {"handler", "leader"})),
    (
        *(("day", 1, {"handler"}), ("day", 0, {"handler"}), ("late", 0, {"handler", "duty"})),
        *(("late", 2, {"supervisor"}), ("monday", 0, {"duty"})),
    ),
    (("day", 1, {"duty"}), ("day", 0, {"handler", "supervisor"}), ("monday", 0, {"handler", "duty"})),
)
HOUR = timedelta(hours=1)


@dataclass
class Account:
    """What waits and what was shown, as (limit id, due time, rung, morning, person)."""

    limits: dict[int, datetime] = field(default_factory=dict)  # those that run
    rows: tuple[naive_reminders.Row, ...] = naive_reminders.DEFAULT
    handler: int | None = None
    leader: int | None = None
    supervisors: set[int] = field(default_factory=set)
    roster: dict[date, tuple[int, ...]] | None = None  # where the office keeps one
    waits: set[tuple] = field(default_factory=set)
    shown: set[tuple] = field(default_factory=set)

    def people(self, rung: str, at: datetime, due_at: datetime) -> set[int]:
        roles = self.roles(rung)
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
        if "duty" in self.roles(rung):
            return there or self.supervisors
        return there if naive_reminders.on_rest_days(self.roles(rung), at, due_at, CHINA, ZONE) else set()

    def roles(self, rung: str) -> set[str]:
        (roles,) = [roles for anchor, n, roles in self.rows if naive_reminders.name(anchor, n) == rung]
        return roles

    def forget(self) -> None:
        """After an act: what has no reason any more waits no more, and what waits is for whoever is on duty now."""
        steps = {one[:4] for one in self.waits if self.limits.get(one[0]) == one[1]}
        waits = {one for one in self.waits if one[:4] in steps and one[4] in self.people(one[2], one[3], one[1])}
        for step in steps:
            _limit, due_at, rung, at = step
            told = {one[4] for one in self.shown if one[:3] == step[:3] and (rung != "weekly" or one[3] == at)}
            waits |= {(*step, person) for person in self.on_duty(rung, at, due_at) - told}
        self.waits = waits

    def morning(self, at: datetime) -> None:
        for limit, due_at in self.limits.items():
            day = last_day(due_at, ZONE)
            for rung, when in naive_reminders.owed(due_at, day, CHINA, ZONE, at, self.rows):
                if when == at:
                    self.waits |= {(limit, due_at, rung, at, person) for person in self.people(rung, at, due_at)}

    def named(self, at: datetime) -> None:
        """Somebody leads the case from now on: of what is late already they hear the gravest that leaders hear."""
        for limit, due_at in self.limits.items() if self.leader is not None else ():
            day = last_day(due_at, ZONE)
            gone = naive_reminders.owed(due_at, day, CHINA, ZONE, at, self.rows)
            late = [
                rung for rung, when in gone if when < at and rung.startswith("late") and "leader" in self.roles(rung)
            ]
            if late and not any(one[:3] == (limit, due_at, late[-1]) and one[4] == self.leader for one in self.shown):
                self.waits.add((limit, due_at, late[-1], at, self.leader))

    def tick(self) -> None:
        self.shown |= self.waits
        self.waits = set()


def recorded(db) -> list[tuple]:
    found = rows(
        db,
        "SELECT deadline_id, json_extract(body, '$.due_at') AS due_at, rung, owed_at, recipient_id"
        " FROM reminder WHERE shown_at IS NOT NULL AND deadline_id IS NOT NULL",
    )
    return [(r[0], from_text(r[1]), r[2], from_text(r[3]), r[4]) for r in found]


def act(db, random: Random, case: int, account: Account, people: list[int], at: datetime) -> None:
    """One thing that happens to a case, in the register and in the account."""
    kind = random.choice(["done", "undone", "moved", "handler", "leader", "note", "roster"])
    open_ones, all_ones = list(account.limits), [r[0] for r in rows(db, "SELECT id FROM deadline")]
    if kind == "done" and open_ones:
        gone = random.choice(open_ones)
        execute(db, "UPDATE deadline SET state = 'done', done_at = :at WHERE id = :id", {"id": gone, "at": to_text(at)})
        del account.limits[gone]
    elif kind == "undone" and len(open_ones) < len(all_ones):
        back = random.choice([one for one in all_ones if one not in account.limits])
        execute(db, "UPDATE deadline SET state = 'open', done_at = NULL WHERE id = :id", {"id": back})
        (found,) = rows(db, "SELECT due_at FROM deadline WHERE id = :id", {"id": back})
        account.limits[back] = from_text(found["due_at"])
    elif kind == "moved" and open_ones:
        moved = random.choice(open_ones)
        due_at = account.limits[moved] + timedelta(days=random.randint(1, 9))
        execute(
            db,
            "UPDATE deadline SET due_at = :due_at, due_day = :day, due_version = due_version + 1 WHERE id = :id",
            {"id": moved, "due_at": to_text(due_at), "day": last_day(due_at, ZONE).isoformat()},
        )
        account.limits[moved] = due_at
    elif kind == "handler":
        account.handler = random.choice([*people, None])
        execute(db, "UPDATE cases SET handler_id = :id", {"id": account.handler})
    elif kind == "leader":
        lead(db, random.choice([*people, None]), at, account)
        account.named(at)
    elif kind == "roster" and account.roster is not None:
        # From the duty that runs on; the case is planned anew by the next tick, as it is for the whole office.
        day = naive_reminders.duty_day(at, ZONE) + timedelta(days=random.choice((0, 0, 1, 2, 5, 9)))
        roster_of(db, account, {day: tuple(random.sample(people, random.randint(0, 2)))}, at)
        account.forget()
        return
    replan(db, case, at, kind)
    account.forget()


def roster_of(db, account: Account, days: dict[date, tuple[int, ...]], at: datetime) -> None:
    """These people have the duty of these days now."""
    assert account.roster is not None
    off = [(day, person) for day in days for person in account.roster.get(day, ())]
    roster.change(
        db, min(account.supervisors), at, off=off, on=[(day, one) for day, some in days.items() for one in some]
    )
    account.roster.update(days)


def lead(db, person: int | None, at: datetime, account: Account) -> None:
    """Who leads the case from now on."""
    execute(db, "UPDATE leader SET until_at = :at WHERE until_at IS NULL", {"at": to_text(at)})
    if person is not None:
        execute(
            db,
            "INSERT INTO leader (case_id, person_id, from_at) VALUES (1, :id, :at)",
            {"id": person, "at": to_text(at)},
        )
    account.leader = person


def set_ladder(db, rows_: tuple[naive_reminders.Row, ...], by: int) -> None:
    ladder.add(
        db, (Rung("limit", anchor, n, tuple(sorted(roles))) for anchor, n, roles in rows_), shanghai("01-01 00:00"), by
    )


@pytest.mark.parametrize("seed", range(48))
def test_whatever_happens_each_reminder_is_shown_to_whom_it_was_owed_and_once(register, make_person, seed):
    execute(register, "PRAGMA synchronous = OFF")
    random = Random(seed)
    handlers = [make_person(roles=("handler",)).id for _ in range(2)]
    account = Account(
        supervisors={make_person(roles=roles).id for roles in (("supervisor",), ("supervisor", "handler"))}
    )
    people = [*handlers, max(account.supervisors)]
    account.rows = LADDERS[seed % len(LADDERS)]
    set_ladder(register, account.rows, max(account.supervisors))
    keeps_roster = seed % len(LADDERS) >= 4 or seed % 2 == 1
    with writing(register):
        features.switch(register, ("leaders", "duty") if keeps_roster else ("leaders",))
    start = shanghai(f"{random.choice(['01-28', '03-02', '04-27', '06-15', '09-14'])} 00:00")
    received = start - timedelta(days=random.choice([0, 0, 1, 5, 20]))
    account.handler = random.choice([*people, None])
    due = {one.key: one.due_at for one in limits(received, random.choice(["natural", "working", "hours"]))}
    registered = start + 10 * HOUR
    case = add_case(register, due, handler_id=account.handler, at=registered)
    found = rows(register, "SELECT id, due_at FROM deadline")
    account.limits = {r["id"]: from_text(r["due_at"]) for r in found}
    lead(register, random.choice([*people, None]), registered, account)
    account.named(registered)
    if keeps_roster:
        account.roster = {}
        days = [start.astimezone(ZONE).date() + timedelta(days=n) for n in range(-1, 40)]
        roster_of(register, account, {day: tuple(random.sample(people, random.randint(0, 2))) for day in days}, start)
    replan(register, case, registered, "登记")
    down = False
    for n in range(11, 24 * 32):
        at = start + n * HOUR
        if random.random() < 0.02:
            act(register, random, case, account, people, at)
        if at.astimezone(ZONE).hour == 8:
            account.morning(at + HOUR / 2)
        down = random.random() < (0.95 if down else 0.02)
        if not down and n % 4 == 0:
            tick(register, at + 3 * HOUR / 4)
            account.tick()
    tick(register, start + timedelta(days=32))
    account.tick()
    kept = recorded(register)
    assert len(kept) == len(set(kept))
    assert set(kept) == account.shown
    assert kept

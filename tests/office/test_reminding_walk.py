"""Weeks of an office at random, beside a straightforward account of what must have been shown to whom.

Acts happen on the hour, mornings at half past eight, ticks at a quarter to: sometimes the scheduler is down.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests.office.cases_sql import ZONE, add_case, shanghai
from tests.office.reminding_account import Account, Office
from tests.rule import naive_reminders
from tests.rule.china import limits
from tracker.clock import from_text, to_text
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.instants import last_day
from tracker.rule.ladder import Rung
from tracker.store import features, ladder, roster
from tracker.store.database import execute, insert, rows, writing

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
KINDS = (
    *("done", "undone", "moved", "corrected", "handler", "leader", "note", "roster"),
    *("suspended", "resumed", "resumed", "calendar", "calendar", "ladder", "ladder"),
)


def recorded(db) -> list[tuple]:
    found = rows(
        db,
        "SELECT deadline_id, json_extract(body, '$.due_at') AS due_at, rung, owed_at, recipient_id"
        " FROM reminder WHERE shown_at IS NOT NULL AND deadline_id IS NOT NULL",
    )
    return [(r[0], from_text(r[1]), r[2], from_text(r[3]), r[4]) for r in found]


def act(db, random: Random, case: int, account: Account, people: list[int], at: datetime) -> None:
    """One thing that happens to a case, in the register and in the account."""
    kind = random.choice(KINDS)
    open_ones, done = list(account.limits), [r[0] for r in rows(db, "SELECT id FROM deadline WHERE state = 'done'")]
    if kind == "done" and open_ones:
        gone = random.choice(open_ones)
        execute(db, "UPDATE deadline SET state = 'done', done_at = :at WHERE id = :id", {"id": gone, "at": to_text(at)})
        del account.limits[gone]
    elif kind == "undone" and done and not account.paused:
        back = random.choice(done)
        execute(db, "UPDATE deadline SET state = 'open', done_at = NULL WHERE id = :id", {"id": back})
        (found,) = rows(db, "SELECT due_at FROM deadline WHERE id = :id", {"id": back})
        account.limits[back] = from_text(found["due_at"])
    elif kind in ("moved", "corrected") and open_ones:
        moved = random.choice(open_ones)
        days = random.randint(1, 9) if kind == "moved" else -random.randint(1, 9)
        account.limits[moved] = move(db, moved, account.limits[moved], days)
    elif kind == "suspended" and open_ones:
        pause(db, case, open_ones, account.supervisors, at)
        account.suspended(at)
    elif kind == "resumed" and account.paused:
        account.resumed(at, go_on(db, account.paused, at))
    elif kind == "handler":
        account.handler = random.choice([*people, None])
        execute(db, "UPDATE cases SET handler_id = :id", {"id": account.handler})
    elif kind == "leader":
        lead(db, random.choice([*people, None]), at, account)
    elif kind == "roster" and account.roster is not None:
        # From the duty that runs on; the case is planned anew by the next tick, as it is for the whole office.
        day = naive_reminders.duty_day(at, ZONE) + timedelta(days=random.choice((0, 0, 1, 2, 5, 9)))
        roster_of(db, account, {day: tuple(random.sample(people, random.randint(0, 2)))}, at)
        return
    elif kind == "calendar":
        day = at.astimezone(ZONE).date() + timedelta(days=random.choice((0, 0, 1, 1, 2, 3, 5)))
        account.office = account.office.works(day, not account.office.calendar.works(day))
        how = {"day": day.isoformat(), "works": account.office.calendar.works(day)}
        execute(db, "INSERT OR REPLACE INTO calendar_override (day, works) VALUES (:day, :works)", how)
        return
    elif kind == "ladder":
        every = LADDERS[account.which]
        less = tuple(one for one in every if one is not random.choice(every))
        account.office = replace(account.office, rows=every if len(account.office.rows) < len(every) else less)
        set_ladder(db, account.office.rows, min(account.supervisors))
        return
    replan(db, case, at, kind)
    account.plan(at, by_an_act=True)
    account.forget()
    if kind == "leader":
        account.named(at)


def move(db, limit: int, due_at: datetime, days: int) -> datetime:
    """Another due time, which it has never had before."""
    (found,) = rows(db, "SELECT due_version FROM deadline WHERE id = :id", {"id": limit})
    due_at += timedelta(days=days, minutes=-found["due_version"])
    execute(
        db,
        "UPDATE deadline SET due_at = :due_at, due_day = :day, due_version = due_version + 1 WHERE id = :id",
        {"id": limit, "due_at": to_text(due_at), "day": last_day(due_at, ZONE).isoformat()},
    )
    return due_at


def pause(db, case: int, limits: list[int], people: set[int], at: datetime) -> None:
    """A suspension, granted as it was asked."""
    asked_by, decided_by = sorted(people)
    request = insert(
        db,
        "INSERT INTO request"
        " (case_id, round, kind, ground, reason, asked_at, asked_by, decided_at, decided_by, decision) VALUES"
        " (:case_id, 1, 'suspension', 'case', '台风', :at, :asked_by, :at, :decided_by, 'approved')",
        {"case_id": case, "at": to_text(at), "asked_by": asked_by, "decided_by": decided_by},
    )
    for limit in limits:
        one = {"request_id": request, "id": limit, "since": to_text(at)}
        execute(db, "INSERT INTO pause (request_id, deadline_id, since) VALUES (:request_id, :id, :since)", one)
        execute(db, "UPDATE deadline SET state = 'paused' WHERE id = :id", {"id": limit})


def go_on(db, paused: dict[int, tuple[datetime, datetime]], at: datetime) -> dict[int, datetime]:
    """The due times after a pause: what was late keeps its own, the others get the days that it took."""
    execute(db, "UPDATE pause SET until = :at WHERE until IS NULL", {"at": to_text(at)})
    (found,) = rows(db, "SELECT max(since) AS since FROM pause")
    since = from_text(found["since"])
    execute(db, "UPDATE deadline SET state = 'open' WHERE state = 'paused'", {})
    days = (at - since).days + 1
    return {one: due_at if due_at <= since else move(db, one, due_at, days) for one, (due_at, _) in paused.items()}


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
    account.which = seed % len(LADDERS)
    account.office = account.planned = Office(rows=LADDERS[account.which])
    set_ladder(register, account.office.rows, max(account.supervisors))
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
            account.plan(at + 3 * HOUR / 4, by_an_act=False)
            account.tick()
    tick(register, start + timedelta(days=32))
    account.plan(start + timedelta(days=32), by_an_act=False)
    account.tick()
    kept = recorded(register)
    assert len(kept) == len(set(kept))
    assert set(kept) == account.shown
    # Nothing at all only where the case stood still or the office took steps off its ladder.
    assert kept or account.paused or account.still or account.office.rows != LADDERS[account.which]

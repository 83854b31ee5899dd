"""The wall clock steps back and forth, and the machine sleeps: what was owed by the latest instant that was ever told
is shown, once, and goes out once. What is owed is the account of tests/rule/naive_reminders.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlite_utils import Database

from tests.factories import NOW, add_person
from tests.mail_server import listening
from tests.office.cases_sql import ZONE, add_case
from tests.rule import naive_reminders
from tests.rule.china import CHINA, limits
from tracker.clock import from_text
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.instants import last_day, wall
from tracker.store.database import execute, rows

LADDER = ("eve", "due_day", "late", "late_1", "late_3", "weekly")
STEPS = tuple(
    timedelta(**span)
    for span in ({"minutes": 1}, {"minutes": 6}, {"hours": 1}, {"hours": 9}, {"days": 1}, {"days": 10}, {"days": 400})
)
TO_ALL = ("late", "late_1", "late_3", "weekly")
Tick = Callable[[Database, datetime, str], object]


@dataclass(frozen=True)
class Figures:
    """What came of the courses."""

    courses: int
    steps_back: int
    steps_forward: int
    owed: int
    lost: int
    doubled: int
    messages: int
    sent_twice: int
    unsent: int


def run(db: Database, home: Path, courses: int, *, seed: int = 1, ticks: int = 40, tick: Tick = tick) -> Figures:
    """So many courses of the clock over one register each with cases of its own; all of them counted together."""
    execute(db, "PRAGMA synchronous = OFF")
    random, total = Random(seed), Counter[str]()
    handler = add_person(db, roles=("handler",), email="h@example.gov.cn").id
    boss = add_person(db, roles=("supervisor",), email="s@example.gov.cn").id
    with listening() as server:
        config = Config(home=home, smtp_host="127.0.0.1", smtp_port=server.port, mail_from="xinfang@example.gov.cn")
        for _ in range(courses):
            total.update(_course(db, config, random, handler, boss, ticks, tick))
        ids = server.ids()
    sent = rows(db, "SELECT message_id, sent_at FROM delivery WHERE dead = 0")
    return Figures(
        courses=courses,
        steps_back=total["back"],
        steps_forward=total["forward"],
        owed=total["owed"],
        lost=total["lost"],
        doubled=total["doubled"],
        messages=len(ids),
        sent_twice=len(ids) - len(set(ids)),
        unsent=len({one["message_id"] for one in sent} - set(ids)),
    )


def _course(
    db: Database, config: Config, random: Random, handler: int, boss: int, ticks: int, tick: Tick
) -> Counter[str]:
    counted = Counter[str]()
    registered = at = NOW + timedelta(hours=random.randrange(48))
    convention = random.choice(["natural", "working", "hours"])
    due = {one.key: one.due_at for one in limits(registered - timedelta(days=random.choice([0, 2])), convention)}
    case = add_case(db, due, handler_id=handler, at=registered)
    replan(db, case, registered, "登记")
    latest = at
    for _ in range(ticks):
        at += timedelta(minutes=random.choice((1, 20, 240)))
        if random.random() < 0.3:
            step = random.choice(STEPS)
            back = random.random() < 0.5 and at - step > registered
            at += -step if back else step
            counted["back" if back else "forward"] += 1
        latest = max(latest, at)
        tick(db, at, "example.gov.cn")
        Sender(config, lambda at=at: at).send_waiting(db)  # type: ignore[misc]
    # The clock is right again, and messages leave on working mornings: all that waited has gone by the second of them.
    tick(db, latest, "example.gov.cn")
    day = latest.astimezone(ZONE).date()
    for _ in range(3):
        day = CHINA.next_working(day + timedelta(days=1))
        morning = wall(day, time(10), ZONE)
        Sender(config, lambda morning=morning: morning).send_waiting(db)  # type: ignore[misc]
    owed = _owed(db, case, registered, latest, handler, boss)
    have = Counter(
        (row["deadline_id"], row["rung"], from_text(row["owed_at"]), row["recipient_id"])
        for row in rows(db, "SELECT * FROM reminder WHERE case_id = :id AND shown_at IS NOT NULL", {"id": case})
        if row["rung"] in LADDER
    )
    counted["owed"], counted["lost"] = len(owed), len(owed - have.keys())
    counted["doubled"] = sum(n - 1 for n in have.values()) + len(have.keys() - owed)
    execute(db, "UPDATE deadline SET state = 'ended' WHERE case_id = :id", {"id": case})
    replan(db, case, latest, "办结")
    return counted


def _owed(
    db: Database, case: int, registered: datetime, latest: datetime, handler: int, boss: int
) -> set[tuple[int, str, datetime, int]]:
    owed = set()
    for row in rows(db, "SELECT id, due_at FROM deadline WHERE case_id = :id", {"id": case}):
        due_at = from_text(row["due_at"])
        for rung, when in naive_reminders.owed(due_at, last_day(due_at, ZONE), CHINA, ZONE, latest):
            if when >= registered:
                owed |= {(row["id"], rung, when, one) for one in ((handler, boss) if rung in TO_ALL else (handler,))}
    return owed

"""The sample register: an invented office with a year behind it, in which a visitor may act as anybody."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sqlite_utils import Database

from tracker.office import raising
from tracker.office.actors import actor_for
from tracker.office.sample_acts import Desk
from tracker.office.sample_course import life
from tracker.office.sample_plan import Draw, year
from tracker.office.sample_words import STREETS
from tracker.rule.dispatch import Line
from tracker.rule.instants import wall
from tracker.rule.reminders import MORNING
from tracker.store import handlers, outbox, people, rules, settings, streets
from tracker.store.database import writing
from tracker.store.register import attachments_of

OFFICE = {"name": "示例区生态环境局", "prefix": "SL", "zone": "Asia/Shanghai"}
SEED = 1_3_10_15
DAYS = 365
#: Nobody signs in by password here: this is the hash of none.
NO_PASSWORD = "!"
#: name, account, unit, roles
STAFF = (
    ("林涛", "lintao", "信访科", ("clerk",)),
    ("周明", "zhouming", "信访科", ("clerk", "handler")),
    ("何静", "hejing", "信访科", ("clerk",)),
    ("王建国", "wangjianguo", "执法二中队", ("handler",)),
    ("陈晓", "chenxiao", "执法一中队", ("handler",)),
    ("李芳", "lifang", "执法一中队", ("handler",)),
    ("赵磊", "zhaolei", "执法三中队", ("handler",)),
    ("吴桐", "wutong", "执法二中队", ("handler",)),
    ("高翔", "gaoxiang", "执法三中队", ("handler",)),
    ("马骏", "majun", "执法一中队", ("handler",)),
    ("李处", "lichu", "信访科", ("supervisor",)),
    ("孙敏", "sunmin", "执法二中队", ("supervisor", "handler")),
    ("吴管理", "wuguanli", "信访科", ("admin",)),
    ("郑审计", "zhengshenji", "信访科", ("auditor",)),
)
#: Who is given what: by street, and water by its category wherever it is.
DISPATCHED = {
    "新港街道": "wangjianguo",
    "东湖街道": "chenxiao",
    "桥北街道": "lifang",
    "南苑街道": "zhaolei",
    "西河街道": "wutong",
    "北郊街道": "gaoxiang",
}
WATER = ("31", "majun")
#: What people have read by now: everything but the reminders of the last days.
READ_UNTIL = timedelta(days=2)


def build(db: Database, at: datetime) -> None:
    """Fill an empty register with the sample office as it stands at ``at``: all or nothing, the same for the same
    instant. Every case goes through the acts of the office, one after another as the year went by."""
    with writing(db):
        began = at - timedelta(days=DAYS + 10)
        settings.save(db, OFFICE)
        for name, account, unit, roles in STAFF:
            unit_id = people.unit_named(db, unit)
            people.add(
                db, account=account, name=name, password_hash=NO_PASSWORD, roles=roles, at=began, unit_id=unit_id
            )
        for street, (code, _) in STREETS.items():
            streets.add(db, street, code)
        handlers.put(db, _dispatched(db))
        _live(db, at)
        for person in people.everybody(db):
            outbox.mark_read(db, person.id, at - READ_UNTIL)


def _dispatched(db: Database) -> Iterator[Line]:
    """The table from which a new case gets its handler."""
    who = {person.account: person.id for person in people.everybody(db)}
    for street in streets.every(db):
        yield Line(street.id, None, who[DISPATCHED[street.name]])
    category, account = WATER
    for place in (None, *(street.id for street in streets.every(db))):  # he takes his matter out of every street
        yield Line(place, category, who[account])


def _live(db: Database, at: datetime) -> None:
    """Let every case live until ``at``: whoever has something to do next does it, in the order of time."""
    draw = Draw(Random(SEED), settings.office(db).zone, rules.calendar(db))
    staff = tuple(actor_for(person) for person in people.everybody(db))
    ids = {street.name: street.id for street in streets.every(db)}
    desk = Desk(db, attachments_of(db), draw, staff, ids, at)
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = [(first, -1, ticks) for first, ticks in _mornings(desk)]
    for n, plan in enumerate(year(draw, at, DAYS)):
        lived = life(desk, plan)
        waiting.append((next(lived), n, lived))
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= at:
        desk.at, n, lived = heapq.heappop(waiting)
        then = next(lived, None)
        if then is not None:
            heapq.heappush(waiting, (max(then.replace(second=0, microsecond=0), desk.at), n, lived))
    raising.tick(db, at)


def _mornings(desk: Desk) -> Iterator[tuple[datetime, Iterator[datetime]]]:
    """The reminders of each day, raised once, at half past eight."""
    first = desk.draw.day_of(desk.until) - timedelta(days=DAYS)

    def ticks() -> Iterator[datetime]:
        day = first
        while True:
            raising.tick(desk.db, desk.at)
            day += timedelta(days=1)
            yield wall(day, MORNING, desk.draw.zone)

    yield wall(first, MORNING, desk.draw.zone), ticks()

"""A register of any size, written by bare INSERTs: for measuring what reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from tests import factories
from tests.factories import NOW
from tracker.clock import to_text
from tracker.rule.instants import last_day
from tracker.rule.stages import RULE_1
from tracker.store.database import execute, writing
from tracker.store.register import open_register

CASE = """
INSERT INTO cases (id, no, received_at, received_from, received_month, registered_at, registered_by, channel, title,
    content, place, street_id, rule_version, handler_id, unit_id, state, updated_at, closed_at)
VALUES (:id, :no, :at, 'dispatch', :month, :at, 1, '12345热线', :title, '夜间有塑料异味，窗户不能开。', '港南路88号',
    :street, 1, :handler, 1, :state, :at, :closed)
"""
CATEGORY = "INSERT INTO case_category (case_id, code) VALUES (:id, '11')"
LIMIT = """
INSERT INTO deadline (case_id, round, kind, key, days, starts_at, due_at, due_day, first_due_at, unrolled_day, state,
    done_at)
VALUES (:id, 1, 'stage', :key, :days, :at, :due, :day, :due, :day, :state, :done)
"""
NEXT = """
UPDATE cases SET (next_due_at, next_limit) = (SELECT due_at, key FROM deadline WHERE case_id = cases.id
    AND state IN ('open', 'backfill') ORDER BY due_at, id LIMIT 1) WHERE state <> 'closed'
"""
REMINDER = """
INSERT INTO reminder (owed_key, case_id, rung, recipient_id, owed_at, planned_at, shown_at)
VALUES (:key, :id, 'dispatch', :to, :at, :at, :at)
"""
#: Of a hundred cases: so many are open, and so many of these past a limit.
OPEN, LATE = 3, 1
DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")


def fill(home: Path, cases: int) -> Database:
    """A register at NOW with so many cases: 97 of 100 closed, 1 past a limit, each with four limits and a reminder."""
    db = open_register(home, NOW)
    factories.set_up_office(db)
    people = [factories.add_person(db, roles=roles) for roles in (("clerk",), ("supervisor",), *[("handler",)] * 8)]
    streets = [factories.add_street(db, f"第{n}街道", f"s{n}") for n in range(6)]
    with writing(db):
        for n in range(1, cases + 1):
            for sql, row in _rows(n, cases, people[2 + n % 8].id, streets[n % 6]):
                execute(db, sql, row)
        execute(db, NEXT)
    return db


def _rows(n: int, cases: int, handler: int, street: int) -> Iterator[tuple[str, dict[str, object]]]:
    place = n % 100
    ago = timedelta(hours=49 + n % 300) if place < LATE else timedelta(minutes=n % 600)
    if place >= OPEN:
        ago = timedelta(days=40 + n * 700 // cases)
    at = NOW - ago
    closed = place >= OPEN
    yield (
        CASE,
        {
            "id": n,
            "no": f"XH{at:%Y}-{n:06d}",
            "at": to_text(at),
            "month": f"{at:%Y-%m}",
            "title": f"塑料厂夜间异味扰民第{n}件",
            "street": street,
            "handler": handler,
            "state": "closed" if closed else "open",
            "closed": to_text(at + 16 * DAY) if closed else None,
        },
    )
    yield CATEGORY, {"id": n}
    for stage in RULE_1.stages:
        due = at + (stage.days + 1) * DAY
        yield (
            LIMIT,
            {
                "id": n,
                "key": stage.key,
                "days": stage.days,
                "at": to_text(at),
                "due": to_text(due),
                "day": last_day(due, ZONE).isoformat(),
                "state": "done" if closed else "open",
                "done": to_text(due - DAY) if closed else None,
            },
        )
    yield REMINDER, {"key": f"bench|{n}", "id": n, "to": handler, "at": to_text(at)}

"""What a tick costs: an open register of any size, many limits that pass on one morning, and a tick without work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import monotonic, thread_time

from sqlite_utils import Database

from tests import factories
from tests.bench.register import CASE, CATEGORY, LIMIT, NEXT, ZONE
from tests.factories import NOW
from tracker.clock import to_text
from tracker.office import owing, reminding
from tracker.office.raising import tick
from tracker.rule.instants import last_day
from tracker.store import heartbeat, planning
from tracker.store.database import execute, value, writing
from tracker.store.register import open_register

HANDLERS, CHUNK = 50, 100
DAY = timedelta(days=1)
#: The limits of the many pass at the end of the 17th; the morning after is a Thursday.
PASSED = datetime.fromisoformat("2026-06-17T16:00:00+00:00")
MORNING = datetime.fromisoformat("2026-06-18T00:30:00+00:00")
WAITING = "SELECT count(*) FROM reminder WHERE shown_at IS NULL AND withdrawn_at IS NULL AND owed_at <= :at"
FAR = PASSED + 400 * DAY


@dataclass(frozen=True)
class Cost:
    """Seconds, but for the idle tick: milliseconds of a processor, the median of many."""

    cases: int
    due: int
    planned: float
    raised: float
    shown: int
    idle_ms: float


def fill(home: Path, cases: int, due: int) -> Database:
    """So many open cases, each with one limit; of ``due`` of them it passes at one and the same instant."""
    db = open_register(home, NOW)
    factories.set_up_office(db)
    clerk = factories.add_person(db, roles=("clerk",))
    factories.add_person(db, roles=("supervisor",), email="boss@example.gov.cn")
    handlers = [factories.add_person(db, roles=("handler",), email=f"h{n}@example.gov.cn").id for n in range(HANDLERS)]
    street = factories.add_street(db)
    assert clerk.id == 1
    with writing(db):
        for n in range(1, cases + 1):
            for sql, row in _rows(n, n <= due, handlers[n % HANDLERS], street):
                execute(db, sql, row)
        execute(db, NEXT)
    # People, days and ladder are as they were: nothing is planned anew but what the measurement plans.
    heartbeat.beat(db, heartbeat.PLANS, NOW, planning.fingerprint(db))
    return db


def _rows(n: int, is_due: bool, handler: int, street: int) -> Iterator[tuple[str, dict[str, object]]]:
    at = to_text(NOW - timedelta(hours=2))
    yield (
        CASE,
        {
            "id": n,
            "no": f"XH2026-{n:07d}",
            "at": at,
            "month": "2026-06",
            "title": f"塑料厂夜间异味扰民第{n}件",
            "street": street,
            "handler": handler,
            "state": "open",
            "closed": None,
        },
    )
    yield CATEGORY, {"id": n}
    due = PASSED if is_due else FAR
    day = last_day(due, ZONE).isoformat()
    limit = {"id": n, "key": "contact", "days": 1, "at": at, "due": to_text(due), "day": day, "state": "open"}
    yield LIMIT, {**limit, "done": None}


def plan(db: Database, due: int) -> None:
    """What the first ``due`` cases owe, as the acts on them would."""
    for first in range(1, due + 1, CHUNK):
        with writing(db):
            board = owing.board(db)
            for case_id in range(first, min(first + CHUNK, due + 1)):
                reminding.replan(db, case_id, NOW, "登记", board)


def measure(home: Path, cases: int, due: int, idle: int = 200) -> Cost:
    """Plan what the many owe, as the acts on them would; raise it in the morning; then let the ticks find nothing."""
    db = fill(home, cases, due)
    begun = monotonic()
    plan(db, due)
    planned = monotonic() - begun
    tick(db, NOW, "example.gov.cn")  # the notices of the dispatch
    begun = monotonic()
    shown = tick(db, MORNING, "example.gov.cn")
    raised = monotonic() - begun
    spent = []
    for n in range(idle):
        at = MORNING + timedelta(seconds=20 * (n + 1))
        before = thread_time()
        tick(db, at, "example.gov.cn")
        spent.append((thread_time() - before) * 1000)
    assert value(db, WAITING, {"at": to_text(MORNING)}) == 0
    db.close()
    return Cost(cases, due, planned, raised, len(shown), median(spent))

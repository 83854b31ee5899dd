"""What is past its limit: the one query behind the web list, the command, the workbook and the digest.

Late means ``at >= due_at``: the due instant is the first one that is late. A case stands here once, by the nearest of
its limits, worst first.

The live list reads `cases.next_due_at`, which every act keeps. The list as of another instant reads the limits
themselves, by what is known now: a limit whose completion was entered later, but happened by then, was met; a stage
that ended early was open until its end was approved; handler, street and state are those of today. History that was
brought in counts by its last limit alone and never stands on the live list: nobody can work on it any more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.stages import Rule
from tracker.store.database import reading, row, rows, shaped, value

FILTERS = """
AND (:handler_id IS NULL OR cases.handler_id = :handler_id) AND (:unit_id IS NULL OR cases.unit_id = :unit_id)
AND (:street_id IS NULL OR cases.street_id = :street_id)
"""
LIVE_FILTERS = FILTERS + "AND (:limit IS NULL OR cases.next_limit = :limit)\n"
COLUMNS = """
cases.id AS case_id, cases.no, cases.title, cases.state, cases.round, cases.handler_id,
deadline.due_day, deadline.provisional, deadline.state = 'backfill' AS backfill,
street.name AS street, handler.name AS handler, unit.name AS unit,
(SELECT group_concat(name, ' ') FROM (
    SELECT category.name FROM case_category JOIN category ON category.code = case_category.code
    WHERE case_category.case_id = cases.id ORDER BY category.code)) AS categories,
(SELECT max(shown_at) FROM reminder WHERE reminder.case_id = cases.id AND shown_at <= :at) AS last_reminded_at
"""
NAMES_OF = """
LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
LEFT JOIN unit ON unit.id = cases.unit_id
"""
# Everything asked of `cases` is in the index cases_next; the limit is the one that SET_NEXT chose.
LIVE_HEAD = "SELECT cases.next_due_at AS due_at, cases.next_limit AS limit_key, 0 AS historic,"
FROM_RUNNING = """
FROM cases
LEFT JOIN deadline ON deadline.id = (
    SELECT running.id FROM deadline AS running
    WHERE running.case_id = cases.id AND running.state IN ('open', 'backfill')
    ORDER BY running.due_at, running.id LIMIT 1)
"""
LIVE_PAGE = """
WHERE cases.next_due_at <= :at AND (cases.next_due_at, cases.id) > (:after_due, :after_id)
"""
LIVE = (
    LIVE_HEAD
    + COLUMNS
    + FROM_RUNNING
    + NAMES_OF
    + LIVE_PAGE
    + LIVE_FILTERS
    + "ORDER BY cases.next_due_at, cases.id LIMIT :size"
)
ALL_LATE = "SELECT count(*) FROM cases WHERE cases.next_due_at <= :at"
LIVE_COUNT = ALL_LATE + LIVE_FILTERS
# A limit of each case that ran at an instant and had passed; the last arm is for what was ended early since.
RAN_PAST = """
WITH past AS (
    SELECT deadline.id, deadline.case_id, deadline.due_at FROM deadline
    WHERE deadline.state IN ('open', 'done', 'backfill') AND deadline.due_at <= :at AND deadline.starts_at <= :at
    AND (deadline.done_at IS NULL OR deadline.done_at > :at)
    UNION ALL
    SELECT deadline.id, deadline.case_id, deadline.due_at FROM deadline
    JOIN (SELECT request.case_id, request.round, min(request.decided_at) AS at FROM request
        WHERE request.kind = 'end' AND request.decision = 'approved'
        GROUP BY request.case_id, request.round) AS early
    ON early.case_id = deadline.case_id AND early.round = deadline.round
    WHERE deadline.state = 'ended' AND deadline.due_at <= :at AND deadline.starts_at <= :at AND early.at > :at
),
nearest AS (
    SELECT id, row_number() OVER (PARTITION BY case_id ORDER BY due_at, id) AS place FROM past
)
"""
FROM_PAST = """
FROM nearest JOIN deadline ON deadline.id = nearest.id JOIN cases ON cases.id = deadline.case_id
"""
AS_OF_FILTERS = FILTERS + "AND (:limit IS NULL OR deadline.key = :limit)\n"
AS_OF = (
    RAN_PAST
    + "SELECT deadline.due_at, deadline.key AS limit_key, cases.historic,"
    + COLUMNS
    + FROM_PAST
    + NAMES_OF
    + "WHERE nearest.place = 1 AND (deadline.due_at, cases.id) > (:after_due, :after_id)"
    + AS_OF_FILTERS
    + "ORDER BY deadline.due_at, cases.id LIMIT :size"
)
AS_OF_COUNT = RAN_PAST + "SELECT count(*)" + FROM_PAST + "WHERE nearest.place = 1" + AS_OF_FILTERS
# Near due is `due_at - hours <= at < due_at` (rule.lights), asked of the index the other way round.
LIGHTS = (
    """
SELECT count(*) AS running, count(*) FILTER (WHERE next_due_at <= :at) AS overdue,
    count(*) FILTER (WHERE next_due_at > :at
        AND next_due_at <= CASE next_limit WHEN 'contact' THEN :near_contact ELSE :near END) AS near
FROM cases WHERE next_due_at IS NOT NULL
"""
    + LIVE_FILTERS
)
# The first condition is the one of the index cases_open, word for word, or SQLite does not see that it applies.
WAITING = (
    """
SELECT count(*) FROM cases WHERE state IN ('open', 'applied') AND state = 'applied' AND next_due_at IS NULL
"""
    + FILTERS
)
BATCH = 1000


@dataclass(frozen=True)
class Wanted:
    """Which lines: None leaves a column unasked. ``limit`` is a stage key or the name of an outside limit."""

    handler_id: int | None = None
    street_id: int | None = None
    unit_id: int | None = None
    limit: str | None = None


@dataclass(frozen=True)
class OverdueLine:
    """One case that is past a limit. ``due_at`` is the first late instant (UTC), ``due_day`` the day shown for it.

    ``backfill``: a late entry would have met the limit and waits for its confirmation. ``categories`` are names.
    """

    case_id: int
    no: str
    title: str
    categories: tuple[str, ...]
    limit: str
    due_at: datetime
    due_day: date
    provisional: bool
    backfill: bool
    street: str
    handler_id: int | None
    handler: str
    unit: str
    state: str
    round: int
    historic: bool
    last_reminded_at: datetime | None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where the line stands in the list; the next page comes after it."""
        return self.due_at, self.case_id


@dataclass(frozen=True)
class Lights:
    """How many open cases show which light. ``waiting``: no limit runs, the case waits for its review (待审核)."""

    overdue: int
    near: int
    normal: int
    waiting: int


EVERYTHING = Wanted()


def live(
    db: Database,
    at: datetime,
    wanted: Wanted = EVERYTHING,
    *,
    after: tuple[datetime, int] | None = None,
    size: int = 50,
) -> tuple[OverdueLine, ...]:
    """A page of the cases that are past a limit at ``at``, worst first, following the line at the place ``after``."""
    return tuple(_line(r) for r in rows(db, LIVE, _asked(at, wanted, after, size)))


def as_of(
    db: Database,
    at: datetime,
    wanted: Wanted = EVERYTHING,
    *,
    after: tuple[datetime, int] | None = None,
    size: int = 50,
) -> tuple[OverdueLine, ...]:
    """A page of what was open past its limit at ``at`` by what is known now, in the shape and order of `live`."""
    return tuple(_line(r) for r in rows(db, AS_OF, _asked(at, wanted, after, size)))


def count_live(db: Database, at: datetime, wanted: Wanted = EVERYTHING) -> int:
    """How many lines `live` has in all."""
    return int(value(db, LIVE_COUNT, {"at": to_text(at), **asdict(wanted)}))


def count_as_of(db: Database, at: datetime, wanted: Wanted = EVERYTHING) -> int:
    """How many lines `as_of` has in all."""
    return int(value(db, AS_OF_COUNT, {"at": to_text(at), **asdict(wanted)}))


def every(db: Database, at: datetime, wanted: Wanted = EVERYTHING, *, past: bool = False) -> tuple[OverdueLine, ...]:
    """All lines of one state of the register: of `as_of` when ``past``, else of `live`."""
    page = as_of if past else live
    found: list[OverdueLine] = []
    with reading(db):
        while lines := page(db, at, wanted, after=found[-1].place if found else None, size=BATCH):
            found += lines
    return tuple(found)


def lights(db: Database, at: datetime, rule: Rule, wanted: Wanted = EVERYTHING) -> Lights:
    """The open cases by the light of their nearest limit; ``rule`` says how many hours before it are near."""
    asked = {"at": to_text(at), **asdict(wanted)}
    near = to_text(at + timedelta(hours=rule.near_hours))
    near_contact = to_text(at + timedelta(hours=rule.near_contact_hours))
    with reading(db):
        found = row(db, LIGHTS, {**asked, "near": near, "near_contact": near_contact})
        waiting = 0 if wanted.limit else value(db, WAITING, asked)
    assert found is not None
    return Lights(found["overdue"], found["near"], found["running"] - found["overdue"] - found["near"], waiting)


def _asked(at: datetime, wanted: Wanted, after: tuple[datetime, int] | None, size: int) -> dict[str, Any]:
    due, case_id = (to_text(after[0]), after[1]) if after else ("", 0)
    return {"at": to_text(at), **asdict(wanted), "after_due": due, "after_id": case_id, "size": size}


NAMES = ("case_id", "no", "title", "handler_id", "state", "round")
TEXTS = ("street", "handler", "unit")
INSTANTS = ("due_at", "last_reminded_at")
FLAGS = ("provisional", "backfill", "historic")


def _line(found: Any) -> OverdueLine:
    kept = shaped(found, NAMES, instants=INSTANTS, texts=TEXTS, flags=FLAGS)
    return OverdueLine(
        **kept,
        limit=found["limit_key"],
        due_day=date.fromisoformat(found["due_day"]),
        categories=tuple((found["categories"] or "").split()),
    )

"""抽查: what may be drawn, the draws with their whole pools, what the checks found, and the two rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, row, rows, shaped

# A range of the index cases_closed.
CLOSED = """
SELECT id, no, round FROM cases
WHERE state = 'closed' AND historic = 0 AND closed_at >= :since AND closed_at < :until ORDER BY id
"""
INSERT = """
INSERT INTO spot_draw (since, until, percent, seed, pool, size, at, by)
VALUES (:since, :until, :percent, :seed, :pool, :size, :at, :by)
"""
POOL = "INSERT INTO spot_pool (draw_id, case_id, round, drawn) VALUES (:draw_id, :case_id, :round, :drawn)"
SELECT = """
SELECT draw.*, person.name AS by_name,
    (SELECT count(*) FROM spot_result WHERE spot_result.draw_id = draw.id) AS found,
    (SELECT count(*) FROM spot_result WHERE spot_result.draw_id = draw.id AND passed = 1) AS passed
FROM spot_draw AS draw JOIN person ON person.id = draw.by
"""
LIST = SELECT + "ORDER BY draw.id DESC LIMIT :size"
BY_ID = SELECT + "WHERE draw.id = :id"
MEMBERS = """
SELECT cases.no, cases.title, cases.closed_at, spot_pool.drawn, handler.name AS handler, street.name AS street,
    result.passed, result.text, result.at, checker.name AS by_name
FROM spot_pool JOIN cases ON cases.id = spot_pool.case_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN spot_result AS result ON result.draw_id = spot_pool.draw_id AND result.case_id = spot_pool.case_id
LEFT JOIN person AS checker ON checker.id = result.by
WHERE spot_pool.draw_id = :id AND spot_pool.drawn >= :drawn ORDER BY cases.id
"""
OF_CASE = """
SELECT spot_pool.draw_id, spot_pool.round, result.passed, result.text, result.at, checker.name AS by_name
FROM spot_pool LEFT JOIN spot_result AS result
    ON result.draw_id = spot_pool.draw_id AND result.case_id = spot_pool.case_id
LEFT JOIN person AS checker ON checker.id = result.by
WHERE spot_pool.case_id = :case_id AND spot_pool.drawn = 1 ORDER BY spot_pool.draw_id
"""
RESULT = """
INSERT INTO spot_result (draw_id, case_id, passed, text, at, by) VALUES (:draw_id, :case_id, :passed, :text, :at, :by)
ON CONFLICT DO NOTHING
"""
# Drawn in the round that was closed, and without a result.
WAITING = """
SELECT count(*) AS n FROM spot_pool JOIN cases ON cases.id = spot_pool.case_id
WHERE spot_pool.drawn = 1 AND cases.state = 'closed' AND cases.round = spot_pool.round
AND NOT EXISTS (SELECT 1 FROM spot_result
    WHERE spot_result.draw_id = spot_pool.draw_id AND spot_result.case_id = spot_pool.case_id)
"""
# Of the cases closed in [:since, :until): how many were drawn for a check, how many have a result, how many passed.
RATES = """
WITH closed AS (
    SELECT id, round FROM cases
    WHERE state = 'closed' AND historic = 0 AND closed_at >= :since AND closed_at < :until),
checked AS (
    SELECT DISTINCT closed.id FROM closed
    JOIN spot_pool ON spot_pool.case_id = closed.id AND spot_pool.drawn = 1 AND spot_pool.round = closed.round),
judged AS (
    SELECT closed.id, min(result.passed) AS passed FROM closed
    JOIN spot_pool ON spot_pool.case_id = closed.id AND spot_pool.drawn = 1 AND spot_pool.round = closed.round
    JOIN spot_result AS result ON result.draw_id = spot_pool.draw_id AND result.case_id = closed.id GROUP BY closed.id)
SELECT (SELECT count(*) FROM closed) AS closed, (SELECT count(*) FROM checked) AS drawn,
    (SELECT count(*) FROM judged) AS found, (SELECT coalesce(sum(passed), 0) FROM judged) AS passed
"""


@dataclass(frozen=True)
class Closed:
    """A case that may be drawn."""

    id: int
    no: str
    round: int


@dataclass(frozen=True)
class Draw:
    """One draw: the days of closing it is about (both counted), the share, the seed, and how far its checks are."""

    id: int
    since: date
    until: date
    percent: int
    seed: str
    pool: int
    size: int
    at: datetime
    by_name: str
    found: int
    passed: int


@dataclass(frozen=True)
class Member:
    """A case in the pool of a draw; ``passed`` is None until it was checked."""

    no: str
    title: str
    closed_at: datetime | None
    drawn: bool
    handler: str
    street: str
    passed: bool | None
    text: str
    at: datetime | None
    by_name: str


@dataclass(frozen=True)
class Check:
    """That a case was drawn in a round, and what the check found; ``passed`` is None until then."""

    draw_id: int
    round: int
    passed: bool | None
    text: str
    at: datetime | None
    by_name: str


@dataclass(frozen=True)
class Rates:
    """抽查率 is ``drawn`` of ``closed``, 抽查通过率 ``passed`` of ``found``."""

    closed: int
    drawn: int
    found: int
    passed: int


def closed(db: Database, since: datetime, until: datetime) -> tuple[Closed, ...]:
    """The cases that were closed in [since, until) and are so now."""
    asked = {"since": to_text(since), "until": to_text(until)}
    return tuple(Closed(r["id"], r["no"], r["round"]) for r in rows(db, CLOSED, asked))


def add(
    db: Database,
    *,
    since: date,
    until: date,
    percent: int,
    seed: str,
    pool: Iterable[Closed],
    drawn: Iterable[str],
    at: datetime,
    by: int,
) -> int:
    """Keep a draw with its whole pool; its id."""
    members, lots = tuple(pool), frozenset(drawn)
    fields = {"since": since.isoformat(), "until": until.isoformat(), "percent": percent, "seed": seed}
    counts = {"pool": len(members), "size": len(lots), "at": to_text(at), "by": by}
    draw_id = insert(db, INSERT, {**fields, **counts})
    for one in members:
        fields = {"draw_id": draw_id, "case_id": one.id, "round": one.round, "drawn": int(one.no in lots)}
        execute(db, POOL, fields)
    return draw_id


def listed(db: Database, size: int = 50) -> tuple[Draw, ...]:
    """The draws, newest first."""
    return tuple(_draw(r) for r in rows(db, LIST, {"size": size}))


def by_id(db: Database, draw_id: int) -> Draw | None:
    """One draw."""
    found = row(db, BY_ID, {"id": draw_id})
    return _draw(found) if found else None


def members(db: Database, draw_id: int, *, drawn: bool) -> tuple[Member, ...]:
    """The cases that were drawn, or the whole pool; by their numbers."""
    found = rows(db, MEMBERS, {"id": draw_id, "drawn": int(drawn)})
    texts = ("handler", "street", "text", "by_name")
    return tuple(
        Member(
            **shaped(r, ("no", "title"), instants=("closed_at", "at"), texts=texts, flags=("drawn",)),
            passed=_passed(r["passed"]),
        )
        for r in found
    )


def of_case(db: Database, case_id: int) -> tuple[Check, ...]:
    """The checks that a case was drawn for, oldest first."""
    return tuple(
        Check(
            **shaped(r, ("draw_id", "round"), instants=("at",), texts=("text", "by_name")),
            passed=_passed(r["passed"]),
        )
        for r in rows(db, OF_CASE, {"case_id": case_id})
    )


def judge(db: Database, draw_id: int, case_id: int, *, passed: bool, text: str, at: datetime, by: int) -> bool:
    """What the check of a case found; False when somebody has said so before."""
    fields = {"draw_id": draw_id, "case_id": case_id, "passed": int(passed), "text": text}
    return bool(execute(db, RESULT, {**fields, "at": to_text(at), "by": by}))


def count_waiting(db: Database) -> int:
    """How many cases are drawn and not checked."""
    found = row(db, WAITING)
    return int(found["n"]) if found else 0


def rates(db: Database, since: datetime, until: datetime) -> Rates:
    """抽查率 and 抽查通过率 of what was closed in [since, until)."""
    found = row(db, RATES, {"since": to_text(since), "until": to_text(until)})
    assert found is not None
    return Rates(found["closed"], found["drawn"], found["found"], found["passed"])


def _passed(kept: int | None) -> bool | None:
    return None if kept is None else bool(kept)


def _draw(found: object) -> Draw:
    names = ("id", "percent", "seed", "pool", "size", "by_name", "found", "passed")
    kept = shaped(found, (*names, "since", "until"), instants=("at",))
    return Draw(**{**kept, "since": date.fromisoformat(kept["since"]), "until": date.fromisoformat(kept["until"])})

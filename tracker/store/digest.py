"""What a digest lists: the open cases by the due time of their nearest limit, and what the last week came to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import row, rows, shaped, value

# A range of the index cases_next, as the lists read it; :units, :handlers and :leader say whose (Scope).
OF = """
AND (:units IS NULL OR coalesce(cases.unit_id, 0) IN (SELECT value FROM json_each(:units))
    OR cases.handler_id IN (SELECT value FROM json_each(:handlers))
    OR cases.id IN (SELECT case_id FROM leader WHERE person_id = :leader AND until_at IS NULL))
"""
BETWEEN = f"""
SELECT no, next_limit AS limit_key, next_due_at AS due_at FROM cases
WHERE next_due_at > :after AND next_due_at <= :until {OF} ORDER BY next_due_at, id LIMIT :size
"""  # noqa: S608
COUNT = f"SELECT count(*) FROM cases WHERE next_due_at > :after AND next_due_at <= :until {OF}"  # noqa: S608
# Received, closed, and of the stages that were due how many were done in time; each a range of its index.
WEEK = f"""
SELECT (SELECT count(*) FROM cases
        WHERE received_at >= :since AND received_at < :until AND historic = 0 {OF}) AS received,
    (SELECT count(*) FROM cases
        WHERE closed_at >= :since AND closed_at < :until AND state = 'closed' AND historic = 0 {OF}) AS closed,
    count(deadline.id) AS due, coalesce(sum(deadline.done_at < deadline.due_at), 0) AS in_time
FROM deadline JOIN cases ON cases.id = deadline.case_id AND cases.historic = 0
WHERE deadline.due_at > :since AND deadline.due_at <= :until AND deadline.state IN ('open', 'done', 'backfill')
AND deadline.kind = 'stage' {OF}
"""  # noqa: S608
# By the index of a reader's inbox, newest first.
LAST_WEEK = """
SELECT body FROM reminder WHERE recipient_id = :recipient_id AND shown_at IS NOT NULL AND rung = 'week'
ORDER BY shown_at DESC, id DESC LIMIT 1
"""
HOLDS = f"""
SELECT 1 FROM cases JOIN deadline ON deadline.case_id = cases.id WHERE cases.no = :no
AND deadline.key = :limit_key AND deadline.due_at = :due_at AND deadline.state IN ('open', 'backfill') {OF} LIMIT 1
"""  # noqa: S608
UNITS_OF = "SELECT id, unit_id FROM cases WHERE id IN (SELECT value FROM json_each(:ids))"
#: A digest is read on a phone: so many cases of a kind are named, the others counted.
SIZE = 30


@dataclass(frozen=True)
class Scope:
    """Whose cases a digest is about: those of ``units`` (0 for the cases of none), and besides those that ``handlers``
    handle and that ``leader`` leads; None for ``units`` means all cases."""

    units: tuple[int, ...] | None = None
    handlers: tuple[int, ...] = ()
    leader: int | None = None

    @property
    def asked(self) -> dict[str, object]:
        """What the statements take for it."""
        units = None if self.units is None else json.dumps(self.units)
        return {"units": units, "handlers": json.dumps(self.handlers), "leader": self.leader}


EVERYTHING = Scope()


@dataclass(frozen=True)
class DigestLine:
    """A case and the nearest of its limits."""

    no: str
    limit_key: str
    due_at: datetime


@dataclass(frozen=True)
class Section:
    """``total`` cases, the most pressing of them by name."""

    total: int
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True)
class Asked:
    """A case with something that waits for the reader's decision (``kind`` of rule.reminders.QUESTIONS); ``limit_key``:
    of a late entry its stage, "" in a digest from before that was kept."""

    no: str
    kind: str
    limit_key: str = field(default="", compare=False)


@dataclass(frozen=True)
class Week:
    """A week from ``since`` to ``until``: cases received and closed, stages that were due and those done in time."""

    since: datetime
    until: datetime
    received: int
    closed: int
    due: int
    in_time: int

    @property
    def weeks(self) -> int:
        """How many weeks it is: more than one after weeks without a working day."""
        return max(1, round((self.until - self.since) / timedelta(days=7)))


NOTHING = Section(0, ())


@dataclass(frozen=True)
class Digest:
    """“tomorrow” reaches to the end of the next working day. ``unsigned``: what waits for the reader's signature;
    ``missed``: when earlier ones were owed that this one stands for. False when there is nothing to say."""

    overdue: Section = NOTHING
    today: Section = NOTHING
    tomorrow: Section = NOTHING
    waiting: tuple[Asked, ...] = ()
    unsigned: tuple[str, ...] = ()
    week: Week | None = None
    missed: tuple[datetime, ...] = ()

    def __bool__(self) -> bool:
        counts = (self.overdue.total, self.today.total, self.tomorrow.total)
        return any(counts) or bool(self.waiting or self.unsigned or self.week)


def between(db: Database, after: datetime | None, until: datetime, scope: Scope = EVERYTHING) -> Section:
    """The open cases whose nearest limit falls due later than ``after`` and by ``until``, the earliest first."""
    asked = {"after": to_text(after) if after else "", "until": to_text(until), "size": SIZE, **scope.asked}
    found = rows(db, BETWEEN, asked)
    lines = tuple(DigestLine(**shaped(r, ("no", "limit_key"), instants=("due_at",))) for r in found)
    return Section(int(value(db, COUNT, asked)), lines)


def week(db: Database, since: datetime, until: datetime, scope: Scope = EVERYTHING) -> Week:
    """What a week came to, as it is known now."""
    found = row(db, WEEK, {"since": to_text(since), "until": to_text(until), **scope.asked})
    return Week(since, until, **shaped(found, ("received", "closed", "due", "in_time")))


def last_week(db: Database, recipient_id: int) -> Week | None:
    """What the last bulletin that this reader was shown told of."""
    found = value(db, LAST_WEEK, {"recipient_id": recipient_id})
    return None if found is None else read(found).week


def units_of(db: Database, case_ids: Iterable[int]) -> dict[int, int | None]:
    """The unit of each of these cases, by its id."""
    return {r["id"]: r["unit_id"] for r in rows(db, UNITS_OF, {"ids": json.dumps(list(case_ids))})}


def aged(found: Digest, at: datetime, today: datetime) -> Digest:
    """A digest of before as it reads at ``at``: what has passed since is overdue, what is due by the end of ``today``
    is today's. What it only counted stays where it was counted."""
    parts = (found.overdue, found.today, found.tomorrow)
    named: tuple[list[DigestLine], ...] = ([], [], [])
    for part in parts:
        for line in part.lines:
            named[(line.due_at > at) + (line.due_at > today)].append(line)
    overdue, due, coming = (
        Section(part.total - len(part.lines) + len(lines), tuple(lines))
        for part, lines in zip(parts, named, strict=True)
    )
    return replace(found, overdue=overdue, today=due, tomorrow=coming)


def current(
    db: Database,
    found: Digest,
    scope: Scope,
    *,
    waiting: Iterable[Asked] = (),
    unsigned: Iterable[str] = (),
    named: Iterable[tuple[str, str]] = (),
) -> Digest:
    """A digest that has waited: of what it lists only what is in ``scope`` still and has not gone on meanwhile, what is
    among ``waiting`` and ``unsigned`` still, and what ``named`` (case and limit) does not say already."""
    said, waits, unsaid = frozenset(named), frozenset(waiting), frozenset(unsigned)

    def still(part: Section) -> Section:
        lines = tuple(line for line in part.lines if (line.no, line.limit_key) not in said and _holds(db, line, scope))
        return Section(part.total - len(part.lines) + len(lines), lines)

    return replace(
        found,
        overdue=still(found.overdue),
        today=still(found.today),
        tomorrow=still(found.tomorrow),
        waiting=tuple(one for one in found.waiting if one in waits),
        unsigned=tuple(no for no in found.unsigned if no in unsaid),
    )


def _holds(db: Database, line: DigestLine, scope: Scope) -> bool:
    asked = {"no": line.no, "limit_key": line.limit_key, "due_at": to_text(line.due_at), **scope.asked}
    return row(db, HOLDS, asked) is not None


def together(digests: Iterable[Digest]) -> Digest | None:
    """The digests of one message as one: the week's figures join the day's list."""
    found = list(digests)
    if not found:
        return None
    of_week = next((one for one in found if one.week is not None), None)
    of_day = next((one for one in found if one.week is None), of_week) or found[0]
    return replace(of_day, week=of_week.week if of_week else None)


def written(digest: Digest) -> str:
    """A digest as the reminder keeps it, so that what was sent can be read later."""
    return json.dumps(asdict(digest), default=to_text, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Digest:
    """The digest that ``written`` wrote."""
    kept = json.loads(text)
    of_week = kept.get("week")
    return Digest(
        _section(kept["overdue"]),
        _section(kept["today"]),
        _section(kept["tomorrow"]),
        tuple(Asked(**one) for one in kept["waiting"]),
        tuple(kept.get("unsigned", ())),
        Week(**{**of_week, "since": from_text(of_week["since"]), "until": from_text(of_week["until"])})
        if of_week
        else None,
        tuple(from_text(one) for one in kept.get("missed", ())),
    )


def _section(kept: Any) -> Section:
    lines = (DigestLine(one["no"], one["limit_key"], from_text(one["due_at"])) for one in kept["lines"])
    return Section(kept["total"], tuple(lines))

"""What the supervisor's daily digest lists: the open cases by the due time of their nearest limit."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import rows, shaped, value

# A range of the index cases_next, as the lists read it.
BETWEEN = """
SELECT no, next_limit AS limit_key, next_due_at AS due_at FROM cases
WHERE next_due_at > :after AND next_due_at <= :until ORDER BY next_due_at, id LIMIT :size
"""
COUNT = "SELECT count(*) FROM cases WHERE next_due_at > :after AND next_due_at <= :until"
#: A digest is read on a phone: so many cases of a kind are named, the others counted.
SIZE = 30


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
    """A case with something that waits for the reader's decision: end, close or backfill."""

    no: str
    kind: str


@dataclass(frozen=True)
class Digest:
    """“tomorrow” reaches to the end of the next working day. False when there is nothing to say."""

    overdue: Section
    today: Section
    tomorrow: Section
    waiting: tuple[Asked, ...]

    def __bool__(self) -> bool:
        return bool(self.overdue.total or self.today.total or self.tomorrow.total or self.waiting)


def between(db: Database, after: datetime | None, until: datetime) -> Section:
    """The open cases whose nearest limit falls due later than ``after`` and by ``until``, the earliest first."""
    asked = {"after": to_text(after) if after else "", "until": to_text(until), "size": SIZE}
    found = rows(db, BETWEEN, asked)
    lines = tuple(DigestLine(**shaped(r, ("no", "limit_key"), instants=("due_at",))) for r in found)
    return Section(int(value(db, COUNT, asked)), lines)


def written(digest: Digest) -> str:
    """A digest as the reminder keeps it, so that what was sent can be read later."""
    return json.dumps(asdict(digest), default=to_text, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Digest:
    """The digest that ``written`` wrote."""
    kept = json.loads(text)
    return Digest(
        _section(kept["overdue"]),
        _section(kept["today"]),
        _section(kept["tomorrow"]),
        tuple(Asked(**one) for one in kept["waiting"]),
    )


def _section(kept: Any) -> Section:
    lines = (DigestLine(one["no"], one["limit_key"], from_text(one["due_at"])) for one in kept["lines"])
    return Section(kept["total"], tuple(lines))

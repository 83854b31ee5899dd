"""The limits of a case: four stages a round, and any number of outside ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.stages import Due
from tracker.store.database import execute, insert, rows, shaped

INSERT = """
INSERT INTO deadline (case_id, round, kind, key, days, starts_at, due_at, due_day, first_due_at, unrolled_day,
    provisional, state, done_at)
VALUES (:case_id, :round, 'stage', :key, :days, :starts_at, :due_at, :due_day, :due_at, :unrolled_day, :provisional,
    :state, :done_at)
"""
OF_CASE = """
SELECT deadline.*, setter.name AS set_by_name FROM deadline LEFT JOIN person AS setter ON setter.id = deadline.set_by
WHERE deadline.case_id = :case_id ORDER BY deadline.round, deadline.due_at, deadline.id
"""
SETTLE = """
UPDATE deadline SET state = :state, done_at = :done_at, fact_id = :fact_id, backfilled = :backfilled WHERE id = :id
"""
END_OPEN = """
UPDATE deadline SET state = 'ended' WHERE case_id = :case_id AND kind = 'stage' AND state IN ('open', 'paused')
"""
MEET_SOURCE = """
UPDATE deadline SET state = 'done', done_at = :at
WHERE case_id = :case_id AND kind = 'outside' AND clock = 'reply' AND state = 'open'
"""


@dataclass(frozen=True)
class Deadline:
    """One limit of one round. ``due_at`` is the first instant that is late (UTC), ``due_day`` the day shown.

    ``first_due_at``: before anything moved it. ``extended`` to ``given_back``: as in rule.moving.Limit. ``clock`` to
    ``cancelled_why``: of another clock (rule.clocks), its kind, who set it by what and when, and why it was taken back.
    """

    id: int
    case_id: int
    round: int
    kind: str
    key: str
    days: int | None
    starts_at: datetime
    due_at: datetime
    due_day: date
    first_due_at: datetime
    unrolled_day: date
    provisional: bool
    due_version: int
    state: str
    done_at: datetime | None
    fact_id: int | None
    backfilled: bool
    extended: bool
    extended_by: int
    given_back: int
    clock: str
    source: str
    convention: str
    set_by_name: str
    set_at: datetime | None
    cancelled_why: str

    @property
    def due(self) -> Due:
        """The limit as the rule counts on from it."""
        return Due(self.key, self.days or 0, self.due_at, self.due_day, self.unrolled_day, self.provisional)

    @property
    def moved(self) -> bool:
        """Has anything been granted? Then the first due time is shown beside it."""
        return self.due_at != self.first_due_at


def add(
    db: Database,
    case_id: int,
    round_: int,
    starts_at: datetime,
    dues: Iterable[Due],
    *,
    state: str = "open",
    done_at: datetime | None = None,
) -> None:
    """Add the limits ``dues``, which run from ``starts_at``."""
    for due in dues:
        insert(
            db,
            INSERT,
            {
                "case_id": case_id,
                "round": round_,
                "key": due.key,
                "days": due.days or None,
                "starts_at": to_text(starts_at),
                "due_at": to_text(due.due_at),
                "due_day": due.due_day.isoformat(),
                "unrolled_day": due.unrolled_day.isoformat(),
                "provisional": int(due.provisional),
                "state": state,
                "done_at": to_text(done_at) if done_at else None,
            },
        )


def of_case(db: Database, case_id: int) -> tuple[Deadline, ...]:
    """All limits of a case, by round and due time."""
    return tuple(_deadline(r) for r in rows(db, OF_CASE, {"case_id": case_id}))


def current(deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """For each stage its latest round, in the order of the stages' days; the outside limits left out."""
    latest = {deadline.key: deadline for deadline in deadlines if deadline.kind == "stage"}
    return tuple(sorted(latest.values(), key=lambda deadline: deadline.days or 0))


def settle(
    db: Database,
    deadline_id: int,
    state: str,
    *,
    done_at: datetime | None = None,
    fact_id: int | None = None,
    backfilled: bool = False,
) -> None:
    """Set how a limit stands: done at an instant, waiting for the confirmation of a late entry, or open again."""
    execute(
        db,
        SETTLE,
        {
            "id": deadline_id,
            "state": state,
            "done_at": to_text(done_at) if done_at else None,
            "fact_id": fact_id,
            "backfilled": int(backfilled),
        },
    )


def end_open(db: Database, case_id: int) -> int:
    """终止: the open stages end, those that are paused among them; how many there were."""
    return execute(db, END_OPEN, {"case_id": case_id})


def meet_source(db: Database, case_id: int, at: datetime) -> int:
    """The source has its reply: what it asked for by (应反) and still runs is met at ``at``. No other clock is."""
    return execute(db, MEET_SOURCE, {"case_id": case_id, "at": to_text(at)})


NAMES = (
    *("id", "case_id", "round", "kind", "key", "days", "due_version", "state", "fact_id"),
    *("extended_by", "given_back", "clock", "source", "convention", "cancelled_why"),
)
INSTANTS = ("starts_at", "due_at", "first_due_at", "done_at", "set_at")


def _deadline(found: Any) -> Deadline:
    kept = shaped(
        found, NAMES, instants=INSTANTS, texts=("set_by_name",), flags=("provisional", "backfilled", "extended")
    )
    due_day, unrolled_day = date.fromisoformat(found["due_day"]), date.fromisoformat(found["unrolled_day"])
    return Deadline(**kept, due_day=due_day, unrolled_day=unrolled_day)

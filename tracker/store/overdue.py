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
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.rule.ladder import URGENT_GRADE
from tracker.rule.stages import Rule
from tracker.store import overdue_sql as sql
from tracker.store.database import reading, row, rows, value
from tracker.store.spans import FIRST, LAST, Span, late, near_until

BATCH = 1000
#: The orders of the list: worst first, least late first, first received first.
SORTS = ("due", "recent", "received")
GROUPS = ("stage", "who", "street")
#: After every id.
LAST_ID = 2**62


@dataclass(frozen=True)
class Wanted:
    """Which lines: None leaves a column unasked, 0 asks for the cases without a handler, street or unit.

    ``limit`` is a stage key, the name of another clock, or `rule.clocks.ALL` of them; ``text`` stands in the number,
    the title or the place. ``card`` is the colour of a card that the case carries, or ``any``.
    """

    handler_id: int | None = None
    street_id: int | None = None
    unit_id: int | None = None
    limit: str | None = None
    registered_by: int | None = None
    text: str | None = None
    card: str | None = None


@dataclass(frozen=True)
class OverdueLine:
    """One case by its nearest limit. ``due_at`` is the first late instant (UTC), ``due_day`` the day shown for it.

    ``backfill``: a late entry would have met the limit and waits for its confirmation. ``asked``: an extension of this
    limit waits for its decision. ``categories`` are
    ``medium·kind``. ``joined``: how many repeats were joined to it; ``lead_no``: the case that it was joined to itself.
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
    asked: bool
    received_at: datetime
    street: str
    handler_id: int | None
    handler: str
    unit: str
    state: str
    round: int
    historic: bool
    joined: int
    lead_no: str
    last_reminded_at: datetime | None
    heads: int = 0  # of a group case (群体), how many people
    card: str = ""  # the gravest that it carries now, "" for none
    urgent: bool = False

    @property
    def place(self) -> tuple[datetime, int]:
        """Where the line stands in the list; the next page comes after it."""
        return self.place_in("due")

    def place_in(self, sort: str) -> tuple[datetime, int]:
        """The same in the list in another order."""
        return (self.received_at if sort == "received" else self.due_at), self.case_id


@dataclass(frozen=True)
class Group:
    """Lines under one heading. ``key`` is a limit, or the id of a handler or street (0 for none)."""

    key: str | int
    size: int
    worst: datetime


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
    span: Span | None = None,
    sort: str = "due",
    after: tuple[datetime, int] | None = None,
    size: int = 50,
) -> tuple[OverdueLine, ...]:
    """A page of the open cases whose nearest limit lies in ``span`` (what is past it at ``at``, unless another is
    given), worst first, following the line at the place ``after``."""
    found = rows(db, sql.LIVE[sort], _asked(at, wanted, span or late(at), sort, after, size))
    return tuple(_line(r) for r in found)


def as_of(
    db: Database,
    at: datetime,
    wanted: Wanted = EVERYTHING,
    *,
    sort: str = "due",
    after: tuple[datetime, int] | None = None,
    size: int = 50,
) -> tuple[OverdueLine, ...]:
    """A page of what was open past its limit at ``at`` by what is known now, in the shape and order of `live`."""
    return tuple(_line(r) for r in rows(db, sql.AS_OF[sort], _asked(at, wanted, late(at), sort, after, size)))


def count_live(db: Database, at: datetime, wanted: Wanted = EVERYTHING, *, span: Span | None = None) -> int:
    """How many lines `live` has in all."""
    return int(value(db, sql.LIVE_COUNT, _asked(at, wanted, span or late(at))))


def count_as_of(db: Database, at: datetime, wanted: Wanted = EVERYTHING) -> int:
    """How many lines `as_of` has in all."""
    return int(value(db, sql.AS_OF_COUNT, _asked(at, wanted, late(at))))


def count_late(db: Database, at: datetime, handler_id: int | None = None) -> int:
    """How many cases are late, or how many of one handler: the number in the menu."""
    statement = sql.ALL_LATE if handler_id is None else sql.MINE_LATE
    return int(value(db, statement, {"at": to_text(at), "handler_id": handler_id}))


def groups(
    db: Database, at: datetime, by: str, wanted: Wanted = EVERYTHING, *, span: Span | None = None
) -> tuple[Group, ...]:
    """The headings of `live` grouped by stage, handler (who) or street, the one with the worst case first."""
    return _groups(db, sql.LIVE_GROUPS, by, _asked(at, wanted, span or late(at)))


def groups_as_of(db: Database, at: datetime, by: str, wanted: Wanted = EVERYTHING) -> tuple[Group, ...]:
    """The headings of `as_of`."""
    return _groups(db, sql.AS_OF_GROUPS, by, _asked(at, wanted, late(at)))


def _groups(db: Database, statement: str, by: str, asked: dict[str, Any]) -> tuple[Group, ...]:
    found = rows(db, statement, {**asked, "by": by})
    return tuple(Group(r["key"], r["size"], from_text(r["worst"])) for r in found)


def every(
    db: Database,
    at: datetime,
    wanted: Wanted = EVERYTHING,
    *,
    past: bool = False,
    span: Span | None = None,
    sort: str = "due",
) -> tuple[OverdueLine, ...]:
    """All lines of one state of the register: of `as_of` when ``past``, else of `live`."""
    found: list[OverdueLine] = []
    with reading(db):
        while True:
            after = found[-1].place_in(sort) if found else None
            if past:
                lines = as_of(db, at, wanted, sort=sort, after=after, size=BATCH)
            else:
                lines = live(db, at, wanted, span=span, sort=sort, after=after, size=BATCH)
            if not lines:
                return tuple(found)
            found += lines


def lights(db: Database, at: datetime, rule: Rule, wanted: Wanted = EVERYTHING) -> Lights:
    """The open cases by the light of their nearest limit; ``rule`` says how many hours before it are near."""
    until, contact_until = near_until(at, rule)
    asked = {**_asked(at, wanted, late(at)), "near": to_text(until), "near_contact": to_text(contact_until)}
    with reading(db):
        found = row(db, sql.LIGHTS, asked)
        waiting = 0 if wanted.limit else value(db, sql.WAITING, asked)
    assert found is not None
    return Lights(found["overdue"], found["near"], found["running"] - found["overdue"] - found["near"], waiting)


def filters(wanted: Wanted) -> dict[str, Any]:
    """As the statements ask for it; cards are those of now unless the statement says another instant."""
    return {**asdict(wanted), "text": _like(wanted.text) if wanted.text else None, "at": LAST}


def _asked(
    at: datetime,
    wanted: Wanted,
    span: Span,
    sort: str = "due",
    after: tuple[datetime, int] | None = None,
    size: int = 0,
) -> dict[str, Any]:
    edges = span.params()
    place = {"due": (edges["first"], LAST_ID), "recent": (edges["last"], LAST_ID), "received": (FIRST, 0)}[sort]
    return {
        **filters(wanted),
        **edges,
        "at": to_text(at),
        "after": to_text(after[0]) if after else place[0],
        "after_id": after[1] if after else place[1],
        "size": size,
    }


def _like(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return f"%{text}%"


def _line(found: Any) -> OverdueLine:
    # Written out, not by `shaped`: a page makes fifty of them, and the difference is seen in its time.
    reminded = found["last_reminded_at"]
    return OverdueLine(
        case_id=found["case_id"],
        no=found["no"],
        title=found["title"],
        categories=tuple((found["categories"] or "").split()),
        limit=found["limit_key"],
        due_at=from_text(found["due_at"]),
        due_day=date.fromisoformat(found["due_day"]),
        provisional=bool(found["provisional"]),
        backfill=bool(found["backfill"]),
        asked=bool(found["asked"]),
        received_at=from_text(found["received_at"]),
        street=found["street"] or "",
        handler_id=found["handler_id"],
        handler=found["handler"] or "",
        unit=found["unit"] or "",
        state=found["state"],
        round=found["round"],
        historic=bool(found["historic"]),
        joined=found["joined"],
        heads=found["heads"] or 0,
        lead_no=found["lead_no"] or "",
        last_reminded_at=from_text(reminded) if reminded else None,
        card=found["card"] or "",
        urgent=found["grade"] == URGENT_GRADE,
    )

"""The cases themselves: rows in, dataclasses out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.rule.ladder import URGENT_GRADE
from tracker.rule.refusals import N_, Refusal
from tracker.store import cases_sql as sql
from tracker.store.database import execute, insert, row, rows, shaped, value


@dataclass(frozen=True)
class Case:
    """One case. Instants are aware UTC; ``handler``, ``street``, ``unit`` are names for showing."""

    id: int
    no: str
    received_at: datetime
    received_from: str
    registered_at: datetime
    registered_by: int | None
    registered_by_name: str
    channel: str
    source_no: str
    kind: str
    grade: str
    route: str
    appeal_id: int | None
    title: str
    content: str
    place: str
    street_id: int | None
    street: str
    subject_unit: str
    categories: tuple[str, ...]
    confidential: bool
    anonymous: bool
    rule_version: int | None
    handler_id: int | None
    handler: str
    unit_id: int | None
    unit: str
    lead_case_id: int | None
    lead_no: str
    state: str
    historic: bool
    round: int
    version: int
    updated_at: datetime
    next_due_at: datetime | None
    next_limit: str
    closed_at: datetime | None
    dispatched_at: datetime | None
    signed_at: datetime | None
    co_handlers: frozenset[int]
    leader_id: int | None
    visitor_id: int | None
    grid: str

    @property
    def urgent(self) -> bool:
        return self.grade == URGENT_GRADE

    @property
    def unsigned(self) -> bool:
        """Was it dispatched to somebody who has not signed for it yet (待签收)?"""
        return self.dispatched_at is not None and self.signed_at is None


@dataclass(frozen=True)
class NewRow:
    """What a new row of ``cases`` holds, already right (office.register checks it)."""

    no: str
    received_at: datetime
    received_from: str
    received_month: str
    registered_at: datetime
    registered_by: int | None
    channel: str
    content: str
    place: str
    title: str
    source_no: str = ""
    kind: str = "投诉举报"
    grade: str = "一般"
    route: str = "举报查处"
    appeal_id: int | None = None
    street_id: int | None = None
    subject_unit: str = ""
    categories: tuple[str, ...] = ()
    confidential: bool = True
    anonymous: bool = False
    rule_version: int | None = None
    handler_id: int | None = None
    unit_id: int | None = None
    lead_case_id: int | None = None
    state: str = "open"
    historic: bool = False
    closed_at: datetime | None = None
    entry_key: str = ""  # of the form that it was typed into
    dispatched_at: datetime | None = None
    signed_at: datetime | None = None


class NoSuchCase(Refusal):
    """No case has this number."""


class Changed(Refusal):
    """Somebody else has changed the case since it was read."""


def next_no(db: Database, prefix: str, year: int) -> str:
    """The next case number of the year: ``XH2026-000669``. Gapless, since it is taken in the case's transaction."""
    return f"{prefix}{year}-{value(db, sql.NEXT_NUMBER, {'prefix': prefix, 'year': year}):06d}"


def add(db: Database, new: NewRow) -> int:
    """Insert a case with its categories; its id."""
    case_id = insert(
        db,
        sql.INSERT,
        {
            **{name: getattr(new, name) for name in NewRow.__annotations__ if name != "categories"},
            "received_at": to_text(new.received_at),
            "registered_at": to_text(new.registered_at),
            "source_no": new.source_no or None,
            "confidential": int(new.confidential),
            "anonymous": int(new.anonymous),
            "historic": int(new.historic),
            "closed_at": to_text(new.closed_at) if new.closed_at else None,
            "dispatched_at": to_text(new.dispatched_at) if new.dispatched_at else None,
            "signed_at": to_text(new.signed_at) if new.signed_at else None,
            "entry_key": new.entry_key or None,
        },
    )
    put_categories(db, case_id, new.categories)
    return case_id


def put_categories(db: Database, case_id: int, codes: tuple[str, ...]) -> None:
    """Replace the pollution categories of a case."""
    execute(db, sql.CLEAR_CATEGORIES, {"case_id": case_id})
    for code in codes:
        execute(db, sql.CATEGORY, {"case_id": case_id, "code": code})


def by_no(db: Database, no: str) -> Case:
    """The case with this number; NoSuchCase when there is none."""
    found = row(db, sql.BY_NO, {"no": no.strip().upper()})
    if found is None:
        raise NoSuchCase(N_("没有这个编号：%(no)s"), no=no)
    return _case(found)


def by_id(db: Database, case_id: int) -> Case:
    """The case with this id."""
    found = row(db, sql.BY_ID, {"id": case_id})
    if found is None:
        raise NoSuchCase(N_("没有这个编号：%(no)s"), no=case_id)
    return _case(found)


def version(db: Database, no: str) -> int:
    """The version at which the case with this number stands."""
    return int(value(db, sql.VERSION, {"no": no}))


def count(db: Database) -> int:
    """How many cases the register holds."""
    return int(value(db, sql.COUNT))


def by_source(db: Database, channel: str, source_no: str) -> int | None:
    """The id of the case that carries this number of its source, if any."""
    found = value(db, sql.BY_SOURCE, {"channel": channel, "source_no": source_no})
    return None if found is None else int(found)


def by_entry(db: Database, entry_key: str) -> Case | None:
    """The case that was made from the form with this key, if there is one."""
    found = row(db, sql.BY_ENTRY, {"entry_key": entry_key}) if entry_key else None
    return _case(found) if found else None


def joined(db: Database, case_id: int) -> tuple[Case, ...]:
    """The cases joined to this one (并入件), oldest first."""
    return tuple(_case(r) for r in rows(db, sql.JOINED, {"id": case_id}))


def touch(db: Database, case_id: int, seen: int, by: int | None, at: datetime) -> None:
    """Take the case's version from ``seen`` to the next; Changed, naming who and when, if it is not at ``seen``."""
    if execute(db, sql.TOUCH, {"id": case_id, "seen": seen, "by": by, "at": to_text(at)}):
        return
    (last,) = rows(db, sql.LAST_CHANGE, {"id": case_id})
    raise Changed(
        N_("%(name)s %(time)s 已更新本件。您填写的内容已保留，请核对后再提交"),
        name=last["name"] or N_("系统"),
        time=from_text(last["updated_at"]),
    )


def set_state(db: Database, case_id: int, state: str, round_: int, closed_at: datetime | None) -> None:
    """Move the case between open, applied and closed. A closed case has no running limit."""
    if state == "closed":
        execute(db, sql.CLEAR_NEXT, {"id": case_id})
    closed = to_text(closed_at) if closed_at else None
    execute(db, sql.SET_STATE, {"id": case_id, "state": state, "round": round_, "closed_at": closed})


def set_handler(
    db: Database, case_id: int, handler_id: int | None, unit_id: int | None, at: datetime, *, signed: bool = False
) -> None:
    """Hand the case to somebody, who has yet to sign unless ``signed``; or to nobody. Its unit follows."""
    given = to_text(at) if handler_id is not None else None
    fields = {"id": case_id, "handler_id": handler_id, "unit_id": unit_id}
    execute(db, sql.SET_HANDLER, {**fields, "dispatched_at": given, "signed_at": given if signed else None})


def sign(db: Database, case_id: int, at: datetime) -> bool:
    """签收; False when nobody has to sign (any more)."""
    return bool(execute(db, sql.SIGN, {"id": case_id, "at": to_text(at)}))


def set_triage(db: Database, case_id: int, street_id: int | None, place: str, subject_unit: str) -> None:
    """Fill in what registration left open."""
    execute(db, sql.SET_TRIAGE, {"id": case_id, "street_id": street_id, "place": place, "subject_unit": subject_unit})


def refresh_next(db: Database, case_id: int) -> None:
    """Set the nearest running limit from the deadlines; called in the transaction of whatever moved them."""
    execute(db, sql.SET_NEXT, {"id": case_id})


NAMES = (
    *(
        "id",
        "no",
        "received_from",
        "registered_by",
        "channel",
        "kind",
        "grade",
        "route",
        "appeal_id",
        "title",
        "content",
        "place",
    ),
    *(
        "street_id",
        "subject_unit",
        "rule_version",
        "handler_id",
        "unit_id",
        "lead_case_id",
        "leader_id",
        "visitor_id",
        "state",
        "round",
        "version",
    ),
)
INSTANTS = ("received_at", "registered_at", "updated_at", "next_due_at", "closed_at", "dispatched_at", "signed_at")
TEXTS = ("registered_by_name", "source_no", "street", "handler", "unit", "grid", "lead_no", "next_limit")
FLAGS = ("confidential", "anonymous", "historic")


def _case(found: Any) -> Case:
    kept = shaped(found, NAMES, instants=INSTANTS, texts=TEXTS, flags=FLAGS)
    return Case(
        **kept,
        categories=tuple((found["codes"] or "").split()),
        co_handlers=frozenset(int(one) for one in (found["co_handlers"] or "").split()),
    )

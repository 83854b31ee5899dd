"""苗头预警: how many complaints a place or unit has had lately, the alerts that were raised, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.early import COUNTED
from tracker.store.database import execute, row, rows, shaped, value

# A range each of the index cases_place or cases_subject.
AT_PLACE = "FROM cases WHERE place = :what AND received_at >= :since AND kind = :counted"
OF_UNIT = "FROM cases WHERE subject_unit = :what AND subject_unit <> '' AND received_at >= :since AND kind = :counted"
COUNTS = {"place": "SELECT count(*) " + AT_PLACE, "unit": "SELECT count(*) " + OF_UNIT}
LINE = "SELECT cases.no, cases.title, cases.received_at, cases.state "
UNTIL = " AND received_at < :until ORDER BY received_at DESC, id DESC LIMIT :size"
CASES = {"place": LINE + AT_PLACE + UNTIL, "unit": LINE + OF_UNIT + UNTIL}
WARNED = "SELECT EXISTS (SELECT 1 FROM warning WHERE kind = :kind AND what = :what AND until > :at)"
INSERT = """
INSERT INTO warning (alert_key, kind, what, since, until, size, days, case_id, at)
VALUES (:alert_key, :kind, :what, :since, :until, :size, :days, :case_id, :at) ON CONFLICT (alert_key) DO NOTHING
"""
SELECT = """
SELECT warning.id, warning.kind, warning.what, warning.since, warning.until, warning.size, warning.days, warning.at,
    cases.no, handled.at AS handled_at, handled.note, person.name AS handled_by
FROM warning JOIN cases ON cases.id = warning.case_id
LEFT JOIN warning_handled AS handled ON handled.warning_id = warning.id
LEFT JOIN person ON person.id = handled.by
"""
LIST = SELECT + "WHERE (handled.at IS NOT NULL) = :handled ORDER BY warning.id DESC LIMIT :size"
BY_ID = SELECT + "WHERE warning.id = :id"
OPEN = """
SELECT count(*) FROM warning
WHERE NOT EXISTS (SELECT 1 FROM warning_handled WHERE warning_handled.warning_id = warning.id)
"""
HANDLE = """
INSERT INTO warning_handled (warning_id, note, at, by) VALUES (:id, :note, :at, :by) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Warned:
    """One alert: ``size`` cases within ``days`` days at a place or unit when it was raised by the case ``no``."""

    id: int
    kind: str
    what: str
    since: datetime
    until: datetime
    size: int
    days: int
    at: datetime
    no: str
    handled_at: datetime | None
    note: str
    handled_by: str


@dataclass(frozen=True)
class Gathered:
    """One of the cases that an alert is about."""

    no: str
    title: str
    received_at: datetime
    state: str


def count(db: Database, kind: str, what: str, since: datetime) -> int:
    """How many complaints about this place or unit were received from ``since`` on."""
    return int(value(db, COUNTS[kind], {"what": what, "since": to_text(since), "counted": COUNTED}))


def warned(db: Database, kind: str, what: str, at: datetime) -> bool:
    """Does an alert for this place or unit stand at ``at``?"""
    return bool(value(db, WARNED, {"kind": kind, "what": what, "at": to_text(at)}))


def add(
    db: Database,
    alert_key: str,
    *,
    kind: str,
    what: str,
    since: datetime,
    until: datetime,
    size: int,
    days: int,
    case_id: int,
    at: datetime,
) -> bool:
    """Raise an alert; False when it was raised before."""
    fields = {"alert_key": alert_key, "kind": kind, "what": what, "size": size, "days": days, "case_id": case_id}
    times = {"since": to_text(since), "until": to_text(until), "at": to_text(at)}
    return bool(execute(db, INSERT, {**fields, **times}))


def listed(db: Database, *, handled: bool, size: int = 100) -> tuple[Warned, ...]:
    """The alerts that wait, or those that were settled; newest first."""
    return tuple(_warned(r) for r in rows(db, LIST, {"handled": int(handled), "size": size}))


def by_id(db: Database, warning_id: int) -> Warned | None:
    """One alert."""
    found = row(db, BY_ID, {"id": warning_id})
    return _warned(found) if found else None


def gathered(db: Database, one: Warned, size: int = 20) -> tuple[Gathered, ...]:
    """The cases that an alert is about: from the start of its window until it ends, newest first."""
    asked = {"what": one.what, "since": to_text(one.since), "until": to_text(one.until), "counted": COUNTED}
    found = rows(db, CASES[one.kind], {**asked, "size": size})
    return tuple(Gathered(**shaped(r, ("no", "title", "state"), instants=("received_at",))) for r in found)


def count_open(db: Database) -> int:
    """How many alerts nobody has settled."""
    return int(value(db, OPEN))


def handle(db: Database, warning_id: int, note: str, *, at: datetime, by: int) -> bool:
    """已处理; False when somebody has settled it before."""
    return bool(execute(db, HANDLE, {"id": warning_id, "note": note, "at": to_text(at), "by": by}))


def _warned(found: object) -> Warned:
    names = ("id", "kind", "what", "size", "days", "no")
    instants = ("since", "until", "at", "handled_at")
    return Warned(**shaped(found, names, instants=instants, texts=("note", "handled_by")))

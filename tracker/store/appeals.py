"""The versions of the office's list of appeals. A version that was kept is never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.appeals import Appeal
from tracker.store.database import execute, row, rows, shaped, value

VERSIONS = """
SELECT appeal_list.version, appeal_list.holds_from, appeal_list.note, appeal_list.added_at, person.name AS added_by,
    (SELECT count(*) FROM appeal WHERE appeal.version = appeal_list.version) AS size
FROM appeal_list JOIN person ON person.id = appeal_list.added_by ORDER BY appeal_list.version DESC
"""
LINES = "SELECT id, version, name, basis, route, reply FROM appeal WHERE version = :version ORDER BY ordinal"
# Of two versions from one day the later one holds.
HOLDING = """
SELECT version FROM appeal_list WHERE holds_from <= :day ORDER BY holds_from DESC, version DESC LIMIT 1
"""
ONE = "SELECT id, version, name, basis, route, reply FROM appeal WHERE id = :id"
NEXT = "SELECT coalesce(max(version), 0) + 1 FROM appeal_list"
ADD = """
INSERT INTO appeal_list (version, holds_from, note, added_at, added_by) VALUES (:version, :holds_from, :note, :at, :by)
"""
ADD_LINE = """
INSERT INTO appeal (version, ordinal, name, basis, route, reply)
VALUES (:version, :ordinal, :name, :basis, :route, :reply)
"""
NAMES = ("id", "version", "name", "basis", "route", "reply")


@dataclass(frozen=True)
class Version:
    """One version of the list: from which day it holds, who kept it, and how many lines it has."""

    version: int
    holds_from: date
    note: str
    added_at: datetime
    added_by: str
    size: int


def versions(db: Database) -> tuple[Version, ...]:
    """All versions, the latest first."""
    names = ("version", "note", "added_by", "size")
    return tuple(
        Version(**shaped(r, names, instants=("added_at",)), holds_from=date.fromisoformat(r["holds_from"]))
        for r in rows(db, VERSIONS)
    )


def lines(db: Database, version: int) -> tuple[Appeal, ...]:
    """The lines of one version, in their order."""
    return tuple(Appeal(**shaped(r, NAMES)) for r in rows(db, LINES, {"version": version}))


def holding(db: Database, day: date) -> tuple[Appeal, ...]:
    """The lines of the version that holds on a day; none where there is no version yet."""
    version = value(db, HOLDING, {"day": day.isoformat()})
    return lines(db, int(version)) if version is not None else ()


def by_id(db: Database, appeal_id: int) -> Appeal | None:
    """One line of any version."""
    found = row(db, ONE, {"id": appeal_id})
    return Appeal(**shaped(found, NAMES)) if found else None


def add(db: Database, holds_from: date, note: str, kept: Iterable[Appeal], at: datetime, by: int) -> int:
    """Keep a version whole; its number."""
    version = int(value(db, NEXT))
    execute(
        db, ADD, {"version": version, "holds_from": holds_from.isoformat(), "note": note, "at": to_text(at), "by": by}
    )
    for n, one in enumerate(kept, 1):
        fields = {"name": one.name, "basis": one.basis, "route": one.route, "reply": one.reply}
        execute(db, ADD_LINE, {**fields, "version": version, "ordinal": n})
    return version

"""The ladder of reminders as the office has it, and every version that it had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.ladder import ROLES, Rung
from tracker.store.database import execute, insert, rows, shaped, value

LATEST = "SELECT max(version) FROM ladder"
RUNGS = """
SELECT iif(visit, 'revisit', subject) AS subject, anchor, offset, grade, handler, co_handler, supervisor, leader, duty,
    channels, urgent, active
FROM ladder_rung WHERE version = :version ORDER BY place
"""
VERSIONS = """
SELECT ladder.version, ladder.at, ladder.restores, person.name AS by
FROM ladder LEFT JOIN person ON person.id = ladder.by ORDER BY ladder.version DESC LIMIT :limit
"""
ADD = "INSERT INTO ladder (at, by, restores) VALUES (:at, :by, :restores)"
ADD_RUNG = """
INSERT INTO ladder_rung (version, place, subject, visit, anchor, offset, grade, handler, co_handler, supervisor, leader,
    duty, channels, urgent, active)
VALUES (:version, :place, iif(:subject = 'revisit', 'outside', :subject), :subject = 'revisit', :anchor, :offset,
    :grade, :handler, :co_handler, :supervisor, :leader, :duty, :channels, :urgent, :active)
"""


@dataclass(frozen=True)
class Version:
    """A state that the ladder had: when, by whom (None and "" for the one it began with), and what it brought back."""

    version: int
    at: datetime | None
    by: str
    restores: int | None


def latest(db: Database) -> int:
    """The number of the version that holds."""
    return int(value(db, LATEST))


def rungs(db: Database, version: int | None = None) -> tuple[Rung, ...]:
    """The rows of a version, of the latest unless said; () where there is no such version."""
    return tuple(_rung(r) for r in rows(db, RUNGS, {"version": version or latest(db)}))


def versions(db: Database, limit: int = 20) -> tuple[Version, ...]:
    """The last versions, the newest first."""
    found = rows(db, VERSIONS, {"limit": limit})
    return tuple(Version(**shaped(r, ("version", "restores"), instants=("at",), texts=("by",))) for r in found)


def add(db: Database, wanted: Iterable[Rung], at: datetime, by: int, restores: int | None = None) -> int:
    """A new version with these rows; its number."""
    version = insert(db, ADD, {"at": to_text(at), "by": by, "restores": restores})
    for place, rung in enumerate(wanted):
        told = {role: int(role in rung.roles) for role in ROLES}
        fields = {"subject": rung.subject, "anchor": rung.anchor, "offset": rung.offset, "grade": rung.grade, **told}
        flags = {"urgent": int(rung.urgent), "active": int(rung.active), "channels": " ".join(rung.channels)}
        execute(db, ADD_RUNG, {"version": version, "place": place, **fields, **flags})
    return version


def _rung(found: Any) -> Rung:
    return Rung(
        found["subject"],
        found["anchor"],
        found["offset"],
        tuple(role for role in ROLES if found[role]),
        found["grade"],
        tuple(found["channels"].split()),
        urgent=bool(found["urgent"]),
        active=bool(found["active"]),
    )

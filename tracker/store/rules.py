"""The rule and the calendar as the register holds them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlite_utils import Database

from tracker.rule.calendar import Calendar
from tracker.rule.stages import Rule, Stage
from tracker.store.database import execute, row, rows, shaped
from tracker.store.holidays import official, with_overrides

# The newest version that holds for the kind and grade on the day; a grade without its own rule has the ordinary one.
FOR_CASE = """
SELECT * FROM rule WHERE kind = :kind AND grade IN (:grade, '一般') AND holds_from <= :day
ORDER BY grade = :grade DESC, holds_from DESC, version DESC LIMIT 1
"""
BY_VERSION = "SELECT * FROM rule WHERE version = :version"
STAGES = "SELECT key, days FROM rule_stage WHERE version = :version ORDER BY ordinal"
EVERY = "SELECT * FROM rule ORDER BY kind, grade, holds_from, version"
ADD = """
INSERT INTO rule (version, name, kind, grade, holds_from, convention, closes, near_hours, near_contact_hours,
    yellow_days, red_days)
VALUES (:version, :name, :kind, :grade, :holds_from, :convention, :closes, :near_hours, :near_contact_hours,
    :yellow_days, :red_days)
"""
ADD_STAGE = "INSERT INTO rule_stage (version, ordinal, key, days) VALUES (:version, :ordinal, :key, :days)"
OVERRIDES = "SELECT day, works FROM calendar_override"


def rule_for(db: Database, kind: str, grade: str, day: date) -> Rule | None:
    """The rule that a case of this kind and grade, received on ``day``, runs under; None when the kind has none."""
    found = row(db, FOR_CASE, {"kind": kind, "grade": grade, "day": day.isoformat()})
    return _rule(db, found) if found else None


def rule(db: Database, version: int) -> Rule:
    """The rule of that version. Every case keeps the version it was logged under."""
    return _rule(db, row(db, BY_VERSION, {"version": version}))


def every(db: Database) -> tuple[Rule, ...]:
    """All versions, by kind, grade and the day from which they hold."""
    return tuple(_rule(db, found) for found in rows(db, EVERY))


def add(db: Database, new: Rule) -> None:
    """Keep a version; the schema refuses a number that is taken."""
    closes = f"{new.closes:%H:%M}" if new.closes else None
    fields = {name: getattr(new, name) for name in NAMES}
    execute(db, ADD, {**fields, "holds_from": new.holds_from.isoformat(), "closes": closes})
    for n, stage in enumerate(new.stages, 1):
        execute(db, ADD_STAGE, {"version": new.version, "ordinal": n, "key": stage.key, "days": stage.days})


def calendar(db: Database) -> Calendar:
    """The published calendar under the office's own overrides."""
    overrides = {date.fromisoformat(r["day"]): bool(r["works"]) for r in rows(db, OVERRIDES)}
    return with_overrides(official(), overrides)


NAMES = (
    "version",
    "name",
    "kind",
    "grade",
    "convention",
    "near_hours",
    "near_contact_hours",
    "yellow_days",
    "red_days",
)


def _rule(db: Database, found: Any) -> Rule:
    return Rule(
        **shaped(found, NAMES),
        holds_from=date.fromisoformat(found["holds_from"]),
        closes=time.fromisoformat(found["closes"]) if found["closes"] else None,
        stages=tuple(Stage(r["key"], r["days"]) for r in rows(db, STAGES, {"version": found["version"]})),
    )

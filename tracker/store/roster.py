"""The roster: who is on duty on which day, every change of it, and whose duty runs at an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.rule import roster as rule
from tracker.rule.roster import FEATURE
from tracker.store import features, settings
from tracker.store.database import execute, insert, row, rows, value

# Who may be on duty (rule.roster.fits); whoever lost the role or left holds no duty, whatever the roster says.
FIT = """
person.active = 1
AND EXISTS (SELECT 1 FROM person_role WHERE person_id = person.id AND role IN ('clerk', 'handler', 'supervisor'))
AND (NOT EXISTS (SELECT 1 FROM person_role WHERE person_id = person.id AND role IN ('admin', 'auditor'))
    OR EXISTS (SELECT 1 FROM person_role WHERE person_id = person.id AND role IN ('clerk', 'supervisor')))
"""
ENTRIES = """
SELECT roster.day, person.id AS person_id, person.name FROM roster JOIN person ON person.id = roster.person_id
WHERE roster.removed IS NULL
"""
IN_ORDER = " ORDER BY roster.day, roster.id"
BETWEEN = ENTRIES + "AND roster.day BETWEEN :first AND :last" + IN_ORDER
ON_DAY = f"{ENTRIES} AND roster.day = :day AND {FIT} {IN_ORDER}"
DAYS_OF = """
SELECT day FROM roster WHERE person_id = :person_id AND removed IS NULL AND day BETWEEN :first AND :last ORDER BY day
"""
HAS_RIGHTS = "SELECT 1 FROM person_role WHERE person_id = :id AND role IN ('clerk', 'supervisor')"
CHANGE = "INSERT INTO roster_change (at, by, undoes) VALUES (:at, :by, :undoes)"
ENTER = "INSERT INTO roster (day, person_id, entered) VALUES (:day, :person_id, :change)"
REMOVE = """
UPDATE roster SET removed = :change WHERE day = :day AND person_id = :person_id AND removed IS NULL
"""
LAST = """
SELECT roster_change.id, roster_change.at, person.name AS by, roster_change.undoes
FROM roster_change JOIN person ON person.id = roster_change.by ORDER BY roster_change.id DESC LIMIT 1
"""
# The people of each day before a change: those who stayed, and those whom it took off.
BEFORE = """
SELECT day, person_id FROM roster WHERE removed = :change
UNION ALL
SELECT day, person_id FROM roster WHERE removed IS NULL AND entered < :change AND day IN (
    SELECT day FROM roster WHERE entered = :change OR removed = :change)
"""
TOUCHED = "SELECT DISTINCT day FROM roster WHERE entered = :change OR removed = :change"


@dataclass(frozen=True)
class Entry:
    """One person on duty on one day."""

    day: date
    person_id: int
    name: str


@dataclass(frozen=True)
class Turn:
    """A person's duty that runs: of which day, from when, and the first instant after it."""

    day: date
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Change:
    """An entry of however many days. ``undoes`` is the change that it took back."""

    id: int
    at: datetime
    by: str
    undoes: int | None


def between(db: Database, first: date, last: date) -> tuple[Entry, ...]:
    """Who stands on the roster from the first day to the last."""
    return _entries(db, BETWEEN, first=first.isoformat(), last=last.isoformat())


def on_day(db: Database, day: date) -> tuple[Entry, ...]:
    """Who has the duty of that day: nobody while the office uses no roster."""
    return _entries(db, ON_DAY, day=day.isoformat()) if features.on(db, FEATURE) else ()


def on_duty(db: Database, at: datetime) -> tuple[Entry, ...]:
    """Whose duty runs at ``at``."""
    if not features.on(db, FEATURE):
        return ()
    ours = settings.office(db)
    return on_day(db, rule.day_of(at, ours.duty_from, ours.zone))


def turn(db: Database, person_id: int, at: datetime) -> Turn | None:
    """The duty of this person that runs at ``at``."""
    if not features.on(db, FEATURE):
        return None
    ours = settings.office(db)
    day = rule.day_of(at, ours.duty_from, ours.zone)
    if all(one.person_id != person_id for one in on_day(db, day)):
        return None
    return Turn(day, *rule.span(day, ours.duty_from, ours.zone))


def lent(db: Database, person_id: int, at: datetime) -> Turn | None:
    """The duty that lends this person a clerk's rights at ``at``; None for whoever has them anyway."""
    found = turn(db, person_id, at)
    return None if found is None or value(db, HAS_RIGHTS, {"id": person_id}) is not None else found


def by_day(db: Database) -> Callable[[date], tuple[int, ...]] | None:
    """Tells the ids of those on duty on a day, each day looked up once; None while the office uses no roster."""
    if not features.on(db, FEATURE):
        return None
    return cache(lambda day: tuple(one.person_id for one in _entries(db, ON_DAY, day=day.isoformat())))


def days_of(db: Database, person_id: int, first: date, last: date) -> tuple[date, ...]:
    """The days in that time on which this person is on the roster, while the office uses one."""
    if not features.on(db, FEATURE):
        return ()
    asked = {"person_id": person_id, "first": first.isoformat(), "last": last.isoformat()}
    return tuple(date.fromisoformat(r["day"]) for r in rows(db, DAYS_OF, asked))


def change(
    db: Database,
    by: int,
    at: datetime,
    *,
    off: Iterable[tuple[date, int]],
    on: Iterable[tuple[date, int]],
    undoes: int | None = None,
) -> int:
    """Take these off the roster and put those on, as one change; its id."""
    change_id = insert(db, CHANGE, {"at": to_text(at), "by": by, "undoes": undoes})
    for statement, some in ((REMOVE, off), (ENTER, on)):
        for day, person_id in some:
            execute(db, statement, {"day": day.isoformat(), "person_id": person_id, "change": change_id})
    return change_id


def last_change(db: Database) -> Change | None:
    """The latest change of the roster."""
    found = row(db, LAST)
    return None if found is None else Change(found["id"], from_text(found["at"]), found["by"], found["undoes"])


def before(db: Database, change_id: int) -> dict[date, tuple[int, ...]]:
    """Who was on duty before the latest change, on each day that it touched."""
    found: dict[date, tuple[int, ...]] = {
        date.fromisoformat(r["day"]): () for r in rows(db, TOUCHED, {"change": change_id})
    }
    for r in rows(db, BEFORE, {"change": change_id}):
        day = date.fromisoformat(r["day"])
        found[day] = (*found[day], r["person_id"])
    return found


def _entries(db: Database, statement: str, **params: object) -> tuple[Entry, ...]:
    return tuple(
        Entry(date.fromisoformat(r["day"]), r["person_id"], r["name"]) for r in rows(db, statement, dict(params))
    )

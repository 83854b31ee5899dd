"""The cases that may be about the same matter as one on record: by phone, place or unit, within the office's days."""

from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from tracker.store import repeats
from tracker.store.cases import Case
from tracker.store.repeats import Repeat
from tracker.store.settings import office


def of_case(db: Database, case: Case) -> tuple[Repeat, ...]:
    """The other cases like this one, received within the office's days before or after it."""
    return repeats.of_case(db, case, timedelta(days=office(db).repeat_days))


def shares(db: Database, case: Case, other_id: int) -> bool:
    """Is the other case among them?"""
    return any(one.id == other_id for one in of_case(db, case))

"""Files that wait for their form: what came with a form that was refused, and the photographs of a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.attachments import Stored
from tracker.store.database import execute, insert, rows, shaped

ADD = """
INSERT INTO upload (person_id, case_id, form, kind, name, sha256, size, taken, spot, added_at)
VALUES (:person_id, :case_id, :form, :kind, :name, :sha256, :size, :taken, :spot, :added_at)
"""
WAITING = "SELECT * FROM upload WHERE person_id = :person_id AND settled_at IS NULL ORDER BY id"
SETTLE = "UPDATE upload SET settled_at = :at WHERE id = :id AND person_id = :person_id AND settled_at IS NULL"
NAMES = ("id", "case_id", "form")
FILE = ("kind", "name", "sha256", "size", "taken", "spot")


@dataclass(frozen=True)
class Upload:
    """A file on disk that no case has yet. ``case_id`` None: nobody has said whose it is; ``form`` is the form of the
    case page that it came with."""

    id: int
    case_id: int | None
    form: str
    added_at: datetime
    file: Stored


def add(db: Database, person_id: int, case_id: int | None, form: str, file: Stored, at: datetime) -> int:
    """One more file that waits; its id."""
    kept = {name: getattr(file, name) for name in FILE}
    return insert(db, ADD, {"person_id": person_id, "case_id": case_id, "form": form, "added_at": to_text(at), **kept})


def waiting(db: Database, person_id: int) -> tuple[Upload, ...]:
    """What waits of this person's, in the order in which it came."""
    return tuple(_upload(r) for r in rows(db, WAITING, {"person_id": person_id}))


def settle(db: Database, person_id: int, ids: Collection[int], at: datetime) -> None:
    """These wait no longer: they are evidence now, or were laid aside."""
    for id_ in ids:
        execute(db, SETTLE, {"id": id_, "person_id": person_id, "at": to_text(at)})


def _upload(found: Any) -> Upload:
    return Upload(**shaped(found, NAMES, instants=("added_at",)), file=Stored(**shaped(found, FILE)))

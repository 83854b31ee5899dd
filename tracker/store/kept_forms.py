"""What somebody had typed when their session was over: the fields of one form for each page, until they are back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.store.database import execute, row

KEEP = """
INSERT INTO kept_form (person_id, path, body, at) VALUES (:person_id, :path, :body, :at)
ON CONFLICT (person_id, path) DO UPDATE SET body = excluded.body, at = excluded.at
"""
OF_PAGE = "SELECT body, at FROM kept_form WHERE person_id = :person_id AND path = :path AND at >= :since"
DROP = "DELETE FROM kept_form WHERE person_id = :person_id AND path = :path"
DROP_ALL = "DELETE FROM kept_form WHERE person_id = :person_id"
DROP_OLD = "DELETE FROM kept_form WHERE at < :since"


@dataclass(frozen=True)
class KeptForm:
    """The fields as they were sent, in their order, and when."""

    fields: tuple[tuple[str, str], ...]
    at: datetime


def keep(db: Database, person_id: int, path: str, fields: Iterable[tuple[str, str]], at: datetime) -> None:
    """Keep the form of this page; one that was kept for it before gives way."""
    body = json.dumps(list(fields), ensure_ascii=False)
    execute(db, KEEP, {"person_id": person_id, "path": path, "body": body, "at": to_text(at)})


def of_page(db: Database, person_id: int, path: str, since: datetime) -> KeptForm | None:
    """What is kept for this page since then."""
    found = row(db, OF_PAGE, {"person_id": person_id, "path": path, "since": to_text(since)})
    if found is None:
        return None
    return KeptForm(tuple((name, value) for name, value in json.loads(found["body"])), from_text(found["at"]))


def drop(db: Database, person_id: int, path: str) -> None:
    execute(db, DROP, {"person_id": person_id, "path": path})


def drop_all(db: Database, person_id: int) -> None:
    execute(db, DROP_ALL, {"person_id": person_id})


def drop_old(db: Database, since: datetime) -> None:
    execute(db, DROP_OLD, {"since": to_text(since)})

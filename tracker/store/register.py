"""The files of a register: ``TRACKER_HOME`` holds the database, the key and the attachments."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import connect
from tracker.store.keys import bind, load_key
from tracker.store.schema import migrate

DATABASE = "tracker.db"
SAMPLE = "sample.db"
KEY = "key"
ATTACHMENTS = "attachments"


def open_register(home: Path, at: datetime, name: str = DATABASE) -> Database:
    """A connection to the register in ``home``, migrated and bound to its key; for one thread."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    db = bind(connect(home / name), load_key(home / KEY))
    migrate(db, to_text(at))
    return db


def attachments(home: Path, name: str = DATABASE) -> Path:
    """The folder of content-addressed files that belongs to the register ``name`` in ``home``."""
    return home / (ATTACHMENTS if name == DATABASE else f"{Path(name).stem}-{ATTACHMENTS}")

"""What the tests of backup and restore have in common: a register with files, and what stands in a register."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.factories import NOW, add_person, make_case, set_up_office
from tracker.office import backing
from tracker.office.actors import actor_for
from tracker.office.backing import Made, Wanted
from tracker.store import attachments, people, uploads
from tracker.store.database import connect_to_copy, rows, writing
from tracker.store.keys import load_key
from tracker.store.register import KEY, attachments_of, open_register

Dump = dict[str, list[dict[str, Any]]]
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"


def office_with_files(db: Database, files: int = 3) -> list[str]:
    """A case, and so many files that wait for one; their addresses."""
    set_up_office(db)
    clerk = add_person(db)
    make_case(db, actor_for(clerk))
    return [add_file(db, clerk.id, f"paper {n}") for n in range(files)]


def add_file(db: Database, person_id: int, words: str) -> str:
    """A file on disk and the row that names it; its address."""
    stored = attachments.save(attachments_of(db), "a.pdf", b"%PDF-1.7 " + words.encode())
    with writing(db):
        uploads.add(db, person_id, None, "note", stored, NOW)
    return stored.sha256


def back_up(db: Database, folder: Path, at: datetime = NOW, **wanted: object) -> Made:
    """A backup of the register into ``folder``, made there when it is not there."""
    folder.mkdir(exist_ok=True)
    master = load_key(attachments_of(db).parent / KEY)
    return backing.make(db, master, Wanted(folder, **wanted), lambda: at, "0.1.0")  # type: ignore[arg-type]


def dump(path: Path) -> Dump:
    """Every row of every table of a register that nobody has open, in one order."""
    db = connect_to_copy(path)
    try:
        return {name: _rows_of(db, name) for (name,) in rows(db, TABLES)}
    finally:
        db.close()


def _rows_of(db: Database, name: str) -> list[dict[str, Any]]:
    return sorted((dict(row) for row in rows(db, f"SELECT * FROM {name}")), key=repr)  # noqa: S608


def without_its_record(restored: Dump) -> Dump:
    """What was restored, less the one record that says so."""
    told = [record for record in restored["audit"] if record["act"] == "restore"]
    assert len(told) == 1
    return {**restored, "audit": [record for record in restored["audit"] if record["act"] != "restore"]}


def names(folder: Path) -> list[str]:
    """What lies in a folder, but for its lock."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def damage(path: Path, at: int = -1) -> None:
    """Flip one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    mode = path.stat().st_mode
    path.unlink()  # it may be one with the file of another backup
    path.write_bytes(data)
    os.chmod(path, mode)


@contextmanager
def synced(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """The files and folders that were put on disk meanwhile, by their inodes."""
    found: set[int] = set()
    real = os.fsync

    def fsync(handle: int) -> None:
        found.add(os.fstat(handle).st_ino)
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        yield found


def somebody(db: Database) -> int:
    return people.everybody(db)[0].id


def reopened(home: Path) -> Database:
    return open_register(home, NOW)

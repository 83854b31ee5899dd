"""Exchanging the files of a register: what stood there is renamed and kept, and at every moment either the old register
stands whole or the new one."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from tracker.rule.refusals import Refusal
from tracker.store.database import DatabaseError, OperationalError, connect, execute
from tracker.store.disk import copy_file, sync_folder
from tracker.store.occupied import IN_USE
from tracker.store.register import DATABASE

WITH_IT = ("-wal", "-shm", "-journal")
ONE_FILE = "PRAGMA journal_mode=delete"


def one_file(db: Database) -> None:
    """Leave nothing of the register behind ``db`` beside its file. Nobody else has it open."""
    execute(db, ONE_FILE)


def make_one_file(home: Path, aside: Path) -> None:
    """Bring the whole register in ``home`` into its one file, so that it can be exchanged in one step.

    Refusal while another program has it open. One that SQLite cannot read any more goes aside as it is found: the files
    beside it would be taken for those of the register that comes.
    """
    path = home / DATABASE
    if path.exists():
        try:
            with closing(connect(path)) as db:
                one_file(db)
        except OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Refusal(IN_USE, home=home) from error
        except DatabaseError:
            pass  # no register any more: nothing in it could be brought anywhere
    for suffix in WITH_IT:
        put_aside(home / f"{DATABASE}{suffix}", aside)


def put_aside(path: Path, aside: Path) -> None:
    """Rename ``path`` into the folder ``aside``, made when it is needed; nothing to do where there is no such file."""
    if path.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
        sync_folder(aside)
        sync_folder(path.parent)


def keep(path: Path, aside: Path) -> None:
    """Keep the file ``path`` in the folder ``aside`` too, while it stands where it is."""
    if not path.exists():
        return
    aside.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(path, aside / path.name)
    except OSError:  # a file system without links
        copy_file(path, aside / path.name)
    sync_folder(aside)


def put_in_place(fresh: Path, path: Path) -> None:
    """Let the file ``fresh`` take the place of ``path`` in one step."""
    fresh.replace(path)
    sync_folder(path.parent)


def remove(folder: Path) -> None:
    """Remove a folder of our own with all that is in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)

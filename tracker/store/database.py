"""Opening the register, and the one way of writing to it.

Connections and exception classes come from ``sqlite_utils.utils.sqlite3`` alone: a file opened by two SQLite libraries
in one process loses the other's locks when one of them closes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from tracker.clock import from_text
from tracker.rule.refusals import N_, Refusal

IntegrityError = sqlite3.IntegrityError
OperationalError = sqlite3.OperationalError
DatabaseError = sqlite3.DatabaseError

#: Up to 3.51.2 a WAL reset may corrupt a file that two connections write (sqlite.org/wal.html, "the WAL-reset bug").
WAL_SAFE_FROM = (3, 51, 3)
WAL_IS_SAFE = sqlite3.sqlite_version_info >= WAL_SAFE_FROM

PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal" if WAL_IS_SAFE else "delete",
    "synchronous": 2,  # FULL: NORMAL loses acknowledged rows at a power cut
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "recursive_triggers": 1,  # without it INSERT OR REPLACE walks past the append-only triggers
    "trusted_schema": 0,
    "secure_delete": 1,
    "mmap_size": 0,
}

#: More than the program has: with the 128 that are usual, the acts on one case push out each other's statements.
STATEMENTS = 1024


def connect(path: Path) -> Database:
    """A connection to the register at ``path`` with every pragma set, in autocommit; made for one thread."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        str(path),
        isolation_level=None,
        timeout=PRAGMAS["busy_timeout"] / 1000,  # type: ignore[operator]
        cached_statements=STATEMENTS,
    )
    connection.row_factory = sqlite3.Row
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}").fetchall()
    return Database(connection, recursive_triggers=True)


def connect_to_copy(path: Path) -> Database:
    """A connection that only reads a register which nobody writes: no lock, and no file beside it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for name, setting in (("trusted_schema", 0), ("mmap_size", 0)):
        connection.execute(f"PRAGMA {name}={setting}").fetchall()
    return Database(connection)


def connect_to_look(path: Path) -> Database:
    """A connection that only reads the register at ``path``, makes no file, and waits for no lock."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=0)
    connection.row_factory = sqlite3.Row
    return Database(connection)


@contextmanager
def writing(db: Database) -> Iterator[Database]:
    """One transaction that may read before it writes: BEGIN IMMEDIATE … COMMIT, all or nothing.

    Nested use joins the transaction that is open; what fails in it and is caught leaves nothing behind. A full disk or
    a register locked for longer than the busy timeout is raised as a Refusal: nothing was saved, and the user may try
    again.
    """
    if db.conn.in_transaction:
        with _part_of_one(db):
            yield db
        return
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise
    except OperationalError as error:
        raise _plain(error) from error


@contextmanager
def rehearsing(db: Database) -> Iterator[Database]:
    """A transaction that is always taken back: what would be written, and nothing is."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
    finally:
        db.conn.execute("ROLLBACK")


@contextmanager
def _part_of_one(db: Database) -> Iterator[None]:
    db.conn.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # a full disk has ended it already
            db.conn.execute("ROLLBACK TO part")
            db.conn.execute("RELEASE part")
        raise
    db.conn.execute("RELEASE part")


@contextmanager
def reading(db: Database) -> Iterator[Database]:
    """Several reads of one and the same state of the register."""
    if db.conn.in_transaction:
        yield db
        return
    db.conn.execute("BEGIN")
    try:
        yield db
    finally:
        if db.conn.in_transaction:
            db.conn.execute("COMMIT")


def _plain(error: Exception) -> Exception:
    words = str(error)
    if "locked" in words or "busy" in words:
        return Refusal(N_("数据库正忙，内容未保存。请稍候再试"))
    if "full" in words:
        return Refusal(N_("磁盘已满，内容未保存。请联系管理员腾出空间后再试"))
    return error


def rows(db: Database, sql: str, params: dict[str, Any] | None = None) -> list[Any]:
    """All rows at once: a lazy reader would hold the WAL open."""
    return list(db.conn.execute(sql, params or {}).fetchall())


def row(db: Database, sql: str, params: dict[str, Any] | None = None) -> Any | None:
    """The first row, or None."""
    return db.conn.execute(sql, params or {}).fetchone()


def value(db: Database, sql: str, params: dict[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    found = row(db, sql, params)
    return None if found is None else found[0]


def execute(db: Database, sql: str, params: dict[str, Any] | None = None) -> int:
    """Run one statement; how many rows it touched."""
    return int(db.conn.execute(sql, params or {}).rowcount)


def insert(db: Database, sql: str, params: dict[str, Any]) -> int:
    """Run one INSERT; the id of the new row."""
    return int(db.conn.execute(sql, params).lastrowid or 0)


def shaped(
    found: Any,
    names: Iterable[str],
    *,
    instants: Iterable[str] = (),
    texts: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> dict[str, Any]:
    """The columns of a row as a dataclass wants them: ``names`` as they are, instants as aware UTC (or None),
    texts with "" for NULL, flags as bool."""
    have = dict(zip(found.keys(), found, strict=True))  # a row looks each name up by comparing it with every column's
    kept = {name: have[name] for name in names}
    for name in instants:
        kept[name] = from_text(text) if (text := have[name]) else None
    for name in texts:
        kept[name] = have[name] or ""
    for name in flags:
        kept[name] = bool(have[name])
    return kept

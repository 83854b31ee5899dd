"""A copy of the whole register in a file of its own: how it is made, and what tells whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from tracker.store import audit
from tracker.store.database import connect_to_copy, execute, rows, value
from tracker.store.disk import sync_file
from tracker.store.keys import bind
from tracker.store.settings import Office, office

#: One state of the register, of one instant, whatever is written meanwhile; into a file that is there and empty.
COPY = "VACUUM INTO :path"
SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
INTEGRITY = "PRAGMA integrity_check(1)"
FOREIGN_KEYS = "PRAGMA foreign_key_check"
MIGRATIONS = "SELECT number FROM migration ORDER BY number"
COUNTS = {
    "cases": "SELECT count(*) FROM cases",
    "people": "SELECT count(*) FROM person",
    "audit": "SELECT count(*) FROM audit",
}
# Whatever table speaks of a file names it by its SHA-256: also one that a later version adds.
NAMING = """
SELECT tables.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND columns.name = 'sha256' ORDER BY tables.name
"""


@dataclass(frozen=True)
class Contents:
    """What a register holds: the numbers of its migrations, how many rows of what people ask for, the last record of
    its audit trail as ``NUMBER:SEAL`` ("" when there is none), and the addresses of the files that it names."""

    office: Office
    migrations: tuple[int, ...]
    counts: dict[str, int]
    audit_head: str
    files: frozenset[str]


def size(db: Database) -> int:
    """Bytes that a copy takes at most."""
    return int(value(db, SIZE))


def copy_register(db: Database, target: Path) -> None:
    """Write the register behind ``db`` as it is at this instant to the new file ``target``, and put it on disk."""
    target.touch(mode=0o600, exist_ok=False)
    execute(db, COPY, {"path": str(target)})
    sync_file(target)


def fault(path: Path, master: bytes) -> str:
    """What is wrong with the copy at ``path``, "" for a whole one: SQLite's own words, or a record of the trail."""
    db = bind(connect_to_copy(path), master)
    try:
        if (said := value(db, INTEGRITY)) != "ok":
            return str(said)
        if broken := rows(db, FOREIGN_KEYS):
            return f"foreign key: {broken[0][0]}"
        found = audit.verify(db)
        return "" if found is None else f"audit {found.seq}: {found.what}"
    finally:
        db.close()


def contents(path: Path) -> Contents:
    """What the copy at ``path`` holds."""
    db = connect_to_copy(path)
    try:
        last = audit.head(db)
        return Contents(
            office=office(db),
            migrations=tuple(number for (number,) in rows(db, MIGRATIONS)),
            counts={name: int(value(db, sql)) for name, sql in COUNTS.items()},
            audit_head=f"{last[0]}:{last[1].hex()}" if last else "",
            files=named_files(db),
        )
    finally:
        db.close()


def named_files(db: Database) -> frozenset[str]:
    """The addresses of all files that the register speaks of."""
    found: set[str] = set()
    for (table,) in rows(db, NAMING):
        found.update(address for (address,) in rows(db, f"SELECT DISTINCT sha256 FROM {table}"))  # noqa: S608
    return frozenset(found)

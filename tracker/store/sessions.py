"""Who is signed in, and the failed attempts that lock an account or an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker import clock
from tracker.store.database import execute, row, value

BEGIN = """
INSERT INTO session (token_hash, person_id, created_at, seen_at, address)
VALUES (:token_hash, :person_id, :at, :at, :address)
"""
FIND = "SELECT person_id, created_at, seen_at FROM session WHERE token_hash = :token_hash AND ended_at IS NULL"
TOUCH = "UPDATE session SET seen_at = :at WHERE token_hash = :token_hash AND seen_at < :at"
END = "UPDATE session SET ended_at = :at WHERE token_hash = :token_hash AND ended_at IS NULL"
END_ALL = "UPDATE session SET ended_at = :at WHERE person_id = :person_id AND ended_at IS NULL AND token_hash <> :keep"
FAILED = "INSERT INTO login_failure (account, address, at) VALUES (:account, :address, :at)"
FORGIVE = "DELETE FROM login_failure WHERE account = :account"
FORGET = "DELETE FROM login_failure WHERE at <= :since"
# The n-th failure counted from the newest: while it is young, the door is shut.
NTH_OF_ACCOUNT = """
SELECT at FROM login_failure WHERE account = :account AND at > :since ORDER BY at DESC LIMIT 1 OFFSET :n - 1
"""
NTH_OF_ADDRESS = """
SELECT at FROM login_failure WHERE address = :address AND at > :since ORDER BY at DESC LIMIT 1 OFFSET :n - 1
"""


@dataclass(frozen=True)
class Session:
    person_id: int
    created_at: datetime
    seen_at: datetime


def begin(db: Database, token_hash: bytes, person_id: int, at: datetime, address: str) -> None:
    fields = {"token_hash": token_hash, "person_id": person_id, "at": clock.to_text(at), "address": address}
    execute(db, BEGIN, fields)


def find(db: Database, token_hash: bytes) -> Session | None:
    """The session behind the token, unless it has been ended. Its age is for the caller to judge."""
    found = row(db, FIND, {"token_hash": token_hash})
    if found is None:
        return None
    created_at, seen_at = clock.from_text(found["created_at"]), clock.from_text(found["seen_at"])
    return Session(found["person_id"], created_at, seen_at)


def touch(db: Database, token_hash: bytes, at: datetime) -> None:
    execute(db, TOUCH, {"token_hash": token_hash, "at": clock.to_text(at)})


def end(db: Database, token_hash: bytes, at: datetime) -> None:
    execute(db, END, {"token_hash": token_hash, "at": clock.to_text(at)})


def end_all(db: Database, person_id: int, at: datetime, *, keep: bytes = b"") -> int:
    """End every session of a person but the one to ``keep``; how many."""
    return execute(db, END_ALL, {"person_id": person_id, "at": clock.to_text(at), "keep": keep})


def failed(db: Database, account: str, address: str, at: datetime) -> None:
    execute(db, FAILED, {"account": account, "address": address, "at": clock.to_text(at)})


def forgive(db: Database, account: str) -> None:
    """The right password was given: the failures of this account no longer count."""
    execute(db, FORGIVE, {"account": account})


def forget(db: Database, since: datetime) -> None:
    """Drop failures too old to count; they are on the audit trail where they mattered."""
    execute(db, FORGET, {"since": clock.to_text(since)})


def nth_failure(db: Database, n: int, account: str, address: str, since: datetime) -> datetime | None:
    """The later of the n-th newest failures after ``since`` of this account and of this address; None below n."""
    fields = {"account": account, "address": address, "since": clock.to_text(since), "n": n}
    found = [at for at in (value(db, NTH_OF_ACCOUNT, fields), value(db, NTH_OF_ADDRESS, fields)) if at is not None]
    return clock.from_text(max(found)) if found else None

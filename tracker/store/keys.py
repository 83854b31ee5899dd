"""The secret keys of a register: one master key outside the database, one derived key per purpose.

The master key lies in a file beside the database (never in it, never in its backup). A database connection is bound
to its keys once, when it is opened, so that no act has to carry them about.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlite_utils import Database

from tracker.rule.refusals import N_, Refusal
from tracker.store.disk import sync_folder

SIZE = 32


@dataclass(frozen=True)
class Keys:
    """Derived keys, 32 bytes each: for audit seals, encrypted identity, blind index, channels' secrets, the list of
    what a backup holds, and the mark by which a key is known again."""

    audit: bytes
    identity: bytes
    index: bytes
    channel: bytes
    backup: bytes
    mark: bytes


_bound: WeakKeyDictionary[Database, Keys] = WeakKeyDictionary()


def derive(master: bytes) -> Keys:
    """The keys of each purpose from the master key (HKDF-SHA-256, RFC 5869)."""
    one = {name: HKDF(SHA256(), SIZE, None, f"tracker {name}".encode()).derive(master) for name in Keys.__annotations__}
    return Keys(**one)


def mark(master: bytes) -> str:
    """What the key may be known by without telling anything of it: 16 hexadecimal digits."""
    return derive(master).mark.hex()[:16]


def bind(db: Database, master: bytes) -> Database:
    """Give ``db`` its keys."""
    _bound[db] = derive(master)
    return db


def key_for(db: Database) -> Keys:
    """The keys that ``db`` was bound to; LookupError when it was opened without."""
    try:
        return _bound[db]
    except KeyError:
        raise LookupError("this connection was opened without its key") from None


def load_key(path: Path) -> bytes:
    """The master key in ``path``; made there (32 random bytes, owner only, on disk before use) when there is none.

    Refuses a key of the wrong size or one that others may read, by the name of the file.
    """
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Refusal(N_("密钥文件 %(path)s 其他人可读。请执行 chmod 600 后再启动"), path=path)
    return read_key(path)


def _make(path: Path) -> None:
    # Written whole under another name and linked into place: web and scheduler start together, and neither may see
    # a key half written or replace the other's.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(SIZE))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    sync_folder(path.parent)


def read_key(path: Path) -> bytes:
    """The master key that is in ``path``, whoever may read it there; Refusal when it is none."""
    master = path.read_bytes()
    if len(master) != SIZE:
        raise Refusal(N_("密钥文件 %(path)s 应为 %(size)s 字节。请从备份恢复，不要新建"), path=path, size=SIZE)
    return master

"""What the disk under the register must do: be one of this machine, and keep a new file through a power cut."""

from __future__ import annotations

import os
import re
from hashlib import file_digest, sha256
from pathlib import Path

from tracker.rule.refusals import N_, Refusal

MOUNTS = Path("/proc/self/mounts")
#: Their locks and their shared memory are not those of one machine (sqlite.org/wal.html, sqlite.org/howtocorrupt.html).
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone"}
)
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
CHUNK = 1 << 20
OCTAL = re.compile(r"\\([0-7]{3})")


def sync_folder(folder: Path) -> None:
    """Put the names in ``folder`` on disk: a file that was renamed or linked into place is there only with them."""
    if os.name != "posix":  # Windows has no such handle and needs none
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def network(folder: Path) -> str:
    """The kind of file system of another machine that ``folder`` lies on, "" for a disk of this one.

    Asked where the system lists its mounts (Linux); elsewhere it is for the administrator to know.
    """
    if not MOUNTS.exists():
        return ""
    listed = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    fields = (line.split(" ") for line in listed.splitlines())
    kinds = {Path(OCTAL.sub(lambda code: chr(int(code[1], 8)), where)): kind for _, where, kind, *_ in fields}
    place = folder.resolve()
    kind = next((kinds[above] for above in (place, *place.parents) if above in kinds), "")
    return kind if kind in NETWORK else ""


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a file system of another machine, where a register is damaged sooner or later."""
    if kind := network(folder):
        raise Refusal(
            N_("%(folder)s 在网络文件系统（%(kind)s）上，数据库会损坏。请把 TRACKER_HOME 改为本机磁盘上的文件夹"),
            field="TRACKER_HOME",
            folder=folder,
            kind=kind,
        )


def sync_file(path: Path) -> None:
    """Put what was written to ``path`` on disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> str:
    """Copy a file to the new name ``target``, owner only, and put it on disk; the SHA-256 of what was read."""
    told = sha256()
    with source.open("rb") as file, os.fdopen(os.open(target, NEW, 0o600), "wb") as kept:
        while chunk := file.read(CHUNK):
            told.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    return told.hexdigest()


def write_file(target: Path, data: bytes) -> None:
    """Write a file under the new name ``target``, owner only, and put it on disk."""
    with os.fdopen(os.open(target, NEW, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def free_name(path: Path) -> Path:
    """``path``, or where that is taken ``path-2``, ``path-3`` …"""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free

"""The files of a backup: those that the backup before it has are one with them where the disk can do that."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tracker.store.attachments import path_of
from tracker.store.backups import COPYING, Tell, spoiled
from tracker.store.disk import copy_file, sync_folder


@dataclass(frozen=True)
class Copied:
    """Which files a backup has (sizes in bytes by address), which are to be had nowhere, and which only the backup
    before it still had."""

    files: dict[str, int]
    missing: tuple[str, ...]
    gone: tuple[str, ...]


def copy(source: Path, target: Path, addresses: Iterable[str], last: Path | None, tell: Tell) -> Copied:
    """Bring the files with these addresses from ``source`` into ``target``, read each back, and put all on disk.

    ``last`` is the folder of files of the backup before it: a link (hard) to its file takes no room. Read back and
    found spoiled, that file is copied anew from ``source``.
    """
    target.mkdir(mode=0o700)
    wanted = sorted(addresses)
    files: dict[str, int] = {}
    for number, address in enumerate(wanted, 1):
        if _linked(last, target, address) or _copied(source, target, address):
            files[address] = path_of(target, address).stat().st_size
        tell(COPYING, number, len(wanted))
    again: dict[str, int] = {}
    for address in spoiled(target, files, tell):
        path_of(target, address).unlink()
        del files[address]
        if _copied(source, target, address):
            again[address] = path_of(target, address).stat().st_size
    for address in spoiled(target, again):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path_of(target, address)))
    files |= again
    for folder in (*sorted(target.iterdir()), target):
        sync_folder(folder)
    missing = tuple(address for address in wanted if address not in files)
    gone = tuple(address for address in files if not path_of(source, address).is_file())
    return Copied(files, missing, gone)


def _linked(last: Path | None, target: Path, address: str) -> bool:
    if last is None:
        return False
    path = path_of(target, address)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(path_of(last, address), path)
    except OSError:  # not there, or a file system without links (FAT, exFAT)
        return False
    return True


def _copied(source: Path, target: Path, address: str) -> bool:
    """Copy one file; False where it is not there or not what its address says."""
    path = path_of(target, address)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        if copy_file(path_of(source, address), path) == address:
            return True
    except FileNotFoundError:
        return False
    path.unlink()
    return False

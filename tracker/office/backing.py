"""The act of making a backup, while everybody goes on working.

First the register as it is at one instant, then the files that this copy names: a file lies on disk whole before any
row speaks of it and is never removed, so that none of them can be wanting.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.clock import local
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, backups, copies, copying, heartbeat, manifest, settings
from tracker.store.backups import PARTIAL, PREFIX, READING, Backup, Tell, attachments, say_nothing
from tracker.store.database import DatabaseError, OperationalError, writing
from tracker.store.disk import digest, free_name, network, sync_folder, write_file
from tracker.store.keys import mark
from tracker.store.manifest import Manifest
from tracker.store.occupied import try_lock
from tracker.store.register import DATABASE, KEY, attachments_of

LOCK = ".tracker-backup.lock"
#: Beyond the copies themselves: the manifest, and what a file system takes for names.
ROOM = 16 * 2**20

INSIDE = N_("%(folder)s 在数据文件夹 %(home)s 之内，数据丢了备份也就丢了。请换一个文件夹，最好在另一块磁盘或U盘上")
NO_FOLDER = N_("没有 %(folder)s 这个文件夹。如果是U盘，请确认已经插好；否则请先建好文件夹")
NO_NETWORK = N_(
    "%(folder)s 在网络文件系统（%(kind)s）上，不能直接在上面制作备份。请先备份到本机磁盘或U盘，再把整个备份文件夹"
    "复制过去，最后用 tracker restore --check 核对"
)
BUSY = N_("另一个备份正在写入 %(folder)s，请等它结束")
NO_ROOM = N_("%(folder)s 空间不足：约需 %(need)s MB，只剩 %(free)s MB。请腾出空间、换一个文件夹，或用 --keep 少留几份")
MISSING = N_(
    "有 %(n)s 个附件在 %(folder)s 中缺失或损坏，例如 %(first)s。请从以前的备份放回去；实在找不到的，"
    "加 --allow-missing 照样备份，清单里会写明缺哪些"
)
FULL = N_("%(folder)s 所在的磁盘已满，%(left)s。请腾出空间或换一个文件夹后再试")
NOT_ALLOWED = N_("没有权限读写 %(folder)s，%(left)s。请换一个文件夹，或让管理员给予权限")
FAILED = N_(
    "读写 %(folder)s 出错（%(why)s），%(left)s。请换一块磁盘再试；U盘若是 FAT32 格式，单个文件不能超过 4 GB，"
    "请改为 exFAT 或 NTFS"
)
DAMAGED = N_("登记库 %(file)s 已损坏（%(why)s），不能备份。请停止程序，用最近一份备份恢复")
NOTHING_HALF = N_("没有留下不完整的备份")


@dataclass(frozen=True)
class Wanted:
    """How a backup is asked for. ``keep`` 0: every older one stays; ``by``: the account on this machine."""

    folder: Path
    with_key: bool = False
    keep: int = 0
    allow_missing: bool = False
    by: str = ""


@dataclass(frozen=True)
class Made:
    """A backup that stands, and the older ones that gave way to it. ``gone``: files that it has from the one before
    it, and the data no more."""

    folder: Path
    manifest: Manifest
    gone: tuple[str, ...]
    removed: tuple[Path, ...]


@dataclass(frozen=True)
class _Work:
    """What every step of one backup needs."""

    db: Database
    master: bytes
    wanted: Wanted
    at: datetime
    program: str
    tell: Tell


def make(
    db: Database, master: bytes, wanted: Wanted, clock: Callable[[], datetime], program: str, tell: Tell = say_nothing
) -> Made:
    """Make a backup of the register behind ``db`` and of its files; Refusal, and nothing left behind, where it cannot.

    It is written under another name, read back whole as a restore reads it, and only then given its name. That it is
    begun stands in the audit trail before anything is copied (the copy that leaves the house holds the record), and
    that it stands after.
    """
    check_folder(wanted.folder, attachments_of(db).parent)
    with plainly(wanted.folder, NOTHING_HALF), _the_only_one(wanted.folder):
        _clear(wanted.folder)
        older = tuple(one for one in backups.found(wanted.folder) if one.manifest.key == mark(master))
        work = _Work(db, master, wanted, clock(), program, tell)
        _note(work, "backup", work.at, to=str(wanted.folder), with_key=wanted.with_key)
        folder, told, gone = _write(work, older[-1].folder if older else None)
        _note(work, "backup.made", clock(), name=folder.name, sha256=digest(folder / manifest.FILE))
        heartbeat.beat(db, heartbeat.BACKUP, work.at, str(folder))
        return Made(folder, told, gone, _remove_oldest((*older, Backup(folder, told)), wanted.keep))


def check_folder(folder: Path, home: Path) -> None:
    """Refuse a folder that is not there, lies within the data, or on another machine."""
    if not folder.is_dir():
        raise Refusal(NO_FOLDER, folder=folder)
    if folder.resolve().is_relative_to(home.resolve()):
        raise Refusal(INSIDE, folder=folder, home=home)
    if kind := network(folder):
        raise Refusal(NO_NETWORK, folder=folder, kind=kind)


@contextmanager
def _the_only_one(folder: Path) -> Iterator[None]:
    with closing((folder / LOCK).open("a+b")) as file:
        if not try_lock(file):
            raise Refusal(BUSY, folder=folder)
        yield


def _clear(folder: Path) -> None:
    """Remove what a run that was killed has left: nobody else writes here now."""
    for left in folder.glob(f"{PARTIAL}*.part"):
        shutil.rmtree(left)


def _write(work: _Work, last: Path | None) -> tuple[Path, Manifest, tuple[str, ...]]:
    """Write the whole backup under another name, read it back, and give it its own; with what the data has no more."""
    name = f"{PREFIX}{local(work.at, settings.office(work.db).zone):%Y-%m-%dT%H%M%S}"
    partial = work.wanted.folder / f".{name}.part"
    partial.mkdir(mode=0o700)
    try:
        told, gone = _fill(work, partial, last)
        manifest.write(partial, told, work.master)
        sync_folder(partial)
        backups.check_listed(partial, work.master, work.tell)
        target = free_name(work.wanted.folder / name)
        partial.rename(target)
        sync_folder(work.wanted.folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return target, told, gone


def _fill(work: _Work, partial: Path, last: Path | None) -> tuple[Manifest, tuple[str, ...]]:
    """Copy the register, then the files that it names, then the key where it is wanted."""
    need = copies.size(work.db)
    _check_room(work.wanted.folder, need)
    work.tell(READING, 0, need)
    try:
        copies.copy_register(work.db, partial / DATABASE)
    except OperationalError:
        raise
    except DatabaseError as error:  # not the copy: what is read
        raise Refusal(DAMAGED, file=attachments_of(work.db).parent / DATABASE, why=error) from error
    holds = copies.contents(partial / DATABASE)
    source = attachments_of(work.db)
    kept = copying.copy(source, attachments(partial), holds.files, last and attachments(last), work.tell)
    if kept.missing and not work.wanted.allow_missing:
        raise Refusal(MISSING, folder=source, n=len(kept.missing), first=kept.missing[0])
    if work.wanted.with_key:
        write_file(partial / KEY, work.master)
    told = Manifest(
        made_at=work.at,
        program=work.program,
        office=holds.office.name,
        zone=holds.office.zone.key,
        key=mark(work.master),
        with_key=work.wanted.with_key,
        sha256=digest(partial / DATABASE),
        size=(partial / DATABASE).stat().st_size,
        migrations=holds.migrations,
        counts=holds.counts,
        audit_head=holds.audit_head,
        files=kept.files,
        missing=kept.missing,
    )
    return told, kept.gone


def _check_room(folder: Path, size: int) -> None:
    need, free = size + ROOM, shutil.disk_usage(folder).free
    if need > free:
        raise Refusal(NO_ROOM, folder=folder, need=need >> 20, free=free >> 20)


def _remove_oldest(standing: tuple[Backup, ...], keep: int) -> tuple[Path, ...]:
    """Of the backups of this register leave the last ``keep``; one that is half removed has not its name any more."""
    removed = tuple(one.folder for one in standing[:-keep]) if keep else ()
    for folder in removed:
        away = folder.with_name(f".{folder.name}.part")
        folder.rename(away)
        shutil.rmtree(away)
    return removed


def _note(work: _Work, act: str, at: datetime, **detail: object) -> None:
    with writing(work.db):
        audit.append(work.db, at=at, person_id=None, act=act, detail={**detail, "by": work.wanted.by})


@contextmanager
def plainly(folder: Path, left: str) -> Iterator[None]:
    """Say what the disk refuses in a sentence that names the place, what is ``left`` of the work, and the way out."""
    try:
        yield
    except DatabaseError as error:
        full = "full" in str(error)
        raise Refusal(FULL if full else FAILED, folder=folder, left=left, why=error) from error
    except OSError as error:
        place = error.filename or folder
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal(FULL, folder=folder, left=left) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refusal(NOT_ALLOWED, folder=place, left=left) from error
        raise Refusal(FAILED, folder=place, left=left, why=error.strerror or error) from error

"""The act of putting a backup in place of the register, while nobody works on it.

Everything is read and laid ready first. The files are added to those that lie there (each has its SHA-256 for a name,
so that none can be in the way of another); then the register is exchanged in one step. Killed at any point, the old or
the new register stands whole, and the same command can be given again.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.clock import local, to_text
from tracker.office.backing import ROOM, plainly
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, backups, manifest, settings
from tracker.store.attachments import path_of
from tracker.store.backups import COPYING, Tell, say_nothing
from tracker.store.database import connect, writing
from tracker.store.disk import copy_file, digest, free_name, refuse_network, sync_file, sync_folder, write_file
from tracker.store.keys import bind, mark, read_key
from tracker.store.manifest import Manifest
from tracker.store.occupied import alone
from tracker.store.register import DATABASE, KEY, SAMPLE, STAGED, attachments
from tracker.store.setting_aside import WITH_IT, keep, make_one_file, one_file, put_aside, put_in_place, remove

#: What signs the cookies: with a new one everybody signs in again, also who was signed out since the backup.
SECRET = "secret"
ASIDE = "before-restore"

NO_KEY = N_("没有可用的密钥。备份 %(folder)s 里不含密钥，%(home)s 中也没有。请用 --key 指出另存的密钥文件")
NO_ROOM = N_("%(home)s 空间不足：约需 %(need)s MB，只剩 %(free)s MB。现有数据没有动。请腾出空间后再试")
#: What is said where the disk fails: it fails before the exchange, for which no more is written.
UNTOUCHED = N_("现有数据没有动")


@dataclass(frozen=True)
class Restored:
    """What stands now, and the folder of what stood there before (None where there was nothing)."""

    manifest: Manifest
    home: Path
    aside: Path | None


def find_key(backup: Path, home: Path, given: Path | None) -> bytes:
    """The key of the backup: the one in the file ``given``, else in ``home``, else in the backup itself; Refusal with
    the way out where none of them is the one."""
    wanted = manifest.read(backup).key
    places = [given] if given else [path for path in (home / KEY, backup / KEY) if path.is_file()]
    if not places:
        raise Refusal(NO_KEY, folder=backup, home=home)
    found = [read_key(path) for path in places]
    for master in found:
        if mark(master) == wanted:
            return master
    raise Refusal(backups.OTHER_KEY, folder=backup, wanted=wanted, given=mark(found[0]))


def restore(
    home: Path, backup: Path, at: datetime, *, key: Path | None = None, by: str = "", tell: Tell = say_nothing
) -> Restored:
    """Put the backup into ``home``. What stood there is renamed and kept; nothing is touched before the whole backup
    has been read and found right. Refusal while anybody works on it, or where backup, key or room will not do."""
    refuse_network(home)
    master = find_key(backup, home, key)
    with alone(home), plainly(home, UNTOUCHED):
        told, staged = backups.check(backup, master, tell), home / STAGED
        remove(staged)
        _check_room(home, told)
        staged.mkdir(mode=0o700)
        try:
            zone = _stage(staged, backup, told, master, at, by)
            aside = free_name(home / f"{ASIDE}-{local(at, zone):%Y-%m-%dT%H%M%S}")
            _add_files(backups.attachments(backup), attachments(home), told, aside, tell)
            make_one_file(home, aside)
        except BaseException:
            remove(staged)
            raise
        _exchange(home, staged, aside)
        remove(staged)
        return Restored(told, home, aside if aside.exists() else None)


def _check_room(home: Path, told: Manifest) -> None:
    """The register, what stood there (which may have to be copied), and the files that are not there yet."""
    folder, old = attachments(home), home / DATABASE
    fresh = sum(size for address, size in told.files.items() if not path_of(folder, address).is_file())
    there = old.stat().st_size if old.exists() else 0
    need, free = told.size + there + fresh + ROOM, shutil.disk_usage(home).free
    if need > free:
        raise Refusal(NO_ROOM, home=home, need=need >> 20, free=free >> 20)


def _stage(staged: Path, backup: Path, told: Manifest, master: bytes, at: datetime, by: str) -> ZoneInfo:
    """Lay the register and the key ready; the zone of its office. The register is the backup's bit for bit, and then
    has one record more: that it was restored, so that a trail which ends before a head written down earlier explains
    itself."""
    path = staged / DATABASE
    if copy_file(backup / DATABASE, path) != told.sha256:
        raise Refusal(backups.CHANGED, folder=backup, file=DATABASE)
    write_file(staged / KEY, master)
    detail = {"backup": backup.name, "made_at": to_text(told.made_at), "head": told.audit_head, "by": by}
    with closing(bind(connect(path), master)) as db:
        with writing(db):
            audit.append(db, at=at, person_id=None, act="restore", detail=detail)
        zone = settings.office(db).zone
        one_file(db)
    sync_file(path)
    sync_folder(staged)
    return zone


def _add_files(source: Path, target: Path, told: Manifest, aside: Path, tell: Tell) -> None:
    """Bring the files of the backup in among those that are there; one that lies there damaged goes aside."""
    folders = {target, target.parent}
    target.mkdir(mode=0o700, exist_ok=True)
    for number, address in enumerate(sorted(told.files), 1):
        path = path_of(target, address)
        if not path.is_file() or digest(path) != address:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            fresh = free_name(path.with_name(f".{address[:16]}.restored"))
            if copy_file(path_of(source, address), fresh) != address:
                raise Refusal(backups.CHANGED, folder=source.parent, file=address)
            put_aside(path, aside)
            fresh.replace(path)
            folders.add(path.parent)
        tell(COPYING, number, len(told.files))
    for folder in folders:
        sync_folder(folder)


def _exchange(home: Path, staged: Path, aside: Path) -> None:
    """The step from the old to the new. Where the key changes too it is away in between, and the program does not start
    on a register without its key: at no moment can a register be written with the key of another."""
    keep(home / DATABASE, aside)
    put_aside(home / SECRET, aside)
    other_key = not (home / KEY).is_file() or (home / KEY).read_bytes() != (staged / KEY).read_bytes()
    if other_key:
        for name in (KEY, *(f"{SAMPLE}{suffix}" for suffix in ("", *WITH_IT))):
            put_aside(home / name, aside)
    put_in_place(staged / DATABASE, home / DATABASE)
    if other_key:
        put_in_place(staged / KEY, home / KEY)

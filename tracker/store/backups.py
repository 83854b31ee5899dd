"""A backup on disk: a folder of its own, laid out like ``TRACKER_HOME``, with the sealed list of what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.rule.refusals import N_, Refusal
from tracker.store import copies, manifest
from tracker.store.attachments import path_of
from tracker.store.database import DatabaseError
from tracker.store.disk import digest
from tracker.store.keys import mark
from tracker.store.manifest import NEWER, Manifest
from tracker.store.register import ATTACHMENTS, DATABASE
from tracker.store.schema import MIGRATIONS

PREFIX = "tracker-"
#: What is being written or removed. It never has the name of a backup, and the next backup clears it away.
PARTIAL = f".{PREFIX}"

OTHER_KEY = N_(
    "手头的密钥不是备份 %(folder)s 的密钥（备份的密钥标记 %(wanted)s，这把 %(given)s）。请用 --key 指出当时的密钥文件"
)
EDITED = N_("备份 %(folder)s 的 manifest.json 被改动过，不能相信。请换一份备份")
CHANGED = N_("备份 %(folder)s 中的 %(file)s 与制作时不同，已损坏或被调换。请换一份备份")
BROKEN = N_("备份 %(folder)s 的登记库不完好（%(fault)s）。请换一份备份")
FILES = N_("备份 %(folder)s 的附件有 %(n)s 个缺失或损坏，例如 %(first)s。请换一份备份")

#: Told as the work goes on: the step, how far it has come, and how far it goes.
Tell = Callable[[str, int, int], None]
READING, CHECKING = N_("复制登记库"), N_("核对登记库")
COPYING, READING_BACK = N_("复制附件"), N_("核对附件")


def say_nothing(_step: str, _done: int, _all: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Backup:
    """A whole backup by its name and manifest; what it holds is looked at by `check`."""

    folder: Path
    manifest: Manifest


def found(folder: Path) -> tuple[Backup, ...]:
    """The backups in ``folder``, the oldest first."""
    names = (path for path in folder.glob(f"{PREFIX}*") if (path / manifest.FILE).is_file())
    return tuple(sorted(_readable(names), key=lambda one: (one.manifest.made_at, one.folder.name)))


def _readable(folders: Iterator[Path]) -> Iterator[Backup]:
    for folder in folders:
        try:
            yield Backup(folder, manifest.read(folder))
        except Refusal:
            continue  # not ours to judge, to keep or to remove


def attachments(folder: Path) -> Path:
    """Where the files of a backup lie."""
    return folder / ATTACHMENTS


def check(folder: Path, master: bytes, tell: Tell = say_nothing) -> Manifest:
    """Read the whole backup: its list, register, audit trail and files; Refusal naming what does not hold."""
    told = check_listed(folder, master, tell)
    if bad := spoiled(attachments(folder), told.files, tell):
        raise Refusal(FILES, folder=folder, n=len(bad), first=bad[0])
    return told


def check_listed(folder: Path, master: bytes, tell: Tell = say_nothing) -> Manifest:
    """The same but for the files, which take longest: whoever has just read them need not again."""
    told = manifest.read(folder)
    given = mark(master)
    if told.key != given:
        raise Refusal(OTHER_KEY, folder=folder, wanted=told.key, given=given)
    if not manifest.sealed(folder, master):
        raise Refusal(EDITED, folder=folder)
    if not set(told.migrations) <= MIGRATIONS.keys():
        raise Refusal(NEWER, folder=folder, program=told.program)
    _check_register(folder, told, master, tell)
    return told


def _check_register(folder: Path, told: Manifest, master: bytes, tell: Tell) -> None:
    """Hold the register of a backup against its manifest, and against itself."""
    path = folder / DATABASE
    tell(CHECKING, 0, told.size)
    if not path.is_file() or path.stat().st_size != told.size or digest(path) != told.sha256:
        raise Refusal(CHANGED, folder=folder, file=DATABASE)
    try:
        if fault := copies.fault(path, master):
            raise Refusal(BROKEN, folder=folder, fault=fault)
        holds = copies.contents(path)
    except DatabaseError as error:
        raise Refusal(BROKEN, folder=folder, fault=error) from error
    if holds.files != told.files.keys() | set(told.missing) or holds.audit_head != told.audit_head:
        raise Refusal(EDITED, folder=folder)


def spoiled(folder: Path, files: dict[str, int], tell: Tell = say_nothing) -> tuple[str, ...]:
    """Those of ``files`` (sizes by address) that do not lie in ``folder`` as they were."""
    bad = []
    for number, (address, size) in enumerate(sorted(files.items()), 1):
        path = path_of(folder, address)
        if not path.is_file() or path.stat().st_size != size or digest(path) != address:
            bad.append(address)
        tell(READING_BACK, number, len(files))
    return tuple(bad)

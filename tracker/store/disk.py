"""What the disk under the register must do: be one of this machine, and keep a new file through a power cut."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tracker.rule.refusals import N_, Refusal

MOUNTS = Path("/proc/self/mounts")
#: Their locks and their shared memory are not those of one machine (sqlite.org/wal.html, sqlite.org/howtocorrupt.html).
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone"}
)
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


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a file system of another machine, where a register is damaged sooner or later.

    Asked where the system lists its mounts (Linux); elsewhere it is for the administrator to know.
    """
    if not MOUNTS.exists():
        return
    listed = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    fields = (line.split(" ") for line in listed.splitlines())
    kinds = {Path(OCTAL.sub(lambda code: chr(int(code[1], 8)), where)): kind for _, where, kind, *_ in fields}
    place = folder.resolve()
    kind = next((kinds[above] for above in (place, *place.parents) if above in kinds), "")
    if kind in NETWORK:
        raise Refusal(
            N_("%(folder)s 在网络文件系统（%(kind)s）上，数据库会损坏。请把 TRACKER_HOME 改为本机磁盘上的文件夹"),
            field="TRACKER_HOME",
            folder=folder,
            kind=kind,
        )

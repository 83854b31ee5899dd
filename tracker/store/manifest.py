"""The list of what a backup holds, sealed with the key of its register, so that no part of it can be exchanged."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tracker.clock import from_text, to_text
from tracker.rule.refusals import N_, Refusal
from tracker.store.disk import write_file
from tracker.store.keys import derive

FILE = "manifest.json"
FORMAT = 1
NOT_A_BACKUP = N_(
    "%(folder)s 不是一份完整的备份：没有可读的 manifest.json。请指定名字形如 tracker-2026-11-22T083000 的文件夹"
)
NEWER = N_("备份 %(folder)s 由更新的版本（%(program)s）制作，这个版本不能恢复它。请先升级程序再恢复")


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. ``made_at`` is the instant of the copy, UTC; ``key`` the mark of the master key, which
    itself lies in the backup only ``with_key``; ``sha256`` and ``size`` are those of the register's file; ``files`` the
    size in bytes of each file by its SHA-256; ``missing`` what the register names and the disk had no more."""

    made_at: datetime
    program: str
    office: str
    zone: str
    key: str
    with_key: bool
    sha256: str
    size: int
    migrations: tuple[int, ...]
    counts: dict[str, int]
    audit_head: str
    files: dict[str, int]
    missing: tuple[str, ...] = ()


def write(folder: Path, manifest: Manifest, master: bytes) -> str:
    """Put the manifest into ``folder``; the SHA-256 of its file."""
    told = {"format": FORMAT, **asdict(manifest), "made_at": to_text(manifest.made_at)}
    text = json.dumps({**told, "seal": _seal(told, master)}, ensure_ascii=False, indent=1)
    write_file(folder / FILE, text.encode())
    return sha256(text.encode()).hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest in ``folder``, its seal not looked at; Refusal when the folder is no whole backup, or newer."""
    told = _told(folder)
    try:
        if told["format"] > FORMAT:
            raise Refusal(NEWER, folder=folder, program=told["program"])
        known = {name: told[name] for name in Manifest.__annotations__}
        lists = {name: tuple(known[name]) for name in ("migrations", "missing")}
        return Manifest(**{**known, **lists, "made_at": from_text(known["made_at"])})
    except (KeyError, TypeError, ValueError):
        raise Refusal(NOT_A_BACKUP, folder=folder) from None


def sealed(folder: Path, master: bytes) -> bool:
    """Is the manifest in ``folder`` as it was written by whoever had the key?"""
    told = _told(folder)
    seal = told.pop("seal", "")
    return isinstance(seal, str) and hmac.compare_digest(seal.encode(), _seal(told, master).encode())


def _told(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        raise Refusal(NOT_A_BACKUP, folder=folder) from None
    if not isinstance(told, dict):
        raise Refusal(NOT_A_BACKUP, folder=folder)
    return told


def _seal(told: dict[str, Any], master: bytes) -> str:
    words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(derive(master).backup, words.encode(), sha256).hexdigest()

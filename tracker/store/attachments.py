"""Evidence on disk: known by its first bytes, kept under its SHA-256, complete before any row speaks of it."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal
from tracker.store import pictures
from tracker.store.disk import sync_folder

FILE_MAX = 20 * 1024 * 1024
NAME_MAX = 120
MAGIC = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"%PDF-": "pdf"}
PHOTOS = ("jpg", "png")
#: What the name of a kind may end with; it is given the first where it ends otherwise. Whoever opens a download opens
#: it by this end: a photograph that is also a page must not be called `.html`.
ENDINGS = {"jpg": (".jpg", ".jpeg", ".jpe", ".jfif"), "png": (".png",), "pdf": (".pdf",), "text": (".txt",)}
#: What no file may be called on Windows, whatever follows the dot; and what stands for something else on one system.
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])\s*(?=\.|$)", re.IGNORECASE)
UNSAFE = re.compile(r'[<>:"/\\|?*]')
#: A WebP becomes a JPEG at the door; of a HEIC a phone can make one itself.
WEBP, HEIC = (b"RIFF", b"WEBP"), (b"ftyp", (b"heic", b"heix", b"hevc", b"mif1", b"msf1"))
LONGEST = 4000
MEDIA = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf", "text": "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Stored:
    """A file that is on disk: ``kind`` by its bytes, never by its name. ``taken`` and ``spot`` are what a photograph
    tells of itself (see pictures.Shot)."""

    kind: str
    name: str
    sha256: str
    size: int
    taken: str = ""
    spot: str = ""


def kind_of(data: bytes, name: str) -> str:
    """The kind of ``data`` by its first bytes; Refusal, naming the file, for anything but jpg, png, webp and pdf."""
    for start, kind in MAGIC.items():
        if data.startswith(start):
            return kind
    if _is_webp(data):
        return "jpg"
    if data[4:8] == HEIC[0] and data[8:12] in HEIC[1]:
        words = N_("“%(name)s”是 HEIC 照片，未上传。请在手机相机设置里改为“兼容性最佳”（JPEG）再拍，或传它的截图")
        raise Refusal(words, field="files", name=name)
    raise Refusal(N_("“%(name)s”不是 JPG、PNG 或 PDF 文件，未上传"), field="files", name=name)


def refused(name: str, data: bytes) -> Refusal | None:
    """Why this file may not be kept; None where it may. Nothing is written."""
    name = _plain_name(name)
    if not data:
        return Refusal(N_("“%(name)s”是空文件，未上传"), field="files", name=name)
    if len(data) > FILE_MAX:
        return Refusal(N_("“%(name)s”超过20MB，未上传"), field="files", name=name)
    try:
        kind_of(data, name)
        if _is_webp(data):
            pictures.copy(data, LONGEST)
    except pictures.TooLarge:
        return Refusal(N_("“%(name)s”的像素过多，未上传。请存成 JPEG 再传"), field="files", name=name)
    except pictures.Unreadable:
        return Refusal(N_("“%(name)s”打不开，未上传"), field="files", name=name)
    except Refusal as refusal:
        return refusal
    return None


def _is_webp(data: bytes) -> bool:
    return (data[:4], data[8:12]) == WEBP


def save(folder: Path, name: str, data: bytes, said: str = "") -> Stored:
    """Keep an uploaded file; its address. Refuses empty, too large and unknown files by name.

    ``said`` is what the browser tells of a photograph that it has made smaller (pictures.said).
    """
    if wrong := refused(name, data):
        raise wrong
    name, kind = _plain_name(name), kind_of(data, name)
    told = pictures.Shot()
    if kind in PHOTOS:
        told = pictures.said(said) if said else pictures.shot(data)
    if _is_webp(data):
        name, data = name.removesuffix(".webp"), pictures.copy(data, LONGEST)
    name = file_name(name, kind)
    return _keep(folder, Stored(kind, name, sha256(data).hexdigest(), len(data), told.taken, told.spot), data)


def file_name(name: str, kind: str) -> str:
    """``name`` as a file of this kind may be called on any system: ``report.html`` with the bytes of a photograph is
    ``report.html.jpg``."""
    plain = UNSAFE.sub("_", name).strip(". ") or "file"  # one that begins with a dot is hidden on some
    plain = RESERVED.sub(r"_\1", plain, count=1) if RESERVED.match(plain) else plain
    ends = ENDINGS[kind]
    plain = plain if plain.lower().endswith(ends) else f"{plain}{ends[0]}"
    return plain[-NAME_MAX:].lstrip()


def _plain_name(name: str) -> str:
    return clean(name.replace("\\", "/").rsplit("/", 1)[-1])[-NAME_MAX:] or "file"


def save_text(folder: Path, name: str, text: str) -> Stored:
    """Keep a written note (of a call, of a visit) as evidence."""
    data = clean(text, lines=True).encode()
    return _keep(folder, Stored("text", name, sha256(data).hexdigest(), len(data)), data)


def path_of(folder: Path, address: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    if len(address) != 64 or set(address) - set("0123456789abcdef"):
        raise ValueError("not an address")
    return folder / address[:2] / address


def _keep(folder: Path, stored: Stored, data: bytes) -> Stored:
    target = path_of(folder, stored.sha256)
    fresh = target.with_name(f".{stored.sha256[:16]}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists():
            with open(fresh, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        # Also where it was there already: whoever put it there may not have come as far as this.
        for parent in (target.parent, folder, folder.parent):
            sync_folder(parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise _plain(error, stored.name) from error
    return stored


def _plain(error: OSError, name: str) -> Refusal:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal(N_("磁盘已满，“%(name)s”未能保存。请联系管理员腾出空间后再试"), field="files", name=name)
    return Refusal(N_("“%(name)s”未能保存：%(why)s"), field="files", name=name, why=error.strerror)

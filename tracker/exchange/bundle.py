"""The archive bundle of a case: one zip with its record, its data, its evidence and the SHA-256 of each.

The same case gives the same bytes, so that two bundles can be held against each other.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from tracker.clock import to_text
from tracker.rule.refusals import N_, Refusal

RECORD, DATA, SUMS = N_("办理记录.html"), N_("案件数据.json"), N_("校验值.txt")
FOLDER = N_("附件")
#: What a file name may not have on one system or another.
UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
#: The first instant that a zip can write; every entry has it.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20


@dataclass(frozen=True)
class Piece:
    """One file of evidence: its number, its name, where it lies and the SHA-256 that it was kept under."""

    number: int
    name: str
    path: Path
    sha256: str


def write(target: IO[bytes], record: str, data: dict[str, Sequence[Any]], pieces: Iterable[Piece]) -> int:
    """Write the bundle; how many files are in it. Refusal for evidence that is gone or is not what was kept.

    ``record`` is a page of HTML that stands alone, ``data`` names rows (dataclasses) of the register.
    """
    sums: list[tuple[str, str]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in ((RECORD, record), (DATA, _json(data))):
            content = text.encode()
            bundle.writestr(_entry(name), content)
            sums.append((hashlib.sha256(content).hexdigest(), name))
        for piece in pieces:
            name = f"{FOLDER}/{piece.number:03d}-{UNSAFE.sub('_', piece.name)[-80:]}"
            _copy(bundle, name, piece)
            sums.append((piece.sha256, name))
        # The form of sha256sum, so that `sha256sum -c` reads it.
        bundle.writestr(_entry(SUMS), "".join(f"{digest}  {name}\n" for digest, name in sums).encode())
    return len(sums) + 1


def _copy(bundle: zipfile.ZipFile, name: str, piece: Piece) -> None:
    digest = hashlib.sha256()
    try:
        with piece.path.open("rb") as source, bundle.open(_entry(name), "w") as entry:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                entry.write(chunk)
    except FileNotFoundError:
        raise Refusal(N_("附件“%(name)s”没有找到，没有生成归档包。请联系管理员从备份恢复"), name=piece.name) from None
    if digest.hexdigest() != piece.sha256:
        raise Refusal(N_("附件“%(name)s”与登记的校验值不符，没有生成归档包。请联系管理员从备份恢复"), name=piece.name)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _json(data: dict[str, Sequence[Any]]) -> str:
    plain = {
        name: [asdict(row) if is_dataclass(row) and not isinstance(row, type) else row for row in found]
        for name, found in data.items()
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, default=_text) + "\n"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)

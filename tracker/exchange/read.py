"""Workbooks and CSV as rows of cells. Nothing is understood here; numbers, dates and words come as they stand.

Read, by a process of its own: .xlsx, .xls, .ods and CSV.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.exchange import apart
from tracker.rule.refusals import N_, Refusal

MOST_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet from its first on. ``others`` names further sheets."""

    name: str
    rows: Iterable[Sequence[object]]
    others: tuple[str, ...] = ()


def read(path: Path, sheet: str = "") -> Sheet:
    """The sheet called ``sheet``, or the first that is not hidden; a CSV file has one without a name.

    Its rows are read as they are gone through, once. Raises Refusal, naming the argument, for a file that is none, is
    too large, or has no such sheet; so does whoever goes through the rows.
    """
    if not path.exists():
        raise Refusal(N_("没有这个文件，请核对路径"), field="FILE")
    if not path.is_file():
        raise Refusal(N_("这不是文件。请给出一个工作簿的路径"), field="FILE")
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(
            N_("文件超过 %(limit)s MB，未打开。请分成几个较小的文件"), field="FILE", limit=MOST_BYTES // 2**20
        )
    told = apart.pieces(path, sheet)
    name, others = next(told)
    return Sheet(name, (row for batch in told for row in batch), others)

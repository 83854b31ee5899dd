"""Workbooks and CSV as rows of cells. Nothing is understood here; numbers, dates and words come as they stand.

Read: .xlsx, .xls, .ods and CSV (by its byte order mark, else UTF-8, else GB18030: a guesser took GBK for Korean).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.exchange import guard
from tracker.rule.refusals import N_, Refusal

MOST_BYTES = 50 * 2**20
MOST_ROWS = 100_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
WEB_PAGE = ("<!doctype html", "<html", "<table", "<?xml", "mime-version:")


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet from its first on: row 1 of the sheet is ``rows[0]``. ``others`` names further sheets."""

    name: str
    rows: Sequence[Sequence[object]]
    others: tuple[str, ...] = ()


def read(path: Path, sheet: str = "") -> Sheet:
    """The sheet called ``sheet``, or the first that is not hidden; a CSV file has one without a name.

    Raises Refusal, naming the argument, for a file that is none, is too large, or has no such sheet.
    """
    if not path.exists():
        raise Refusal(N_("没有这个文件，请核对路径"), field="FILE")
    if not path.is_file():
        raise Refusal(N_("这不是文件。请给出一个工作簿的路径"), field="FILE")
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(
            N_("文件超过 %(limit)s MB，未打开。请分成几个较小的文件"), field="FILE", limit=MOST_BYTES // 2**20
        )
    content = path.read_bytes()
    if not content.strip():
        raise Refusal(N_("文件是空的，请核对文件"), field="FILE")
    if content.startswith(ZIP):
        guard.check(content)
    elif not content.startswith(OLE):
        return _one_sheet(_table(content), sheet)
    return _workbook(content, sheet)


def _workbook(content: bytes, wanted: str) -> Sheet:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = _names(book)
        if wanted and wanted not in names:
            raise Refusal(
                N_("没有名为“%(name)s”的工作表，文件中有：%(names)s"),
                field="--sheet",
                name=wanted,
                names=tuple(names),
            )
        name = wanted or names[0]
        laid_out = book.get_sheet_by_name(name)
        _check_size(laid_out.total_height, laid_out.total_width)
        rows = laid_out.to_python(skip_empty_area=False)
    except (Refusal, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic of the reader is no Exception, and its class has no name to catch it by
        raise guard.damaged() from None
    return Sheet(name, rows, tuple(other for other in names if other != name))


def _names(book: CalamineWorkbook) -> list[str]:
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    names = visible or [sheet.name for sheet in sheets]
    if not names:
        raise Refusal(N_("文件中没有工作表"), field="FILE")
    return names


def _check_size(height: int, width: int) -> None:
    if height > MOST_ROWS or height * width > guard.MOST_CELLS:
        raise Refusal(
            N_("工作表有 %(rows)s 行，一次最多导入 %(limit)s 行。请分成几个文件"),
            field="FILE",
            rows=height,
            limit=MOST_ROWS,
        )


def _one_sheet(rows: list[list[str]], wanted: str) -> Sheet:
    if wanted:
        raise Refusal(N_("CSV 文件没有工作表，请去掉 --sheet"), field="--sheet")
    _check_size(len(rows), max((len(row) for row in rows), default=0))
    return Sheet("", rows)


def _table(content: bytes) -> list[list[str]]:
    written = _decoded(content)
    if written.lstrip().lower().startswith(WEB_PAGE):
        raise Refusal(N_("文件是网页格式，只是名字像工作簿。请用表格软件打开，另存为 .xlsx"), field="FILE")
    if "\0" in written:
        raise guard.damaged()
    first = written.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(written, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Refusal(N_("CSV 文件有一格过长或引号不成对。请用表格软件打开，另存为 .xlsx"), field="FILE") from None


def _decoded(content: bytes) -> str:
    marked = [encoding for mark, encoding in MARKS if content.startswith(mark)]
    for encoding in marked or ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise guard.damaged()

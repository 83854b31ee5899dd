"""The cells of a file, row after row, in the process that reads it (``apart``): workbooks and CSV.

Nothing is laid out that is larger than may be imported, and nothing is kept of a row that was told.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, TextIO

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.exchange import guard
from tracker.rule.refusals import N_, Refusal

Row = Sequence[object]
MOST_ROWS = 100_000
MOST_TEXT = 20_000_000
#: Characters of one cell: four times what a spreadsheet takes, and as many as Python's reader of CSV.
CELL_MAX = 131_072
BATCH = 500
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = (",", "\t", ";")
WEB_PAGE = ("<!doctype html", "<html", "<table", "<?xml", "mime-version:")
CHUNK = 2**16
#: Characters of one line: forty cells as long as a spreadsheet can make them.
LINE_MAX = 2**20


def pieces(path: Path, sheet: str) -> Iterator[Any]:
    """The name of the sheet and those of the others; then its rows from the first on, so many at a time.

    Raises Refusal, naming the argument, for a file that is empty, is no table or too large, or has no such sheet.
    """
    with path.open("rb") as file:
        start = file.read(CHUNK)
        if start.startswith((ZIP, OLE)):
            content = start + file.read()
            yield from _workbook(content, sheet)
            return
        while not start.strip():
            start = file.read(CHUNK)
            if not start:
                raise Refusal(N_("文件是空的，请核对文件"), field="FILE")
    if sheet:
        raise Refusal(N_("CSV 文件没有工作表，请去掉 --sheet"), field="--sheet")
    yield "", ()
    try:
        yield from _batches(_counted(_separated(path)))
    except csv.Error:
        raise Refusal(N_("CSV 文件有一格过长或引号不成对。请用表格软件打开，另存为 .xlsx"), field="FILE") from None
    except UnicodeError:
        raise guard.damaged() from None


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    """``rows`` as long as they are not too many, with not too much in them."""
    cells = text = 0
    left = iter(rows)
    for number, row in enumerate(left, 1):
        cells += len(row)
        sizes = [len(cell) for cell in row if isinstance(cell, str)]
        if sizes and max(sizes) > CELL_MAX:
            words = N_("第 %(row)s 行有一格超过 %(limit)s 字。请缩短后再导入")
            raise Refusal(words, field="FILE", row=number, limit=CELL_MAX)
        text += sum(sizes)
        if number > MOST_ROWS:
            raise _too_many_rows(number + sum(1 for _ in left))
        if cells > guard.MOST_CELLS:
            raise guard.too_many_cells()
        if text > MOST_TEXT:
            words = N_("工作表的文字超过 %(limit)s 万字。请分成几个文件")
            raise Refusal(words, field="FILE", limit=MOST_TEXT // 10_000)
        yield row


def _too_many_rows(rows: int) -> Refusal:
    words = N_("工作表有 %(rows)s 行，一次最多导入 %(limit)s 行。请分成几个文件")
    return Refusal(words, field="FILE", rows=rows, limit=MOST_ROWS)


def _workbook(content: bytes, wanted: str) -> Iterator[Any]:
    if content.startswith(ZIP):
        guard.check(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        del content
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
        if laid_out.total_height > MOST_ROWS:
            raise _too_many_rows(laid_out.total_height)
        before = [""] * (laid_out.start[1] if laid_out.start else 0)  # columns; empty rows are told by themselves
        yield name, tuple(other for other in names if other != name)
        yield from _batches(_counted([*before, *row] for row in laid_out.iter_rows()))
    except (Refusal, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException:  # a panic of the reader is no Exception, and its class has no name to catch it by
        raise guard.damaged() from None


def _names(book: CalamineWorkbook) -> list[str]:
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    names = visible or [sheet.name for sheet in sheets]
    if not names:
        raise Refusal(N_("文件中没有工作表"), field="FILE")
    return names


def _separated(path: Path) -> Iterator[list[str]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        first = ""
        while not first and (chunk := file.read(CHUNK)):
            first = chunk.lstrip()
        if first.lower().startswith(WEB_PAGE):
            raise Refusal(N_("文件是网页格式，只是名字像工作簿。请用表格软件打开，另存为 .xlsx"), field="FILE")
        file.seek(0)
        delimiter = max(DELIMITERS, key=first.partition("\n")[0].count)
        yield from csv.reader(_lines(file), delimiter=delimiter)


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LINE_MAX):
        if "\0" in line:
            raise guard.damaged()
        if len(line) == LINE_MAX:
            raise csv.Error
        yield line


def _encoding(path: Path) -> str:
    """By the byte order mark, else UTF-8, else GB18030: a guesser took GBK for Korean."""
    with path.open("rb") as file:
        start = file.read(4)
        marked = [encoding for mark, encoding in MARKS if start.startswith(mark)]
        if marked:
            return marked[0]
        for encoding in ENCODINGS:
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                for chunk in iter(lambda: file.read(CHUNK), b""):
                    decoder.decode(chunk)
                decoder.decode(b"", True)
            except UnicodeError:
                continue
            return encoding
    raise guard.damaged()

"""Small workbooks as offices send them, made for one test."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

HEADING = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
GOOD = {
    "留言编号": 2549,
    "留言用户": "A00045581",
    "留言主题": "工地夜间施工噪声",
    "留言时间": "2019/4/25 9:32:09",
    "留言详情": "夜里两点还在打桩。",
    "答复意见": "已责令停工。",
    "答复时间": "2019/5/10 14:56:53",
}


def row(**changes: object) -> list[object]:
    """A good row, changed by heading."""
    return [{**GOOD, **changes}[heading] for heading in HEADING]


def xlsx(path: Path, *rows: Sequence[object], heading: Sequence[object] | None = HEADING) -> Path:
    """A workbook with these rows; datetimes are cells of the kind date."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("来信")
        day, hour = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "yyyy/m/d h:mm"})
        for number, cells in enumerate([heading, *rows] if heading else rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, hour if isinstance(cell, datetime) else day)
                elif isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    sheet.write(number, place, cell)
    return path


def comma_separated(path: Path, *rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The same as CSV; for text of any length."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([HEADING, *rows])
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def ods(path: Path, *rows: Sequence[str], after: str = "") -> Path:
    """A workbook of OpenDocument; ``after`` is XML behind the last row."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in line
        )
        + "</table:table-row>"
        for line in (HEADING, *rows)
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0"'
        f' xmlns:text="{names}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="来信">{cells}{after}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped(path, {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def zipped(path: Path, entries: dict[str, str | bytes]) -> Path:
    """A zip file with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def with_part(source: Path, path: Path, name: str, content: bytes) -> Path:
    """A copy of the workbook ``source`` in which one part is another."""
    with zipfile.ZipFile(source) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped(path, {**parts, name: content})

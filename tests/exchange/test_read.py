"""Files as offices send them, and files that are none."""

from __future__ import annotations

import os
import threading
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from tests.exchange import books
from tests.test_run import children_of
from tracker.exchange import apart, guard, read, table
from tracker.rule.refusals import Refusal


def told(path: Path, sheet: str = "") -> read.Sheet:
    """The sheet with all its rows."""
    found = read.read(path, sheet)
    return replace(found, rows=list(found.rows))


OLE = table.OLE + os.urandom(4096)


def test_a_workbook_is_read_from_its_first_row(tmp_path: Path) -> None:
    sheet = told(books.xlsx(tmp_path / "来信.xlsx", books.row()))
    assert sheet.name == "来信"
    assert sheet.rows[0] == list(books.HEADING)
    assert sheet.rows[1][0] == 2549


def test_empty_rows_and_columns_before_the_data_keep_their_place(tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [], [None, "留言编号"], heading=None)
    assert told(path).rows == [["", ""], ["", "留言编号"]]


def test_an_open_document_is_read(tmp_path: Path) -> None:
    sheet = told(books.ods(tmp_path / "a.ods", ["1", "张", "题"]))
    assert (sheet.name, sheet.rows[1][:3]) == ("来信", ["1", "张", "题"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str, delimiter: str) -> None:
    row = books.row(留言详情='夜里,两点\n"还在"打桩')
    path = books.comma_separated(tmp_path / "a.csv", row, encoding=encoding, delimiter=delimiter)
    assert told(path).rows == [list(books.HEADING), [str(cell) for cell in row]]


def test_a_sheet_is_chosen_by_its_name_and_hidden_ones_are_not_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("旧", "来信", "附"):
            book.add_worksheet(name).write(0, 0, name)
        book.get_worksheet_by_name("来信").activate()
        book.get_worksheet_by_name("旧").hide()
    assert (told(path).name, told(path).others) == ("来信", ("附",))
    assert told(path, "附").rows == [["附"]]
    with pytest.raises(Refusal, match="来信、附") as refused:
        told(path, "来访")
    assert refused.value.field == "--sheet"


def far_cell(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "留言编号")
        sheet.write(1_048_575, 16_383, "x")
    return path


def far_cell_in_a_part_of_another_name(path: Path) -> Path:
    usual = zipfile.ZipFile(far_cell(path.with_name("usual.xlsx")))
    with zipfile.ZipFile(path, "w") as moved:
        for name in usual.namelist():
            content = usual.read(name).replace(b"worksheets/sheet1.xml", b"drawings/far.vml")
            moved.writestr(name.replace("worksheets/sheet1.xml", "drawings/far.vml"), content)
    return path


def far_cell_of_open_document(path: Path) -> Path:
    repeated = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16000" office:value-type="float"/>'
        "</table:table-row>"
    )
    return books.ods(path, after=repeated)


def repeated_cells(path: Path) -> Path:
    row = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float"'
        ' table:number-columns-repeated="1000" office:value="1"/></table:table-row>'
    )
    return books.ods(path, after=row)


def entity_bomb(path: Path) -> Path:
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]><x>&b;</x>'
    good = books.xlsx(path.with_name("good.xlsx"), books.row())
    return books.with_part(good, path, "xl/worksheets/sheet1.xml", bomb)


def encrypted_parts(path: Path) -> Path:
    good = books.xlsx(path, books.row())
    content = bytearray(good.read_bytes())
    for name, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(name)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(name, place + 4)
    path.write_bytes(content)
    return path


def rubbish(content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def cut_short(path: Path) -> Path:
    content = books.xlsx(path, books.row()).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def wrong_sheet_xml(path: Path) -> Path:
    good = books.xlsx(path.with_name("good.xlsx"), books.row())
    return books.with_part(good, path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>")


def binary_workbook(path: Path) -> Path:
    return books.zipped(path, {"xl/workbook.bin": b"\0"})


def many_rows(path: Path) -> Path:
    path.write_bytes(b"1,2\n" * (table.MOST_ROWS + 1))
    return path


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAR = f'<worksheet {MAIN}><sheetData><row r="1000000"><c r="ZZ1000000"><v>1</v></c></row></sheetData></worksheet>'


def one_text_many_times(path: Path) -> Path:
    """A text of 50,000 characters in 50,000 cells, in less than a megabyte."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 50_001))
    good = books.xlsx(path.with_name("good.xlsx"), books.row())
    text = f"<sst {MAIN}><si><t>{'长' * 50_000}</t></si></sst>"
    sheet = f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"
    return books.with_part(books.with_part(good, path, STRINGS, text.encode()), path, SHEET, sheet.encode())


def long_cell(path: Path) -> Path:
    good = books.xlsx(path.with_name("good.xlsx"), books.row(留言详情="LONG"))
    with zipfile.ZipFile(good) as archive:
        strings = archive.read(STRINGS)
    return books.with_part(good, path, STRINGS, strings.replace(b"LONG", b"a" * 1_000_000))


def far_cell_elsewhere(name: str, target: str) -> Callable[[Path], Path]:
    """A sheet that does not lie where sheets lie."""

    def make(path: Path) -> Path:
        good = books.xlsx(path.with_name("good.xlsx"), books.row())
        with zipfile.ZipFile(good) as archive:
            parts = {entry: archive.read(entry) for entry in archive.namelist() if entry != SHEET}
        rels = parts["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", target.encode())
        return books.zipped(path, {**parts, "xl/_rels/workbook.xml.rels": rels, name: FAR})

    return make


def larger_than_it_says(path: Path) -> Path:
    """The size of a part is said to end with its good beginning."""
    good = books.xlsx(path.with_name("good.xlsx"), books.row())
    with zipfile.ZipFile(good) as archive:
        sheet = archive.read(SHEET)
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content + b" " * 2**20 if name == SHEET else content)
        archive.getinfo(SHEET).file_size = len(sheet)
        archive.getinfo(SHEET).CRC = zlib.crc32(sheet)
    return path


def part_of_one_name_twice(path: Path) -> Path:
    books.xlsx(path, books.row())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET.upper(), FAR)
    return path


def a_million_parts(path: Path) -> Path:
    books.xlsx(path, books.row())
    with zipfile.ZipFile(path, "a") as archive:
        for n in range(guard.MOST_PARTS):
            archive.writestr(f"{n}", b"")
    return path


BAD_FILES: list[tuple[str, str, Callable[[Path], Path], str]] = [
    ("a path that leads nowhere", "a.xlsx", lambda path: path, "没有这个文件"),
    ("a folder", "a", lambda path: path.mkdir() or path, "不是文件"),
    ("an empty file", "a.xlsx", rubbish(b""), "文件是空的"),
    ("a file of blanks", "a.csv", rubbish(b" \r\n \n"), "文件是空的"),
    ("noise called .xlsx", "a.xlsx", rubbish(b"\x81\x00\xff\x37" * 500), "不是完好的工作簿"),
    ("noise after the mark of a zip", "a.xlsx", rubbish(b"PK\x03\x04" + os.urandom(4096)), "不是完好的工作簿"),
    ("noise after the mark of an old workbook", "a.xls", rubbish(OLE), "不是完好的工作簿"),
    ("a workbook with a password", "a.xlsx", rubbish(OLE), "密码"),
    ("a zip with a password", "a.xlsx", encrypted_parts, "密码"),
    ("half a workbook", "a.xlsx", cut_short, "不是完好的工作簿"),
    ("a sheet of broken XML", "a.xlsx", wrong_sheet_xml, "不是完好的工作簿"),
    ("a zip that is no workbook", "a.xlsx", lambda path: books.zipped(path, {"x.txt": b"x"}), "不是完好的工作簿"),
    ("an entity bomb", "a.xlsx", entity_bomb, "不是完好的工作簿"),
    ("a cell in the last corner", "a.xlsx", far_cell, "单元格"),
    (
        "a cell in the last corner of a sheet that is called a drawing",
        "a.xlsx",
        far_cell_in_a_part_of_another_name,
        "单元格",
    ),
    ("a cell in the last corner of an .ods", "a.ods", far_cell_of_open_document, "单元格"),
    ("a cell repeated a billion times", "a.ods", repeated_cells, "单元格"),
    ("a binary workbook", "a.xlsb", binary_workbook, ".xlsb"),
    ("a web page called .xls", "a.xls", rubbish("<html><table><tr><td>留言编号".encode()), "网页格式"),
    ("an XML table called .xls", "a.xls", rubbish(b"<?xml version='1.0'?><Workbook/>"), "网页格式"),
    ("text in no known encoding", "a.csv", rubbish("留言编号,".encode() + b"\xff\xff\xff\n"), "不是完好的工作簿"),
    ("a CSV with binary in it", "a.csv", rubbish("留言编号,\0\0".encode()), "不是完好的工作簿"),
    ("a CSV cell of 200,000 characters", "a.csv", rubbish(b'"' + b"a" * 200_000 + b'"'), "CSV"),
    ("one long text in every cell", "a.xlsx", one_text_many_times, "读不出来"),
    ("a far cell outside the usual folder", "a.xlsx", far_cell_elsewhere("foo/sheet.xml", "/foo/sheet.xml"), "单元格"),
    ("a far cell in capitals", "a.xlsx", far_cell_elsewhere(SHEET.upper(), "worksheets/sheet1.xml"), "单元格"),
    ("a part that is larger than it says", "a.xlsx", larger_than_it_says, "不是完好的工作簿"),
    ("two parts of one name", "a.xlsx", part_of_one_name_twice, "不是完好的工作簿"),
    ("parts beyond number", "a.xlsx", a_million_parts, "不是完好的工作簿"),
    ("one line of fifty megabytes", "a.csv", rubbish(b"1," * 2**21), "CSV"),
    ("rows of empty cells", "a.csv", rubbish(b"1" + b"," * 99_999 + b"\n" + (b"," * 99_999 + b"\n") * 21), "单元格"),
    ("a CSV of too much text", "a.csv", rubbish(("长" * 100_000 + "\n").encode("gbk") * 201), "万字"),
    ("a cell of a million characters", "a.xlsx", long_cell, "第 2 行有一格超过 131072 字"),
    ("a CSV of too many rows", "a.csv", many_rows, "请分成几个文件"),
]


@pytest.mark.parametrize(
    ("name", "make", "says"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES]
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, name: str, make: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        told(make(tmp_path / name))
    assert says in str(refused.value)
    assert refused.value.field == "FILE"


def test_a_sheet_of_a_csv_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        told(books.comma_separated(tmp_path / "a.csv"), "来信")
    assert refused.value.field == "--sheet"


def test_a_bomb_is_refused_by_its_unpacked_size_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        block = b" " * 2**20
        for _ in range(guard.MOST_UNPACKED // 2**20 + 1):
            part.write(block)
    assert path.stat().st_size < 2**20
    with pytest.raises(Refusal, match="解压后超过"):
        told(path)


def test_a_file_too_large_to_read_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(read.MOST_BYTES + 1)
    with pytest.raises(Refusal, match="超过 50 MB"):
        told(path)


def test_pictures_remarks_and_what_is_no_xml_are_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "留言编号")
        sheet.write_comment(0, 0, "核对")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/drawings/old.vml", "<xml><br>no good XML</xml>")
        archive.writestr("xl/printerSettings/printerSettings1.bin", b"\0\1\2")
    assert told(path).rows[0][0] == "留言编号"


def test_formatted_cells_without_content_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, colour = book.add_worksheet(), book.add_format({"bg_color": "#FFFF00"})
        sheet.write(0, 0, "留言编号")
        sheet.write_blank(1_048_575, 16_383, None, colour)
    assert told(path).rows == [["留言编号"]]


def test_a_reader_that_ends_or_never_ends_is_told_and_leaves_no_process(tmp_path, monkeypatch):
    path = books.xlsx(tmp_path / "a.xlsx", books.row())
    monkeypatch.setattr(apart, "START", "import os; os.abort()")
    with pytest.raises(Refusal, match="读不出来"):
        told(path)
    monkeypatch.setattr(apart, "START", "import time; time.sleep(60)")
    monkeypatch.setattr(apart, "SECONDS", 0.3)
    with pytest.raises(Refusal, match="已停止"):
        told(path)
    assert children_of(os.getpid()) == []


def test_whoever_has_seen_enough_does_not_wait_for_the_rest(tmp_path):
    path = rubbish(b"a,b\n" * 90_000)(tmp_path / "a.csv")
    rows = iter(read.read(path).rows)
    assert next(rows) == ["a", "b"]
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    del rows
    assert children_of(os.getpid()) == []


def test_a_csv_of_wide_blanks_is_read_to_its_end(tmp_path):
    path = rubbish("\u3000\n".encode() * 9)(tmp_path / "a.csv")
    assert told(path).rows == [["\u3000"]] * 9

"""Files as offices send them, and files that are none."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.exchange import books
from tracker.exchange import guard, read
from tracker.rule.refusals import Refusal

OLE = read.OLE + os.urandom(4096)


def test_a_workbook_is_read_from_its_first_row(tmp_path: Path) -> None:
    sheet = read.read(books.xlsx(tmp_path / "来信.xlsx", books.row()))
    assert sheet.name == "来信"
    assert sheet.rows[0] == list(books.HEADING)
    assert sheet.rows[1][0] == 2549


def test_empty_rows_and_columns_before_the_data_keep_their_place(tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [], [None, "留言编号"], heading=None)
    assert read.read(path).rows == [["", ""], ["", "留言编号"]]


def test_an_open_document_is_read(tmp_path: Path) -> None:
    sheet = read.read(books.ods(tmp_path / "a.ods", ["1", "张", "题"]))
    assert (sheet.name, sheet.rows[1][:3]) == ("来信", ["1", "张", "题"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str, delimiter: str) -> None:
    row = books.row(留言详情='夜里,两点\n"还在"打桩')
    path = books.comma_separated(tmp_path / "a.csv", row, encoding=encoding, delimiter=delimiter)
    assert read.read(path).rows == [list(books.HEADING), [str(cell) for cell in row]]


def test_a_sheet_is_chosen_by_its_name_and_hidden_ones_are_not_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("旧", "来信", "附"):
            book.add_worksheet(name).write(0, 0, name)
        book.get_worksheet_by_name("来信").activate()
        book.get_worksheet_by_name("旧").hide()
    assert (read.read(path).name, read.read(path).others) == ("来信", ("附",))
    assert read.read(path, "附").rows == [["附"]]
    with pytest.raises(Refusal, match="来信、附") as refused:
        read.read(path, "来访")
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
    path.write_bytes(b"1,2\n" * (read.MOST_ROWS + 1))
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
    ("a CSV of too many rows", "a.csv", many_rows, "请分成几个文件"),
]


@pytest.mark.parametrize(
    ("name", "make", "says"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES]
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, name: str, make: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read.read(make(tmp_path / name))
    assert says in str(refused.value)
    assert refused.value.field == "FILE"


def test_a_sheet_of_a_csv_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read.read(books.comma_separated(tmp_path / "a.csv"), "来信")
    assert refused.value.field == "--sheet"


def test_a_bomb_is_refused_by_its_unpacked_size_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        block = b" " * 2**20
        for _ in range(guard.MOST_UNPACKED // 2**20 + 1):
            part.write(block)
    assert path.stat().st_size < 2**20
    with pytest.raises(Refusal, match="解压后超过"):
        read.read(path)


def test_a_file_too_large_to_read_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(read.MOST_BYTES + 1)
    with pytest.raises(Refusal, match="超过 50 MB"):
        read.read(path)


def test_pictures_remarks_and_what_is_no_xml_are_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "留言编号")
        sheet.write_comment(0, 0, "核对")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/drawings/old.vml", "<xml><br>no good XML</xml>")
        archive.writestr("xl/printerSettings/printerSettings1.bin", b"\0\1\2")
    assert read.read(path).rows[0][0] == "留言编号"


def test_formatted_cells_without_content_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, colour = book.add_worksheet(), book.add_format({"bg_color": "#FFFF00"})
        sheet.write(0, 0, "留言编号")
        sheet.write_blank(1_048_575, 16_383, None, colour)
    assert read.read(path).rows == [["留言编号"]]

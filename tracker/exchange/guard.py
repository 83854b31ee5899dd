"""Looks into a workbook before anything opens it: a small file may unpack to more than the machine holds.

The reader lays a sheet out from its first to its last cell. One stray cell in the last row and column is 17 billion
cells, for which no memory is granted and the process ends; such files come from ordinary offices, not only from foes.
"""

from __future__ import annotations

import io
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from tracker.rule.refusals import N_, Refusal

MOST_UNPACKED = 200 * 2**20
MOST_CELLS = 4_000_000
CHUNK = 2**16
LETTERS = 26
UTF8_MARK = b"\xef\xbb\xbf"


class _Enough(Exception):
    """The sheet is larger than may be opened."""


def check(packed: bytes) -> None:
    """Refuse a zip-based workbook (.xlsx, .ods) that unpacks to too much, spans too many cells or is damaged."""
    try:
        with ZipFile(io.BytesIO(packed)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if sum(sizes.values()) > MOST_UNPACKED:
                raise Refusal(
                    N_("文件解压后超过 %(limit)s MB，未打开。请分成几个较小的文件"),
                    field="FILE",
                    limit=MOST_UNPACKED // 2**20,
                )
            if "xl/workbook.bin" in sizes:
                raise Refusal(N_("不支持 .xlsb 文件，请在表格软件中另存为 .xlsx"), field="FILE")
            for name in sizes:
                if name == "content.xml" or name.startswith("xl/"):  # a sheet may lie anywhere, called anything
                    _scan(archive, name)
    except _Enough:
        raise Refusal(
            N_("工作表超过 %(limit)s 个单元格，可能在很远处有多余内容。请把数据复制到新的工作表再导入"),
            field="FILE",
            limit=MOST_CELLS,
        ) from None
    except (BadZipFile, expat.ExpatError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise damaged() from None


def damaged() -> Refusal:
    """What is said of a workbook that cannot be read."""
    return Refusal(N_("文件不是完好的工作簿，或设有密码。请用表格软件打开，去掉密码后另存为 .xlsx"), field="FILE")


def _scan(archive: ZipFile, name: str) -> None:
    extent = _Content() if name == "content.xml" else _Sheet()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = _no_doctype
    with archive.open(name) as part:
        chunk = part.read(CHUNK)
        if not chunk.removeprefix(UTF8_MARK).lstrip().startswith(b"<"):
            return  # a picture, a printer's settings
        try:
            while chunk:
                parser.Parse(chunk)
                chunk = part.read(CHUNK)
            parser.Parse(b"", True)
        except expat.ExpatError:
            if not name.endswith(".vml"):  # the drawing of a remark, which spreadsheets write as no good XML
                raise


def _no_doctype(*_: object) -> None:
    raise damaged()  # no workbook declares a document type; an entity bomb does


class _Extent:
    """The span of the cells that hold something."""

    def __init__(self) -> None:
        self.rows = self.columns = 0

    def reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows * self.columns > MOST_CELLS:
            raise _Enough


class _Sheet(_Extent):
    """A sheet of .xlsx: rows and cells say where they stand, or follow the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.row = self.column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif tag == "c":
            reference = attributes.get("r", "")
            self.column = _column(reference) or self.column + 1
            self.row = int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$") or self.row)
        elif tag in ("v", "is"):
            self.reach(self.row, self.column)

    def end(self, tag: str) -> None:
        """Nothing hangs on the end of an element here."""


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number


class _Content(_Extent):
    """The sheets of .ods: rows and cells stand in order, each as often as it says."""

    def __init__(self) -> None:
        super().__init__()
        self.row = self.column = self.times = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.row = self.rows = self.columns = 0
        elif tag == "table:table-row":
            self.column, self.times = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.column += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes or "calcext:value-type" in attributes:
                self.reach(self.row + self.times, self.column)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.times

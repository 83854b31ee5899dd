"""Looks into a workbook before anything opens it: a small file may unpack to more than the machine holds.

The reader lays a sheet out from its first to its last cell. One stray cell in the last row and column is 17 billion
cells, for which no memory is granted and the process ends; such files come from ordinary offices, not only from foes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from itertools import chain
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tracker.rule.refusals import N_, Refusal

MOST_UNPACKED = 200 * 2**20
MOST_CELLS = 2_000_000
#: A workbook has a few dozen parts; the list of a million would fill the memory by itself.
MOST_PARTS = 5_000
LOCAL, CENTRAL, ENCRYPTED = b"PK\x03\x04", b"PK\x01\x02", 1
CHUNK = 2**16
LETTERS = 26
UTF8_MARK = b"\xef\xbb\xbf"


class _Enough(Exception):
    """The sheet is larger than may be opened."""


def check(packed: bytes) -> None:
    """Refuse a zip-based workbook (.xlsx, .ods) that unpacks to too much, spans too many cells or is damaged."""
    try:
        if packed.count(CENTRAL) > MOST_PARTS:
            raise BadZipFile
        with ZipFile(io.BytesIO(packed)) as archive:
            parts = _parts(archive)
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refusal(
                    N_("文件解压后超过 %(limit)s MB，未打开。请分成几个较小的文件"),
                    field="FILE",
                    limit=MOST_UNPACKED // 2**20,
                )
            if any(part.filename.lower() == "xl/workbook.bin" for part in parts):
                raise Refusal(N_("不支持 .xlsb 文件，请在表格软件中另存为 .xlsx"), field="FILE")
            for part in parts:  # a sheet may lie anywhere, called anything
                _scan(packed, part)
    except _Enough:
        raise too_many_cells() from None
    except (BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise damaged() from None


def too_many_cells() -> Refusal:
    """What is said of a sheet that is laid out too far."""
    words = N_("工作表超过 %(limit)s 个单元格，可能在很远处有多余内容。请把数据复制到新的工作表再导入")
    return Refusal(words, field="FILE", limit=MOST_CELLS)


def _parts(archive: ZipFile) -> list[ZipInfo]:
    """What is in the file. Two readers of a zip may take different ones of two parts with one name."""
    parts = [part for part in archive.infolist() if not part.is_dir()]
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise BadZipFile
    return parts


def _unpacked(packed: bytes, part: ZipInfo) -> Iterator[bytes]:
    """The content of a part as far as it goes, and not only as far as its size is said to be."""
    head = packed[part.header_offset : part.header_offset + 30]
    begin = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    end, size = begin + part.compress_size, 0
    if head[:4] != LOCAL or part.flag_bits & ENCRYPTED or end > len(packed):
        raise BadZipFile
    if part.compress_type == ZIP_STORED:
        whole: Iterator[bytes] = (packed[at : min(at + CHUNK, end)] for at in range(begin, end, CHUNK))
    elif part.compress_type == ZIP_DEFLATED:
        whole = _inflated(packed, begin, end)
    else:
        raise BadZipFile
    for chunk in whole:
        size += len(chunk)
        if size > part.file_size:
            raise BadZipFile
        yield chunk
    if size != part.file_size:
        raise BadZipFile


def _inflated(packed: bytes, begin: int, end: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(begin, end, CHUNK):
        left = packed[at : min(at + CHUNK, end)]
        while left and not inflate.eof:
            yield inflate.decompress(left, CHUNK)
            left = inflate.unconsumed_tail
    if not inflate.eof:
        yield inflate.flush(CHUNK)


def damaged() -> Refusal:
    """What is said of a workbook that cannot be read."""
    return Refusal(N_("文件不是完好的工作簿，或设有密码。请用表格软件打开，去掉密码后另存为 .xlsx"), field="FILE")


def _scan(packed: bytes, part: ZipInfo) -> None:
    extent = _Content() if part.filename == "content.xml" else _Sheet()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = _no_doctype
    whole = _unpacked(packed, part)
    first = next(whole, b"")
    try:
        # What does not begin so is a picture, a printer's settings; it is unpacked to its end all the same.
        reads = first.removeprefix(UTF8_MARK).lstrip().startswith(b"<")
        for chunk in chain((first,), whole):
            if reads:
                parser.Parse(chunk)
        if reads:
            parser.Parse(b"", True)
    except expat.ExpatError:
        if not part.filename.endswith(".vml"):  # the drawing of a remark, which spreadsheets write as no good XML
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

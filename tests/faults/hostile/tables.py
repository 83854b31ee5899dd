"""CSV, OpenDocument and old workbooks: lines without an end, wrong codes, cells repeated, chains that are rings."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator

from tests.faults.hostile.attack import IMPORT, LIST, MB, NOTE, Attack, fixed
from tests.faults.hostile.books import HEADINGS, bomb, zipped
from tests.faults.hostile.markup import FORMULAS

FIRST = ",".join(HEADINGS)
TABLES = (LIST, IMPORT)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMES = "urn:oasis:names:tc:opendocument:xmlns"


def csv(text: str, code: str = "utf-8") -> Callable[[], bytes]:
    return lambda: f"{FIRST}\n{text}".encode(code, "replace")


def separated() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """CSV that fills the memory, or is none."""
    for n in (1, 19):
        yield f"one line of {n} MB", lambda n=n: b"a" * n * MB
        yield f"{n} MB of commas", lambda n=n: b"," * n * MB
        yield f"{n} MB of empty lines", lambda n=n: b"a" + b"\n" * n * MB
        yield f"{n} MB of rows of one letter", lambda n=n: FIRST.encode() + b"\nx" * (n * MB // 2)
        yield f"{n} MB of quotation marks", lambda n=n: b'"' * n * MB
        yield f"{n} MB behind an open quotation mark", lambda n=n: b'"' + b"a,\n" * (n * MB // 3)
        yield f"{n} MB of lines ended by CR", lambda n=n: b"a,b\r" * (n * MB // 4)
        yield f"{n} MB in the national code", lambda n=n: "长\n".encode("gb18030") * (n * MB // 3)
        yield f"{n} MB of UTF-16", lambda n=n: ("长,\n" * (n * MB // 6)).encode("utf-16")
        yield f"{n} MB of four-byte characters", lambda n=n: "😀".encode() * (n * MB // 4)
    yield "100,000 columns", lambda: b"a," * 100_000 + b"\n" + b"b," * 100_000
    yield "100,000 columns below a heading", csv("b," * 100_000)
    yield "nothing in it", fixed(b"")
    yield "one byte", fixed(b"a")
    yield "a byte that is no text", fixed(b"\xff")
    yield "blanks", fixed(b" \r\n\t" * 500)
    yield "wide blanks", fixed("\u3000\n".encode() * 500)
    yield "a mark and nothing else", fixed(b"\xef\xbb\xbf")
    yield "half a mark of UTF-16", fixed(b"\xff\xfe\x00")
    yield "UTF-32", lambda: f"{FIRST}\n1,2".encode("utf-32")
    yield "NUL", csv("1,2019-04-25,\0\0\0")
    yield "control characters", csv("".join(map(chr, range(1, 32))) * 20)
    yield "surrogates", fixed(FIRST.encode() + b"\n1,2019-04-25,\xed\xa0\x80")
    yield "two codes in one file", fixed(FIRST.encode() + "\n1,2,长".encode("gbk"))
    yield "a heading and 90,000 wrong rows", csv("?,?,?,?,?\n" * 90_000)
    yield "a heading and 90,000 right rows without a time", csv("".join(f"{n},,夜里打桩,,\n" for n in range(90_000)))
    yield "directions turned", csv("1,2019-04-25,\u202e\u2066txt.exe\u200b,,")
    yield (
        "a page in a cell",
        csv("1,2019-04-25,<script>document.title='HOSTILE'</script>,<img src=x onerror=alert(1)>,"),
    )
    yield "digits of another script", csv("١,２０１９-04-25,x,,")
    yield "years beyond all years", csv("1,9999-12-31 23:59:59,x,,\n2,0001-01-01,x,,\n3,2019-04-25 99:99,x,,")
    for n, formula in enumerate(FORMULAS):
        quoted = '"' + formula.replace('"', '""') + '"'
        yield f"formula {n}", csv(f"{900 + n},2019-04-25,{quoted},{quoted},")


def ods(cells: str, head: str = "") -> bytes:
    """An OpenDocument workbook with these rows."""
    first = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{n}</text:p></table:table-cell>' for n in HEADINGS
    )
    content = (
        f'{head}<office:document-content xmlns:office="{NAMES}:office:1.0" xmlns:table="{NAMES}:table:1.0"'
        f' xmlns:text="{NAMES}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">'
        f"<table:table-row>{first}</table:table-row>{cells}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"})


def repeated(rows: int, columns: int, text: str) -> bytes:
    cell = (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
    return ods(f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>')


def open_documents() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """.ods: a cell stands for as many as it says."""
    for rows, columns, size in (
        (1_048_576, 16_384, 1),
        (1000, 1000, 1000),
        (1, 2**31, 1),
        (-1, -1, 1),
        (60_000, 30, 9),
    ):
        yield f"{rows} x {columns} cells of {size}", lambda r=rows, c=columns, s=size: repeated(r, c, "长" * s)
    yield "a document type", lambda: ods("", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    yield "content.xml of a gigabyte", bomb("content.xml", 1000 * MB)
    yield "200,000 sheets", lambda: ods("</table:table>" + '<table:table table:name="b"/>' * 200_000 + "<table:table>")


def old(sector: bytes, table: bytes = b"", **said: int) -> bytes:
    """An .xls of a header, one table of sectors and some sectors; what the header says may be wrong."""
    fields = {"tables": 1, "directory": 1, "small": 0xFFFFFFFE, "smalls": 0, "more": 0xFFFFFFFE, "mores": 0, **said}
    head = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fields["tables"], fields["directory"], 0, 4096, fields["small"],
                        fields["smalls"], fields["more"], fields["mores"])  # fmt: skip
    head += struct.pack("<I", 0) + b"\xff" * (109 * 4 - 4)
    return head + (table or struct.pack("<128I", *range(1, 128), 0))[:512].ljust(512, b"\xff") + sector


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    """A line of the directory of an .xls."""
    text = name.encode("utf-16-le").ljust(64, b"\0")
    head = struct.pack("<HBB", len(name) * 2 + 2, kind, 1) + b"\xff" * 12 + bytes(36)
    return text + head + struct.pack("<II", start, size) + bytes(4)


def record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def sheet_of(*cells: tuple[int, int], rows: int = 0, columns: int = 0) -> bytes:
    """An .xls whose book has one sheet with numbers in these places."""
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += record(0x200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))
    sheet += b"".join(record(0x203, struct.pack("<HHHd", r, c, 0, 1.0)) for r, c in cells) + record(0x0A, b"")
    place = len(begin) + 4 + 8 + 1 + 4
    book = begin + record(0x85, struct.pack("<IHBB", place, 0, 1, 0) + b"a") + record(0x0A, b"")
    stream = (book + sheet).ljust(4608, b"\0")
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, len(stream)) + bytes(256)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 3 + len(stream) // 512 - 1), 0xFFFFFFFE]
    return old(directory + stream, struct.pack(f"<{len(chain)}I", *chain))


def old_workbooks(seed: int) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """.xls: sectors that lead to themselves, sizes beyond the file, noise."""
    directory = (entry("Root Entry", 5, 0, 2**31) + entry("Workbook", 2, 1, 2**31 - 1)) * 4
    yield "a chain that bites its tail", lambda: old(directory + bytes(512 * 127))
    yield "a sector that is its own next", lambda: old(directory + bytes(512 * 9), struct.pack("<128I", *range(128)))
    yield "a directory beyond the file", lambda: old(directory, directory=2**31)
    yield "four billion tables", lambda: old(directory, tables=2**32 - 1, mores=2**32 - 1, more=0)
    yield "four billion small sectors", lambda: old(directory + bytes(9999), small=0, smalls=2**32 - 1)
    yield "a book without sheets", lambda: sheet_of()
    yield "a cell in the last corner", lambda: sheet_of((0, 0), (65_535, 65_535), rows=65_536, columns=65_535)
    yield "a cell in the last row and column 255", lambda: sheet_of((0, 0), (65_535, 255), rows=65_536, columns=256)
    yield "dimensions beyond all sheets", lambda: sheet_of((0, 0), rows=2**32 - 1, columns=65_535)
    for n in range(6):
        dice = random.Random(seed + n)
        yield f"noise {n}", lambda d=dice: OLE + d.randbytes(20_000)
        data = bytearray(sheet_of((0, 0), (3, 3), rows=4, columns=4))
        for _ in range(20):
            data[dice.randrange(8, len(data))] = dice.randrange(256)
        yield f"spoiled {n}", fixed(bytes(data))


def attacks(seed: int) -> Iterator[Attack]:
    """Tables by the form for the list and by the command; the others as evidence too."""
    for what, make in separated():
        yield Attack("CSV", what, b"a.csv", make, (NOTE, *TABLES) if what.startswith("one ") else TABLES)
    for what, make in open_documents():
        yield Attack("OpenDocument", what, b"a.ods", make, (NOTE, IMPORT))
    for what, make in old_workbooks(seed):
        yield Attack("old workbooks", what, b"a.xls", make, (NOTE, IMPORT))

"""Workbooks: zips that unpack to a machine's memory, XML that reads other files, sheets without an end."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.faults.hostile.attack import IMPORT, MB, NOTE, Attack

Parts = dict[str, "str | bytes"]
DOORS = (NOTE, IMPORT)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OPEN = "http://schemas.openxmlformats.org"
RELS = f'xmlns="{OPEN}/package/2006/relationships"'
KIND = f"{OPEN}/officeDocument/2006/relationships"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
HEADINGS = ("留言编号", "留言时间", "留言详情", "答复意见", "答复时间")


def row(number: int, *cells: str) -> str:
    inside = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inside}</row>'


def sheet(*rows: str, after: str = "") -> str:
    return f"{HEAD}<worksheet {MAIN}><sheetData>{row(1, *HEADINGS)}{''.join(rows)}</sheetData>{after}</worksheet>"


def parts(**changed: str | bytes) -> Parts:
    """The parts of a good workbook, some of them another: ``sheet``, ``strings``, ``rels``, ``book``, ``styles``."""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{KIND}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))
        )
    )
    book = '<sheets><sheet name="a" sheetId="1" r:id="r0"/></sheets></workbook>'
    types = f'<Types xmlns="{OPEN}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    good = {
        "types": f'{HEAD}{types}<Default Extension="rels" ContentType="application/xml"/></Types>',
        "top": f'{HEAD}<Relationships {RELS}><Relationship Id="r" Type="{KIND}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "book": f'{HEAD}<workbook {MAIN} xmlns:r="{KIND}">{book}',
        "rels": f"{HEAD}<Relationships {RELS}>{links}</Relationships>",
        "strings": f"{HEAD}<sst {MAIN}><si><t>x</t></si></sst>",
        "styles": f"{HEAD}<styleSheet {MAIN}/>",
        "sheet": sheet(row(2, "1", "2019-04-25 09:32", "夜里打桩", "", "")),
        **changed,
    }
    return {PLACES[name]: content for name, content in good.items()}


PLACES = {
    "types": "[Content_Types].xml",
    "top": "_rels/.rels",
    "book": "xl/workbook.xml",
    "rels": "xl/_rels/workbook.xml.rels",
    "strings": STRINGS,
    "styles": "xl/styles.xml",
    "sheet": SHEET,
}


def zipped(entries: Parts, **more: str | bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in {**entries, **more}.items():
            archive.writestr(name, content)
    return kept.getvalue()


def bomb(name: str, size: int) -> Callable[[], bytes]:
    """A part of so many blanks, after the beginning of a good one."""

    def make() -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, content in parts().items():
                if other != name:
                    archive.writestr(other, content)
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(f"{HEAD}<sst {MAIN}>".encode())
                for _ in range(size // MB):
                    part.write(b" " * MB)
        return kept.getvalue()

    return make


def nested(depth: int) -> bytes:
    """A zip of sixteen zips of sixteen zips, as 42.zip is."""
    inner = zipped({"0": bytes(8 * MB)})
    for _ in range(depth):
        inner = zipped({f"xl/{n}.zip": inner for n in range(16)})
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        return zipped(parts(), **{name: archive.read(name) for name in archive.namelist()})


def overlapping(count: int, size: int) -> bytes:
    """So many entries that share one packed content (as David Fifield's bomb does)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(size)) + packer.flush()
    fields = (20, 0, 8, 0, 33, zlib.crc32(bytes(size)), len(packed), size)
    local = b"PK\x03\x04" + struct.pack("<5H3I2H", *fields, 4, 0) + b"0000" + packed
    central = b"".join(
        b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, *fields, 4, 0, 0, 0, 0, 0, 0) + b"%04d" % n for n in range(count)
    )
    return local + central + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, count, count, len(central), len(local), 0)


def lying(size: int, grow: int, *, local: bool = True) -> bytes:
    """A workbook whose sheet is said to have ``size`` bytes and goes on for ``grow`` more."""
    content = parts()[SHEET]
    assert isinstance(content, str)
    data = bytearray(zipped({**parts(), SHEET: content + " " * grow}))
    real = len(content.encode()) + grow
    said = struct.pack("<I", size)
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22))[: 2 if local else 1]:
        place = data.find(mark)
        while place >= 0:
            if data[place + at : place + at + 4] == struct.pack("<I", real):
                data[place + at : place + at + 4] = said
            place = data.find(mark, place + 4)
    return bytes(data)


def empty_entries(count: int) -> bytes:
    """A workbook with so many empty parts beside."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
        for n in range(count):
            archive.writestr(zipfile.ZipInfo(f"{n}"), b"")
    return kept.getvalue()


def named(*names: str) -> bytes:
    """A workbook with parts of these names beside its own, the name of one part twice among them."""
    kept = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(kept, "w") as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"hostile")
    return kept.getvalue()


def flagged(flags: int = 0, method: int = 8) -> bytes:
    """A workbook whose parts are said to be encrypted, or packed in another way."""
    data = bytearray(zipped(parts()))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(mark)
        while place >= 0:
            struct.pack_into("<HH", data, place + at, flags, method)
            place = data.find(mark, place + 4)
    return bytes(data)


def zips() -> Iterator[Attack]:
    """What a zip does to whoever unpacks it."""
    from tests.faults.hostile.names import TOKEN

    tried: list[tuple[str, Callable[[], bytes]]] = [
        *((f"{part} of {n} MB", bomb(part, n * MB)) for part in (STRINGS, SHEET) for n in (150, 210, 1000)),
        *((f"zips in zips, {n} deep", lambda n=n: nested(n)) for n in (1, 3)),
        *((f"{n} entries of one content of {s} MB", lambda n=n, s=s: overlapping(n, s * MB))
          for n, s in ((10, 10), (1000, 1), (60_000, 0))),
        *((f"a sheet said to have {n} bytes and {g} more", lambda n=n, g=g: lying(n, g))
          for n in (0, 700, 2**31) for g in (1, 20 * MB)),
        ("one size here, another there", lambda: lying(700, 9 * MB, local=False)),
        *((f"{n} empty parts", lambda n=n: empty_entries(n)) for n in (1000, 100_000)),
        ("parts that lead out", lambda: named(f"../../{TOKEN}", f"/tmp/{TOKEN}", f"C:\\{TOKEN}", f"..\\{TOKEN}")),
        ("parts called like devices", lambda: named("CON", "NUL", "xl/aux", "a\u202egpj.exe", "é" * 200)),
        ("two sheets of one name", lambda: named(SHEET, SHEET.upper())),
        *((f"flags {f:x}, method {m}", lambda f=f, m=m: flagged(f, m))
          for f, m in ((1, 8), (0x2041, 8), (0, 12), (0, 14), (0, 93), (0, 99), (0, 0))),
        ("half a zip", lambda: zipped(parts())[: len(zipped(parts())) // 2]),
        ("a zip behind a picture", lambda: b"\xff\xd8\xff\xe0" + zipped(parts())),
        ("a zip behind a zip", lambda: zipped({"a": "b"}) + zipped(parts())),
        ("the end of a zip alone", lambda: b"PK\x03\x04" + b"PK\x05\x06" + bytes(18)),
        ("an end that lies of its size", lambda: zipped(parts())[:-10] + b"\xff" * 10),
        ("a workbook with a program in it",
         lambda: zipped(parts(), **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"AutoOpen Shell calc" * 99})),
    ]  # fmt: skip
    for what, make in tried:
        yield Attack("zips", what, b"a.xlsx", make, DOORS)

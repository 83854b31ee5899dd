"""XML inside workbooks and documents: entities, document types, deep nesting, sheets without an end, formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.faults.hostile.attack import IMPORT, NOTE, Attack
from tests.faults.hostile.books import (
    DOORS,
    HEAD,
    KIND,
    MAIN,
    PLACES,
    RELS,
    SHEET,
    STRINGS,
    parts,
    row,
    sheet,
    zipped,
)

GOOD = ("2019-04-25 09:32", "夜里打桩", "", "")
#: What a spreadsheet would work out when it opens it.
FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    '=WEBSERVICE("http://127.0.0.1/")',
    "＝1+1",
    '=IMPORTXML("http://127.0.0.1/","//a")',
)


def declared(part: str, declaration: str, inside: str = "&e;") -> bytes:
    """A workbook one of whose parts begins with this document type and uses its entity."""
    content = parts()[part]
    assert isinstance(content, str)
    body = content.removeprefix(HEAD)
    first = body.index(">") + 1 - body[: body.index(">") + 1].endswith("/>")
    return zipped({**parts(), part: f"{HEAD}{declaration}{body[:first]}{inside}{body[first:]}"})


def entities(canary: str) -> Iterator[tuple[str, str]]:
    """Document types that read, call, or grow."""
    laughs = "".join(f"<!ENTITY e{n} '" + f"&e{n - 1};" * 10 + "'>" for n in range(1, 10))
    yield "a file", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield "a call", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{canary}/xxe">]>'
    yield "a parameter", f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{canary}/dtd"> %p;]>'
    yield "a type from outside", f'<!DOCTYPE x SYSTEM "{canary}/outside.dtd">'
    yield "a billion laughs", f'<!DOCTYPE x [<!ENTITY e0 "ha">{laughs}<!ENTITY e "&e9;">]>'
    growing = ("a" * 50_000, "&q;" * 50_000)
    yield "quadratic", "<!DOCTYPE x [<!ENTITY q '{}'><!ENTITY e '{}'>]>".format(*growing)


def laid_out(cells: str, after: str = "", **changed: str) -> Callable[[], bytes]:
    return lambda: zipped(parts(sheet=sheet(cells, after=after), **changed))


def far(reference: str) -> str:
    number = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{number}"><c r="{reference}"><v>1</v></c></row>'


def shared(size: int, times: int) -> bytes:
    """One text of so many characters in so many cells."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, times + 2))
    return zipped(parts(sheet=sheet(cells), strings=f"{HEAD}<sst {MAIN}><si><t>{'长' * size}</t></si></sst>"))


def sheets() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Sheets that are larger than they look."""
    for reference in ("XFD1048576", "A1048576", "XFD2", "ZZ100000", "A99999999999", "ZZZZZZZZ1", "A0", "A-1"):
        yield f"a cell at {reference}", laid_out(far(reference))
    yield (
        "a dimension to the last corner",
        lambda: zipped(parts(sheet=sheet().replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))),
    )
    for size, times in ((100_000, 3_000), (1_000_000, 500), (3_000, 60_000), (2_000_000, 1)):
        yield f"one text of {size} characters {times} times", lambda s=size, t=times: shared(s, t)
    yield "a cell of five million characters", laid_out(row(2, "1", GOOD[0], "长" * 5_000_000, "", ""))
    yield "a million empty cells in a row", laid_out(f'<row r="2">{"<c/>" * 1_000_000}</row>')
    yield "300,000 rows", laid_out("".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(2, 300_000)))
    yield (
        "400,000 joined cells",
        laid_out(
            "",
            "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(1, 400_000)) + "</mergeCells>",
        ),
    )
    yield (
        "500,000 styles",
        lambda: zipped(parts(styles=f"{HEAD}<styleSheet {MAIN}><cellXfs>{'<xf/>' * 500_000}</cellXfs></styleSheet>")),
    )
    yield "300,000 deep", lambda: zipped(parts(sheet=f"{HEAD}<worksheet {MAIN}>{'<a>' * 300_000}"))
    yield "a tag with 100,000 attributes", laid_out("<row " + " ".join(f"a{n}=''" for n in range(100_000)) + "/>")
    yield "a number of 5,000 digits", laid_out(far("A" + "9" * 5000))
    yield "an index beyond the texts", laid_out('<row r="2"><c r="A2" t="s"><v>4294967295</v></c></row>')
    yield (
        "times beyond all times",
        laid_out("".join(row(n, str(n), cell, "x", "", "") for n, cell in enumerate(("1e308", "99999999", "-1"), 2))),
    )
    itself = f'<Relationship Id="r0" Type="{KIND}/worksheet" Target="../xl/workbook.xml"/>'
    yield "a sheet that is itself", lambda: zipped(parts(rels=f"{HEAD}<Relationships {RELS}>{itself}</Relationships>"))
    yield (
        "UTF-16 with a document type",
        lambda: zipped({**parts(), SHEET: ("<!DOCTYPE x [<!ENTITY e 'x'>]>" + sheet()).encode("utf-16")}),
    )


def outside(canary: str) -> Iterator[tuple[str, bytes]]:
    """Parts that lie elsewhere, and formulas."""
    for target in (f"{canary}/book", "file:///etc/passwd", "\\\\127.0.0.1\\share\\a", "../../../../etc/passwd"):
        for kind in ("worksheet", "sharedStrings", "externalLink", "attachedTemplate"):
            link = f'<Relationship Id="r9" Type="{KIND}/{kind}" Target="{target}" TargetMode="External"/>'
            rels = str(parts()[PLACES["rels"]]).replace("</Relationships>", f"{link}</Relationships>")
            yield f"{kind} at {target.replace(canary, 'a server')}", zipped(parts(rels=rels))
    link = f'{HEAD}<externalLink {MAIN}><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    yield "a DDE link", zipped(parts(), **{"xl/externalLinks/externalLink1.xml": link})
    for n, formula in enumerate(FORMULAS):
        text = formula.replace("&", "&amp;").replace('"', "&quot;")
        yield f"formula {n} as text", zipped(parts(sheet=sheet(row(2, f"{n}", GOOD[0], text, text, ""))))
    cells = "".join(f"<c><f>{formula.replace('&', '&amp;')}</f><v>1</v></c>" for formula in FORMULAS)
    yield "formulas as formulas", zipped(parts(sheet=sheet(f'<row r="2">{cells}</row>')))


def attacks(canary: str) -> Iterator[Attack]:
    """All of them, as workbooks, and what reads or calls in a document as well."""
    for what, declaration in entities(canary):
        for part in (SHEET, STRINGS, PLACES["book"], PLACES["rels"], PLACES["types"]):
            yield Attack("XML", f"{what} in {part}", b"a.xlsx", lambda p=part, d=declaration: declared(p, d), DOORS)
        document = f"{HEAD}{declaration}<document>&e;</document>"
        yield Attack(
            "XML", f"{what} in a document", b"a.docx", lambda d=document: zipped({"word/document.xml": d}), (NOTE,)
        )
        yield Attack("XML", f"{what} alone", b"a.xml", lambda d=document: d.encode(), (NOTE, IMPORT))
    for what, make in sheets():
        yield Attack("sheets", what, b"a.xlsx", make, DOORS)
    for what, data in outside(canary):
        yield Attack("links and formulas", what, b"a.xlsx", lambda d=data: d, DOORS)

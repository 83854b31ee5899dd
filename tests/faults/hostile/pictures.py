"""Pictures that fill the memory, hold up the decoder, or say more than a picture."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import ExifTags, Image, PngImagePlugin

from tests.faults.hostile.attack import EVENING, MB, NOTE, STAGE, Attack, fixed
from tests.pictures import photo

DRAWN = (STAGE, EVENING)
SCRIPT = "<script>document.title='HOSTILE'</script>"


def png(width: int, height: int, *chunks: bytes, data: bytes = b"", depth: int = 8, colour: int = 6) -> bytes:
    """A PNG that says to be so large; ``data`` is its packed content."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def zeros(size: int) -> bytes:
    """So many bytes of nothing, packed, without having them all at once."""
    packer, block = zlib.compressobj(9), bytes(MB)
    parts = [packer.compress(block) for _ in range(size // MB)]
    return b"".join((*parts, packer.compress(bytes(size % MB)), packer.flush()))


def saved(size: tuple[int, int], form: str, mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    """A good picture of one colour, however large."""

    def make() -> bytes:
        kept = BytesIO()
        Image.new(mode, size).save(kept, form, **options)
        return kept.getvalue()

    return make


def said_jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """A small JPEG that says to be so large; ``frame`` C2 for progressive."""
    data = bytearray(photo((64, 48)))
    at = data.find(b"\xff\xc0")
    data[at + 1] = frame
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def with_exif(**words: str) -> bytes:
    exif = Image.Exif()
    for name, text in words.items():
        exif[ExifTags.Base[name]] = text
    kept = BytesIO()
    Image.new("RGB", (60, 40)).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def looping_exif() -> bytes:
    """A directory of the EXIF whose next one is itself."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    body = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo((40, 30))[2:]


def segments(count: int, marker: int = 0xE2) -> bytes:
    """A JPEG with so many profiles of 64 KB each."""
    one = bytes((0xFF, marker)) + struct.pack(">H", 65_535) + b"ICC_PROFILE\0\x01\xff" + b"\0" * 65_519
    return b"\xff\xd8" + one * count + photo((40, 30))[2:]


def text_bomb(name: bytes, size: int = 200 * MB) -> Callable[[], bytes]:
    """A note in a PNG that unpacks to so much."""
    between = b"\0" if name != b"iTXt" else b"\0\1\0\0\0"
    flag = b"\0" if name != b"iTXt" else b""
    return lambda: png(2, 2, chunk(name, b"note" + between + flag + zeros(size)), data=zlib.compress(bytes(18)))


def frames(count: int) -> Callable[[], bytes]:
    """An animated picture of so many frames."""

    def make() -> bytes:
        kept = BytesIO()
        still = [Image.new("RGB", (300, 300), (n % 256, 0, 0)) for n in range(count)]
        still[0].save(kept, "PNG", save_all=True, append_images=still[1:])
        return kept.getvalue()

    return make


def many_notes() -> bytes:
    info = PngImagePlugin.PngInfo()
    for n in range(20_000):
        info.add_text(f"k{n}", SCRIPT)
    kept = BytesIO()
    Image.new("RGB", (2, 2)).save(kept, "PNG", pnginfo=info)
    return kept.getvalue()


def spoiled(seed: int) -> bytes:
    """A good picture with bytes changed, or cut."""
    dice = random.Random(seed)
    form = ("JPEG", "PNG", "WEBP")[seed % 3]
    data = bytearray(photo((200, 150), form, grain=4))
    if dice.random() < 0.3:
        del data[dice.randrange(20, len(data)) :]
    for _ in range(dice.randrange(1, 60)):
        data[dice.randrange(4 if form == "WEBP" else 8, len(data))] = dice.randrange(256)
    return bytes(data)


def webp_said(width: int, height: int) -> bytes:
    """A WebP whose canvas is said to be so large."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X\x0a\0\0\0\x10\0\0\0" + size + photo((60, 40), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


#: What is tried, the name, the bytes.
TRIED: tuple[tuple[str, bytes, Callable[[], bytes]], ...] = (
    *((f"PNG said to be {n} square", b"a.png", fixed(png(n, n))) for n in (50_000, 65_535, 2**31 - 1)),
    *((f"PNG of {n} million points", b"a.png", lambda n=n: png(n * 1000, 1000, data=zeros(n * 4_000_000 + 1000)))
      for n in (11, 12, 20, 60)),
    *((f"PNG {w}x{h}", b"a.png", fixed(png(w, h, data=zeros(8 * MB))))
      for w, h in ((0, 0), (1, 2**31 - 1), (2**31 - 1, 1))),
    *((f"16-bit PNG, colour {c}", b"a.png", lambda c=c: png(3400, 3400, data=zeros(3400 * 27_201), depth=16, colour=c))
      for c in (0, 2, 4, 6)),
    *((f"PNG, IDAT of {n} MB for 2 points", b"a.png", lambda n=n: png(2, 2, data=zeros(n * MB))) for n in (100, 1000)),
    *((f"{name.decode()} bomb", b"a.png", text_bomb(name)) for name in (b"zTXt", b"iTXt", b"iCCP")),
    ("tEXt of 15 MB", b"a.png", lambda: png(2, 2, chunk(b"tEXt", b"k\0" + b"a" * 15 * MB), data=zeros(18))),
    ("20,000 notes with a script", b"a.png", many_notes),
    *((f"APNG of {n} frames", b"a.png", frames(n)) for n in (20, 150)),
    ("APNG said to have four billion frames", b"a.png",
     fixed(png(2, 2, chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0)), data=zeros(18)))),
    *((f"JPEG said to be {w}x{h}", b"a.jpg", fixed(said_jpeg(w, h)))
      for w, h in ((65_535, 65_535), (65_500, 900), (1, 65_535), (0, 0), (7700, 7700))),
    *((f"JPEG frame {f:x}", b"a.jpg", fixed(said_jpeg(4000, 4000, f))) for f in (0xC1, 0xC2, 0xC3, 0xC9, 0xCA)),
    *((f"JPEG of {n} square", b"a.jpg", saved((n, n), "JPEG")) for n in (4000, 7700, 9000)),
    *((f"progressive JPEG of {n} square", b"a.jpg", saved((n, n), "JPEG", progressive=True, subsampling=0))
      for n in (3990, 4010, 7700)),
    *((f"CMYK JPEG of {n} square", b"a.jpg", saved((n, n), "JPEG", "CMYK")) for n in (3900, 7700)),
    *((f"WebP of {n} square", b"a.webp", saved((n, n), "WEBP", "RGBA", lossless=True)) for n in (2800, 2900, 7000)),
    *((f"WebP said to be {n} square", b"a.webp", fixed(webp_said(n, n))) for n in (16_383, 2**24)),
    *((f"PNG of {mode}", b"a.png", saved((3400, 3400), "PNG", mode)) for mode in ("RGBA", "LA", "L", "1", "I;16", "P")),
    *((f"{n} profiles of 64 KB", b"a.jpg", lambda n=n: segments(n)) for n in (16, 255, 300)),
    ("EXIF that leads to itself", b"a.jpg", fixed(looping_exif())),
    *((f"a script in the EXIF, {field}", b"a.jpg", fixed(with_exif(**{field: SCRIPT})))
      for field in ("ImageDescription", "Artist", "Copyright", "Make", "DateTime")),
    ("EXIF of 60 KB", b"a.jpg", fixed(with_exif(ImageDescription="a" * 60_000))),
    ("a place in the EXIF", b"a.jpg", fixed(photo(secret="KEPT-INSIDE"))),
    ("a place in a PNG", b"a.png", fixed(photo(form="PNG", secret="KEPT-INSIDE"))),
    ("MPO", b"a.jpg", saved((400, 300), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300))] * 30)),
    ("the mark of a JPEG alone", b"a.jpg", fixed(b"\xff\xd8\xff")),
    ("the mark of a PNG alone", b"a.png", fixed(b"\x89PNG\r\n\x1a\n")),
    ("the mark of a WebP alone", b"a.webp", fixed(b"RIFF\0\0\0\0WEBP")),
    ("a JPEG of 20 MB of nothing", b"a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(20 * MB - 4)),
    ("a JPEG of 20 MB and a byte", b"a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(20 * MB - 3)),
)  # fmt: skip


def attacks(seed: int) -> Iterator[Attack]:
    """All that is tried, and good pictures spoiled at random."""
    for what, name, make in TRIED:
        yield Attack("pictures", what, name, make, DRAWN)
    for n in range(24):
        name = (b"a.jpg", b"a.png", b"a.webp")[(seed + n) % 3]
        yield Attack("pictures", f"spoiled, {seed + n}", name, fixed(spoiled(seed + n)), (*DRAWN, NOTE))

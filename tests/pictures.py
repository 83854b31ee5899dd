"""Photographs as a phone makes them, for tests."""

from __future__ import annotations

import random
from io import BytesIO

from PIL import ExifTags, Image

TAKEN, SPOT = "2026:06:17 09:31:05", ((31.0, 10.0, 27.5), (121.0, 26.0, 13.2))
#: TAKEN and SPOT as they are told.
TOLD = ("2026-06-17 09:31", "31.17431, 121.43700")


def photo(
    size: tuple[int, int] = (400, 300), form: str = "JPEG", *, turned: int = 1, secret: str = "", grain: int = 0
) -> bytes:
    """The upper left quarter is red, the rest blue. ``turned`` is the orientation in the EXIF, ``secret`` a word in
    its description, ``grain`` how coarse the noise is (0 for none: it makes a file as large as a camera's)."""
    picture = Image.new("RGB", size, (20, 60, 160))
    if grain:
        seed = random.Random(1)
        small = (size[0] // grain, size[1] // grain)
        noise = Image.frombytes("RGB", small, seed.randbytes(small[0] * small[1] * 3))
        picture = Image.blend(picture, noise.resize(size), 0.4)
    picture.paste((200, 20, 20), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.ImageDescription] = secret
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", SPOT[0]
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", SPOT[1]
    kept = BytesIO()
    picture.save(kept, form, exif=exif, quality=92)
    return kept.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))

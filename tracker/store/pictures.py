"""Photographs: when and where they say they were taken, and copies that say nothing beyond the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from warnings import catch_warnings

from PIL import ExifTags, Image, ImageOps

from tracker.rule.refusals import N_, Refusal

#: Nothing else is tried on a file from outside.
FORMATS = ("JPEG", "PNG", "WEBP")
#: As large as a phone's camera makes them; beyond, a small file could fill the memory. Only a plain JPEG is unpacked at
#: a fraction of its size: a progressive one takes 6 bytes for each of its points, a PNG 8, a WebP 20.
#: MPO is what a phone with two lenses writes, JPEGs one after the other.
LARGEST = {
    "JPEG": 60_000_000,
    "MPO": 60_000_000,
    "progressive": 16_000_000,
    "PNG": 12_000_000,
    "WEBP": 6_000_000,
}
QUALITY = 85
SPOT = re.compile(r"-?\d{1,3}\.\d{5}, -?\d{1,3}\.\d{5}")
MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d)(?::\d\d)?")
Image.MAX_IMAGE_PIXELS = None  # LARGEST is asked before anything is unpacked


@dataclass(frozen=True)
class Shot:
    """What a photograph tells of itself: ``2026-06-17 09:31`` by the clock of the camera, ``31.17430, 121.43700``
    degrees north and east; "" for what it does not tell."""

    taken: str = ""
    spot: str = ""


def shot(data: bytes) -> Shot:
    """What the photograph tells; nothing for a file that cannot be read."""
    try:
        with _opened(data) as picture:
            exif = picture.getexif()
            inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
            return Shot(
                _moment(inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)), _spot(gps)
            )
    except Unreadable:
        return Shot()


def said(text: str) -> Shot:
    """What the browser says of a photograph that it has made smaller: ``2026:06:17 09:31:05|31.17430, 121.43700``."""
    taken, _bar, spot = text.partition("|")
    return Shot(_moment(taken), spot if SPOT.fullmatch(spot) else "")


def copy(data: bytes, longest: int) -> bytes:
    """A JPEG upright and at most ``longest`` pixels on its longer side, without a word about camera, time or place.

    Raises Unreadable.
    """
    with _opened(data) as picture:
        share = min(1.0, longest / max(picture.size))  # by its longer side: a panorama has a short one
        picture.draft("RGB", (max(1, round(picture.width * share)), max(1, round(picture.height * share))))
        picture.thumbnail((longest, longest))  # before it is turned, which takes its size again
        ImageOps.exif_transpose(picture, in_place=True)
        plain = picture if picture.mode == "RGB" and not picture.has_transparency_data else _on_white(picture)
        plain.info.clear()
        kept = BytesIO()
        plain.save(kept, "JPEG", quality=QUALITY)
        return kept.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    plain = Image.new("RGB", picture.size, "white")
    seen = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    plain.paste(seen, mask=seen.getchannel("A"))
    return plain


class Unreadable(Refusal):
    """The bytes are no picture."""


class TooLarge(Unreadable):
    """A picture whose points would fill the memory."""


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=FORMATS) as picture:
            form = "progressive" if picture.info.get("progressive") else str(picture.format)
            if picture.width * picture.height > LARGEST[form]:
                raise TooLarge(N_("照片过大，无法显示"), field="files")
            yield picture
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, ZeroDivisionError) as error:
        # Whatever a broken or hostile file makes the decoder say.
        raise Unreadable(N_("照片打不开"), field="files") from error


def _moment(said: Any) -> str:
    found = MOMENT.fullmatch(str(said or "").strip("\0 "))
    return "{}-{}-{} {}:{}".format(*found.groups()) if found else ""


def _spot(gps: dict[int, Any]) -> str:
    north = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    east = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    return f"{north}, {east}" if north and east else ""


def _degrees(parts: Any, side: Any, negative: str) -> str:
    if not parts or len(parts) != 3:
        return ""
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    return f"{-found if side == negative else found:.5f}" if found == found and abs(found) <= 180 else ""

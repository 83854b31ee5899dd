"""Photographs: what they tell of themselves, and copies that tell nothing."""

from __future__ import annotations

import random
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from tests.pictures import TAKEN, TOLD, opened, photo
from tracker.rule.refusals import Refusal
from tracker.store import attachments, pictures
from tracker.store.pictures import Shot, TooLarge, Unreadable


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_tells_when_and_where_it_was_taken(form):
    assert pictures.shot(photo(form=form)) == Shot(*TOLD)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff\xe0jpeg", b"%PDF-1.7", photo()[:200], photo()[:40] + b"\xff" * 90]
)
def test_a_file_that_cannot_be_read_tells_nothing(data):
    assert pictures.shot(data) == Shot()


@pytest.mark.parametrize(
    ("text", "shot"),
    [
        (f"{TAKEN}|{TOLD[1]}", Shot(*TOLD)),
        (f"{TAKEN}|", Shot(TOLD[0])),
        ("|-33.86880, 151.20930", Shot("", "-33.86880, 151.20930")),
        ("", Shot()),
        ("2026:06:17 09:31:05<script>|港南路88号", Shot()),
    ],
)
def test_what_the_browser_says_is_taken_by_its_shape_alone(text, shot):
    assert pictures.said(text) == shot


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_copy_says_nothing_beyond_the_picture(form):
    data = photo(form=form, secret="CANARY")
    assert b"CANARY" in data
    copy = pictures.copy(data, 1600)
    assert b"CANARY" not in copy
    assert TAKEN.encode() not in copy
    assert dict(opened(copy).getexif()) == {}
    assert pictures.shot(copy) == Shot()


@pytest.mark.parametrize(
    ("turned", "corner"), [(1, (0.25, 0.25)), (6, (0.75, 0.25)), (3, (0.75, 0.75)), (8, (0.25, 0.75))]
)
def test_a_copy_stands_upright(turned, corner):
    copy = opened(pictures.copy(photo((2000, 1000), turned=turned), 500))
    width, height = copy.size
    assert (width, height) == ((500, 250) if turned in (1, 3) else (250, 500))
    red, _green, blue = copy.getpixel((int(width * corner[0]), int(height * corner[1])))
    assert red > blue


def test_what_is_too_large_to_unpack_is_not_unpacked(monkeypatch):
    monkeypatch.setitem(pictures.LARGEST, "JPEG", 1000)
    with pytest.raises(Unreadable, match="照片过大"):
        pictures.copy(photo(), 100)


@pytest.mark.parametrize(("form", "side"), [("PNG", 3500), ("WEBP", 2900), ("JPEG", 7800)], ids=["png", "webp", "jpeg"])
def test_more_points_than_the_memory_holds_are_not_unpacked(form, side):
    kept = BytesIO()
    Image.new("RGB", (side, side)).save(kept, form)
    with pytest.raises(TooLarge):
        pictures.copy(kept.getvalue(), 100)


def test_a_long_strip_is_unpacked_at_a_fraction_as_well(monkeypatch):
    unpacked = []
    real = Image.Image.thumbnail

    def thumbnail(picture, size):
        unpacked.append(picture.size)
        real(picture, size)

    monkeypatch.setattr(Image.Image, "thumbnail", thumbnail)
    kept = BytesIO()
    Image.new("RGB", (20_000, 300)).save(kept, "JPEG")
    assert opened(pictures.copy(kept.getvalue(), 1600)).size == (1600, 24)
    assert unpacked == [(2500, 38)]


def test_a_progressive_jpeg_has_the_smaller_limit_because_it_is_unpacked_whole(monkeypatch):
    monkeypatch.setitem(pictures.LARGEST, "progressive", 1000)
    kept = BytesIO()
    Image.new("RGB", (40, 40)).save(kept, "JPEG", progressive=True)
    with pytest.raises(TooLarge):
        pictures.copy(kept.getvalue(), 100)


def test_a_phone_with_two_lenses_writes_two_pictures_of_which_the_first_is_drawn():
    kept = BytesIO()
    Image.new("RGB", (400, 300), "red").save(kept, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300))])
    copy = opened(pictures.copy(kept.getvalue(), 200))
    assert copy.size == (200, 150)
    assert copy.getpixel((10, 10))[0] > 200


def test_a_webp_of_too_many_points_is_refused_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setitem(pictures.LARGEST, "WEBP", 1000)
    with pytest.raises(Refusal, match=r"“西窗\.webp”的像素过多，未上传。请存成 JPEG 再传"):
        attachments.save(tmp_path, "西窗.webp", photo(form="WEBP"))


def test_hostile_bytes_are_refused_and_nothing_else_happens():
    seed = random.Random(20261122)
    whole = [photo(form=form) for form in ("JPEG", "PNG", "WEBP")]
    for n in range(300):
        data = bytearray(whole[n % 3])
        for _hit in range(seed.randrange(1, 30)):
            data[seed.randrange(len(data))] = seed.randrange(256)
        pictures.shot(bytes(data))
        with suppress(Unreadable):
            pictures.copy(bytes(data), 200)


def test_a_webp_becomes_a_jpeg_and_keeps_its_time(tmp_path):
    stored = attachments.save(tmp_path, "西窗.webp", photo(form="WEBP"))
    assert (stored.kind, stored.name, stored.taken) == ("jpg", "西窗.jpg", TOLD[0])
    kept = attachments.path_of(tmp_path, stored.sha256).read_bytes()
    assert kept.startswith(b"\xff\xd8\xff")
    assert stored.size == len(kept)


def test_a_webp_that_is_none_is_refused_by_name(tmp_path):
    with pytest.raises(Refusal, match=r"“西窗\.webp”打不开，未上传"):
        attachments.save(tmp_path, "西窗.webp", b"RIFF\x10\0\0\0WEBPVP8 ")


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"heix"])
def test_a_heic_is_refused_with_the_way_out(tmp_path, brand):
    with pytest.raises(Refusal, match=r"“IMG_1\.HEIC”是 HEIC 照片，未上传。请在手机相机设置里改为“兼容性最佳”"):
        attachments.save(tmp_path, "IMG_1.HEIC", b"\0\0\0\x18ftyp" + brand + b"\0" * 40)

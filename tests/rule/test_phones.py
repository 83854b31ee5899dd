"""Phone numbers in a text, and what only looks like one."""

from __future__ import annotations

import pytest

from tracker.rule.phones import hide


@pytest.mark.parametrize(
    "number",
    [
        "13977770001",
        "138 1234 5678",
        "138-1234-5678",
        "138－1234－5678",
        "1381 234 5678",
        "１３８１２３４５６７８",
        "8613812345678",
        "+86 138 1234 5678",
        "013812345678",
        "021-64881234",
        "02164881234",
        "021 6488 1234",
        "(021)64881234",
        "（0512）6488123",
        "0512-64881234-12",
        "+86 21 64881234",
        "０２１－６４８８１２３４",
    ],
)
def test_whoevers_number_it_is_it_is_put_out_of_sight(number):
    assert hide(f"请回电{number}，夜间有异味", ()) == "请回电＊＊＊，夜间有异味"


@pytest.mark.parametrize(
    ("recorded", "written"),
    [
        ("02164881234", "021-64881234"),
        ("02164881234", "0 2 1，6 4 8 8，1 2 3 4"),
        ("02164881234", "64881234"),
        ("02164881234", "６４８８－１２３４"),
        ("02164881234-12", "64881234-12"),
        ("05126488123", "648-8123"),
        ("13812345678", "1-3-8-1-2-3-4-5-6-7-8"),
        ("13812345678", "138/12/34/56/78"),
    ],
)
def test_the_number_on_record_is_found_however_it_is_written(recorded, written):
    assert hide(f"请回电{written}谢谢", (recorded,)) == "请回电＊＊＊谢谢"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-06-17",
        "2026-06-17 10:24 至 2026-06-18 09:30",
        "20260617102412",
        "2026年6月17日10时",
        "沪环罚〔2026〕1号",
        "12345",
        "12345热线",
        "XH-2026-000001",
        "XH-J000012",
        "2026-0617-0004417",
        "港南路88号1201室，昼间65分贝，夜间1380毫克",
        "罚款 120000 元，编号 0417",
        "121.4737, 31.2304",
    ],
)
def test_dates_and_other_numbers_stay(text):
    assert hide(text, ("13812345678", "02164881234", "")) == text

"""Days and instants as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.rule.refusals import Refusal
from tracker.web.moments import day, moment

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 18, 2, 24, 30, tzinfo=UTC)  # 10:24:30 in Shanghai


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-06-15 16:00", "2026-06-15T16:00"),
        ("06-15 16:00", "2026-06-15T16:00"),
        ("6-5 9:05", "2026-06-05T09:05"),
        ("6月15日16时00分", "2026-06-15T16:00"),
        ("2026年6月15日 16：00", "2026-06-15T16:00"),
        ("０６－１５　１６：００", "2026-06-15T16:00"),
        ("2026/06/15 16:00", "2026-06-15T16:00"),
        ("2026-06-15T16:00", "2026-06-15T16:00"),
        ("  06-15 16:00 ", "2026-06-15T16:00"),
        ("09:30", "2026-06-18T09:30"),
        ("12-01 23:59", "2026-12-01T23:59"),
        ("02-29 10:00", None),
        ("2024-02-29 10:00", "2024-02-29T10:00"),
        ("06-15", None),
        ("昨天", None),
        ("", None),
        ("06-15 24:00", None),
        ("13-01 10:00", None),
        ("0000-01-01 10:00", None),
        ("0001-01-01 00:00", None),
        ("06-15 16:00; DROP", None),
        ("9" * 5000, None),
    ],
)
def test_an_instant_is_read_on_the_clock_of_the_office(typed, read):
    if read is None:
        with pytest.raises(Refusal) as refused:
            moment(typed, ZONE, NOW, "at")
        assert refused.value.field == "at"
        assert len(str(refused.value)) < 100
    else:
        assert moment(typed, ZONE, NOW, "at") == shanghai(read)


def test_without_a_year_the_nearest_one_is_meant():
    new_year = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    assert moment("12-31 16:00", ZONE, new_year, "at") == shanghai("2026-12-31T16:00")
    assert day("01-05", date(2026, 12, 30), "until") == date(2027, 1, 5)
    assert day("06-22", date(2026, 6, 18), "until") == date(2026, 6, 22)
    assert day("2-29", date(2027, 6, 18), "until") == date(2028, 2, 29)


def test_the_present_minute_means_now():
    assert moment("10:24", ZONE, NOW, "at") == NOW
    assert moment("10:23", ZONE, NOW, "at") == shanghai("2026-06-18T10:23")


def test_a_minute_is_not_before_an_instant_that_lies_in_it():
    received = shanghai("2026-06-18T10:20:41")
    assert moment("10:20", ZONE, NOW, "at", (received,)) == received
    assert moment("10:19", ZONE, NOW, "at", (received,)) == shanghai("2026-06-18T10:19")
    assert moment("10:21", ZONE, NOW, "at", (received, received - timedelta(days=1))) == shanghai("2026-06-18T10:21")

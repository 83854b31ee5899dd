"""Cells as exports write them: numbers that are words, and times."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracker.exchange import cells
from tracker.rule.refusals import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: 2019-04-25 09:32:09 in Shanghai.
AT = datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)
ON_THE_MINUTE = AT.replace(second=0)
MIDNIGHT = datetime(2019, 4, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2019/4/25 9:32:09", AT),
        ("2019-04-25 09:32:09", AT),
        ("2019-04-25T09:32:09", AT),
        ("2019-04-25T01:32:09Z", AT),
        ("2019-04-25T09:32:09+08:00", AT),
        ("2019-04-25 09:32:09.0", AT),
        ("2019.4.25 9:32:09", AT),
        ("２０１９／４／２５　９：３２：０９", AT),
        ("2019年4月25日 9:32", ON_THE_MINUTE),
        ("2019年04月25日09时32分09秒", AT),
        ("2019年4月25日 上午9:32", ON_THE_MINUTE),
        ("20190425093209", AT),
        (" 2019/4/25 \t 9:32:09\n", AT),
        (datetime(2019, 4, 25, 9, 32, 9), AT),
        (datetime(2019, 4, 25, 9, 32, 8, 999_999), AT),
        (43580.39732638889, AT),
        ("43580.39732638889", AT),
    ],
    ids=str,
)
def test_a_time_is_read_as_it_is_written(cell: object, at: datetime) -> None:
    assert cells.moment(cell, SHANGHAI) == cells.Moment(at)


def test_an_afternoon_is_twelve_hours_later() -> None:
    found = cells.moment("2019年4月25日 下午9:32", SHANGHAI)
    assert found == cells.Moment(datetime(2019, 4, 25, 13, 32, tzinfo=UTC))
    assert cells.moment("2019年4月25日 下午12:05", SHANGHAI).at.hour == 4


@pytest.mark.parametrize("cell", ["2019/4/25", "2019年4月25日", "20190425", date(2019, 4, 25), 43580, 43580.0, "43580"])
def test_a_day_without_an_hour_begins_at_midnight_and_says_so(cell: object) -> None:
    assert cells.moment(cell, SHANGHAI) == cells.Moment(MIDNIGHT, day_only=True)


@pytest.mark.parametrize("cell", ["", "  ", "\t\n"])
def test_an_empty_cell_is_no_time(cell: str) -> None:
    assert cells.moment(cell, SHANGHAI) is None


@pytest.mark.parametrize(
    "cell",
    [
        *("昨天", "4/25/2019", "25.4.2019", "9:32", "2019-04", "2019/4/25 25:00", "2019-02-30", "2019/13/1 9:00"),
        *("2019年4月25日 下午13:00", "-5", 12, 99_999_999, "0001-01-01T00:00:00+08:00", True, "2019/4/25 9:32 extra"),
    ],
)
def test_what_is_no_time_is_refused_and_never_guessed(cell: object) -> None:
    with pytest.raises(Refusal, match="请"):
        cells.moment(cell, SHANGHAI)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (2549.0, "2549"),
        (1.38e10, "13800000000"),
        (13812345678, "13812345678"),
        ("00123", "00123"),
        ("GD-2019/0042", "GD-2019/0042"),
        (12.5, "12.5"),
        ("１３８", "１３８"),
    ],
)
def test_a_number_keeps_its_digits(cell: object, words: str) -> None:
    assert cells.number(cell) == words


@pytest.mark.parametrize("cell", ["1.38E+10", "1.3E10", 20190425123456789.0, 10**15])
def test_a_number_that_lost_digits_is_refused(cell: object) -> None:
    with pytest.raises(Refusal, match="丢失"):
        cells.number(cell)


def test_words_lose_control_characters_and_runs_of_blanks() -> None:
    assert (
        cells.text("\n\t\t夜里\x00两点\x1b[31m\r\n\n\n\n还在　　打桩\t\t ", lines=True) == "夜里 两点 [31m\n\n还在 打桩"
    )
    assert cells.text(" 夜里\n两点 ") == "夜里 两点"

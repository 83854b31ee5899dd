"""The overdue list as a workbook, read back by another library."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from tracker.exchange.sheets import overdue_workbook
from tracker.store.overdue import OverdueLine
from tracker.store.settings import Office

OFFICE = Office(name="示例区生态环境局", prefix="XH", zone=ZoneInfo("Asia/Shanghai"))
DUE = datetime(2026, 6, 16, 16, tzinfo=UTC)
LINE = OverdueLine(
    case_id=1,
    no="XH2026-000007",
    title="塑料制品厂异味",
    categories=("大气·恶臭异味", "噪声·工业"),
    limit="inspection",
    due_at=DUE,
    due_day=date(2026, 6, 16),
    provisional=False,
    backfill=False,
    asked=False,
    received_at=DUE - timedelta(days=3),
    street="新港街道",
    handler_id=3,
    handler="王建国",
    unit="执法二中队",
    state="open",
    round=1,
    historic=False,
    joined=0,
    lead_no="",
    last_reminded_at=datetime(2026, 6, 17, 0, 30, tzinfo=UTC),
)


def workbook(*lines: OverdueLine, translate=str) -> bytes:
    at = DUE + timedelta(days=1, hours=10, minutes=24)
    return overdue_workbook(
        lines, office=OFFICE, at=at, taken_at=at + timedelta(hours=1), by="周明", translate=translate
    )


def rows(packed: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(packed))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_a_line_has_the_columns_of_the_list() -> None:
    found = rows(workbook(LINE))
    assert dict(zip(found[2], found[3], strict=True)) == {
        "超期时长": "1天10小时",
        "受理编号": "XH2026-000007",
        "事由": "塑料制品厂异味",
        "类别": "大气·恶臭异味、噪声·工业",
        "阶段": "现场检查",
        "街道": "新港街道",
        "应完成": date(2026, 6, 17),
        "超期小时": 34.4,
        "承办人": "王建国",
        "承办单位": "执法二中队",
        "最近催办": "2026-06-17 08:30",
        "应完成（文字）": "2026-06-16 24:00",
    }


def test_the_sheet_says_of_when_it_is_and_who_took_it_when() -> None:
    found = rows(workbook(LINE))
    assert found[0][0] == "示例区生态环境局 超期清单"
    assert found[1][0] == (
        "截至 2026-06-18 10:24（Asia/Shanghai）　共 1 件　导出人 周明　导出时间 2026-06-18 11:24"
        "　应完成 00:00 即前一日 24:00"
    )


def test_what_is_no_stage_is_counted_apart() -> None:
    found = rows(workbook(LINE, replace(LINE, limit="督办#2")))
    assert "共 2 件，其中其他时限 1 件　导出人" in found[1][0]
    assert found[4][4] == "督办（2）"


def test_an_empty_list_is_a_sheet_with_its_heading() -> None:
    assert len(rows(workbook())) == 3


def test_a_late_entry_that_waits_and_a_provisional_day_are_marked() -> None:
    found = rows(workbook(replace(LINE, backfill=True, provisional=True)))[3]
    assert found[0] == "1天10小时 补录待核"
    assert found[-1] == "2026-06-16 24:00 暂定"


def test_an_outside_limit_goes_by_its_own_name() -> None:
    assert rows(workbook(replace(LINE, limit="12345应反")))[3][4] == "12345应反"


def test_the_due_time_and_the_hours_can_be_sorted_and_a_limit_to_come_is_below_zero() -> None:
    found = rows(workbook(LINE, replace(LINE, due_at=DUE + timedelta(days=3))))
    assert [row[6] for row in found[3:]] == [date(2026, 6, 17), date(2026, 6, 20)]
    assert [row[7] for row in found[3:]] == [34.4, -37.6]


@pytest.mark.parametrize(
    "title",
    ['=HYPERLINK("http://198.51.100.7","x")', "+1", "-1", "@SUM(A1)", "http://198.51.100.7/", "00123", "嗓音🔊扰民"],
)
def test_words_that_look_like_something_else_stay_words(title: str) -> None:
    packed = workbook(replace(LINE, title=title))
    assert rows(packed)[3][2] == title
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any(
            "hyperlink" in archive.read(name).decode().lower() for name in archive.namelist() if ".rels" in name
        )


def test_labels_are_translated() -> None:
    words = {
        "超期清单": "Overdue",
        "现场检查": "Inspection",
        "1天": "1 day",
        "%(n)s小时": "%(n)s h",
        "%(long)s%(short)s": "%(long)s %(short)s",
    }
    packed = workbook(LINE, translate=lambda text: words.get(text, text))
    assert rows(packed)[0][0] == "示例区生态环境局 Overdue"
    assert rows(packed)[3][4] == "Inspection"
    assert rows(packed)[3][0] == "1 day 10 h"


def test_a_card_has_a_column_where_a_case_carries_one() -> None:
    found = rows(workbook(replace(LINE, card="red"), LINE))
    assert [line[-1] for line in found[2:5]] == ["亮牌", "红牌", ""]
    assert "亮牌" not in rows(workbook(LINE))[2]

"""From rows to letters: good rows exact, each wrong cell named with its row, its column and the way out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.exchange import books
from tracker.exchange.letters import Letters, letters
from tracker.exchange.read import Sheet, read
from tracker.rule.history import NO_PLACE, Letter
from tracker.rule.refusals import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 17, 2, 24, tzinfo=UTC)
LETTER = Letter(
    row=2,
    source_no="2549",
    received_at=datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC),
    received_from="letter",
    channel="网络/微信",
    title="工地夜间施工噪声",
    content="夜里两点还在打桩。",
    place=NO_PLACE,
    complainant="A00045581",
    reply="已责令停工。",
    replied_at=datetime(2019, 5, 10, 6, 56, 53, tzinfo=UTC),
)


def found(*rows: list[object], heading: tuple[str, ...] = books.HEADING) -> Letters:
    return letters(Sheet("", [heading, *rows]), NOW, SHANGHAI)


def test_a_good_row_becomes_a_letter_exactly(tmp_path: Path) -> None:
    read_back = letters(read(books.xlsx(tmp_path / "a.xlsx", books.row())), NOW, SHANGHAI)
    assert read_back.letters == (LETTER,)
    assert (read_back.rows, read_back.rejected, read_back.day_only, read_back.unused) == (1, (), (), ())


def test_the_same_table_as_gbk_csv_is_the_same(tmp_path: Path) -> None:
    path = books.comma_separated(tmp_path / "a.csv", books.row(), encoding="gb18030")
    assert letters(read(path), NOW, SHANGHAI).letters == (LETTER,)


def test_dates_of_the_sheet_and_days_without_an_hour_are_read(tmp_path: Path) -> None:
    row = books.row(留言时间=datetime(2019, 4, 25, 9, 32, 9), 答复时间=date(2019, 5, 10))
    read_back = letters(read(books.xlsx(tmp_path / "a.xlsx", row)), NOW, SHANGHAI)
    assert read_back.letters[0].received_at == LETTER.received_at
    assert read_back.letters[0].replied_at == datetime(2019, 5, 9, 16, tzinfo=UTC)
    assert read_back.day_only == (2,)


def test_a_reply_on_the_day_of_receipt_without_an_hour_is_not_before_the_receipt() -> None:
    (letter,) = found(books.row(答复时间="2019/4/25")).letters
    assert letter.replied_at == letter.received_at


def test_a_letter_without_a_reply_is_open() -> None:
    (letter,) = found(books.row(答复意见="", 答复时间="")).letters
    assert letter.replied_at is None


def test_without_a_title_the_first_clause_of_the_letter_is_one() -> None:
    (letter,) = found(books.row(留言主题="", 留言详情="夜里两点还在打桩。孩子睡不着。")).letters
    assert letter.title == "夜里两点还在打桩"


def test_title_rows_totals_remarks_and_repeated_headings_are_no_data() -> None:
    sheet = [
        ["2019年来信统计表"],
        ["单位：某局", "", "", "", "", "", ""],
        list(books.HEADING),
        books.row(),
        ["", "", "", "", "", "", ""],
        list(books.HEADING),
        books.row(留言编号=2550),
        ["合计", "2件", "", "", "", "", ""],
        ["", "制表人：李某", "", "", "", "", ""],
    ]
    read_back = letters(Sheet("", sheet), NOW, SHANGHAI)
    assert [letter.row for letter in read_back.letters] == [4, 7]
    assert read_back.passed_over == (1, 2, 6, 8, 9)
    assert read_back.rows == 2


def test_a_line_with_a_letter_in_it_is_data_even_if_it_begins_like_a_total() -> None:
    assert found(books.row(留言编号="合计1")).rows == 1


def test_columns_that_were_not_taken_are_named() -> None:
    read_back = found([*books.row(), "东城街道", "x"], heading=(*books.HEADING, "所属街镇", "内部备注"))
    assert read_back.unused == ("所属街镇", "内部备注")


def test_other_columns_of_real_exports_are_taken() -> None:
    heading = ("工单编号", "派单时间", "工单来源", "诉求内容", "来电人", "来电号码", "事件发生地", "被投诉单位")
    row = ["GD1", "2019/4/25 9:32:09", "12345热线", "有油烟", "张某", 1.3812345678e10, "港南路88号", "某饭店"]
    (letter,) = found(row, heading=heading).letters
    assert letter == Letter(
        row=2,
        source_no="GD1",
        received_at=LETTER.received_at,
        received_from="dispatch",
        channel="12345热线",
        title="有油烟",
        content="有油烟",
        place="港南路88号",
        subject_unit="某饭店",
        complainant="张某",
        phone="13812345678",
    )


LONG = "长" * 100_000
WITH_PHONE = (*books.HEADING, "联系电话", "来源渠道")
BAD_CELLS: list[tuple[str, dict[str, object], str, str, str]] = [
    ("no number", {"留言编号": ""}, "留言编号", "", "编号为空"),
    ("a number of blanks", {"留言编号": " \t "}, "留言编号", "", "编号为空"),
    ("a number in scientific notation", {"留言编号": "2.55E+12"}, "留言编号", "2.55E+12", "科学计数法"),
    ("a number past 15 digits", {"留言编号": 20190425123456789.0}, "留言编号", "20190425123456788", "超过15位"),
    ("a number of 100,000 characters", {"留言编号": LONG}, "留言编号", "长" * 59 + "…", "不能超过64字"),
    ("no time", {"留言时间": ""}, "留言时间", "", "收到时间为空"),
    ("a time in words", {"留言时间": "昨天上午"}, "留言时间", "昨天上午", "2019-04-25 09:32"),
    ("an American date", {"留言时间": "4/25/2019 9:32"}, "留言时间", "4/25/2019 9:32", "不是能识别的时间"),
    ("30 February", {"留言时间": "2019/2/30 9:00"}, "留言时间", "2019/2/30 9:00", "没有这个时间"),
    ("25 o'clock", {"留言时间": "2019/4/25 25:00"}, "留言时间", "2019/4/25 25:00", "没有这个时间"),
    ("a number that is no date", {"留言时间": 7.0}, "留言时间", "7", "不是能识别的时间"),
    ("a time to come", {"留言时间": "2027/1/1 9:00"}, "留言时间", "2027/1/1 9:00", "不能晚于现在"),
    ("a slipped year", {"留言时间": "0219/4/25 9:00"}, "留言时间", "0219/4/25 9:00", "早于2000年"),
    ("the year 9999", {"留言时间": "9999/12/31 9:00"}, "留言时间", "9999/12/31 9:00", "不能晚于现在"),
    ("no letter", {"留言详情": ""}, "留言详情", "", "内容为空"),
    ("a letter of control characters", {"留言详情": "\x00\x07\x1b\u200b"[:3]}, "留言详情", "", "内容为空"),
    ("a letter of 100,000 characters", {"留言详情": LONG}, "留言详情", "长" * 59 + "…", "不能超过20000字"),
    ("a title of 100,000 characters", {"留言主题": LONG}, "留言主题", "长" * 59 + "…", "不能超过200字"),
    ("a name of 100,000 characters", {"留言用户": LONG}, "留言用户", "长" * 59 + "…", "不能超过60字"),
    ("a reply of 100,000 characters", {"答复意见": LONG}, "答复意见", "长" * 59 + "…", "不能超过10000字"),
    ("a reply without its time", {"答复时间": ""}, "答复时间", "", "没有答复时间"),
    ("a reply before the letter", {"答复时间": "2019/4/24 9:00"}, "答复时间", "2019/4/24 9:00", "早于收到时间"),
    ("a reply a day before, without hour", {"答复时间": "2019/4/24"}, "答复时间", "2019/4/24", "早于收到时间"),
    ("a reply to come", {"答复时间": "2026/6/18 9:00"}, "答复时间", "2026/6/18 9:00", "不能晚于现在"),
    ("a reply time in words", {"答复时间": "已答复"}, "答复时间", "已答复", "不是能识别的时间"),
    ("a phone with a digit missing", {"联系电话": "1380000000"}, "联系电话", "1380000000", "11位手机号"),
    ("a phone in scientific notation", {"联系电话": "1.38E+10"}, "联系电话", "1.38E+10", "科学计数法"),
    ("words for a phone", {"联系电话": "不便透露"}, "联系电话", "不便透露", "11位手机号"),
    ("a source that does not exist", {"来源渠道": "飞鸽传书"}, "来源渠道", "飞鸽传书", "可用："),
]


@pytest.mark.parametrize(("what", "changes", "column", "value", "says"), BAD_CELLS, ids=[case[0] for case in BAD_CELLS])
def test_a_wrong_cell_is_named_and_good_rows_pass(
    what: str, changes: dict[str, object], column: str, value: str, says: str
) -> None:
    good, bad = dict(books.GOOD), {**books.GOOD, "留言编号": 2550, **changes}
    rows = [[line.get(name, "") for name in WITH_PHONE] for line in (good, bad, {**good, "留言编号": 2551})]
    read_back = found(*rows, heading=WITH_PHONE)
    assert [letter.source_no for letter in read_back.letters] == ["2549", "2551"]
    assert [(one.row, read_back.column(one.field), one.value) for one in read_back.rejected] == [(3, column, value)]
    assert says in str(read_back.rejected[0].why)
    assert read_back.rows == 3


def test_every_wrong_cell_of_a_row_is_named_at_once() -> None:
    read_back = found(books.row(留言编号="", 留言时间="昨天", 留言详情="", 答复时间="明天"))
    assert {read_back.column(one.field) for one in read_back.rejected} == {
        "留言编号",
        "留言时间",
        "留言详情",
        "答复时间",
    }
    assert read_back.rows == 1


GOOD_CELLS: list[tuple[str, dict[str, object], str, object]] = [
    ("emoji", {"留言详情": "太吵了😡👨‍👩‍👧"}, "content", "太吵了😡👨‍👩‍👧"),
    ("control characters", {"留言详情": "夜里\x00打\x0b桩"}, "content", "夜里 打 桩"),
    ("runs of blank lines", {"留言详情": "\n\t\t\t一\n\n\n\n二"}, "content", "一\n\n二"),
    ("20,000 characters", {"留言详情": "长" * 20_000}, "content", "长" * 20_000),
    ("full-width digits in a phone", {"联系电话": "１３８　１２３４　５６７８"}, "phone", "13812345678"),
    ("a phone as a float", {"联系电话": 13812345678.0}, "phone", "13812345678"),
    ("a landline", {"联系电话": "021-6428 0000"}, "phone", "02164280000"),
    ("a formula as a title", {"留言主题": "=1+1"}, "title", "=1+1"),
    ("a number with leading zeros", {"留言编号": "000123"}, "source_no", "000123"),
    ("a number as a float", {"留言编号": 2549.0}, "source_no", "2549"),
]


@pytest.mark.parametrize(("what", "changes", "field", "value"), GOOD_CELLS, ids=[case[0] for case in GOOD_CELLS])
def test_an_odd_cell_that_is_right_is_taken(what: str, changes: dict[str, object], field: str, value: object) -> None:
    line = {**books.GOOD, **changes}
    read_back = found([line.get(name, "") for name in WITH_PHONE], heading=WITH_PHONE)
    assert not read_back.rejected
    assert getattr(read_back.letters[0], field) == value


def test_a_row_shorter_than_the_heading_is_read() -> None:
    assert found(books.row()[:5]).letters[0].replied_at is None


@pytest.mark.parametrize("rows", [[], [[]], [["", " "], [None]]], ids=["no row", "an empty row", "blank cells"])
def test_an_empty_sheet_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises(Refusal, match="工作表是空的"):
        letters(Sheet("", rows), NOW, SHANGHAI)


def test_a_sheet_with_a_heading_alone_has_no_rows() -> None:
    assert found().rows == 0

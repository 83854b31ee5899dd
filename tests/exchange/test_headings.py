"""Which column says what."""

from __future__ import annotations

import pytest

from tests.exchange.books import HEADING
from tracker.exchange import headings
from tracker.rule.refusals import Refusal

REQUIRED = ("source_no", "received_at", "content")


def found(*names: str) -> headings.Heading:
    return headings.find([names], REQUIRED)


def test_letters_are_known_by_their_headings() -> None:
    heading = found(*HEADING)
    assert {field: heading.name(field) for field in ("source_no", "complainant", "title", "replied_at")} == {
        "source_no": "留言编号",
        "complainant": "留言用户",
        "title": "留言主题",
        "replied_at": "答复时间",
    }
    assert heading.start == "letter"


def test_the_order_of_the_columns_does_not_matter() -> None:
    assert found(*reversed(HEADING)).name("content") == "留言详情"


@pytest.mark.parametrize(
    ("names", "best", "start"),
    [
        (("留言时间", "派单时间"), "派单时间", "dispatch"),
        (("来电时间", "登记时间"), "登记时间", "registration"),
        (("留言时间", "来电时间"), "来电时间", "call"),
        (("受理时间",), "受理时间", "registration"),
    ],
)
def test_the_best_start_of_the_clock_is_taken(names: tuple[str, ...], best: str, start: str) -> None:
    heading = found("工单编号", "诉求内容", *names)
    assert (heading.name("received_at"), heading.start) == (best, start)


def test_one_column_may_serve_two_fields() -> None:
    heading = found("工单编号", "来电时间", "诉求内容")
    assert heading.columns["received_at"] == heading.columns["called_at"] == 1


@pytest.mark.parametrize(
    "written", ["* 留言编号", "留言 编号", "留言编号：", "留言编号（必填）", "留\n言编号", "＊留言编号"]
)
def test_marks_and_blanks_around_a_heading_are_ignored(written: str) -> None:
    assert found(written, *HEADING[1:]).name("source_no") == written.strip()


def test_the_heading_is_found_below_title_rows() -> None:
    rows = [("2019年来信统计表",), ("制表：信访科", "", "留言时间"), HEADING, ("1",)]
    assert headings.find(rows, REQUIRED).at == 2


def test_every_start_is_a_heading_of_the_start() -> None:
    assert set(headings.STARTS) <= set(headings.HEADINGS["received_at"])


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("姓名", "年龄"), ("张", "3")], "没有找到表头"),
        ([()], "没有找到表头"),
        ([HEADING[1:]], "“编号”一列。列名应为其中之一：留言编号、工单编号、"),
        ([("派单时间", "诉求内容")], "“编号”一列。列名应为其中之一：工单编号、"),
        ([(*HEADING[:3], *HEADING[4:])], "派单时间"),
        ([(*HEADING[:4], *HEADING[5:])], "诉求内容、"),
        ([("",)] * headings.LOOKED_THROUGH + [HEADING], "没有找到表头"),
    ],
    ids=["unknown headings", "nothing", "no number", "no number of a hotline", "no time", "no content", "too far down"],
)
def test_a_sheet_without_what_a_case_needs_is_refused(rows: list[tuple[str, ...]], says: str) -> None:
    with pytest.raises(Refusal) as refused:
        headings.find(rows, REQUIRED)
    assert says in str(refused.value)
    assert refused.value.field == "FILE"

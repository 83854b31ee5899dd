"""“为什么是这一天”: the count, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.rule.china import CHINA, SHANGHAI, day, rule
from tracker.rule.calendar import Calendar
from tracker.rule.stages import Stage, explain

NAMED = replace(CHINA, names={day("2026-09-20"): "国庆节", day("2026-09-25"): "中秋节", day("2026-09-26"): "中秋节"})


def lines(received: str, convention: str, days: int, calendar: Calendar = NAMED) -> list[str]:
    at = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    rows = explain(rule(convention), Stage("recheck", days), at, calendar, SHANGHAI)
    return [f"{row.day:%m-%d} {row.n or '-'} {row.why} {row.note}".strip() for row in rows]


def test_natural_days_all_count_but_the_first() -> None:
    assert lines("2026-09-18T16:00", "natural", 3) == [
        "09-18 - 收到当日，不计",
        "09-19 1 自然日，计入",
        "09-20 2 自然日，计入",
        "09-21 3 自然日，计入",
    ]


def test_working_days_name_the_holiday_the_weekend_and_the_make_up_day() -> None:
    assert lines("2026-09-18T16:00", "working", 6) == [
        "09-18 - 收到当日，不计",
        "09-19 - 周末，不计",
        "09-20 1 调休上班，计入 国庆节",
        "09-21 2 工作日，计入",
        "09-22 3 工作日，计入",
        "09-23 4 工作日，计入",
        "09-24 5 工作日，计入",
        "09-25 - 放假，不计 中秋节",
        "09-26 - 放假，不计 中秋节",
        "09-27 - 周末，不计",
        "09-28 6 工作日，计入",
    ]


def test_a_rolled_limit_shows_the_days_it_moved_over() -> None:
    assert lines("2026-09-23T16:00", "natural-roll", 2) == [
        "09-23 - 收到当日，不计",
        "09-24 1 自然日，计入",
        "09-25 2 自然日，计入；遇休息日顺延 中秋节",
        "09-26 - 休息日，顺延 中秋节",
        "09-27 - 休息日，顺延",
        "09-28 - 顺延至此工作日",
    ]


def test_a_limit_that_need_not_roll_ends_on_its_last_day() -> None:
    assert lines("2026-09-18T16:00", "natural-roll", 2)[-1] == "09-20 2 自然日，计入 国庆节"


def test_hours_count_a_day_every_24_hours() -> None:
    assert lines("2026-09-18T16:00", "hours", 2) == [
        "09-18 - 从收到时起算",
        "09-19 1 满24小时，计入",
        "09-20 2 满24小时，计入",
    ]


def test_hours_from_a_receipt_within_the_first_minute_end_with_the_same_day() -> None:
    assert lines("2026-09-18T00:00:30", "hours", 1) == ["09-18 - 从收到时起算", "09-18 1 满24小时，计入"]


def test_a_day_that_nobody_has_published_says_so() -> None:
    assert lines("2026-12-30T16:00", "working", 2) == [
        "12-30 - 收到当日，不计",
        "12-31 1 工作日，计入 放假安排未公布",
        "01-01 - 放假，不计 放假安排未公布",
        "01-02 - 周末，不计 放假安排未公布",
        "01-03 - 周末，不计 放假安排未公布",
        "01-04 2 工作日，计入 放假安排未公布",
    ]
    assert lines("2026-12-30T16:00", "natural", 1) == ["12-30 - 收到当日，不计", "12-31 1 自然日，计入"]

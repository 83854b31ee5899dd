"""Names that are alike, grades, fines as people type them, and when a penalty may be entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rule.test_conduct import standing
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.unit_names import alike, core
from tracker.rule.units import amount, check_grade, check_merge, check_penalty

TODAY = date(2026, 6, 17)


def test_the_form_of_a_company_and_brackets_do_not_count() -> None:
    assert core("示例（新港）塑料制品有限公司") == core("示例塑料制品股份有限公司") == "示例塑料制品"
    assert core("有限公司") == "有限公司"


@pytest.mark.parametrize(
    ("name", "other", "found"),
    [
        ("示例塑料制品有限公司", "示例塑料制品厂有限公司", True),
        ("示例塑料制品有限公司", "示例塑料制品", True),
        ("示例塑料制品有限公司", "示例塑胶制品有限公司", True),
        ("阿福早点铺", "阿福早点店", True),
        ("阿福早点铺", "老王烧烤", False),
        ("甲厂", "乙厂", False),
        ("东湖路烧烤", "西河路网吧", False),
    ],
)
def test_alike_names_are_offered(name: str, other: str, found: bool) -> None:
    assert (alike(name, [other]) == (other,)) == found


def test_the_likest_comes_first_and_the_name_itself_never() -> None:
    names = ["示例塑胶制品厂", "示例塑料制品厂", "示例塑料制品厂有限公司"]
    assert alike("示例塑料制品厂", names) == ("示例塑料制品厂有限公司", "示例塑胶制品厂")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("", None),
        ("20000", 2_000_000),
        ("20,000.50", 2_000_050),
        ("2万", 2_000_000),
        ("2.5万元", 2_500_000),
        ("0", 0),
        (" 300 元", 30_000),
    ],
)
def test_a_fine_is_read_as_people_type_it(typed: str, fen: int | None) -> None:
    assert amount(typed, "amount") == fen


@pytest.mark.parametrize("typed", ["两万", "-1", "1.005", "NaN", "Infinity", "1e99", "万", "1 2"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="罚款金额应为元") as refused:
        amount(typed, "amount")
    assert refused.value.field == "amount"


def test_a_grade_has_a_colour_and_a_reason() -> None:
    check_grade("red", "三次超标")
    with pytest.raises(Refusals) as refused:
        check_grade("blue", "")
    assert [one.field for one in refused.value.items] == ["grade", "reason"]
    with pytest.raises(Refusals):
        check_grade("red", "长" * 501)


@pytest.mark.parametrize(("spelling", "name"), [("", "甲"), ("甲", ""), ("甲", "甲")])
def test_two_names_are_merged_and_no_less(spelling: str, name: str) -> None:
    with pytest.raises(Refusal):
        check_merge(spelling, name)


def test_a_penalty_follows_the_filing_also_after_closing() -> None:
    filed = replace(standing(), next_step="立案查处")
    check_penalty(filed, "沪环罚1号", TODAY, TODAY)
    check_penalty(replace(filed, state="closed"), "沪环罚1号", TODAY, TODAY)
    with pytest.raises(Refusal, match="立案查处"):
        check_penalty(replace(filed, next_step="责令改正"), "沪环罚1号", TODAY, TODAY)
    with pytest.raises(Refusal, match="历史件"):
        check_penalty(replace(filed, historic=True), "沪环罚1号", TODAY, TODAY)
    with pytest.raises(Refusals) as refused:
        check_penalty(filed, "", None, TODAY)
    assert [one.field for one in refused.value.items] == ["number", "decided_on"]
    with pytest.raises(Refusals, match="不能晚于今天"):
        check_penalty(filed, "沪环罚1号", date(2026, 6, 18), TODAY)

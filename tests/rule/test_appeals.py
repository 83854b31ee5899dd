"""The list of appeals: read from a pasted table, and found by a word."""

from __future__ import annotations

import pytest

from tracker.rule import appeals
from tracker.rule.refusals import Refusal, Refusals

TABLE = (
    "诉求\t法律依据\t途径\t答复形式\n"
    "反映企业排放恶臭\t《大气污染防治法》第八十条\t举报查处\t书面告知处理结果\n"
    "\n"
    "反映施工噪声\t《噪声污染防治法》第四十三条\t举报查处\t电话或书面\n"
    "不服处罚决定\t《行政复议法》\t复议诉讼\t告知复议途径\n"
)


def test_a_block_of_a_workbook_is_read_without_its_heading_and_empty_lines():
    found = appeals.parsed(TABLE)
    assert [one.name for one in found] == ["反映企业排放恶臭", "反映施工噪声", "不服处罚决定"]
    assert (found[2].route, found[2].reply) == ("复议诉讼", "告知复议途径")
    assert appeals.parsed(appeals.written(found)) == found


def test_csv_with_quotes_and_a_mark_is_read_too():
    (one,) = appeals.parsed('\ufeff反映噪声,"《噪声法》第一条, 第二条",举报查处,书面\n')
    assert one.basis == "《噪声法》第一条, 第二条"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "清单是空的"),
        ("只有一列", "第 1 行应有四列"),
        ("\t依据\t举报查处\t书面", "第 1 行没有诉求"),
        ("噪声\t依据\t邮寄\t书面", "第 1 行的途径“邮寄”应为"),
        ("噪声\t依据\t举报查处\t书面\n噪声\t\t举报查处\t", "第 2 行的诉求“噪声”重复"),
        ("噪" * 61 + "\t依据\t举报查处\t书面", "第 1 行文字过长"),
        ("\n".join(f"诉{n}\t\t举报查处\t" for n in range(501)), "清单最多 500 行，现有 501 行"),
        ("只有一列\n" * 50_000, "清单最多 500 行，现有 50000 行"),
        ("x" * 131_073, "有一格过长，或引号不成对"),
        ('"' + "噪声\t依据\t举报查处\t书面\n" * 10_000, "有一格过长，或引号不成对"),
        ("长" * 400_001, "清单超过 400000 字"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(text, words):
    with pytest.raises(Refusals, match=words):
        appeals.parsed(text)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_end_as_any_system_ends_them(end):
    assert appeals.parsed(TABLE.replace("\n", end)) == appeals.parsed(TABLE)


def test_every_wrong_line_is_named_at_once():
    with pytest.raises(Refusals) as refused:
        appeals.parsed("一列\n噪声\t依据\t邮寄\t书面")
    assert len(refused.value.items) == 2


def test_a_line_is_found_by_a_word_and_the_choices_are_named():
    found = appeals.parsed(TABLE)
    assert appeals.chosen(found, "施工").name == "反映施工噪声"
    assert appeals.chosen(found, " ") is None
    assert len(appeals.matching(found, "反映")) == 2
    with pytest.raises(Refusal, match="可能是：反映企业排放恶臭、反映施工噪声"):
        appeals.chosen(found, "反映")
    with pytest.raises(Refusal, match="清单中没有“天气”"):
        appeals.chosen(found, "天气")

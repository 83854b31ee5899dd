"""Prepared replies: what the case knows is filled in, and what nobody has filled never reaches a citizen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rule.test_conduct import standing
from tracker.rule.refusals import Refusal
from tracker.rule.replies import MARKED, PLACES, check_filled, check_hand_back, check_template, filled


def test_a_place_is_filled_and_an_unknown_one_stays() -> None:
    text = "您反映的【地点】异味（【受理编号】），【检查日期】检查【初步认定】。【别的】"
    assert filled(text, {"place": "港南路88号", "no": "XH2026-000001", "first_finding": ""}) == (
        "您反映的港南路88号异味（XH2026-000001），【检查日期】检查【初步认定】。【别的】"
    )


def test_an_empty_place_keeps_the_reply_back_and_is_named_once() -> None:
    found = list(check_filled("【检查日期】检查，【检查日期】整改【整改要求】"))
    assert [str(one) for one in found] == ["答复里还有没有填的：【检查日期】、【整改要求】"]
    assert list(check_filled("已整改【别的】")) == []


def test_every_place_can_be_filled() -> None:
    text = "".join(MARKED)
    assert filled(text, dict.fromkeys(PLACES, "x")) == "x" * len(PLACES)


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [("", "", ["name", "text"]), ("异味", "", ["text"]), ("长" * 41, "好", ["name"]), ("异味", "好", [])],
)
def test_a_template_has_a_name_and_a_text(name: str, text: str, parts: list[str]) -> None:
    assert [part for part, _wrong in check_template(name, text)] == parts


def test_a_reply_goes_back_once_after_it_was_given() -> None:
    with pytest.raises(Refusal, match="尚未记录答复"):
        check_hand_back(standing(), handed_back=False)
    with pytest.raises(Refusal, match="已经记录反馈来源单位"):
        check_hand_back(standing(replied=True), handed_back=True)
    with pytest.raises(Refusal, match="历史件"):
        check_hand_back(standing(replied=True, historic=True), handed_back=False)
    check_hand_back(replace(standing(replied=True), state="closed"), handed_back=False)

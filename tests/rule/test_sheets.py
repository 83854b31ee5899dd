"""What may not stand on a paper for outside."""

from __future__ import annotations

import pytest

from tracker.rule.sheets import Secrets, betrays

SECRETS = Secrets(
    names=("张守密", "XH2026-000001", "20260617-A-04417", ""),
    phones=("13812345678", ""),
    wordings=("港南路88号示例塑料制品有限公司夜间排放刺鼻气味，我家老人咳嗽不止", "太吵了"),
    known=("示例塑料制品有限公司", "港南路88号", "新港街道", ""),
)


@pytest.mark.parametrize(
    "text",
    [
        "据张守密反映",
        "据 张 守 密 反映",
        "来电 138-1234-5678",
        "来电１３８１２３４５６７８",
        "工单20260617A04417",
        "本件 xh2026 000001",
        "周边反映夜间排放刺鼻气味",
        "我家老人，咳嗽不止",
        "反映太吵了",
    ],
)
def test_who_complained_and_in_which_words_is_found(text):
    assert betrays(text, SECRETS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "东窗未关闭，厂界有异味",
        "港南路88号示例塑料制品有限公司",
        "夜间排放，气味明显",
        "联系电话 13900000000",
    ],
)
def test_what_the_officers_found_is_not_taken_for_it(text):
    assert not betrays(text, SECRETS)


@pytest.mark.parametrize("text", ["请回电021-64881234", "请回电64881234", "请回电（021）6488 1234转12"])
def test_a_landline_is_known_without_its_area_code_and_its_extension(text):
    assert betrays(text, Secrets(phones=("02164881234-12",)))


def test_of_nothing_known_nothing_is_betrayed():
    assert not betrays("随便什么", Secrets())

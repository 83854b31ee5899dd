"""What a complaint says before it is a case: clean words, plain digits, a title."""

from __future__ import annotations

import pytest

from tracker.rule.intake import BY_NAME, CHANNELS, TITLE_MAX, clean, mask_name, mask_phone, phone, title
from tracker.rule.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("（021）5489 0000", "02154890000"),
        ("021-54890000", "02154890000"),
        ("0571-8700000", "05718700000"),
        ("021-54890000-8012", "021548900008012"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, digits):
    assert phone(typed) == digits


@pytest.mark.parametrize(
    "typed",
    ["", "1380000000", "138000000000", "23800000000", "54890000", "一三八", "13800000000或家里", "+1 202 555 0100"],
)
def test_what_is_no_number_is_refused_by_its_field(typed):
    with pytest.raises(Refusal) as refused:
        phone(typed)
    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  异味\u3000\u3000很重 ", "异味 很重"),
        ("a\x00b\x1fc\x7fd\x85e", "a b c d e"),
        ("一行\r\n二行\r三行", "一行 二行 三行"),
        ("照\u202e片", "照 片"),
        ("好\ud800", "好"),
        ("👩\u200d👧 噪音😀", "👩\u200d👧 噪音😀"),
        ("\u2028", "\u2028".strip()),
    ],
)
def test_text_loses_what_nobody_typed_on_purpose(typed, kept):
    assert clean(typed) == kept


def test_longer_text_keeps_its_lines_and_one_blank_line():
    assert clean(" 一 \n\n\n\n 二\t三 \r\n四\n", lines=True) == "一\n\n二 三\n四"


def test_cleaning_twice_is_cleaning_once():
    messy = " \x00 一\u3000\n\n\n\u202e二 \ud801"
    for lines in (False, True):
        assert clean(clean(messy, lines=lines), lines=lines) == clean(messy, lines=lines)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("夜间有异味。窗户不能开", "夜间有异味"),
        ("！！！夜间有异味", "夜间有异味"),
        ("，夜间有异味，", "夜间有异味"),
        ("夜间\n有异味", "夜间"),
        ("。。。", "。。。"),
        ("长" * 40, "长" * 40),
        ("长" * 41, "长" * 39 + "…"),
    ],
)
def test_the_title_is_the_first_clause(content, expected):
    assert title(content) == expected
    assert 0 < len(title(content)) <= TITLE_MAX


def test_who_complained_is_masked_whole():
    assert (mask_name("张三"), mask_name("")) == ("＊＊＊", "")
    assert (mask_phone("13800000000"), mask_phone("")) == ("＊＊＊", "")


def test_the_citizen_speaks_with_the_office_on_the_telephone_and_on_a_visit_alone():
    assert [channel.name for channel in CHANNELS if channel.spoken] == ["电话", "来访"]


def test_a_complaint_to_the_office_itself_was_dispatched_by_nobody():
    own = [channel.name for channel in CHANNELS if not channel.dispatched]
    assert own == ["电话", "来访", "来信", "网络/微信", "传真", "媒体舆情", "自行发现", "人民建议征集点"]


def test_every_channel_has_a_code_and_a_name_of_its_own():
    assert len({channel.code for channel in CHANNELS}) == len(CHANNELS) == len(BY_NAME)

"""The sheet of a duty: how far it looks, what one page holds, and who may sign it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.entries import shanghai
from tracker.rule import handover
from tracker.rule.refusals import Refusal, Refusals

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("until", "nine"),
    [("06-18 08:30", "06-18 09:00"), ("06-18 09:00", "06-18 09:00"), ("06-18 17:30", "06-19 09:00")],
)
def test_it_looks_to_the_first_nine_oclock_after_its_end(until, nine):
    assert handover.nine_after(shanghai(until), SHANGHAI) == shanghai(nine)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(0, 40))
def test_the_room_is_shared_and_none_of_it_wasted(counts, room):
    shares = handover.shares(counts, room)
    assert all(share <= count for share, count in zip(shares, counts, strict=True))
    assert sum(shares) == min(room, sum(counts))
    short = [share for share, count in zip(shares, counts, strict=True) if share < count]
    assert not short or max(shares) <= min(short) + 1, "nobody has two more than one who goes short"


def test_few_lines_of_one_part_leave_room_to_the_others():
    assert handover.shares((30, 2, 0, 30), 26) == (12, 2, 0, 12)


def test_notes_take_room_and_some_lines_are_left_in_any_case():
    assert handover.room([]) == handover.ROOM
    assert handover.room(["一" * 44 + "\n二"]) == handover.ROOM - 2
    assert handover.room(["一\n" * 13] * 9) == handover.LEAST
    assert handover.room(["一\n" * 10, "二"]) == handover.ROOM - 11


@pytest.mark.parametrize(
    ("note", "on_duty", "begun", "said"),
    [
        ("", False, True, "本班不由您值"),
        ("", True, False, "本班还没有开始"),
        ("字" * 401, True, True, "文字过长"),
        ("行\n" * 11, True, True, "最多 10 行，现有 11 行"),
        ("请回电 138 0000 0000", True, True, "交班说明里有电话号码"),
    ],
)
def test_who_may_not_hand_over_and_what_may_not_stand_in_the_note(note, on_duty, begun, said):
    with pytest.raises((Refusal, Refusals), match=said):
        handover.check_give(note, on_duty=on_duty, begun=begun)
    handover.check_give("XH2026-000123 明早再联系，06-18 09:00 前回复", on_duty=True, begun=True)


@pytest.mark.parametrize(
    ("givers", "next_on", "nobody_next", "supervises", "said"),
    [
        ((), True, False, False, "没有等待接班的交班"),
        ((1,), False, False, True, "接班由下一班值班员签"),
        ((1,), False, True, False, "接班由下一班值班员签"),
        ((2,), True, False, False, "交班人不能自己接班"),
        ((2, 2), False, True, True, "交班人不能自己接班"),
    ],
)
def test_who_may_not_take_over(givers, next_on, nobody_next, supervises, said):
    with pytest.raises(Refusal, match=said):
        handover.check_take(givers, 2, next_on=next_on, nobody_next=nobody_next, supervises=supervises)


@pytest.mark.parametrize(("next_on", "nobody_next", "supervises"), [(True, False, False), (False, True, True)])
def test_the_next_officer_takes_over_and_where_there_is_none_a_supervisor(next_on, nobody_next, supervises):
    handover.check_take((1,), 2, next_on=next_on, nobody_next=nobody_next, supervises=supervises)

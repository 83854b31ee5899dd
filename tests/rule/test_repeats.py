"""When a case may be joined or linked, and when either may be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.rule.test_sharing import OPEN, inspected
from tracker.rule.refusals import Refusal
from tracker.rule.repeats import (
    Count,
    Other,
    check_fall_back,
    check_join,
    check_link,
    check_take_back,
    count,
    leant_on,
    worth_asking,
)
from tracker.rule.standing import StageStanding

LEAD = Other("XH2026-000001", open=True, alike=True)
MINUTE = timedelta(minutes=1)


def test_a_case_under_way_is_joined_to_one_like_it():
    check_join(OPEN, LEAD, lead_no="", joined=0)


@pytest.mark.parametrize(
    ("standing", "other", "more", "words"),
    [
        (replace(OPEN, state="closed"), LEAD, {}, "本件已销项"),
        (replace(OPEN, historic=True), LEAD, {}, "历史件"),
        (OPEN, LEAD, {"lead_no": "XH2026-000009"}, "本件已并入 XH2026-000009"),
        (OPEN, LEAD, {"joined": 1}, "本件已有并入件"),
        (OPEN, replace(LEAD, open=False), {}, "XH2026-000001 已不在办"),
        (OPEN, replace(LEAD, lead_no="XH2026-000009"), {}, "请并入首件"),
        (OPEN, replace(LEAD, alike=False), {}, "都不相同，不能并入"),
    ],
)
def test_any_other_is_not_joined(standing, other, more, words):
    with pytest.raises(Refusal, match=words):
        check_join(standing, other, **{"lead_no": "", "joined": 0, **more})


@pytest.mark.parametrize(
    ("other", "linked", "words"),
    [
        (LEAD, False, "正在办理，请用“并入在办件”"),
        (replace(LEAD, open=False), True, "已经关联"),
        (replace(LEAD, open=False, alike=False), False, "不能关联"),
    ],
)
def test_only_a_case_of_the_past_like_it_is_linked_and_once(other, linked, words):
    check_link(replace(LEAD, open=False), linked=False)
    with pytest.raises(Refusal, match=words):
        check_link(other, linked=linked)


def test_it_is_taken_back_within_ten_minutes_by_whom_made_it():
    check_take_back(OPEN, 7, NOW, 7, NOW + 10 * MINUTE)
    with pytest.raises(Refusal, match="已超过10分钟"):
        check_take_back(OPEN, 7, NOW, 7, NOW + 10 * MINUTE + timedelta(seconds=1))
    for by in (8, None):
        with pytest.raises(Refusal, match="本人"):
            check_take_back(OPEN, by, NOW, 7, NOW)


def test_a_stage_falls_back_while_nothing_rests_on_it():
    standing = inspected(NOW)
    check_fall_back(standing, ["inspection"])
    recheck = StageStanding("recheck", NOW, "done", NOW, NOW, NOW, 1)
    on_it = replace(standing, stages=(*standing.stages[:2], recheck, standing.stages[3]))
    for leant in (on_it, *(replace(standing, **{name: value}) for name, value in SETTLED)):
        with pytest.raises(Refusal, match="后续办理以此为依据"):
            check_fall_back(leant, ["inspection"])
    check_fall_back(on_it, ["inspection", "recheck"])
    assert leant_on(standing, replace(standing.stages[1], judged=True))
    assert not leant_on(standing, None)


SETTLED = (("open_request", "extension"), ("ended", True), ("paused", "case"))


def test_nothing_counts_twice():
    assert count([(True, True), (True, False), (False, True), (False, False)]) == Count(2, 1)
    assert Count(2, 1).all == 3


@pytest.mark.parametrize(
    ("place", "unit", "asked"),
    [
        ("港南路88号", "塑料厂", ("港南路88号", "塑料厂")),
        ("港南路", "厂", ("", "")),
        ("来信未写明地点", "", ("", "")),
    ],
)
def test_only_what_tells_one_place_from_another_is_asked(place, unit, asked):
    assert worth_asking(place, unit) == asked

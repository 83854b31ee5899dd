"""What may be typed into the ladder, and which field is told what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.rule.ladder import LADDER, Rung
from tracker.rule.laddering import Typed, checked, typed
from tracker.rule.refusals import Refusals

ROW = Typed(3, "limit", "late", "2", "", ("handler",), (), urgent=False, active=True)


def fields(*rows: Typed) -> dict[str, str]:
    with pytest.raises(Refusals) as caught:
        checked(rows)
    return {one.field: str(one) for one in caught.value.items}


def test_what_the_form_shows_is_what_it_reads():
    assert checked(typed(place, rung) for place, rung in enumerate(LADDER)) == LADDER


def test_a_row_without_a_subject_is_no_row():
    assert checked([ROW, replace(ROW, place=4, subject="", offset="x")]) == (Rung("limit", "late", 2, ("handler",)),)


def test_a_step_that_has_no_number_drops_the_one_that_was_typed():
    (rung,) = checked([replace(ROW, anchor="monday", offset="9")])
    assert rung.offset == 0


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"subject": "lunch"}, "subject-3", "请选择提醒事项"),
        ({"anchor": "hours"}, "anchor-3", "“各项时限”的时间可选：到期前 n 个工作日、到期前 n 天，0 为当天、"),
        ({"anchor": ""}, "anchor-3", "时间可选"),
        ({"offset": ""}, "offset-3", "n 应为 0 到 365 的整数，现为“”"),
        ({"offset": "-1"}, "offset-3", "现为“-1”"),
        ({"offset": "366"}, "offset-3", "366"),
        ({"anchor": "working", "offset": "0"}, "offset-3", "1 到 30"),
        ({"grade": "特急"}, "grade-3", "请选择紧急程度"),
        ({"roles": ()}, "roles-3", "请勾选提醒谁"),
        ({"roles": ("mayor",)}, "roles-3", "请勾选提醒谁"),
        ({"subject": "decide", "anchor": "act"}, "roles-3", "等待审批只提醒督办和责任领导"),
        ({"channels": ("pigeon",)}, "channels-3", "没有这个渠道"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changes, field, words):
    assert words in fields(replace(ROW, **changes))[field]


def test_every_field_at_fault_is_named_at_once():
    assert set(fields(replace(ROW, offset="x", roles=()), replace(ROW, place=5, subject="?"))) == {
        *("offset-3", "roles-3", "subject-5"),
    }


def test_a_row_that_stands_twice_is_refused():
    assert fields(ROW, replace(ROW, place=7, roles=("leader",))) == {"subject-7": "与第 4 行重复"}


def test_a_ladder_without_a_row_is_refused():
    assert "" in fields(replace(ROW, subject=""))

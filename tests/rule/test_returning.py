"""受理 and 退单: when they may be, and the words for when they may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.rule.test_deciding import standing
from tracker.rule import returning
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.returning import HOURS, WORKING, Answer, Limit

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (standing(accepted=True), "已经受理"),
        (standing(returned=True), "等来源单位确认"),
        (standing(ended=True), "已终止"),
        (standing(state="closed"), "已销项"),
    ],
)
def test_a_case_is_accepted_once_while_it_is_ours_to_accept(case, words):
    with pytest.raises(Refusal, match=words):
        returning.check_accept(case)
    returning.check_accept(standing())


@pytest.mark.parametrize(
    ("case", "channel", "words"),
    [
        (standing(), "电话", "不派发工单"),
        (standing(returned=True), "12345热线", "等来源单位确认"),
        (standing(ended=True), "12345热线", "已终止"),
        (standing(accepted=True), "12345热线", "已经受理，不能退单"),
        (standing(inspection="done"), "12345热线", "已经受理，不能退单"),
        (standing(open_request="extension"), "12345热线", "延期申请正在等待决定"),
    ],
)
def test_an_order_goes_back_only_where_it_came_as_one_and_nobody_took_it_on(case, channel, words):
    with pytest.raises(Refusal, match=words):
        returning.check_return(case, channel, "area", "")


def test_every_ground_will_do_and_another_one_is_told():
    for ground in returning.GROUNDS:
        returning.check_return(standing(), "12369平台", ground, "写明了")
    for ground, fields in (("", ["ground"]), ("other", ["reason"])):
        with pytest.raises(Refusals) as refused:
            returning.check_return(standing(), "12345热线", ground, "")
        assert [one.field for one in refused.value.items] == fields


def answer(outcome, *, who=2, text="说明", answered_at=NOW + HOUR, case=None):
    said = Answer(outcome, answered_at, text)
    case = case or standing(returned=True)
    returning.check_answer(case, said, returned_at=NOW, returned_by=1, person_id=who, at=NOW + 2 * HOUR)


def test_the_confirmation_is_another_persons_to_write_down():
    answer("confirmed", text="")
    answer("refused", who=1)
    answer("withdrawn", who=1)
    for outcome, who, words in (("confirmed", 1, "不能确认自己的退单"), ("withdrawn", 2, "退单人本人")):
        with pytest.raises(Refusal, match=words):
            answer(outcome, who=who)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"case": standing()}, "没有等待确认的退单"),
        ({"outcome": "perhaps"}, "请选择来源单位的答复"),
        ({"outcome": "refused", "text": ""}, "请写明不同意或撤回的理由"),
        ({"answered_at": NOW - HOUR}, "不能早于退单时间"),
        ({"answered_at": NOW + 3 * HOUR}, "不能晚于现在"),
        ({"case": standing(returned=True, open_request="extension")}, "延期申请正在等待决定"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(changes, words):
    with pytest.raises((Refusal, Refusals), match=words):
        answer(**{"outcome": "confirmed", **changes})


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("电话", 1, HOURS), "不派发工单"),
        (Limit("12345热线", 0, HOURS), "1 到 1440"),
        (Limit("12345热线", 61, WORKING), "1 到 60"),
        (Limit("12345热线", 1, "days"), "小时或工作日"),
    ],
)
def test_a_limit_is_a_whole_number_of_hours_or_working_days(limit, words):
    with pytest.raises(Refusal, match=words):
        returning.check_limit(limit)


def test_a_limit_in_hours_ends_so_many_hours_after_the_receipt():
    assert returning.given_until(Limit("12345热线", 24, HOURS), NOW) == NOW + timedelta(days=1)
    assert returning.given_until(Limit("12345热线", 2, WORKING), NOW) is None

"""不予受理, handing over, coming back: what is lawful when, and the words for what is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tracker.rule import deciding
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.standing import STAGE_ORDER, StageStanding, Standing

DAY = date(2026, 6, 17)


def standing(inspection="open", **changes):
    """A case whose stages are open but for the inspection."""
    stages = tuple(
        StageStanding(key, NOW + timedelta(days=3), inspection if key == "inspection" else "open")
        for key in STAGE_ORDER
    )
    return Standing(**{"state": "open", "received_at": NOW, "stages": stages, **changes})


def test_a_case_that_nobody_has_looked_into_may_be_refused():
    deciding.check_ask_refusal(standing(), "unclear", "没有门牌号，投诉人也说不清")


def test_a_case_without_stages_may_be_refused():
    deciding.check_ask_refusal(standing(stages=()), "duty", "咨询社保")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (standing(inspection="done"), "“现场检查与整改”已经完成"),
        (standing(inspection="backfill"), "“现场检查与整改”已经完成"),
        (standing(ended=True), "已终止"),
        (standing(state="closed"), "已销项"),
        (standing(open_request="extension"), "延期申请正在等待决定"),
        (standing(open_request="refuse"), "已申请不予受理"),
        (standing(historic=True), "历史件"),
    ],
)
def test_what_has_been_taken_on_is_not_refused_any_more(case, words):
    with pytest.raises(Refusal, match=words):
        deciding.check_ask_refusal(case, "unclear", "理由")


def test_what_the_form_lacks_is_said_all_at_once():
    with pytest.raises(Refusals) as refused:
        deciding.check_ask_refusal(standing(), "whim", "")
    assert [one.field for one in refused.value.items] == ["ground", "reason"]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (standing(), "没有不予受理"),
        (standing(ended=True), "没有不予受理"),
        (standing(refused=True, replied=True), "已经记录告知"),
        (standing(refused=True, state="closed"), "已销项"),
    ],
)
def test_only_a_case_that_was_refused_is_notified_and_once(case, words):
    with pytest.raises(Refusal, match=words):
        deciding.check_notify(case)
    deciding.check_notify(standing(refused=True, ended=True))


@pytest.mark.parametrize(
    ("receiver", "handed_on", "field"),
    [
        ("", DAY, "receiver"),
        ("水" * 201, DAY, "receiver"),
        ("区水务局", DAY - timedelta(days=1), "handed_on"),
        ("区水务局", DAY + timedelta(days=61), "handed_on"),
    ],
)
def test_a_transfer_says_to_whom_and_when(receiver, handed_on, field):
    with pytest.raises(Refusals) as refused:
        deciding.check_transfer(receiver, handed_on, DAY, DAY)
    assert [one.field for one in refused.value.items] == [field]
    deciding.check_transfer("区水务局", DAY, DAY, DAY)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (standing(), "没有转出"),
        (standing(historic=True, gone=True), "历史件"),
        (standing(gone=True, open_request="close", state="applied"), "销项申请正在等待决定"),
    ],
)
def test_only_what_was_handed_over_comes_back(case, words):
    with pytest.raises(Refusal, match=words):
        deciding.check_come_back(case, ("inspection",), "城管局称不属其职责")


@pytest.mark.parametrize(
    ("stages", "reason", "fields"),
    [((), "退回", ["stages"]), (("lunch",), "退回", ["stages"]), (("inspection",), "", ["reason"])],
)
def test_what_comes_back_names_its_stages_and_why(stages, reason, fields):
    for state in ("open", "closed"):
        with pytest.raises(Refusals) as refused:
            deciding.check_come_back(standing(gone=True, ended=True, state=state), stages, reason)
        assert [one.field for one in refused.value.items] == fields
        deciding.check_come_back(standing(gone=True, state=state), ("inspection", "recheck"), "退回")
    deciding.check_come_back(standing(gone=True, stages=()), (), "退回")

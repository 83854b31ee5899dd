"""Which card a late stage calls for, and what keeps one from being given or taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.rule import cards
from tracker.rule.facts import TEXT_MAX
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.standing import StageStanding, Standing

DUE = datetime(2026, 6, 15, 16, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("late", "card"),
    [
        (-DAY, ""),
        (timedelta(0), ""),
        (DAY - SECOND, ""),
        (DAY, "yellow"),
        (3 * DAY - SECOND, "yellow"),
        (3 * DAY, "red"),
        (90 * DAY, "red"),
    ],
)
def test_a_full_day_late_calls_for_yellow_and_three_for_red(late, card):
    assert cards.suggested(DUE, DUE + late, 1, 3) == card


def standing(*stages, **changes):
    return Standing(**{"state": "open", "received_at": DUE - 3 * DAY, "stages": stages, **changes})


def test_a_card_is_about_the_open_stage_that_has_been_late_longest():
    contact = StageStanding("contact", DUE - 2 * DAY, "done", DUE - DAY)
    inspection = StageStanding("inspection", DUE, "open")
    recheck = StageStanding("recheck", DUE + DAY, "open")
    assert cards.late_stage(standing(contact, inspection, recheck), DUE + 2 * DAY) is inspection
    assert cards.late_stage(standing(contact, inspection), DUE - SECOND) is None
    assert cards.late_stage(standing(contact), DUE + DAY) is None


def give(case, colour="yellow", reason="两次催办未办", *, carried=(), asked=""):
    cards.check_give(case, colour, reason, standing_cards=carried, asked=asked)


def test_a_red_card_may_follow_a_yellow_one_and_not_the_same_again():
    give(standing())
    give(standing(state="applied"), "red", carried=("yellow",))
    with pytest.raises(Refusals, match="本件已有黄牌"):
        give(standing(), carried=("yellow",))


def test_a_card_waits_for_the_decision_on_an_extension():
    with pytest.raises(Refusals, match="“现场检查与整改”的延期申请正在等待决定，决定之后再亮牌"):
        give(standing(), asked="inspection")


@pytest.mark.parametrize(
    ("case", "colour", "reason", "words"),
    [
        (standing(historic=True), "red", "x", "历史件"),
        (standing(state="closed"), "red", "x", "本件已销项，不再亮牌"),
        (standing(), "blue", "x", "请选择黄牌或红牌"),
        (standing(), "red", "", "请写明亮牌的理由"),
        (standing(), "red", "长" * (TEXT_MAX + 1), "文字过长"),
    ],
)
def test_what_keeps_a_card_from_being_given(case, colour, reason, words):
    with pytest.raises((Refusal, Refusals), match=words):
        give(case, colour, reason)


def test_only_a_card_that_stands_is_taken_back_and_with_a_reason():
    cards.check_take_back(stands=True, reason="误亮")
    with pytest.raises(Refusal, match="请写明收回的理由"):
        cards.check_take_back(stands=True, reason="")
    with pytest.raises(Refusal, match="没有可以收回的牌"):
        cards.check_take_back(stands=False, reason="误亮")

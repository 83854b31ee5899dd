"""The other clocks: what they are called, and what they count."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.rule.china import CHINA
from tracker.rule import clocks
from tracker.rule.refusals import Refusal

ZONE = ZoneInfo("Asia/Shanghai")
RECEIVED = datetime(2026, 9, 18, 16, 0, tzinfo=ZONE)


class TestNames:
    def test_a_clock_is_called_by_its_kind(self):
        assert [clocks.named(kind) for kind in ("tell", "settle", "supervise", "follow", "hand_back", "revisit")] == [
            "信访告知",
            "信访办结",
            "督办",
            "继续整改",
            "退单",
            "回头看",
        ]

    def test_the_source_names_its_own_limit(self):
        assert clocks.named("reply", "12345热线") == clocks.named("reply", "12345热线应反") == "12345热线应反"

    def test_the_second_clock_of_a_name_is_numbered(self):
        assert clocks.key_for("督办", ()) == "督办"
        assert clocks.key_for("督办", ("督办",)) == "督办#2"
        assert clocks.key_for("督办", ("督办", "督办#2")) == "督办#3"
        assert clocks.name("督办#3") == "督办（3）"

    def test_a_name_is_said_in_another_language(self):
        english = {
            "督办": "Supervision",
            "%(name)s（%(n)s）": "%(name)s (%(n)s)",
            "%(channel)s应反": "%(channel)s reply",
            "12345热线": "12345 hotline",
        }
        say = lambda word: english.get(word, word)  # noqa: E731
        assert clocks.name("督办#2", say) == "Supervision (2)"
        assert clocks.name("12345热线应反#2", say) == "12345 hotline reply (2)"
        assert clocks.name("市局专项", say) == "市局专项"

    def test_a_sign_that_numbers_nothing_is_part_of_the_name(self):
        assert clocks.name("整改#二") == "整改#二"
        assert clocks.named("own", " 专项#2 ") == "专项2"

    @pytest.mark.parametrize(
        ("kind", "label", "field"),
        [
            ("own", "  ", "label"),
            ("own", "专" * 21, "label"),
            ("own", "contact", "label"),
            ("own", "先行联系", "label"),
            ("reply", "", "label"),
            ("弄错", "", "kind"),
        ],
    )
    def test_a_name_that_will_not_do_is_refused_by_its_field(self, kind, label, field):
        with pytest.raises(Refusal) as refused:
            clocks.named(kind, label)
        assert refused.value.field == field

    def test_every_key_is_a_clock_but_those_of_the_stages(self):
        keys = ("督办", "12345热线应反", "contact", "")
        assert [clocks.is_clock(key) for key in keys] == [True, True, False, False]


class TestCounting:
    @pytest.mark.parametrize(
        ("convention", "days", "due_day"),
        [("natural", 15, "2026-10-03"), ("natural-roll", 15, "2026-10-08"), ("working", 5, "2026-09-24")],
    )
    def test_days_are_counted_as_the_rule_counts_them(self, convention, days, due_day):
        found = clocks.counted("信访告知", days, convention, RECEIVED, CHINA, ZONE)
        assert found.due_day.isoformat() == due_day
        assert found.due_at.astimezone(ZONE).hour == 0

    def test_hours_run_to_the_minute(self):
        assert clocks.counted("x", 2, "hours", RECEIVED, CHINA, ZONE).due_at == RECEIVED.replace(day=20)

    def test_a_given_instant_stands_as_it_is(self):
        found = clocks.given("督办", RECEIVED, ZONE)
        assert (found.due_at, found.due_day, found.days, found.provisional) == (RECEIVED, RECEIVED.date(), 0, False)


def test_what_runs_no_more_and_what_wants_a_reason_are_said_in_words():
    assert str(clocks.runs_no_more("督办#2")) == "“督办”已经完成或取消，可能已由他人处理"
    with pytest.raises(Refusal, match="请写明理由"):
        clocks.check_reason(" ")

"""``tracker rule`` as the administrator runs it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.test_cli import tracker
from tracker.clock import local, now
from tracker.office import versions
from tracker.rule.refusals import Refusal
from tracker.rule.stages import Rule, Stage
from tracker.rule.standing import SHANGHAI
from tracker.store import audit, rules
from tracker.store.database import value

URGENT = Rule(
    9, "紧急", "投诉举报", "紧急", date(2026, 6, 20), "natural", (Stage("contact", 1), Stage("inspection", 1))
)


def test_the_first_version_is_listed(register, home):
    done = tracker("rule", "list", home=home)
    assert done.returncode == 0
    assert done.stdout.startswith("第 1 版  投诉举报 一般  自 2000-01-01 起  先行联系 1  现场检查 3")


def test_a_version_for_another_grade_is_added_and_on_record(register, home):
    day = local(now(), SHANGHAI).date() + timedelta(days=2)
    options = ("--grade", "紧急", "--days", "1,1,3,7", "--from", day.isoformat(), "--convention", "working")
    done = tracker("rule", "add", *options, home=home)
    assert done.returncode == 0, done.stderr
    assert f"第 2 版  投诉举报 紧急  自 {day} 起" in done.stdout
    kept = rules.rule_for(register, "投诉举报", "紧急", day)
    assert (kept.version, kept.convention, [one.days for one in kept.stages]) == (2, "working", [1, 1, 3, 7])
    assert rules.rule_for(register, "投诉举报", "紧急", day - timedelta(days=1)).version == 1
    assert value(register, "SELECT count(*) FROM audit WHERE act = 'rule.added'") == 1
    assert audit.verify(register) is None
    assert tracker("rule", "list", home=home).stdout.count("\n") == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--days", "1,3,10"), "--days：“1,3,10”应为四个阶段的天数"),
        (("--days", "0,0,0,0"), "--days：阶段应按"),
        (("--from", "明天"), "--from：“明天”不是日期"),
        (("--from", "2020-01-01"), "--from：适用日期不能早于今天"),
        (("--grade", "要紧"), "--grade：请选择等级"),
        (("--convention", "moon"), "--convention：没有“moon”这种计日方式"),
        (("--closes", "25:00"), "--closes：“25:00”不是一个钟点"),
    ],
)
def test_what_is_wrong_names_its_option(register, home, options, words):
    given = {"--grade": "疑难", "--days": "2,6,20,30", "--from": "2099-01-01", **dict([options])}
    done = tracker("rule", "add", *(part for pair in given.items() for part in pair), home=home)
    assert done.returncode == 2
    assert words in done.stderr
    assert value(register, "SELECT count(*) FROM rule") == 1


def test_a_day_that_has_its_version_is_refused_and_what_is_logged_keeps_its_own(register):
    kept = versions.add(register, None, URGENT, NOW)
    assert kept.version == 2
    with pytest.raises(Refusal, match="已有一版规则"):
        versions.add(register, None, URGENT, NOW)
    assert rules.rule(register, 2) == kept

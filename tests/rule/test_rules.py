"""The rule as data: version 1, and what no version may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, time

import pytest

from tracker.rule.refusals import Refusal
from tracker.rule.stages import CONVENTIONS, RULE_1, STAGE_WORDS, Stage


def test_version_1_is_the_published_timetable() -> None:
    assert [(stage.key, stage.days) for stage in RULE_1.stages] == [
        ("contact", 1),
        ("inspection", 3),
        ("recheck", 10),
        ("resolution", 15),
    ]
    assert (RULE_1.kind, RULE_1.grade, RULE_1.convention, RULE_1.closes) == ("投诉举报", "一般", "natural", None)
    assert list(STAGE_WORDS.values()) == ["先行联系", "现场检查", "现场复查", "后续处理"]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_makes_a_rule(convention: str) -> None:
    assert replace(RULE_1, convention=convention).convention == convention


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 0),
        ("name", " "),
        ("kind", ""),
        ("grade", ""),
        ("convention", "Natural"),
        ("stages", ()),
        ("stages", (Stage("visit", 1),)),
        ("stages", (Stage("inspection", 3), Stage("contact", 1))),
        ("stages", (Stage("contact", 1), Stage("contact", 1))),
        ("stages", (Stage("contact", 0),)),
        ("stages", (Stage("contact", 3651),)),
        ("closes", time(0, 0)),
        ("closes", time(17, 30, 1)),
        ("closes", time(17, 30, 0, 1)),
        ("closes", time(17, 30, tzinfo=UTC)),
        ("near_hours", 0),
        ("near_contact_hours", -4),
        ("yellow_days", 0),
        ("red_days", 1),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_by_the_name_of_the_field(field: str, value: object) -> None:
    with pytest.raises(Refusal) as refused:
        replace(RULE_1, **{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert "%(" not in str(refused.value)


def test_a_closing_hour_makes_no_sense_when_hours_are_counted() -> None:
    with pytest.raises(Refusal, match="截止钟点"):
        replace(RULE_1, convention="hours", closes=time(17, 30))


def test_an_office_may_keep_fewer_stages_and_other_days() -> None:
    urgent = replace(RULE_1, version=2, grade="紧急", stages=(Stage("contact", 1), Stage("resolution", 3650)))
    assert [stage.days for stage in urgent.stages] == [1, 3650]

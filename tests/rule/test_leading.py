"""Co-handlers, other parties, the responsible leader and visits: what is refused, in which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tracker.rule.leading import check_leader, check_visit
from tracker.rule.parties import check_co_handler, check_party
from tracker.rule.refusals import Refusal, Refusals


def test_a_co_handler_is_another_handler_once():
    check_co_handler(3, 2, ())
    with pytest.raises(Refusal, match="不能同时"):
        check_co_handler(2, 2, ())
    with pytest.raises(Refusal, match="已经是"):
        check_co_handler(3, 2, {3})


def test_a_party_has_a_role_and_a_name_once():
    check_party("property", "港南物业", {("street", "港南物业")})
    with pytest.raises(Refusals) as refused:
        check_party("boss", "", ())
    assert [one.field for one in refused.value.items] == ["role", "name"]
    with pytest.raises(Refusals, match="文字过长"):
        check_party("third", "物" * 61, ())
    with pytest.raises(Refusals, match="已经登记"):
        check_party("property", "港南物业", {("property", "港南物业")})


def test_a_leader_is_somebody_of_the_office_and_another_than_before():
    check_leader(5, None, allowed=True)
    check_leader(None, 5, allowed=False)
    for person, before, allowed, words in (
        (5, None, False, "须是在岗人员"),
        (5, 5, True, "没有变化"),
        (None, None, False, "请选择责任领导"),
    ):
        with pytest.raises(Refusal, match=words):
            check_leader(person, before, allowed=allowed)


def test_a_visit_says_when_whom_and_what():
    received = NOW - timedelta(days=2)
    check_visit(NOW, received, NOW, leader=True, met="居委会", said="看了现场", promised="")
    with pytest.raises(Refusals) as refused:
        check_visit(NOW + timedelta(minutes=1), received, NOW, leader=False, met="", said="", promised="承" * 1001)
    assert [one.field for one in refused.value.items] == ["", "happened_at", "met", "said", "promised"]
    with pytest.raises(Refusals, match="不能早于收到时间"):
        check_visit(received - timedelta(minutes=1), received, NOW, leader=True, met="居委会", said="看", promised="")

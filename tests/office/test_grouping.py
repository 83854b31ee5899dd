"""群体件: marked with its number of people, on record, and no due time moves."""

from __future__ import annotations

import pytest

from tests.factories import NOW
from tracker.office import grouping
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, repeated


def mark(team, no, heads, by=None):
    return grouping.set_heads(team.db, by or team.clerk, no, team.version(no), heads, NOW)


def test_it_is_marked_changed_and_unmarked_on_record(team):
    case = team.case()
    dues = [one.due_at for one in team.folder(case.no).deadlines]
    for heads in (20, 35, 0):
        mark(team, case.no, heads)
        assert repeated.heads(team.db, case.id) == heads
    told = [one.detail["heads"] for one in audit.of_case(team.db, case.id) if one.act == "group"]
    assert told[::-1] == [[0, 20], [20, 35], [35, 0]]
    assert [one.due_at for one in team.folder(case.no).deadlines] == dues


@pytest.mark.parametrize("heads", [None, 1, 100_001])
def test_one_is_no_group(team, heads):
    no = team.case().no
    with pytest.raises(Refusal, match="应为 2 到 100000 的整数"):
        mark(team, no, heads)


def test_no_change_is_none(team):
    no = team.case().no
    with pytest.raises(Refusal, match="没有变化"):
        mark(team, no, 0)


def test_registration_takes_it_down_and_says_what_it_cannot_be(team):
    case = team.case(heads=12)
    assert repeated.heads(team.db, case.id) == 12
    with pytest.raises(Refusals, match="应为 2 到"):
        team.case(heads=1)
    with pytest.raises(Refusals, match="应为 2 到"):
        team.case(heads=None)

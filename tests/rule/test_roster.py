"""The roster: whose duty an instant belongs to, who may be on duty, and what is wrong with what was typed."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.entries import shanghai
from tracker.rule import roster
from tracker.rule.refusals import Refusal
from tracker.rule.roster import Known, Staff, Wish

SHANGHAI, TURNS = ZoneInfo("Asia/Shanghai"), time(8, 30)
TODAY = date(2026, 6, 17)
DAY = timedelta(days=1)
STAFF = (
    Staff(1, "张三", "zhang", frozenset({"handler"})),
    Staff(2, "李四", "li", frozenset({"clerk"})),
    Staff(3, "李四", "li2", frozenset({"supervisor"})),
    Staff(4, "吴管理", "wu", frozenset({"admin"})),
    Staff(5, "赵六", "zhao", frozenset({"handler", "auditor"})),
    Staff(6, "钱七", "qian", frozenset({"clerk", "admin"})),
    Staff(7, "孙八", "sun", frozenset({"handler"}), active=False),
)


def known(standing=None, away=()):
    return Known(STAFF, standing or {}, away)


def read(*wishes, standing=None, away=(), replace=False, field="lines"):
    return roster.read(wishes, known(standing, away), TODAY, field=field, replace=replace)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-06-17 08:29:59", date(2026, 6, 16)),
        ("2026-06-17 08:30:00", TODAY),
        ("2026-06-18 00:00:00", TODAY),
        ("2026-06-18 08:29:59", TODAY),
        ("2026-06-18 08:30:00", TODAY + DAY),
    ],
)
def test_a_duty_runs_from_the_hour_to_the_same_hour_of_the_next_day(at, day):
    assert roster.day_of(shanghai(at), TURNS, SHANGHAI) == day


@given(
    st.datetimes(timezones=st.just(ZoneInfo("UTC")), min_value=None, max_value=None).filter(
        lambda at: 1950 < at.year < 2100
    ),
    st.times(),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]),
)
def test_every_instant_belongs_to_the_one_duty_whose_span_holds_it(at, turns, zone):
    turns = turns.replace(second=0, microsecond=0)
    day = roster.day_of(at, turns, ZoneInfo(zone))
    from_at, until_at = roster.span(day, turns, ZoneInfo(zone))
    assert from_at <= at < until_at
    assert roster.span(day + DAY, turns, ZoneInfo(zone))[0] == until_at


@pytest.mark.parametrize(
    ("roles", "fit"),
    [
        ({"clerk"}, True),
        ({"handler"}, True),
        ({"supervisor"}, True),
        (set(), False),
        ({"admin"}, False),
        ({"auditor"}, False),
        ({"admin", "handler"}, False),
        ({"auditor", "handler"}, False),
        ({"admin", "clerk"}, True),
        ({"admin", "supervisor", "handler"}, True),
        ({"auditor", "clerk"}, True),
    ],
)
def test_duty_shows_complaints_to_nobody_who_is_kept_apart_from_them(roles, fit):
    assert roster.fits(frozenset(roles)) is fit


def test_a_rotation_takes_them_in_turn_and_several_may_share_a_day():
    days = tuple(roster.days(TODAY, TODAY + 4 * DAY))
    wishes = roster.rotation(days, [("张三",), ("zhao", "li")])
    assert [one.names for one in wishes] == [("张三",), ("zhao", "li"), ("张三",), ("zhao", "li"), ("张三",)]
    assert [one.day for one in wishes] == list(days)


def test_wishes_of_one_day_add_up_and_a_name_twice_is_once():
    found, wrong = read(Wish(TODAY, ("张三",), 1), Wish(TODAY, ("li", "张三"), 2))
    assert (found, wrong) == ({TODAY: (1, 2)}, ())


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(TODAY, ("王二",), 3), "第 3 行：没有“王二”这个人，请核对姓名或写账号"),
        (Wish(TODAY, ("李四",), 3), "第 3 行：有 2 位“李四”，请写账号：li、li2"),
        (Wish(TODAY, ("孙八",), 3), "第 3 行：“孙八”已停用，请另选"),
        (Wish(TODAY, ("吴管理",), 3), "第 3 行：吴管理 没有登记员、承办人或督办的角色，不能值班，请另选"),
        (
            Wish(TODAY, ("赵六",), 3),
            "第 3 行：赵六 是系统管理员或审计员，本来就是登记员或督办的才能值班，请另选",
        ),
        (Wish(TODAY - DAY, ("张三",), 3), "第 3 行：2026-06-16 的值班已经结束，不能再改"),
        (Wish(date(2027, 6, 20), ("张三",), 3), "第 3 行：2027-06-20 在 366 天以后，请核对年份"),
    ],
)
def test_what_is_wrong_names_line_value_and_way_out(wish, said):
    _found, (problem,) = read(wish)
    assert (str(problem), problem.field) == (said, "lines")


def test_a_day_that_has_its_people_keeps_them_unless_they_are_replaced():
    standing = {TODAY: ("钱七",)}
    _found, (problem,) = read(Wish(TODAY, ("张三",)), standing=standing, field="names")
    assert str(problem) == "2026-06-17 已由 钱七 值班；要换人请勾选“替换原有的人”"
    assert read(Wish(TODAY, ("张三",)), standing=standing, replace=True) == ({TODAY: (1,)}, ())
    assert read(Wish(TODAY, ()), standing=standing, replace=True) == ({TODAY: ()}, ())


def test_who_is_away_that_day_is_refused():
    _found, (problem,) = read(Wish(TODAY, ("张三",)), away={(1, TODAY)})
    assert str(problem) == "张三 2026-06-17 请假，请另选，或先提前结束请假"
    assert read(Wish(TODAY, ("张三",)), away={(1, TODAY + DAY)})[1] == ()


def test_of_many_mistakes_the_first_are_named_and_the_others_counted():
    _found, wrong = read(*(Wish(TODAY, ("王二",), n) for n in range(1, 9)))
    assert len(wrong) == roster.NAMED + 1
    assert str(wrong[-1]) == "另有 3 处，请改好这些后再试"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, TODAY, "first"),
        (TODAY, None, "last"),
        (TODAY, TODAY - DAY, "last"),
        (TODAY, TODAY + 366 * DAY, "last"),
    ],
)
def test_a_range_has_two_ends_in_order(first, last, field):
    with pytest.raises(Refusal) as refused:
        roster.check_range(first, last)
    assert refused.value.field == field
    assert roster.check_range(TODAY, TODAY) == (TODAY, TODAY)

"""The official calendar and the office's own days over it."""

from __future__ import annotations

from datetime import date, timedelta

from chinese_calendar import is_workday

from tracker.store.holidays import official, with_overrides

NATIONAL_DAY = date(2026, 10, 1)
MAKE_UP_SATURDAY = date(2026, 10, 10)
ORDINARY_MONDAY = date(2026, 6, 15)


def test_every_published_day_is_as_the_package_says() -> None:
    day, calendar = date(2004, 1, 1), official()
    while day <= date(2026, 12, 31):
        assert calendar.works(day) == is_workday(day), day
        day += timedelta(days=1)


def test_the_published_years_end_where_the_package_ends() -> None:
    assert official().published >= frozenset(range(2004, 2027))
    assert max(official().published) == max(official().names).year


def test_holidays_and_the_days_that_pay_for_them_have_chinese_names() -> None:
    names = official().names
    assert (names[NATIONAL_DAY], names[MAKE_UP_SATURDAY], names[date(2026, 2, 17)]) == ("国庆节", "国庆节", "春节")
    assert ORDINARY_MONDAY not in names
    assert names.keys() == official().exceptions.keys()


def test_the_official_calendar_is_read_once_and_nobody_can_write_in_it() -> None:
    assert official() is official()
    assert not hasattr(official().exceptions, "__setitem__")


def test_the_office_s_own_day_goes_before_the_arrangement() -> None:
    calendar = with_overrides(official(), {NATIONAL_DAY: True, MAKE_UP_SATURDAY: False, ORDINARY_MONDAY: False})
    assert calendar.works(NATIONAL_DAY)
    assert not calendar.works(MAKE_UP_SATURDAY)
    assert not calendar.works(ORDINARY_MONDAY)
    assert {calendar.names[day] for day in (NATIONAL_DAY, MAKE_UP_SATURDAY, ORDINARY_MONDAY)} == {"本单位规定"}
    assert official().works(ORDINARY_MONDAY)


def test_an_own_day_that_says_the_same_keeps_the_holiday_s_name() -> None:
    assert with_overrides(official(), {NATIONAL_DAY: False}).names[NATIONAL_DAY] == "国庆节"


def test_an_own_day_in_an_unpublished_year_is_certain() -> None:
    spring = date(2099, 2, 9)
    assert not official().known(spring)
    assert with_overrides(official(), {spring: False}).known(spring)

"""Cases about the same place, by their place or by what their titles name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.factories import NOW
from tracker.rule.history import NO_PLACE
from tracker.rule.places import spoken_of, together

DAY = timedelta(days=1)


@dataclass(frozen=True)
class One:
    title: str
    place: str = NO_PLACE
    received_at: datetime = NOW


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("投诉K7县向阳宾馆油烟污水乱排！", ("K", "向阳宾馆")),
        ("K市潇楚佳苑小区对面工地施工噪音大", ("K", "潇楚佳苑")),
        ("对A5区佳园星城小区垃圾站选址的质疑", ("A", "佳园星城")),
        ("举报K7县锦江村无证养猪场严重污染水源", ("K", "锦江村")),
        ("反映J3县流动教师政策的现存问题", ("", "")),
        ("希望B9市重视农村老人教育", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_title_names_its_place_or_none(title, named):
    assert spoken_of(title) == named


def test_a_place_is_the_cases_own_before_it_is_its_titles():
    cases = [One("投诉A市翡翠公园", "港南路88号"), One("异味扰民", "港南路88号"), One("投诉A市翡翠公园")]
    (site,) = together(cases, 90)
    assert (site.place, site.guessed, len(site.cases)) == ("港南路88号", False, 2)


def test_two_areas_have_two_schools_of_one_name():
    assert together([One("投诉L4县第二中学收费"), One("投诉K11县第二中学补课")], 90) == ()


def test_what_comes_later_than_the_days_is_another_matter():
    times = (NOW, NOW + 90 * DAY, NOW + 180 * DAY, NOW + 271 * DAY)
    (site,) = together([One("投诉A市翡翠公园噪音", received_at=at) for at in times], 90)
    assert [case.received_at for case in site.cases] == list(times[:3])
    assert site.guessed


def test_the_largest_place_comes_first():
    cases = [One("异味", place) for place in ("东湖路12号", "港南路88号", "东湖路12号", "港南路88号", "港南路88号")]
    assert [(site.place, len(site.cases)) for site in together(cases, 90)] == [("港南路88号", 3), ("东湖路12号", 2)]

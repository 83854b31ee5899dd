"""Which days work. The State Council publishes a year's arrangement late in the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

_DAY = timedelta(days=1)
_SATURDAY = 5

# The holidays that stand on one solar date every year (全国年节及纪念日放假办法, as amended for 2025: 元旦 1 day,
# 劳动节 2, 国庆节 3). 春节, 清明, 端午 and 中秋 follow the moon or the sun and wait for the published arrangement.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

# New Year's Day is arranged together with the days before it: 2018-12-29 was worked and 2018-12-31 rested under the
# arrangement for 2019. No arrangement so far reached further back.
_BELONGS_TO_NEXT_YEAR = (12, 29)


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True)
class Calendar:
    """The working days of one office.

    ``exceptions``: True works although it is a weekend (调休), False rests although it is a weekday; the office's own
    overrides are already merged in. ``published``: the years whose arrangement is known. ``names``: 春节, 国庆节…, also
    for the make-up days that pay for them. All days are dates in the office's zone.
    """

    exceptions: Mapping[date, bool]
    published: frozenset[int]
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def works(self, day: date) -> bool:
        """Does the office work on that day? In a year not yet published: by weekends and fixed-date holidays."""
        if day in self.exceptions:
            return self.exceptions[day]
        if is_weekend(day):
            return False
        return day.year in self.published or (day.month, day.day) not in _FIXED_HOLIDAYS

    def known(self, day: date) -> bool:
        """Can no later publication change that day? False makes every due time that counted it 暂定."""
        if day in self.exceptions:
            return True
        late_december = (day.month, day.day) >= _BELONGS_TO_NEXT_YEAR
        return day.year in self.published and (not late_december or day.year + 1 in self.published)

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, which itself never counts.

        Raises ValueError for n < 1 and OverflowError past the year 9999.
        """
        if n < 1:
            raise ValueError(f"cannot count {n} working days")
        while n:
            day += _DAY
            n -= self.works(day)
        return day

    def next_working(self, day: date) -> date:
        """``day`` itself if it works, else the first working day after it. Raises OverflowError past the year 9999."""
        while not self.works(day):
            day += _DAY
        return day

"""Two implementations, one law."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from tests.rule import naive
from tests.rule.china import rule
from tracker.rule.calendar import Calendar
from tracker.rule.stages import CONVENTIONS, Stage, due

CASES = 100_000
ZONES = [ZoneInfo(key) for key in ("Asia/Shanghai", "Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe")]
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
SECONDS = int(timedelta(days=365 * 17).total_seconds())  # to the end of 2028: two years that nobody has published


def test_a_naive_count_agrees_on_100_000_random_cases() -> None:
    dice = random.Random(1_3_10_15)
    sheets = [_sheet(dice) for _ in range(40)]
    for _ in range(CASES):
        sheet, calendar = dice.choice(sheets)
        zone = dice.choice(ZONES)
        convention = dice.choice(CONVENTIONS)
        closes = (
            time(dice.randrange(8, 21), dice.randrange(60)) if convention != "hours" and dice.random() < 0.3 else None
        )
        received = FIRST + timedelta(seconds=dice.randrange(SECONDS))
        n = dice.choice([1, 3, 10, 15, dice.randrange(1, 60)])
        limit = due(rule(convention, closes), Stage("contact", n), received, calendar, zone)
        expected = naive.limit(sheet, received, n, convention, closes, zone)
        assert (limit.due_at, limit.due_day, limit.unrolled_day, limit.provisional) == expected, (
            received,
            n,
            convention,
            closes,
            zone,
        )


def _sheet(dice: random.Random) -> tuple[naive.Sheet, Calendar]:
    """The published arrangements, with days of the office's own strewn over them, and now and then a year withheld."""
    crossed, circled = set(holidays), set(workdays)
    for _ in range(dice.choice([0, 0, 100, 500])):
        day = date(2012, 1, 1) + timedelta(days=dice.randrange(365 * 17))
        crossed.discard(day)
        circled.discard(day)
        dice.choice([crossed, circled]).add(day)
    years = {year for year in range(2004, 2027) if dice.random() < 0.9}
    exceptions = dict.fromkeys(crossed, False) | dict.fromkeys(circled, True)
    return naive.Sheet(crossed, circled, years), Calendar(exceptions, frozenset(years))

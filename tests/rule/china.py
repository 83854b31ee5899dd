"""The published calendar as the tests read it: straight from the package, past tracker/store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from tracker.rule.calendar import Calendar
from tracker.rule.stages import RULE_1, Due, Rule, deadlines

CHINA = Calendar(
    exceptions={**dict.fromkeys(holidays, False), **dict.fromkeys(workdays, True)},
    published=frozenset(range(2004, 2027)),
)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def rule(convention: str = "natural", closes: time | None = None) -> Rule:
    return replace(RULE_1, convention=convention, closes=closes)


def limits(
    received: str | datetime,
    convention: str = "natural",
    closes: time | None = None,
    calendar: Calendar = CHINA,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[Due, ...]:
    """The four limits of a case received at that wall time of ``zone``."""
    at = datetime.fromisoformat(received).replace(tzinfo=zone) if isinstance(received, str) else received
    return deadlines(rule(convention, closes), at, calendar, zone)


def days(dues: tuple[Due, ...]) -> list[date]:
    return [due.due_day for due in dues]


def day(text: str) -> date:
    return date.fromisoformat(text)

"""The State Council's arrangements as the ``chinesecalendar`` package publishes them, and the office's own days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from types import MappingProxyType

from chinese_calendar.constants import Holiday, holidays, workdays

from tracker.rule.calendar import Calendar
from tracker.rule.refusals import N_

# The package names a holiday in English; these are the words of the arrangement, marked for the catalogue.
NAMES = {
    Holiday.new_years_day.value: N_("元旦"),
    Holiday.spring_festival.value: N_("春节"),
    Holiday.tomb_sweeping_day.value: N_("清明节"),
    Holiday.labour_day.value: N_("劳动节"),
    Holiday.dragon_boat_festival.value: N_("端午节"),
    Holiday.mid_autumn_festival.value: N_("中秋节"),
    Holiday.national_day.value: N_("国庆节"),
    Holiday.anti_fascist_70th_day.value: N_("抗战胜利70周年纪念日"),
}
OWN = N_("本单位规定")


@cache
def official() -> Calendar:
    """The published years, read once. A make-up day carries the name of the holiday that it pays for."""
    return Calendar(
        exceptions=MappingProxyType(dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)),
        published=frozenset(day.year for day in holidays),
        names=MappingProxyType({day: NAMES[name] for day, name in (holidays | workdays).items()}),
    )


@cache
def edition() -> str:
    """Changes when the package brings a new year, or another day of a known one."""
    return sha256(repr(sorted(official().exceptions.items())).encode()).hexdigest()


def with_overrides(base: Calendar, overrides: Mapping[date, bool]) -> Calendar:
    """``base`` with the office's own days over it (True: works). A day on which both agree keeps its official name."""
    if not overrides:
        return base
    changed = {day: OWN for day, works in overrides.items() if base.exceptions.get(day) is not works}
    return Calendar(
        exceptions=MappingProxyType({**base.exceptions, **overrides}),
        published=base.published,
        names=MappingProxyType({**base.names, **changed}),
    )

"""“为什么是这一天”: a due day, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar, is_weekend
from tracker.rule.instants import last_day, local
from tracker.rule.refusals import N_

if TYPE_CHECKING:
    from tracker.rule.stages import Rule, Stage

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayCount:
    """One line of the explanation. ``n``: this was the n-th day, None when it did not count. ``why`` is a msgid;
    ``note`` is another (the holiday, the office's own decision, or that the year is not published) or empty."""

    day: date
    n: int | None
    why: str
    note: str


def explain(rule: Rule, stage: Stage, start_at: datetime, calendar: Calendar, zone: ZoneInfo) -> tuple[DayCount, ...]:
    """Every day from the one of ``start_at`` to the due day, which is the last line.

    The stage must have a due time under ``rule`` (see ``stages.due``, which refuses what leaves the calendar).
    """
    start = local(start_at, zone)
    if rule.convention == "hours":
        return (DayCount(start.date(), None, N_("从收到时起算"), ""), *_hours(start, stage.days, zone))
    received = DayCount(start.date(), None, N_("收到当日，不计"), "")
    if rule.convention == "working":
        rows = _working(start.date(), stage.days, calendar)
    else:
        rows = [DayCount(start.date() + n * _DAY, n, N_("自然日，计入"), "") for n in range(1, stage.days + 1)]
        if rule.convention == "natural-roll":
            rows[-1:] = _rolled(rows[-1], calendar)
    return (received, *rows)


def _hours(start: datetime, days: int, zone: ZoneInfo) -> list[DayCount]:
    minute = start.replace(second=0, microsecond=0)
    ends = [minute.astimezone(UTC) + n * _DAY for n in range(1, days + 1)]
    return [DayCount(last_day(end, zone), n, N_("满24小时，计入"), "") for n, end in enumerate(ends, 1)]


def _working(day: date, days: int, calendar: Calendar) -> list[DayCount]:
    rows: list[DayCount] = []
    counted = 0
    while counted < days:
        day += _DAY
        note = _note(day, calendar)
        if calendar.works(day):
            counted += 1
            why = N_("调休上班，计入") if is_weekend(day) else N_("工作日，计入")
            rows.append(DayCount(day, counted, why, note))
        else:
            why = N_("周末，不计") if is_weekend(day) and day not in calendar.names else N_("放假，不计")
            rows.append(DayCount(day, None, why, note))
    return rows


def _rolled(last: DayCount, calendar: Calendar) -> list[DayCount]:
    if calendar.works(last.day):
        return [DayCount(last.day, last.n, last.why, _note(last.day, calendar))]
    rows = [DayCount(last.day, last.n, N_("自然日，计入；遇休息日顺延"), _note(last.day, calendar))]
    day = last.day + _DAY
    while not calendar.works(day):
        rows.append(DayCount(day, None, N_("休息日，顺延"), _note(day, calendar)))
        day += _DAY
    return [*rows, DayCount(day, None, N_("顺延至此工作日"), _note(day, calendar))]


def _note(day: date, calendar: Calendar) -> str:
    return calendar.names.get(day, "") if calendar.known(day) else N_("放假安排未公布")

"""Days and instants as people type them: ``2026-06-18 10:24``, ``06-15 16:00``, ``6月15日 16：00``, in any width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.clock import local
from tracker.rule.instants import wall
from tracker.rule.refusals import N_, Refusal

DAY = r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
TIME = r"(?P<hour>\d{1,2})[:时](?P<minute>\d{2})分?"
ONE_DAY = re.compile(DAY)
MOMENT = re.compile(rf"(?:{DAY}[ T]*)?{TIME}")
LONGEST = 40
ONE_MINUTE = timedelta(minutes=1)


def day(text: str, today: date, field: str) -> date:
    """The day that was typed; without a year the one nearest to ``today``. Refusal, naming ``field``, otherwise."""
    found = ONE_DAY.fullmatch(_plain(text))
    if found is None:
        raise Refusal(N_("请按 06-22 或 2026-06-22 的样子填写日期"), field=field)
    return _day(found, today, field)


def moment(text: str, zone: ZoneInfo, now: datetime, field: str, floors: Iterable[datetime] = ()) -> datetime:
    """The instant that was typed on the office's clock; a time alone is today's.

    A form gives minutes. Where the minute holds an instant that may not be undercut (``floors``: the case was received,
    the stage before was done), it means that instant; the present minute means ``now``.
    """
    found = MOMENT.fullmatch(_plain(text))
    if found is None:
        raise Refusal(N_("请按 06-15 16:00 或 2026-06-15 16:00 的样子填写时间"), field=field)
    today = local(now, zone).date()
    on = _day(found, today, field) if found["month"] else today
    try:
        at = wall(on, time(int(found["hour"]), int(found["minute"])), zone)
    except (ValueError, OverflowError):
        raise Refusal(N_("没有这个时间：%(value)s"), field=field, value=text.strip()[:LONGEST]) from None
    return max((one for one in (now, *floors) if at <= one < at + ONE_MINUTE), default=at)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _day(found: re.Match[str], today: date, field: str) -> date:
    month, number = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [today.year + n for n in (-1, 0, 1)]
    days = []
    for year in years:
        try:
            days.append(date(year, month, number))
        except ValueError:
            continue  # 29 February is in one year and not in the next
    if not days:
        raise Refusal(N_("没有这一天：%(value)s"), field=field, value=found[0][:LONGEST])
    return min(days, key=lambda one: abs(one - today))

"""``tracker deadlines``: the four limits of a receipt, without a register."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from unicodedata import normalize
from zoneinfo import ZoneInfo

import click

from tracker.cli_parse import aligned, instant, misused
from tracker.clock import local, to_text
from tracker.config import locale_of
from tracker.i18n import WEEKDAYS, translator
from tracker.rule import stages
from tracker.rule.calendar import Calendar
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import CONVENTION_WORDS, RULE_1, STAGE_WORDS, DayCount, Due, Rule, Stage, shown
from tracker.store.holidays import official

ARGUMENTS = {"received_at": "RECEIVED_AT", "convention": "--convention", "closes": "--closes"}
CLOCK = re.compile(r"(\d\d?):(\d\d)")

Tr = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """What was asked, read and right."""

    rule: Rule
    received_at: datetime
    zone: ZoneInfo
    calendar: Calendar

    def limits(self) -> tuple[Due, ...]:
        return stages.deadlines(self.rule, self.received_at, self.calendar, self.zone)

    def explained(self, limit: Due) -> tuple[DayCount, ...]:
        return stages.explain(self.rule, Stage(limit.key, limit.days), self.received_at, self.calendar, self.zone)


@click.command(help=N_("列出一件投诉的四个办理时限。RECEIVED_AT 是收到时间，例如 2026-09-30T23:59。"))
@click.argument("received_at", nargs=-1, metavar="RECEIVED_AT")
@click.option("--convention", default=RULE_1.convention, help=N_("计日方式：natural、natural-roll、working、hours"))
@click.option("--closes", default="24:00", help=N_("截止钟点，例如 17:30；默认 24:00"))
@click.option("--zone", envvar="TRACKER_ZONE", default="Asia/Shanghai", help=N_("时区，默认 Asia/Shanghai"))
@click.option("--stage", default="", help=N_("只看一个阶段：contact、inspection、recheck、resolution"))
@click.option("--explain", "explained", is_flag=True, help=N_("逐日说明为什么是这一天"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def deadlines(
    received_at: tuple[str, ...],
    convention: str,
    closes: str,
    zone: str,
    stage: str,
    explained: bool,
    as_json: bool,
) -> None:
    tr = translator(locale_of(os.environ))
    try:
        asked = _question(" ".join(received_at), convention, closes, zone, stage)
        limits = asked.limits()
    except Refusal as refusal:
        raise misused(refusal, tr, ARGUMENTS) from None
    if as_json:
        click.echo(json.dumps(_data(asked, limits, explained, tr), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(asked, limits, explained, tr)))


def _question(received_at: str, convention: str, closes: str, zone: str, stage: str) -> Question:
    where = _zone(zone)
    rule = replace(RULE_1, convention=convention, closes=_closes(closes), stages=_stages(stage))
    if not received_at:
        raise Refusal(N_("请给出收到时间，例如 tracker deadlines 2026-09-30T23:59"), field="received_at")
    return Question(rule, instant(received_at, where, "received_at"), where, official())


def _stages(key: str) -> tuple[Stage, ...]:
    found = tuple(stage for stage in RULE_1.stages if key in ("", stage.key))
    if not found:
        raise Refusal(
            N_("没有“%(value)s”这个阶段，可选：%(choices)s"), field="--stage", value=key, choices=tuple(STAGE_WORDS)
        )
    return found


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # no such zone; a path that leaves the database; a folder of it
        raise Refusal(N_("没有“%(value)s”这个时区，请写成 Asia/Shanghai 的形式"), field="--zone", value=text) from None


def _closes(text: str) -> time | None:
    found = CLOCK.fullmatch(normalize("NFKC", text))
    hour, minute = map(int, found.groups()) if found else (-1, -1)
    if (hour, minute) == (24, 0):
        return None
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise Refusal(N_("“%(value)s”不是一个钟点，请写成 17:30 的形式，最晚 24:00"), field="--closes", value=text)
    return time(hour, minute)


def _lines(asked: Question, limits: tuple[Due, ...], explained: bool, tr: Tr) -> Iterator[str]:
    received = local(asked.received_at, asked.zone)
    names = [tr(STAGE_WORDS[limit.key]) for limit in limits]
    when = tr(N_("%(day)s（%(weekday)s）%(clock)s")) % _moment(received.date(), f"{received:%H:%M}", 0, tr)
    yield tr(N_("收到  %(when)s  %(zone)s")) % {"when": when, "zone": asked.zone.key}
    yield tr(N_("计日  %(convention)s")) % {"convention": tr(CONVENTION_WORDS[asked.rule.convention])}
    for limit, name in zip(limits, aligned(names), strict=True):
        number = list(STAGE_WORDS).index(limit.key) + 1
        moment = _moment(*shown(limit.due_at, asked.zone), received.year, tr)
        mark = "  " + tr(N_("暂定")) if limit.provisional else ""
        yield f"{number} {name}  " + tr(N_("%(day)s（%(weekday)s）%(clock)s前")) % moment + mark
        if explained:
            yield from _counted(asked.explained(limit), received.year, tr)
    if any(limit.provisional for limit in limits):
        yield tr(N_("暂定：所涉年份的放假安排尚未公布，公布后重新计算"))


def _counted(rows: tuple[DayCount, ...], year: int, tr: Tr) -> Iterator[str]:
    days = [tr(N_("%(day)s（%(weekday)s）")) % _moment(row.day, "", year, tr) for row in rows]
    counts = ["—" if row.n is None else tr(N_("第%(n)s日")) % {"n": row.n} for row in rows]
    whys = [f"{tr(row.why)}  {tr(row.note)}" if row.note else tr(row.why) for row in rows]
    for line in zip(aligned(days), aligned(counts), whys, strict=True):
        yield "    " + "  ".join(line)


def _moment(day: date, clock: str, year: int, tr: Tr) -> dict[str, str]:
    """The words for a day and an hour; the year is named where it is not ``year``."""
    written = day.isoformat()
    return {
        "day": written[5:] if day.year == year else written,
        "weekday": tr(WEEKDAYS[day.weekday()]),
        "clock": clock,
    }


def _data(asked: Question, limits: tuple[Due, ...], explained: bool, tr: Tr) -> dict[str, object]:
    rule = asked.rule
    return {
        "received_at": to_text(asked.received_at),
        "zone": asked.zone.key,
        "convention": rule.convention,
        "closes": rule.closes and f"{rule.closes:%H:%M}",
        "stages": [_stage_data(asked, limit, explained, tr) for limit in limits],
    }


def _stage_data(asked: Question, limit: Due, explained: bool, tr: Tr) -> dict[str, object]:
    data: dict[str, object] = {
        "key": limit.key,
        "days": limit.days,
        "due_at": to_text(limit.due_at),
        "due_day": limit.due_day.isoformat(),
        "unrolled_day": limit.unrolled_day.isoformat(),
        "provisional": limit.provisional,
    }
    if explained:
        data["explain"] = [
            {"day": row.day.isoformat(), "n": row.n, "why": tr(row.why), "note": tr(row.note) if row.note else ""}
            for row in asked.explained(limit)
        ]
    return data

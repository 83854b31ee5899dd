"""``tracker rule``: the versions of the rule as the register holds them, and a new one for a kind and grade."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from unicodedata import normalize

import click

from tracker.cli_parse import aligned, named
from tracker.cli_register import existing
from tracker.clock import now
from tracker.config import Config, locale_of
from tracker.i18n import translator
from tracker.office import versions
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import CONVENTION_WORDS, STAGE_WORDS, STAGES, Rule, Stage
from tracker.store import rules

DAYS = re.compile(r"\d{1,3}(,\d{1,3}){3}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"\d\d:\d\d")
OPTIONS = {
    "kind": "--kind",
    "grade": "--grade",
    "name": "--name",
    "holds_from": "--from",
    "stages": "--days",
    "convention": "--convention",
    "closes": "--closes",
}
Tr = Callable[[str], str]


@click.group(help=N_("列出或新增时限规则"))
def rule() -> None:
    pass


@rule.command("list", help=N_("列出各版时限规则"))
def list_() -> None:
    tr = translator(locale_of(os.environ))
    with existing(Config.from_environ(os.environ), now()) as db:
        found = rules.every(db)
    click.echo("\n".join(_lines(found, tr)))


@rule.command(help=N_("新增一版时限规则。之后收到的件按它计时，已登记的件不变"))
@click.option("--kind", default="投诉举报", help=N_("类型，默认 投诉举报"))
@click.option("--grade", default="一般", help=N_("等级：一般、紧急、疑难"))
@click.option("--name", default="", help=N_("名称；默认由各阶段天数组成"))
@click.option("--days", required=True, help=N_("四个阶段的天数，例如 1,3,10,15；0 表示没有这一阶段"))
@click.option("--from", "holds_from", required=True, help=N_("从哪一天收到的件起适用，例如 2026-07-01"))
@click.option("--convention", default="natural", help=N_("计日方式：natural、natural-roll、working、hours"))
@click.option("--closes", default="24:00", help=N_("截止钟点，例如 17:30；默认 24:00"))
def add(kind: str, grade: str, name: str, days: str, holds_from: str, convention: str, closes: str) -> None:
    tr = translator(locale_of(os.environ))
    at = now()
    with named(tr, OPTIONS), existing(Config.from_environ(os.environ), at) as db:
        stages = _stages(days)
        wanted = Rule(
            version=1,
            name=name or "-".join(str(stage.days) for stage in stages) or grade,
            kind=kind,
            grade=grade,
            holds_from=_day(holds_from),
            convention=convention,
            stages=stages,
            closes=_closes(closes),
        )
        kept = versions.add(db, None, wanted, at)
    click.echo("\n".join(_lines((kept,), tr)))


def _stages(text: str) -> tuple[Stage, ...]:
    plain = normalize("NFKC", text).replace(" ", "")
    if not DAYS.fullmatch(plain):
        raise Refusal(N_("“%(value)s”应为四个阶段的天数，例如 1,3,10,15"), field="stages", value=text)
    days = map(int, plain.split(","))
    return tuple(Stage(stage.key, many) for stage, many in zip(STAGES, days, strict=True) if many)


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refusal(N_("“%(value)s”不是日期，请写成 2026-07-01 的形式"), field="holds_from", value=text)


def _closes(text: str) -> time | None:
    if text == "24:00":
        return None
    try:
        if CLOCK.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise Refusal(N_("“%(value)s”不是一个钟点，请写成 17:30 的形式，最晚 24:00"), field="closes", value=text)


def _lines(found: tuple[Rule, ...], tr: Tr) -> Iterator[str]:
    names = aligned([f"{tr(one.kind)} {tr(one.grade)}" for one in found])
    for one, name in zip(found, names, strict=True):
        stages = "  ".join(f"{tr(STAGE_WORDS[stage.key])} {stage.days}" for stage in one.stages)
        closes = "" if one.closes is None else f"  {one.closes:%H:%M}"
        how = tr(CONVENTION_WORDS[one.convention]) + closes
        line = tr(N_("第 %(version)s 版  %(name)s  自 %(day)s 起  %(stages)s  %(how)s"))
        yield line % {
            "version": one.version,
            "name": name,
            "day": one.holds_from.isoformat(),
            "stages": stages,
            "how": how,
        }

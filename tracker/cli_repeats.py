"""``tracker repeats``: the two figures on repeats, and the places of several cases."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from tracker.cli_parse import aligned, instant, named
from tracker.cli_register import existing
from tracker.clock import local, now
from tracker.config import Config, locale_of
from tracker.exchange.sheets import Translate
from tracker.i18n import translator
from tracker.office import history, linking
from tracker.rule.places import Site, together
from tracker.rule.refusals import N_, Refusal
from tracker.store import repeated
from tracker.store.repeated import Figures, Spoken

SHOWN_TITLE = 30
DAY = timedelta(days=1)


@click.command(help=N_("一段时间的重复件：同诉人重复、同点位多人，写明分子分母。--place 列出同一地点的件。"))
@click.option("--from", "from_text", default="", metavar="DAY", help=N_("收到的第一天，如 2026-01-01；默认今年1月1日"))
@click.option("--to", "to_text", default="", metavar="DAY", help=N_("收到的最后一天；默认今天"))
@click.option("--place", "by_place", is_flag=True, help=N_("列出同一地点的件；没有地点的历史件按标题里的地点"))
@click.option("--link", is_flag=True, help=N_("与 --place 同用：把同一地点已办结的件和历史件关联到其中第一件"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def repeats(from_text: str, to_text: str, by_place: bool, link: bool, as_json: bool) -> None:
    tr = translator(locale_of(os.environ))
    config, present = Config.from_environ(os.environ), now()
    with named(tr), existing(config, present) as db:
        ours = history.office_of(db)
        first, last = _period(from_text, to_text, present, ours.zone)
        since, until = _begins(first, ours.zone), _begins(last + DAY, ours.zone)
        if link and not by_place:
            raise Refusal(N_("--link 与 --place 同用"), field="--link")
        sites = together(repeated.of_period(db, since, until), ours.repeat_days) if by_place else ()
        linked = linking.link_sites(db, sites, present) if link else 0
        found = repeated.figures(db, since, until, ours.repeat_days)
    period = {"from": first.isoformat(), "to": last.isoformat(), "days": ours.repeat_days}
    if as_json:
        click.echo(json.dumps({**period, **(_sites_data(sites) if by_place else _data(found))}, ensure_ascii=False))
    else:
        click.echo("\n".join(_site_lines(sites, ours.zone, tr) if by_place else _lines(period, found, tr)))
    if link:
        click.echo(tr(N_("新关联 %(n)s 件")) % {"n": linked}, err=True)


def _period(from_text: str, to_text: str, present: datetime, zone: ZoneInfo) -> tuple[date, date]:
    today = local(present, zone).date()
    first = _day(from_text, zone, "--from") if from_text else today.replace(month=1, day=1)
    last = _day(to_text, zone, "--to") if to_text else today
    if last < first:
        raise Refusal(N_("最后一天 %(last)s 早于第一天 %(first)s"), field="--to", first=first, last=last)
    return first, last


def _day(text: str, zone: ZoneInfo, field: str) -> date:
    return local(instant(text, zone, field), zone).date()


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _lines(period: dict[str, object], found: Figures, tr: Translate) -> Iterator[str]:
    yield tr(N_("%(from)s 至 %(to)s 收到并受理 %(n)s 件；%(days)s日内有前件的算重复")) % {**period, "n": found.accepted}
    named_ = ((N_("重复投诉率"), found.repeats), (N_("同诉人重复"), found.person), (N_("同点位多人"), found.place))
    columns = (
        [tr(name) for name, _n in named_],
        [f"{n}/{found.accepted}" for _name, n in named_],
        [_rate(n, found.accepted) for _name, n in named_],
    )
    for cells in zip(*map(aligned, columns), strict=True):
        yield "  ".join(cells).rstrip()


def _data(found: Figures) -> dict[str, object]:
    return {
        "accepted": found.accepted,
        "repeats": found.repeats,
        "same_complainant": found.person,
        "same_place": found.place,
    }


def _site_lines(sites: tuple[Site[Spoken], ...], zone: ZoneInfo, tr: Translate) -> Iterator[str]:
    n = sum(len(site.cases) for site in sites)
    yield tr(N_("同一地点 %(sites)s 处，共 %(n)s 件")) % {"sites": len(sites), "n": n}
    for site in sites:
        guessed = tr(N_("（按标题）")) if site.guessed else ""
        yield tr(N_("%(place)s：%(n)s 件")) % {"place": site.place + guessed, "n": len(site.cases)}
        for case in site.cases:
            yield f"  {case.no}  {local(case.received_at, zone):%Y-%m-%d}  {case.title[:SHOWN_TITLE]}"


def _sites_data(sites: tuple[Site[Spoken], ...]) -> dict[str, object]:
    return {
        "sites": [
            {"place": site.place, "from_title": site.guessed, "cases": [case.no for case in site.cases]}
            for site in sites
        ],
    }

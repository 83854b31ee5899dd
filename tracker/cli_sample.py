"""``tracker sample``: build the sample register, for trying the program without a real one."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from tracker.cli_parse import instant, named
from tracker.clock import now
from tracker.config import Config, locale_of
from tracker.i18n import translator
from tracker.office import sample as samples
from tracker.rule.refusals import N_, Refusal
from tracker.store import cases, overdue, people
from tracker.store.register import SAMPLE, open_register


@click.command(help=N_("建立示例库：一个虚构单位一年的信访件，存在单独的文件里"))
@click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), help=N_("建在哪个文件夹，默认为 TRACKER_HOME")
)
@click.option("--at", "at_text", default="", help=N_("示例截至的时间，默认为现在，例如 2026-06-18T10:24"))
def sample(home: Path | None, at_text: str) -> None:
    tr = translator(locale_of(os.environ))
    folder = home or Config.from_environ(os.environ).home
    with named(tr):
        at = instant(at_text, ZoneInfo(samples.OFFICE["zone"]), "--at") if at_text else now()
    path = folder / SAMPLE
    db = open_register(folder, at, SAMPLE)
    try:
        if people.anybody(db):
            raise Refusal(N_("示例库 %(path)s 已经建好。要重建，请先结束试用或删去它"), path=path)
        samples.build(db, at)
        told = {"path": path, "cases": cases.count(db), "late": overdue.count_live(db, at)}
    finally:
        db.close()
    click.echo(tr(N_("已建立示例库 %(path)s：%(cases)s 件，其中超期 %(late)s 件")) % told)
    click.echo(tr(N_("运行 tracker run，在首页选“先看示例”即可进入")))

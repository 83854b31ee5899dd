"""``tracker restore``: put a backup in place of the register, or only read whether it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from tracker.cli_backup import account, progress
from tracker.clock import local, now
from tracker.config import Config, locale_of
from tracker.i18n import translator
from tracker.office import restoring
from tracker.office.restoring import Restored
from tracker.rule.refusals import N_, Refusal
from tracker.store import backups
from tracker.store.manifest import Manifest

CHOOSE = N_("%(folder)s 里有 %(n)s 份备份，请指定其中一份，最近的是 %(last)s")


@click.command(help=N_("把一份备份放回去。先停止程序；现有数据改名保留，不删除"))
@click.argument("backup", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option("--into", type=click.Path(path_type=Path), help=N_("恢复到哪个文件夹，默认为 TRACKER_HOME"))
@click.option("--key", type=click.Path(path_type=Path), help=N_("另存的密钥文件；数据文件夹里的密钥还在时不用写"))
@click.option("--check", is_flag=True, help=N_("只核对这份备份是否完好，什么都不改"))
def restore(backup: Path, into: Path | None, key: Path | None, check: bool) -> None:
    tr = translator(locale_of(os.environ))
    home = (into or Config.from_environ(os.environ).home).absolute()
    folder = _one(backup.absolute())
    if check:
        told = backups.check(folder, restoring.find_key(folder, home, key), progress(tr))
        lines = _whole(folder, told)
    else:
        done = restoring.restore(home, folder, now(), key=key, by=account(), tell=progress(tr))
        lines = _restored(done)
    for words, params in lines:
        click.echo(tr(words) % params)


def _one(folder: Path) -> Path:
    """The backup itself; Refusal for a folder of several, naming the last one."""
    inside = backups.found(folder) if folder.is_dir() else ()
    if inside:
        raise Refusal(CHOOSE, folder=folder, n=len(inside), last=inside[-1].folder)
    return folder


def _whole(folder: Path, told: Manifest) -> Iterator[tuple[str, dict[str, object]]]:
    yield N_("%(folder)s 完好：%(at)s 的数据，%(cases)s 件，附件 %(files)s 个"), {"folder": folder, **_figures(told)}
    yield from _missing(told)


def _restored(done: Restored) -> Iterator[tuple[str, dict[str, object]]]:
    told = done.manifest
    yield N_("已恢复到 %(home)s：%(at)s 的数据，%(cases)s 件，附件 %(files)s 个"), {"home": done.home, **_figures(told)}
    yield from _missing(told)
    if done.aside:
        yield N_("原来的数据在 %(aside)s，确认无误后再自行删除"), {"aside": done.aside}
    yield N_("%(at)s 以后登记和记录的内容不在其中，请补录；那以后用过的编号会再次使用"), _figures(told)
    yield N_("请运行 tracker audit verify 核对，再运行 tracker run；所有人要重新登录"), {}


def _missing(told: Manifest) -> Iterator[tuple[str, dict[str, object]]]:
    if told.missing:
        yield N_("制作备份时已缺 %(n)s 个附件，例如 %(first)s"), {"n": len(told.missing), "first": told.missing[0]}


def _figures(told: Manifest) -> dict[str, object]:
    at = local(told.made_at, ZoneInfo(told.zone))
    return {"at": f"{at:%Y-%m-%d %H:%M}", "cases": told.counts["cases"], "files": len(told.files)}

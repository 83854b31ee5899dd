"""``tracker backup``: a dated backup of the register and its files, made while everybody goes on working."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tracker import __version__
from tracker.cli_register import existing
from tracker.clock import now
from tracker.config import Config, locale_of
from tracker.i18n import translator
from tracker.office import backing
from tracker.office.backing import Made, Wanted
from tracker.rule.refusals import N_
from tracker.store.backups import Tell
from tracker.store.keys import load_key
from tracker.store.register import KEY

#: On a terminal a line of what goes on, so often.
SECONDS = 2.0


@click.command(
    help=N_("备份登记库和附件，程序照常运行。文件夹可以是U盘；不写时放在数据文件夹旁边的同名“-backups”文件夹里")
)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[FOLDER]")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help=N_("新备份做好以后只留最近几份，更早的删去"))
@click.option("--with-key", is_flag=True, help=N_("把密钥也放进备份。谁拿到这份备份，谁就能看到投诉人信息"))
@click.option("--allow-missing", is_flag=True, help=N_("有附件缺失也照样备份，并在清单里写明"))
def backup(folder: Path | None, keep: int | None, with_key: bool, allow_missing: bool) -> None:
    tr = translator(locale_of(os.environ))
    config = Config.from_environ(os.environ)
    with existing(config, now()) as db:
        began = time.monotonic()
        target = folder or _beside(config.home)
        wanted = Wanted(target.absolute(), with_key, keep or 0, allow_missing, account())
        made = backing.make(db, load_key(config.home / KEY), wanted, now, __version__, progress(tr))
    for line in _lines(made, config.home, time.monotonic() - began):
        click.echo(tr(line[0]) % line[1])


def account() -> str:
    """Who runs the command on this machine, "" where the system has no name for them."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


def _beside(home: Path) -> Path:
    folder = home.with_name(f"{home.name}-backups")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _lines(made: Made, home: Path, seconds: float) -> Iterator[tuple[str, dict[str, object]]]:
    told = made.manifest
    figures = {
        "folder": made.folder,
        "cases": told.counts["cases"],
        "mb": max(1, told.size >> 20),
        "files": len(told.files),
        "seconds": f"{seconds:.0f}",
    }
    yield (
        N_("已备份并核对 %(folder)s：%(cases)s 件，登记库 %(mb)s MB，附件 %(files)s 个，用时 %(seconds)s 秒"),
        figures,
    )
    if told.missing:
        yield N_("缺 %(n)s 个附件，清单里已写明，例如 %(first)s"), {"n": len(told.missing), "first": told.missing[0]}
    if made.gone:
        yield (
            N_("有 %(n)s 个附件只在备份里还有，请从备份的 attachments 文件夹放回 %(home)s，例如 %(first)s"),
            {"n": len(made.gone), "first": made.gone[0], "home": home},
        )
    for folder in made.removed:
        yield N_("已删去较早的备份 %(folder)s"), {"folder": folder}
    if told.with_key:
        yield N_("备份里有密钥：谁拿到这份备份，谁就能看到投诉人信息。请像档案一样上锁保管"), {}
    else:
        yield N_("密钥不在备份里：请另存一份 %(key)s，与备份分开放；没有它，备份不能恢复"), {"key": home / KEY}
    if os.stat(made.folder).st_dev == os.stat(home).st_dev:
        yield N_("备份与数据在同一块磁盘上，磁盘坏了会一起丢。请把备份文件夹再复制到U盘或另一台机器"), {}


def progress(tr: Callable[[str], str]) -> Tell:
    """What tells a person at a terminal how far it has come; silent for whatever runs it by itself."""
    said: dict[str, float] = {}

    def tell(step: str, done: int, whole: int) -> None:
        at = time.monotonic()
        if not sys.stderr.isatty() or at - said.get(step, -SECONDS) < SECONDS:
            return
        said[step] = at
        words = f"{tr(step)} {done}/{whole}" if done else f"{tr(step)} {max(1, whole >> 20)} MB"
        click.echo(words, err=True)

    return tell

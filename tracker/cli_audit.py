"""``tracker audit verify``: read the whole trail and say whether every record holds."""

from __future__ import annotations

import os
import re

import click

from tracker.cli_parse import named
from tracker.cli_register import existing
from tracker.clock import now
from tracker.config import Config, locale_of
from tracker.i18n import translator
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit as trail
from tracker.store.audit import Fault
from tracker.store.database import reading

HEAD = re.compile(r"([1-9]\d{0,17}):([0-9a-f]{64})")
FAULTS = {
    "missing": N_("第 %(seq)s 条记录缺失：审计日志在此处被删除、截断或调换"),
    "changed": N_("第 %(seq)s 条记录被改动，或其封印与前一条不符"),
}


@click.group(help=N_("核对审计日志"))
def audit() -> None:
    pass


@audit.command(help=N_("从头核对每一条记录。退出码：0 完好，1 有问题"))
@click.option("--head", default="", help=N_("另处保存的日志末条，写成 序号:封印；只有它能发现末尾被截去"))
def verify(head: str) -> None:
    tr = translator(locale_of(os.environ))
    config, at = Config.from_environ(os.environ), now()
    with named(tr), existing(config, at) as db, reading(db):
        fault = trail.verify(db, _head(head))
        last = trail.head(db)
    if fault is not None:
        raise _found(fault)
    if last is None:
        click.echo(tr(N_("0 条记录，全部完好")))
        return
    seq, seal = last
    click.echo(tr(N_("%(n)s 条记录，全部完好")) % {"n": seq})
    click.echo(tr(N_("末条 %(head)s")) % {"head": f"{seq}:{seal.hex()}"})


def _found(fault: Fault) -> Refusal:
    return Refusal(FAULTS[fault.what], seq=fault.seq)


def _head(text: str) -> tuple[int, bytes] | None:
    if not text:
        return None
    found = HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise Refusal(
            N_("“%(value)s”应为 序号:封印，封印是64位十六进制数，照抄 tracker audit verify 上次的末条"),
            field="--head",
            value=text,
        )
    return int(found[1]), bytes.fromhex(found[2])

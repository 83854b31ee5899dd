"""``tracker import``: old cases from a workbook."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tracker.cli_parse import named
from tracker.cli_register import register, rehearsal
from tracker.clock import now
from tracker.config import Config, locale_of
from tracker.exchange import read
from tracker.exchange.letters import Letters, letters
from tracker.exchange.sheets import Translate
from tracker.i18n import translator
from tracker.office import history
from tracker.office.history import Brought, Source
from tracker.rule.history import ONLINE, Rejected
from tracker.rule.refusals import N_, filled, listed

STARTS = {
    "dispatch": N_("时限从“%(column)s”列起算"),
    "registration": N_("文件中没有派单时间：时限从“%(column)s”列（登记时间）起算"),
    "call": N_("文件中没有派单时间：时限从“%(column)s”列（来电时间）起算"),
    "letter": N_("文件中没有派单时间：时限从“%(column)s”列（来信本身的时间）起算"),
}
MOST_NUMBERS = 20


@click.command(
    name="import",
    help=N_("从工作簿（.xlsx、.xls、.ods、.csv）导入历史信访件。重复导入同一文件不会产生重复件。"),
)
@click.argument("file", metavar="FILE")
@click.option("--sheet", default="", help=N_("工作表的名称；默认第一个"))
@click.option("--dry-run", is_flag=True, help=N_("只检查，不写入"))
@click.option("--all-or-nothing", "whole", is_flag=True, help=N_("有一行有错就整个文件都不导入"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def import_(file: str, sheet: str, dry_run: bool, whole: bool, as_json: bool) -> None:
    tr = translator(locale_of(os.environ))
    config, at = Config.from_environ(os.environ), now()
    with named(tr, {"FILE": file}):
        rows = read.read(Path(file), sheet)
        opened = rehearsal(config, at) if dry_run else register(config, at)
        with opened as db:
            to = history.office_of(db)
            found = letters(rows, at, to.zone)
            _say(_before(found, to.prefix, tr))
            source = Source(Path(file).name, found.letters, len({one.row for one in found.rejected}))
            if dry_run or (whole and found.rejected):
                brought = history.preview(db, source)
            else:
                brought = history.bring_in(db, source, to=to, at=at, whole=whole, progress=_progress(source, tr))
    rejected = sorted((*found.rejected, *brought.rejected), key=lambda one: one.row)
    refused = whole and bool(rejected)
    if refused and not dry_run:
        brought = Brought()
    if as_json:
        for part in _import_json(found, brought, rejected, tr):
            click.echo(part)
    else:
        for line in _import_lines(found, brought, rejected, tr):
            click.echo(line)
    _say(_after(brought, dry_run, refused, tr))
    raise SystemExit(1 if refused else 0)


def _say(sentences: Iterator[str]) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)


def _progress(source: Source, tr: Translate) -> history.Progress:
    """Tells of the rows of the file, those among them that could not be read included, as the summary does."""
    on_terminal = _on_terminal()

    def told(done: int, total: int) -> None:
        line = tr(N_("已处理 %(done)s/%(total)s 行")) % {
            "done": done + source.unreadable,
            "total": total + source.unreadable,
        }
        click.echo(f"\r{line}" if on_terminal else line, err=True, nl=not on_terminal or done == total)

    return told


def _on_terminal() -> bool:
    return sys.stderr.isatty()


def _before(found: Letters, prefix: str, tr: Translate) -> Iterator[str]:
    """What the reader of the file decided by himself: the user must be able to object."""
    yield tr(STARTS[found.start]) % {"column": found.column("received_at")}
    if not found.column("channel"):
        yield tr(N_("文件中没有来源列：来源按“%(channel)s”登记")) % {"channel": tr(ONLINE)}
    if prefix == history.PREFIX:
        yield tr(N_("尚未设置本单位：受理编号暂以 %(prefix)s 开头")) % {"prefix": prefix}
    if found.day_only:
        days = {"n": len(found.day_only), "rows": _numbers(found.day_only, tr)}
        yield tr(N_("%(n)s 行的时间只有日期，按当日 00:00 计：第 %(rows)s 行")) % days
    if found.passed_over:
        yield tr(N_("以下各行不是数据，已略过：第 %(rows)s 行")) % {"rows": _numbers(found.passed_over, tr)}
    if found.unused:
        yield tr(N_("以下各列未导入：%(columns)s")) % {"columns": listed(found.unused, tr)}
    if found.sheet.others:
        names = {"name": found.sheet.name, "others": listed(found.sheet.others, tr)}
        yield tr(N_("读取工作表“%(name)s”；其他工作表用 --sheet 指定：%(others)s")) % names


def _numbers(numbers: tuple[int, ...], tr: Translate) -> str:
    shown = listed(numbers[:MOST_NUMBERS], tr)
    return f"{shown}…" if len(numbers) > MOST_NUMBERS else shown


def _after(brought: Brought, dry_run: bool, refused: bool, tr: Translate) -> Iterator[str]:
    if refused:
        yield tr(N_("有错的行未改正，整个文件都没有导入"))
    elif dry_run:
        yield tr(N_("以上为试算，没有写入"))
    if brought.unanswered:
        unanswered = {"n": brought.unanswered}
        yield tr(N_("%(n)s 件没有答复时间，按未办结的历史件保存。补上答复时间后再导入同一文件即可")) % unanswered


def _import_lines(found: Letters, brought: Brought, rejected: list[Rejected], tr: Translate) -> Iterator[str]:
    yield tr(N_("共 %(rows)s 行：新建 %(created)s，更新 %(updated)s，未变 %(unchanged)s，有错 %(rejected)s")) % {
        "rows": found.rows,
        "created": brought.created,
        "updated": brought.updated,
        "unchanged": brought.unchanged,
        "rejected": len({one.row for one in rejected}),
    }
    for one in rejected:
        yield tr(N_("第 %(row)s 行 %(column)s“%(value)s”：%(reason)s")) % _rejected_data(found, one, tr)


def _import_json(found: Letters, brought: Brought, rejected: list[Rejected], tr: Translate) -> Iterator[str]:
    """One object, told a wrong row at a time: of a bad file there may be a hundred thousand."""
    counts = {
        "rows": found.rows,
        "created": brought.created,
        "updated": brought.updated,
        "unchanged": brought.unchanged,
    }
    yield "{"
    yield from (f"  {json.dumps(name)}: {count}," for name, count in counts.items())
    yield '  "rejected": ['
    for n, one in enumerate(rejected, 1):
        data = json.dumps(_rejected_data(found, one, tr), ensure_ascii=False)
        yield f"    {data}{',' if n < len(rejected) else ''}"
    yield "  ]"
    yield "}"


def _rejected_data(found: Letters, one: Rejected, tr: Translate) -> dict[str, object]:
    return {
        "row": one.row,
        "column": found.column(one.field),
        "value": one.value,
        "reason": filled(one.why.message, one.why.params, tr),
    }

"""``tracker overdue``: the overdue list on the terminal, as JSON and as a workbook."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
from sqlite_utils import Database

from tracker.cli_parse import aligned, instant, named
from tracker.cli_register import existing
from tracker.clock import now, to_text
from tracker.config import Config, locale_of
from tracker.exchange import sheets
from tracker.exchange.sheets import Translate, View
from tracker.i18n import translator
from tracker.office import history
from tracker.rule import clocks
from tracker.rule.lights import lateness, span
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import STAGE_WORDS
from tracker.store import clocks as running
from tracker.store import historic, people, streets
from tracker.store import overdue as late
from tracker.store.overdue import OverdueLine, Wanted

SHOWN_TITLE = 30


@click.command(help=N_("列出超期件，最严重的在前。--at 列出某一时刻（按现在所知）已超期而未完成的件。"))
@click.option("--at", "at_text", default="", help=N_("时刻，例如 2019-06-01T09:00；默认现在"))
@click.option(
    "--stage", default="", help=N_("只看一个阶段（contact、inspection、recheck、resolution）或其他时限（clocks）")
)
@click.option("--handler", default="", help=N_("只看一名承办人：姓名或账号"))
@click.option("--street", default="", help=N_("只看一个街道：名称"))
@click.option("--xlsx", default="", metavar="FILE", help=N_("另存为工作簿"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def overdue(at_text: str, stage: str, handler: str, street: str, xlsx: str, as_json: bool) -> None:
    tr = translator(locale_of(os.environ))
    config, present = Config.from_environ(os.environ), now()
    with named(tr), existing(config, present) as db:
        office = history.office_of(db)
        at = instant(at_text, office.zone, "--at") if at_text else present
        wanted = Wanted(handler_id=_handler(db, handler), street_id=_street(db, street), limit=_stage(db, stage, tr))
        target = _target(xlsx)
        lines = late.every(db, at, wanted, past=bool(at_text))
        unlisted = 0 if at_text or wanted != late.EVERYTHING else historic.count_late(db, at)
    view = View(at, office.zone, tr)
    if target is not None:
        by = tr(N_("命令行"))
        target.write_bytes(sheets.overdue_workbook(lines, office=office, at=at, taken_at=present, by=by, translate=tr))
        click.echo(tr(N_("已写入 %(file)s，共 %(n)s 件")) % {"file": target, "n": len(lines)}, err=True)
    if as_json:
        click.echo(json.dumps([_line_data(line, view) for line in lines], ensure_ascii=False, indent=2))
    elif target is None:
        click.echo("\n".join(_overdue_lines(lines, view)))
    if unlisted:
        click.echo(tr(N_("另有 %(n)s 件未办结的历史件已过时限，用 --at 查看")) % {"n": unlisted}, err=True)


def _stage(db: Database, text: str, tr: Translate) -> str | None:
    if not text:
        return None
    for key, name in STAGE_WORDS.items():
        if text in (key, name, tr(name)):
            return key
    known = (clocks.ALL, *running.names(db))
    for key in known:
        if text in (key, clocks.name(key, tr)):
            return key
    choices = (*STAGE_WORDS, *known)
    raise Refusal(N_("没有“%(value)s”这个阶段，可选：%(choices)s"), field="--stage", value=text, choices=choices)


def _handler(db: Database, text: str) -> int | None:
    if not text:
        return None
    found = [person for person in people.everybody(db) if text in (person.name, person.account)]
    if not found:
        raise Refusal(N_("没有名为“%(value)s”的人员，请写姓名或账号"), field="--handler", value=text)
    if len(found) > 1:
        accounts = tuple(person.account for person in found)
        raise Refusal(
            N_("有多人叫“%(value)s”，请写账号：%(accounts)s"), field="--handler", value=text, accounts=accounts
        )
    return found[0].id


def _street(db: Database, text: str) -> int | None:
    if not text:
        return None
    found = streets.named(db, text)
    if found is None:
        names = tuple(street.name for street in streets.every(db)) or "—"
        raise Refusal(N_("没有“%(value)s”这个街道，已有：%(names)s"), field="--street", value=text, names=names)
    return found.id


def _target(text: str) -> Path | None:
    """Where the workbook goes, asked before the work is done."""
    if not text:
        return None
    path = Path(text)
    if path.suffix.lower() != ".xlsx":
        raise Refusal(N_("“%(value)s”应以 .xlsx 结尾"), field="--xlsx", value=text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise Refusal(N_("“%(value)s”所在的文件夹不存在，或它本身是文件夹"), field="--xlsx", value=text)
    return path


def _overdue_lines(lines: tuple[OverdueLine, ...], view: View) -> Iterator[str]:
    tr = view.translate
    if not lines:
        yield tr(N_("截至 %(at)s 没有超期件")) % {"at": view.stamp(view.at)}
        return
    head = tr(N_("截至 %(at)s，超期 %(n)s 件")) % {"at": view.stamp(view.at), "n": len(lines)}
    yield head + sheets.told_apart(lines, tr)
    columns = (
        (tr(N_("受理编号")), *(line.no for line in lines)),
        (tr(N_("超期时长")), *(f"■ {view.late(line)}" for line in lines)),
        (tr(N_("阶段")), *(view.limit(line) for line in lines)),
        (tr(N_("应完成")), *(view.due(line) for line in lines)),
        (tr(N_("承办人")), *(line.handler or "—" for line in lines)),
        (tr(N_("事由")), *(line.title[:SHOWN_TITLE] for line in lines)),
    )
    for cells in zip(*map(aligned, columns), strict=True):
        yield "  ".join(cells).rstrip()


def _line_data(line: OverdueLine, view: View) -> dict[str, object]:
    return {
        "no": line.no,
        "title": line.title,
        "categories": list(line.categories),
        "limit": line.limit,
        "limit_name": view.limit(line),
        "outside": clocks.is_clock(line.limit),
        "received_at": to_text(line.received_at),
        "due_at": to_text(line.due_at),
        "due_day": line.due_day.isoformat(),
        "provisional": line.provisional,
        "late_minutes": lateness(line.due_at, view.at) // timedelta(minutes=1),
        "late": span(lateness(line.due_at, view.at), view.translate),
        "backfill": line.backfill,
        "street": line.street,
        "handler": line.handler,
        "unit": line.unit,
        "state": line.state,
        "round": line.round,
        "historic": line.historic,
        "last_reminded_at": to_text(line.last_reminded_at) if line.last_reminded_at else None,
    }

"""``tracker remind --dry-run``: what would go to whom, and why, at an instant. Sends nothing and writes nothing.

``tracker remind explain CASE`` is in cli_explain.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import click

from tracker import clock
from tracker.cli_explain import explain
from tracker.cli_parse import instant, named
from tracker.cli_register import existing
from tracker.config import Config
from tracker.i18n import translator
from tracker.notify.words import Words
from tracker.office import raising
from tracker.office.raising import Shown
from tracker.rule.ladder import reason
from tracker.rule.refusals import N_, Refusal
from tracker.rule.reminders import DIGEST, LIST, REASONS, WEEK
from tracker.store import settings
from tracker.store.settings import Office

#: What a digest lists.
HOLDS = {
    DIGEST: N_("超期、今日和明日到期、待审批的件"),
    LIST: N_("超期、今日和明日到期、待签收的件"),
    WEEK: N_("上周收到、销项和按时完成的情况"),
}


@click.group(
    invoke_without_command=True,
    help=N_("列出到某一时刻应发的提醒：发给谁、为什么。只列出，不发送，不写入。"),
)
@click.option("--dry-run", is_flag=True, help=N_("只列出，不发送"))
@click.option("--at", "at_text", default="", metavar="INSTANT", help=N_("时刻，例如 2026-06-18T08:30；默认现在"))
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
@click.pass_context
def remind(context: click.Context, dry_run: bool, at_text: str, as_json: bool) -> None:
    if context.invoked_subcommand:
        return
    config = Config.from_environ(os.environ)
    tr = translator(config.locale)
    now = clock.now()
    with named(tr):
        if not dry_run:
            raise Refusal(N_("提醒由 tracker schedule 发送，这里只能预览，请加上 --dry-run"), field="--dry-run")
        with existing(config, now) as db:
            office = settings.office(db)
            at = instant(at_text, office.zone, "--at") if at_text else now
            shown = raising.rehearse(db, now, at, raising.mail_domain(config.smtp_host, config.mail_from))
    if as_json:
        click.echo(json.dumps([_data(one) for one in shown], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(shown, office, at, config.locale)))


remind.add_command(explain)


def _data(one: Shown) -> dict[str, Any]:
    due = one.due
    return {
        "person": due.name,
        "account": due.account,
        "channel": "app" if one.mail_at is None else "mail",
        "mail_at": one.mail_at and clock.to_text(one.mail_at),
        "other_channels": list(one.others),
        "rung": due.rung,
        "why": reason(due.rung) or REASONS[due.rung],
        "case": due.case_no or None,
        "limit": due.limit_key or None,
        "due_at": clock.to_text(due.due_at) if due.limit_key and due.due_at else None,
        "owed_at": clock.to_text(due.owed_at),
    }


def _lines(shown: tuple[Shown, ...], office: Office, at: datetime, locale: str) -> Iterator[str]:
    _ = translator(locale)
    words = Words(_, office.zone, at)
    people = len({one.due.recipient_id for one in shown})
    said = {"at": f"{clock.local(at, office.zone):%Y-%m-%d %H:%M}", "n": len(shown), "people": people}
    yield _(N_("到 %(at)s 应发提醒 %(n)s 条，%(people)s 人。只列出，未发送")) % said
    for (account, name), theirs in groupby(shown, key=lambda one: (one.due.account, one.due.name)):
        yield _(N_("%(name)s（%(account)s）")) % {"name": name, "account": account}
        for one in theirs:
            yield "    " + "  ".join(_parts(one, words))


def _parts(one: Shown, words: Words) -> Iterator[str]:
    _, due = words._, one.due
    yield words.stamp(due.owed_at)
    yield reason(due.rung, _) or _(REASONS[due.rung])
    if due.case_no:
        yield due.case_no
    if due.limit_key and due.due_at is not None:
        yield f"{words.limit(due.limit_key)} {words.due_short(due.due_at)}"
    if due.rung in HOLDS:
        yield _(HOLDS[due.rung])
    yield _(N_("站内")) if one.mail_at is None else _(N_("站内和邮件 %(at)s")) % {"at": words.stamp(one.mail_at)}
    yield from one.others

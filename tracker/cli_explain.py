"""``tracker remind explain CASE``: for each step of each limit when, to whom, by which way, with what result, or why
not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import click

from tracker import clock
from tracker.cli_parse import named
from tracker.cli_register import existing
from tracker.config import Config
from tracker.i18n import translator
from tracker.notify.words import Words
from tracker.office import explaining
from tracker.office.explaining import Step, Subject
from tracker.rule.channels import KINDS, MAIL
from tracker.rule.holding import needless
from tracker.rule.ladder import reason
from tracker.rule.refusals import N_, Refusal, listed
from tracker.rule.reminders import REASONS
from tracker.store import settings
from tracker.store.sent import Sent, Way

NEWS = N_("通知")
OFF = N_("%(name)s 已停用，恢复使用后发送")


@click.command(help=N_("说明一件的每次提醒：何时、给谁、走什么渠道、结果如何，或为什么不提醒。"))
@click.argument("case", metavar="CASE")
@click.option("--json", "as_json", is_flag=True, help=N_("输出 JSON"))
def explain(case: str, as_json: bool) -> None:
    config = Config.from_environ(os.environ)
    tr = translator(config.locale)
    now = clock.now()
    with existing(config, now) as db, named(tr):
        office = settings.office(db)
        try:
            found = explaining.explain(db, case)
        except Refusal as refusal:
            raise Refusal(refusal.message, field="CASE", **refusal.params) from None
    words = Words(tr, office.zone, now)
    if as_json:
        told = [_data(subject, step) for subject in found for step in subject.steps]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(found, words)))


def _data(subject: Subject, step: Step) -> dict[str, Any]:
    one = step.told
    return {
        "limit": subject.key or None,
        "round": subject.round,
        "due_at": subject.due_at and clock.to_text(subject.due_at),
        "rung": step.key,
        "owed_at": step.at and clock.to_text(step.at),
        "person": one.name if one else None,
        "state": state(one) if one else "not_owed",
        "shown_at": clock.to_text(one.shown_at) if one and one.shown_at else None,
        "why": step.why_not or (explaining.why_withdrawn(one.withdrawn_why) if one and one.withdrawn_at else ""),
        "channels": [
            {
                "channel": way.kind,
                "state": _way_state(way),
                "sent_at": way.sent_at and clock.to_text(way.sent_at),
                "answer": way.answer,
            }
            for way in (one.ways if one else ())
        ],
    }


def state(one: Sent) -> str:
    """planned, shown (in the app), sent (by a way besides) or withdrawn."""
    if one.withdrawn_at is not None:
        return "withdrawn"
    if one.shown_at is None:
        return "planned"
    return "sent" if any(way.sent_at for way in one.ways) else "shown"


def _lines(found: tuple[Subject, ...], words: Words) -> Iterator[str]:
    _ = words._
    for subject in found:
        if subject.due_at is None:
            yield _(N_("本件"))
        else:
            ended = explaining.ENDED.get(subject.state)
            due = f"{words.limit(subject.key)}  {_(N_('应完成'))} {words.due(subject.due_at)}"
            yield f"{due}  {_(ended) if ended else words.standing(subject.due_at)}"
        for step in subject.steps:
            yield "    " + "  ".join(part for part in _parts(step, words) if part)


def _parts(step: Step, words: Words) -> Iterator[str]:
    _, one = words._, step.told
    yield words.stamp(step.at) if step.at else "—"
    yield reason(step.key, _) or _(REASONS.get(step.key, NEWS))
    if one is None:
        yield _(N_("不提醒：%(why)s")) % {"why": _(step.why_not)}
        return
    yield one.name
    if one.withdrawn_at is not None:
        yield _(N_("已撤回：%(why)s")) % {"why": _(explaining.why_withdrawn(one.withdrawn_why))}
    elif one.shown_at is None:
        yield _(N_("待提醒"))
    else:
        yield _(N_("站内 %(at)s")) % {"at": words.stamp(one.shown_at)}
        yield listed([_way(way, words) for way in one.ways], _)


def _way(way: Way, words: Words) -> str:
    _ = words._
    name = _(KINDS[MAIL]) if way.kind == MAIL else way.name
    if way.sent_at is not None:
        return f"{name} {words.stamp(way.sent_at)}"
    if way.needless:
        return needless(name, way.why_needless, _)
    if way.dead:
        return _(N_("%(name)s 无法送达（%(answer)s）")) % {"name": name, "answer": way.answer}
    if not way.active:
        return _(OFF) % {"name": name}
    return _(N_("%(name)s 待发 %(at)s")) % {"name": name, "at": words.stamp(way.try_after)}


def _way_state(way: Way) -> str:
    """sent, not_needed, failed (for good) or waiting."""
    if way.sent_at is not None:
        return "sent"
    return "not_needed" if way.needless else "failed" if way.dead else "waiting"

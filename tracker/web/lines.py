"""A line of a list of cases, ready for showing: words and times are made here, so that the templates only print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from urllib.parse import quote

from tracker.clock import local
from tracker.rule.intake import outside_name
from tracker.rule.lights import Light, light, span
from tracker.rule.refusals import Word, listed
from tracker.rule.stages import STAGE_WORDS, Rule
from tracker.store import rules
from tracker.store.overdue import EVERYTHING, OverdueLine, Wanted
from tracker.web import context, view
from tracker.web.words import gettext as _

STAGES = tuple(STAGE_WORDS)
ORDINARY = ("投诉举报", "一般")


@dataclass(frozen=True)
class Row:
    """One case in a list: its light in colour, shape and word; ``span`` is how late it is, or how long it has yet, and
    ``told`` says which of the two."""

    no: str
    href: str
    colour: str
    shape: str
    word: str
    span: str
    told: str
    title: str
    tags: tuple[str, ...]
    categories: str
    limit: str
    street: str
    due: str
    handler: str
    reminded: str


def allowed(wanted: Wanted = EVERYTHING) -> Wanted:
    """What is asked for, as far as the visitor may see it."""
    me = context.sees_only()
    return wanted if me is None else replace(wanted, handler_id=me)


def ordinary_rule() -> Rule:
    """The rule that says when a limit is near due: the one for ordinary complaints of today."""
    today = local(context.now(), context.office().zone).date()
    rule = rules.rule_for(context.db(), *ORDINARY, today)
    assert rule is not None  # migration 1 wrote it
    return rule


def limit_name(key: str) -> str:
    """``2 现场检查``; an outside limit has a name of its own."""
    return f"{STAGES.index(key) + 1} {_(STAGE_WORDS[key])}" if key in STAGE_WORDS else outside_name(key, _)


def address(no: str, came_from: str) -> str:
    """The page of a case, with the list that leads to it and back (its path without the first stroke)."""
    return f"/case/{no}?from={quote(came_from, safe='')}"


class Words:
    """What the rows of one page have in common, looked up once."""

    def __init__(self, at: datetime, rule: Rule, came_from: str) -> None:
        self.say = cache(_)
        self.at = at
        self.rule = rule
        self.zone = context.office().zone
        self.today = local(context.now(), self.zone).date()
        self.came_from = came_from
        self.before, self.after = address("|", came_from).split("|")
        self.limits = {key: limit_name(key) for key in STAGE_WORDS}
        self.lights = {
            Light.OVERDUE: ("r", "■", _("超期")),
            Light.NEAR: ("y", "▲", _("临期")),
            Light.NORMAL: ("g", "●", _("正常")),
        }
        self.backfill = ("r", "■", _("补录待核"))
        self.left = _("剩 %(span)s")
        self.joined = _("并入%(n)s件")
        self.is_joined = _("已并入首件")
        self.round = _("第%(n)s轮")
        self.provisional = _("暂定")
        self.historic = _("历史件")

    def rows(self, lines: Iterable[OverdueLine]) -> Iterator[Row]:
        """The lines as they are shown."""
        for line in lines:
            kind = light(line.limit, line.due_at, "open", None, self.at, self.rule)
            colour, shape, word = self.backfill if line.backfill and kind is Light.OVERDUE else self.lights[kind]
            span = self.span(line.due_at)
            yield Row(
                no=line.no,
                href=f"{self.before}{line.no}{self.after}",
                colour=colour,
                shape=shape,
                word=word,
                span=span,
                told=f"{word} {span}" if colour == "r" else self.left % {"span": span},
                title=line.title,
                tags=tuple(self.tags(line)),
                categories=listed(map(Word, line.categories), self.say),
                limit=self.limits.get(line.limit) or outside_name(line.limit, self.say),
                street=line.street,
                due=view.due_short(line.due_at),
                handler=line.handler,
                reminded=view.stamp(line.last_reminded_at) if line.last_reminded_at else "",
            )

    def span(self, due_at: datetime) -> str:
        """How far ``due_at`` is, behind or ahead."""
        return span(abs(self.at - due_at), self.say)

    def tags(self, line: OverdueLine) -> Iterator[str]:
        """What else is to be known of a case at a glance."""
        if line.joined:
            yield self.joined % {"n": line.joined}
        if line.lead_no:
            yield self.is_joined
        if line.round > 1:
            yield self.round % {"n": line.round}
        if line.provisional:
            yield self.provisional
        if line.historic:
            yield self.historic

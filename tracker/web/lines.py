"""A line of a list of cases, ready for showing: words and times are made here, so that the templates only print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from tracker.rule import clocks
from tracker.rule.lights import Light, light, span
from tracker.rule.refusals import listed
from tracker.rule.stages import STAGE_WORDS, Rule
from tracker.store import categories
from tracker.store.overdue import OverdueLine
from tracker.web import context, view
from tracker.web.words import gettext as _

STAGES = tuple(STAGE_WORDS)
OVERDUE, BACKFILL, ASKED = Light.OVERDUE.value, Light.BACKFILL.value, Light.ASKED.value


class Row(NamedTuple):
    """One case in a list, as the templates unpack it. ``light`` is a key of LIGHTS in parts/lines.html; ``span`` says
    how late the case is, or how long it has yet.

    What people typed is Markup already: fifty lines name a dozen streets and people, each escaped once.
    """

    light: str
    span: str
    card: str  # the colour of the card that it carries, "" for none
    urgent: bool
    no: str
    href: str
    title: Markup
    tags: tuple[str, ...]
    categories: Markup
    limit: Markup
    street: Markup
    due: str
    handler: Markup
    reminded: str


def limit_name(key: str) -> str:
    """``2 现场检查``; an outside limit has a name of its own."""
    return f"{STAGES.index(key) + 1} {_(STAGE_WORDS[key])}" if key in STAGE_WORDS else clocks.name(key, _)


def address(no: str, came_from: str) -> str:
    """The page of a case, with the list that leads to it and back (its path without the first stroke)."""
    return f"/case/{no}?from={quote(came_from, safe='')}"


def onward(way: str, came_from: str) -> str:
    """The address of an act (rule/anchors.py), with the list that leads to it and back."""
    return f"{way}{'&' if '?' in way else '?'}from={quote(came_from, safe='')}"


class Words:
    """What the rows of one page have in common, looked up once."""

    def __init__(self, at: datetime, rule: Rule, came_from: str, *, told: bool = False) -> None:
        """``told``: the rows stand in a list that mixes late ones with others, and say which they are."""
        self.say = cache(_)
        self.kind = cache(partial(categories.told, translate=self.say))
        self.at = at
        self.rule = rule
        self.told = told
        self.came_from = came_from
        self.before, self.after = address("|", came_from).split("|")
        self.limits = {key: limit_name(key) for key in STAGE_WORDS}
        self.late = _("超期")
        self.left = _("剩 %(span)s")
        self.asked = _("延期待批")
        self.backfill = _("补录待核，待督办核定")
        self.joined = _("并入%(n)s件")
        self.heads = _("群体%(n)s人") if "groups" in context.features() else ""
        self.is_joined = _("已并入首件")
        self.round = _("第%(n)s轮")
        self.provisional = _("暂定")
        self.historic = _("历史件")
        # Fifty lines name a dozen streets, people and categories: each is made ready for the page once.
        self.safe = cache(escape)
        self.matter = cache(lambda codes: escape(listed(map(self.kind, codes), self.say)))
        self.stamp = cache(view.stamp)
        self.known: dict[tuple[datetime, str], tuple[str, str, str]] = {}

    def rows(self, lines: Iterable[OverdueLine]) -> Iterator[Row]:
        """The lines as they are shown."""
        before, after, limits, safe = self.before, self.after, self.limits, self.safe
        cards = "supervision" in context.features()
        for line in lines:
            shown, far, due = self.times(line.due_at, line.limit)
            yield Row(
                BACKFILL if line.backfill and shown == OVERDUE else ASKED if line.asked else shown,
                far,
                line.card if cards else "",
                line.urgent,
                line.no,
                f"{before}{line.no}{after}",
                escape(line.title),
                tuple(self.tags(line)),
                self.matter(line.categories),
                safe(limits.get(line.limit) or clocks.name(line.limit, self.say)),
                safe(line.street),
                due,
                safe(line.handler),
                self.stamp(line.last_reminded_at) if line.last_reminded_at else "",
            )

    def times(self, due_at: datetime, limit: str) -> tuple[str, str, str]:
        """The light of a limit, how far it is, and its time for a column; worked out once for all that share it."""
        found = self.known.get((due_at, limit))
        if found is None:
            kind = light(limit, due_at, "open", None, self.at, self.rule)
            far = self.span(due_at)
            if self.told:
                far = f"{self.late} {far}" if kind is Light.OVERDUE else self.left % {"span": far}
            found = self.known[due_at, limit] = kind.value, far, view.due_short(due_at)
        return found

    def span(self, due_at: datetime) -> str:
        """How far ``due_at`` is, behind or ahead."""
        return span(abs(self.at - due_at), self.say)

    def tags(self, line: OverdueLine) -> Iterator[str]:
        """What else is to be known of a case at a glance, whose turn it is first."""
        if line.backfill:
            yield self.backfill
        if line.asked:
            yield self.asked
        if line.joined:
            yield self.joined % {"n": line.joined}
        if line.heads and self.heads:
            yield self.heads % {"n": line.heads}
        if line.lead_no:
            yield self.is_joined
        if line.round > 1:
            yield self.round % {"n": line.round}
        if line.provisional:
            yield self.provisional
        if line.historic:
            yield self.historic

"""The overdue list as its address asks for it: parsed at the door, then read from the register."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import request

from tracker.clock import from_text, local, to_text
from tracker.rule import clocks
from tracker.rule.cards import COLOURS
from tracker.rule.instants import end_of
from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import Rule
from tracker.store import overdue, spans
from tracker.store.overdue import GROUPS, SORTS, Group, OverdueLine, Wanted
from tracker.store.spans import Span
from tracker.web import context, lines, moments, scope
from tracker.web.lines import Row, Words
from tracker.web.words import gettext as _

#: How many lines a group shows; its heading leads to the rest.
OF_GROUP = 10
SEARCH_MAX = 60
LIGHTS = {
    "overdue": N_("超期清单"),
    "near": N_("临期清单"),
    "normal": N_("正常在办"),
    "running": N_("全部在办"),
    "paused": N_("中止清单"),
}
FIELDS = ("group", "sort", "stage", "who", "street", "light", "card", "q", "at")
#: What a case may be asked to carry: a card of a colour, or any.
CARDS = {"any": N_("有牌"), **COLOURS}
CHOICES = {"group": ("", *GROUPS), "sort": SORTS, "light": tuple(LIGHTS), "card": ("", *CARDS)}
#: The field of `Wanted` for each way of grouping.
COLUMNS = {"stage": "limit", "who": "handler_id", "street": "street_id"}


class WrongInstant(Refusal):
    """The instant that the list is asked for cannot be read."""


@dataclass(frozen=True)
class Asked:
    """The state of the list, as the address says it; what is not one of the choices is as if unasked."""

    group: str
    sort: str
    light: str
    wanted: Wanted
    at: datetime | None
    after: tuple[datetime, int] | None
    typed: dict[str, str]

    @property
    def paused(self) -> bool:
        """Is it asked for what stands still, which has no due time to be listed by?"""
        return self.light == "paused"

    @property
    def narrowed(self) -> bool:
        """Whether anything but the light leaves cases out."""
        return any(self.typed[name] for name in ("stage", "who", "street", "card", "q"))

    def url(self, path: str = "/overdue", **changes: str) -> str:
        """The address of the list with some of it changed; an empty value leaves the field out."""
        fields = {name: text for name, text in {**self.typed, **changes}.items() if text}
        return path + (f"?{urlencode(fields)}" if fields else "")


def typed(args: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fields of the filter as they were typed, into this address unless ``args`` holds those of another."""
    args = request.args if args is None else args
    return {name: args.get(name, "").strip() for name in FIELDS}


def read(args: Mapping[str, str] | None = None) -> Asked:
    """The list that is asked for. Raises WrongInstant."""
    args = request.args if args is None else args
    fields = typed(args)
    chosen = {name: fields[name] if fields[name] in known else known[0] for name, known in CHOICES.items()}
    return Asked(
        group=chosen["group"],
        sort=chosen["sort"],
        light="overdue" if fields["at"] else chosen["light"],
        wanted=scope.allowed(
            Wanted(
                handler_id=_id(fields["who"]),
                street_id=_id(fields["street"]),
                limit=fields["stage"] or None,
                text=clean(fields["q"])[:SEARCH_MAX] or None,
                card=chosen["card"] or None,
            )
        ),
        at=_instant(fields["at"]),
        after=_place(args.get("after", "")),
        typed=fields,
    )


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    zone, now = context.office().zone, context.now()
    try:
        if moments.ONE_DAY.fullmatch(unicodedata.normalize("NFKC", text)):  # a day is meant as it ended
            today = local(now, zone).date()
            on = moments.day(text, today, "at")
            return now if on == today else end_of(on, zone) - timedelta(seconds=1)
        return moments.moment(text, zone, now, "at")
    except Refusal:
        words = N_("截至“%(value)s”看不懂，请写成 2026-06-18 或 2026-06-18 10:24")
        raise WrongInstant(words, field="at", value=text[: moments.LONGEST]) from None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _place(text: str) -> tuple[datetime, int] | None:
    due, _comma, number = text.partition(",")
    case_id = _id(number)
    try:
        return None if case_id is None else (from_text(due), case_id)
    except ValueError:
        return None


def span_of(light: str, at: datetime, rule: Rule) -> Span:
    """The due times that show this light at ``at``."""
    if light == "running":
        return spans.between(None, None)
    if light == "overdue":
        return spans.late(at)
    return spans.near(at, rule) if light == "near" else spans.normal(at, rule)


@dataclass(frozen=True)
class Heading:
    """One group of the list: its name, its size and worst case, the first of its rows, and the address of the rest."""

    name: str
    size: int
    worst: str
    rows: tuple[Row, ...]
    href: str


@dataclass(frozen=True)
class Found:
    """What the list holds: rows, or groups of them; ``more`` is the address of the next page."""

    count: int
    rows: tuple[Row, ...] = ()
    groups: tuple[Heading, ...] = ()
    more: str = ""


class Source:
    """Where the lines come from: the live list, or the list as of another instant."""

    def __init__(self, asked: Asked, rule: Rule) -> None:
        db, at = context.db(), asked.at or context.now()
        span = span_of(asked.light, at, rule)
        self.asked = asked
        self.words = Words(at, rule, asked.url()[1:], told=asked.light == "running")
        self.page: Callable[..., tuple[OverdueLine, ...]]
        self.count: Callable[[Wanted], int]
        self.headings: Callable[[Wanted], tuple[Group, ...]]
        if asked.at:
            self.page = partial(overdue.as_of, db, at, sort=asked.sort)
            self.count = partial(overdue.count_as_of, db, at)
            self.headings = partial(overdue.groups_as_of, db, at, asked.group)
        else:
            self.page = partial(overdue.live, db, at, span=span, sort=asked.sort)
            self.count = partial(overdue.count_live, db, at, span=span)
            self.headings = partial(overdue.groups, db, at, asked.group, span=span)

    def found(self, size: int) -> Found:
        """The first ``size`` lines after the asked-for place, or the groups."""
        asked = self.asked
        if asked.group:
            groups = tuple(self._groups())
            return Found(sum(group.size for group in groups), groups=groups)
        kept = self.page(asked.wanted, after=asked.after, size=size + 1)
        whole = len(kept) <= size
        count = len(kept) if whole and not asked.after else self._count()
        more = "" if whole else asked.url(after=placed(*kept[size - 1].place_in(asked.sort)))
        return Found(count, rows=tuple(self.words.rows(kept[:size])), more=more)

    def apart(self) -> int:
        """How many of the lines are of another clock and not of a stage; 0 where one limit was asked for."""
        if self.asked.wanted.limit is not None:
            return 0
        return self.count(replace(self.asked.wanted, limit=clocks.ALL))

    def _count(self) -> int:
        asked = self.asked
        if asked.at or asked.narrowed or asked.light == "running":
            return self.count(asked.wanted)
        return int(getattr(scope.lights(), asked.light))  # counted for the lamps already

    def _groups(self) -> Iterator[Heading]:
        by = self.asked.group
        for group in self.headings(self.asked.wanted):
            one: dict[str, Any] = {COLUMNS[by]: group.key}
            kept = self.page(replace(self.asked.wanted, **one), size=OF_GROUP)
            yield Heading(
                name=_name(by, str(group.key), kept[0]),
                size=group.size,
                worst=self.words.span(group.worst),
                rows=tuple(self.words.rows(kept)),
                href=self.asked.url(group="", **{by: str(group.key)}),
            )


def placed(at: datetime, case_id: int) -> str:
    """A place in the list as an address holds it."""
    return f"{to_text(at)},{case_id}"


def _name(by: str, key: str, line: OverdueLine) -> str:
    if by == "stage":
        return lines.limit_name(key)
    return (line.handler or _("未派单")) if by == "who" else (line.street or _("街道待定"))

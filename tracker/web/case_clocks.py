"""其他时限 on the page of a case: every other clock with its light, worst first, and what may be done with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import request

from tracker.rule import clock_acts, clocks, lights
from tracker.rule.clock_acts import BY_HAND
from tracker.rule.conduct import check_open
from tracker.rule.lights import Light
from tracker.rule.refusals import N_
from tracker.rule.stages import CONVENTION_WORDS, RULE_1
from tracker.store.deadlines import Deadline
from tracker.web import context, view
from tracker.web.case_offers_moving import why_not
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

FEATURE = "clocks"
#: Of the lights of a limit, those of another clock that was taken back have a word of their own.
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Line:
    """One clock as the page shows it. ``light`` is a kind of parts/light.html or "cancelled", ``text`` follows it."""

    limit: Deadline
    name: str
    light: str
    text: str
    source: str
    counted: str
    tone: str


@dataclass(frozen=True)
class Clocks:
    """The clocks that run, worst first, and those that are met or taken back, the last one first."""

    running: tuple[Line, ...]
    settled: tuple[Line, ...]

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(one.light == Light.OVERDUE for one in self.running)


def line(shown: Shown, limit: Deadline) -> Line:
    """One clock, ready for showing."""
    kind, text = _light(shown, limit)
    return Line(
        limit=limit,
        name=clocks.name(limit.key, _),
        light=kind,
        text=text,
        source=_(limit.source) if limit.source and limit.clock != clocks.REPLY else "",  # its name says it
        counted=counted(limit),
        tone={Light.OVERDUE: "late", Light.NEAR: "near"}.get(Light(kind), "") if kind != CANCELLED else "",
    )


def counted(limit: Deadline) -> str:
    """``15天，自然日``; nothing where the instant was given."""
    if not limit.convention or not limit.days:
        return ""
    days, how = view.days(limit.days + limit.extended_by), _(CONVENTION_WORDS[limit.convention])
    text: str = _("%(days)s，%(convention)s", days=days, convention=how)
    return text


def _light(shown: Shown, limit: Deadline) -> tuple[str, str]:
    if limit.state == "ended":
        return CANCELLED, ""
    asked = shown.folder.open_request
    kind = lights.light(
        limit.key,
        limit.due_at,
        limit.state,
        limit.done_at,
        shown.at,
        shown.rule or RULE_1,
        asked=asked is not None and asked.deadline_id == limit.id,
    )
    if kind is Light.OVERDUE:
        return kind, view.span(shown.at - limit.due_at)
    if kind is Light.DONE_LATE and limit.done_at is not None:
        return kind, view.span(limit.done_at - limit.due_at)
    return kind, "" if kind is Light.DONE else _("剩余 %(span)s", span=view.span(limit.due_at - shown.at))


def section(shown: Shown) -> Clocks | None:
    """All clocks of the case; None where it has none."""
    if not shown.folder.outside:
        return None
    lines = tuple(line(shown, limit) for limit in shown.folder.outside)
    running = sorted((one for one in lines if one.limit.state == "open"), key=lambda one: one.limit.due_at)
    settled = sorted((one for one in lines if one.limit.state != "open"), key=_settled_at, reverse=True)
    return Clocks(tuple(running), tuple(settled))


def _settled_at(one: Line) -> datetime:
    return one.limit.done_at or one.limit.starts_at


def _mine(shown: Shown, act: str) -> bool:
    return shown.may(act) and not why_not(check_open, shown.folder.standing)


def to_meet(shown: Shown) -> tuple[Deadline, ...]:
    """The clocks that are met by hand. Where the feature is off the source's own limit is met by the reply alone."""
    on = FEATURE in context.features()
    return tuple(
        one
        for one in shown.folder.outside
        if one.state == "open" and one.clock in BY_HAND and (on or one.clock != clocks.REPLY)
    )


def to_change(shown: Shown) -> tuple[Deadline, ...]:
    """The clocks that a supervisor may put to another day or take back; the others belong to acts of their own."""
    return tuple(one for one in shown.folder.outside if one.state == "open" and one.clock in BY_HAND)


def to_extend(shown: Shown) -> tuple[Deadline, ...]:
    """The clocks for which an extension may be asked now."""
    if shown.folder.standing.open_request:
        return ()
    return tuple(
        one
        for one in shown.folder.outside
        if clock_acts.may_extend(one.clock, one.state, one.extended, one.due_at, shown.at)
    )


def choices(found: tuple[Deadline, ...]) -> list[tuple[str, str]]:
    """The clocks to choose from, by id."""
    return [(str(one.id), f"{clocks.name(one.key, _)} · {view.due_short(one.due_at)}") for one in found]


def _chosen(found: tuple[Deadline, ...]) -> dict[str, str]:
    """The clock that the address names, or the only one."""
    asked = request.args.get("clock", "")
    ids = [str(one.id) for one in found]
    if asked in ids:
        return {"clock": asked}
    return {"clock": ids[0]} if len(ids) == 1 else {"clock": ""}


def _kinds() -> Iterator[tuple[str, str]]:
    for key in BY_HAND:
        kind = clocks.KINDS[key]
        if kind.days is not None:
            days = _("自收到之日起%(days)s", days=view.days(kind.days))
            yield key, _("%(name)s（%(days)s）", name=_(kind.name), days=days)
    yield clocks.OWN, _("其他（自拟名称）")
    yield clocks.REPLY, _("来源单位应反")


def new_values(shown: Shown) -> dict[str, str]:
    """What the form of a new clock begins with."""
    received = view.stamp(shown.case.received_at)
    return {"kind": "", "convention": "natural", "starts_at": received}


@dataclass(frozen=True)
class Choices:
    """What the form of a new clock offers: the kinds that people set by hand, and the ways of counting."""

    kinds: tuple[tuple[str, str], ...]
    conventions: tuple[tuple[str, str], ...]


def offered(_shown: Shown) -> Choices:
    """The choices for a new clock."""
    return Choices(tuple(_kinds()), tuple((key, _(word)) for key, word in CONVENTION_WORDS.items()))


def in_head(shown: Shown) -> Clocks | None:
    """Beside the light of the case, the way to its clocks; None where none runs."""
    found = section(shown)
    return found if found and found.running else None


PARTS = (
    Part("case/clocks_head.html", in_head, place="head"),
    Part("case/clocks.html", section, place="first"),
)
ACTS = (
    Act(
        "clock-add",
        N_("加一个时限"),
        "case/clock_add.html",
        lambda shown: _mine(shown, "clock"),
        values=new_values,
        more=offered,
        feature=FEATURE,
    ),
    Act(
        "clock-done",
        N_("记录时限完成"),
        "case/clock_done.html",
        lambda shown: _mine(shown, "clock") and bool(to_meet(shown)),
        values=lambda shown: _chosen(to_meet(shown)),
        more=lambda shown: choices(to_meet(shown)),
    ),
    Act(
        "clock-extend",
        N_("申请时限延期"),
        "case/clock_extend.html",
        lambda shown: _mine(shown, "ask_move") and bool(to_extend(shown)),
        values=lambda shown: _chosen(to_extend(shown)),
        more=lambda shown: choices(to_extend(shown)),
    ),
    Act(
        "clock-change",
        N_("调整或取消时限"),
        "case/clock_change.html",
        lambda shown: _mine(shown, "clock_change") and bool(to_change(shown)),
        values=lambda shown: _chosen(to_change(shown)),
        more=lambda shown: choices(to_change(shown)),
        feature=FEATURE,
    ),
)

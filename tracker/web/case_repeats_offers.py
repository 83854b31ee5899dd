"""重复 on the page of a case: how many there are, what it may be joined or linked to, and what may be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from tracker.office import alike, desk, joining, linking
from tracker.rule import access, conduct
from tracker.rule.refusals import N_, Refusal
from tracker.rule.repeats import Count, count
from tracker.store import cases, joins
from tracker.store import repeated as repeated_store
from tracker.store.joins import Tie
from tracker.store.repeats import Repeat
from tracker.web import context, new_aside
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.case_words import STATES
from tracker.web.words import gettext as _

#: How many cases a form offers.
OFFERED = 20
#: How many the section names.
NAMED = 5


@dataclass(frozen=True)
class Bound:
    """A case that this one is linked to. ``href``: may the page of it be opened? ``may_undo``: the link be undone?"""

    tie: Tie
    standing: str
    linked: bool
    may_undo: bool


@dataclass(frozen=True)
class Alike:
    """A case about the same matter, and what the two have in common. ``title`` is "" for whom it is hidden from."""

    no: str
    title: str
    standing: str
    same: str


@dataclass(frozen=True)
class Repeated:
    """The section on repeats: the count in words, the cases (``more`` of them are not named), the links, and whether
    the joining may be taken back."""

    said: str
    alike: tuple[Alike, ...]
    more: int
    links: tuple[Bound, ...]
    may_unjoin: bool

    def __bool__(self) -> bool:
        return bool(self.said or self.links or self.may_unjoin)


def about(shown: Shown) -> tuple[Repeat, ...]:
    """The other cases about the same matter; looked up once a request."""
    known: dict[int, tuple[Repeat, ...]] = g.setdefault("alike", {})
    if shown.case.id not in known:
        known[shown.case.id] = alike.of_case(context.db(), shown.case)
    return known[shown.case.id]


def counted(shown: Shown) -> Count:
    """How many of them are of the same citizen, and how many are others about the same place."""
    return count((one.same_phone, one.same_place or one.tied) for one in about(shown))


def said(found: Count) -> str:
    """“重复5件：同诉人2 · 同点位3”."""
    if not found.all:
        return ""
    text: str = _("重复%(n)s件：同诉人%(same)s · 同点位%(place)s", n=found.all, same=found.person, place=found.place)
    return text


def tag(shown: Shown) -> str:
    """The count alone, for the head of the page."""
    found = counted(shown)
    text: str = _("重复%(n)s件", n=found.all) if found.all else ""
    return text


def joinable(shown: Shown) -> list[tuple[str, str]]:
    """The cases that this one may be joined to, each with what they have in common."""
    lead = shown.case.lead_no
    return [_choice(shown, one) for one in about(shown) if one.open and not one.lead_no and one.no != lead][:OFFERED]


def linkable(shown: Shown) -> list[tuple[str, str]]:
    """The cases of the past that this one may be linked to."""
    linked = {tie.other_id for tie in joins.links(context.db(), shown.case.id)}
    past = (one for one in about(shown) if one.state == "closed" or one.historic)
    return [_choice(shown, one) for one in past if one.id not in linked][:OFFERED]


def repeated(shown: Shown) -> Repeated:
    """What the section shows."""
    links = tuple(_bound(shown, tie) for tie in joins.links(context.db(), shown.case.id))
    bound = {one.tie.no for one in links}
    others = [one for one in about(shown) if one.no not in bound]
    named = tuple(_alike(shown, one) for one in others[:NAMED])
    return Repeated(said(counted(shown)), named, len(others) - len(named), links, _may_unjoin(shown))


def _alike(shown: Shown, one: Repeat) -> Alike:
    found = new_aside.shown(one)
    seen = desk.may(cases.by_id(context.db(), one.id), shown.actor, "see")
    return Alike(one.no, one.title if seen else "", found.standing, found.same or _("并入"))


def _choice(shown: Shown, one: Repeat) -> tuple[str, str]:
    """A case that this person may not see is known by its number, how it stands and what it has in common."""
    found = new_aside.shown(one)
    seen = desk.may(cases.by_id(context.db(), one.id), shown.actor, "see")
    words = (one.no, found.standing, found.same, *((one.title, one.handler) if seen else ()))
    return one.no, " · ".join(word for word in words if word)


def _bound(shown: Shown, tie: Tie) -> Bound:
    standing = _("历史件") if tie.historic else _(STATES[tie.state])
    everywhere = access.reach(shown.actor.roles, "see") == access.OFFICE
    return Bound(tie, standing, everywhere, _allowed(linking.check_undo, shown.folder, tie, shown.actor, shown.at))


def _may_join(shown: Shown) -> bool:
    if shown.case.lead_no or not shown.may("join") or not _allowed(conduct.check_open, shown.folder.standing):
        return False
    return not cases.joined(context.db(), shown.case.id) and bool(joinable(shown))


def _may_unjoin(shown: Shown) -> bool:
    if not shown.case.lead_no or not shown.may("join"):
        return False
    return _allowed(joining.check_undo, context.db(), shown.folder, shown.actor, shown.at)


def _allowed(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except Refusal:
        return False
    return True


def _groups(shown: Shown) -> bool:
    return shown.may("group") and _allowed(conduct.check_open, shown.folder.standing)


def group_tag(shown: Shown) -> str:
    """“群体20人”."""
    n = repeated_store.heads(context.db(), shown.case.id)
    text: str = _("群体%(n)s人", n=n) if n else ""
    return text


ACTS = (
    Act("join", N_("并入在办件"), "case/join.html", _may_join, more=joinable),
    Act(
        "link",
        N_("关联已办结的件"),
        "case/link.html",
        lambda shown: shown.may("join") and bool(linkable(shown)),
        more=linkable,
    ),
    Act(
        "group",
        N_("群体件"),
        "case/group.html",
        _groups,
        values=lambda shown: {"heads": str(repeated_store.heads(context.db(), shown.case.id) or "")},
        feature="groups",
    ),
)
PARTS = (
    Part("case/repeats_tag.html", group_tag, place="head", feature="groups"),
    Part("case/repeats_tag.html", tag, place="head"),
    Part("case/repeats.html", repeated),
)

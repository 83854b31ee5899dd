"""What the page of a case shows of the people around it: who is away, co-handlers and parties, leader and visits."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.clock import from_text, local
from tracker.rule.conduct import check_open
from tracker.rule.parties import ROLES
from tracker.rule.refusals import N_
from tracker.rule.standins import CASE_ROLES
from tracker.store import leaders, parties, people
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.store.leaders import Led, Visit
from tracker.store.parties import Party
from tracker.web import away, context, view
from tracker.web.case_offers_moving import why_not
from tracker.web.case_sentences import GOOD, Told
from tracker.web.case_topic import Act, Part, Sentence
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

PARTIES, LEADERS = "parties", "leaders"


@dataclass(frozen=True)
class Away:
    """That the handler is away and who stands in; ``reassigns``: may this person give the case to another?"""

    words: str
    reassigns: bool


@dataclass(frozen=True)
class Around:
    """The co-handlers and the other parties; ``changes``: may this person remove one?"""

    co_handlers: tuple[Party, ...]
    parties: tuple[Party, ...]
    roles: dict[str, str]
    changes: bool


@dataclass(frozen=True)
class Leading:
    """Who leads the case and who did, and the visits."""

    now: Led | None
    before: tuple[Led, ...]
    visits: tuple[Visit, ...]


def _open(shown: Shown) -> bool:
    return not why_not(check_open, shown.folder.standing)


def gone(shown: Shown) -> Away | None:
    """Nothing for a handler who is here, or a case that is over."""
    case = shown.case
    words = away.warning(case.handler_id, case.handler) if case.state != "closed" else ""
    return Away(words, shown.may("reassign") and _open(shown)) if words else None


def around(shown: Shown) -> Around | None:
    db, case_id = context.db(), shown.case.id
    helping, others = parties.co_handlers(db, case_id), parties.parties(db, case_id)
    if not helping and not others:
        return None
    return Around(helping, others, ROLES, shown.may("parties") and _open(shown))


def leading(shown: Shown) -> Leading | None:
    db, case_id = context.db(), shown.case.id
    known, visits = leaders.of_case(db, case_id), leaders.visits(db, case_id)
    if not known and not visits:
        return None
    now = next((one for one in known if one.until_at is None), None)
    return Leading(now, tuple(one for one in known if one.until_at is not None), visits)


def may_add(shown: Shown) -> bool:
    return shown.may("parties") and _open(shown)


def may_lead(shown: Shown) -> bool:
    return shown.may("lead") and _open(shown)


def may_visit(shown: Shown) -> bool:
    return shown.may("visit") and _open(shown) and shown.case.leader_id is not None


def helpers(shown: Shown) -> list[tuple[int, str]]:
    """The handlers who may lend a hand."""
    taken = {shown.case.handler_id, *shown.case.co_handlers}
    return away.choices(one for one in people.with_role(context.db(), "handler") if one.id not in taken)


def roles(_shown: Shown) -> list[tuple[str, str]]:
    return [(key, _(word)) for key, word in ROLES.items()]


def candidates(shown: Shown) -> list[tuple[int, str]]:
    """Who may lead: everybody of the office who works on cases."""
    everybody = people.everybody(context.db())
    me = shown.case.leader_id
    return [(one.id, one.name) for one in everybody if one.active and one.roles & CASE_ROLES and one.id != me]


def visit_values(_shown: Shown) -> dict[str, str]:
    return {"happened_at": f"{local(context.now(), context.office().zone):%Y-%m-%d %H:%M}"}


ACTS = (
    Act("co-handler", N_("添加协办人"), "case/co_handler.html", may_add, more=helpers, feature=PARTIES),
    Act("party", N_("添加参与方"), "case/party.html", may_add, more=roles, feature=PARTIES),
    Act("lead", N_("责任领导"), "case/lead.html", may_lead, more=candidates, feature=LEADERS),
    Act("visit", N_("记录下访"), "case/visit.html", may_visit, values=visit_values, feature=LEADERS),
)
PARTS = (
    Part("case/away.html", gone, "top", feature="absence"),
    Part("case/around.html", around, "side", feature=PARTIES),
    Part("case/leading.html", leading, "side", feature=LEADERS),
)


def _co_handler(record: Record, _fact: Fact | None) -> Told:
    return Told(_("添加协办人：%(name)s", name=record.detail["name"]))


def _co_handler_gone(record: Record, _fact: Fact | None) -> Told:
    return Told(_("移除协办人：%(name)s", name=record.detail["name"]))


def _party(record: Record, _fact: Fact | None) -> Told:
    role, name = record.detail["role"], record.detail["name"]
    return Told(_("添加参与方：%(role)s %(name)s", role=_(ROLES[role]), name=name))


def _party_gone(record: Record, _fact: Fact | None) -> Told:
    role, name = record.detail["role"], record.detail["name"]
    return Told(_("移除参与方：%(role)s %(name)s", role=_(ROLES[role]), name=name))


def _lead(record: Record, _fact: Fact | None) -> Told:
    before, after = record.detail["leader"]
    if before and after:
        return Told(_("责任领导：%(before)s → %(after)s", before=before, after=after))
    return Told(_("责任领导：%(name)s", name=after) if after else _("不再由 %(name)s 包案", name=before))


def _visit(record: Record, _fact: Fact | None) -> Told:
    said = record.detail
    lines = (
        (_("时间"), view.stamp(from_text(said["happened_at"]))),
        (_("见了谁"), said["met"]),
        (_("情况"), said["said"]),
        (_("承诺"), said["promised"]),
    )
    return Told(_("下访：%(name)s", name=said["leader"]), tuple(line for line in lines if line[1]), GOOD)


SENTENCES: dict[str, Sentence] = {
    "co_handler": _co_handler,
    "co_handler_gone": _co_handler_gone,
    "party": _party,
    "party_gone": _party_gone,
    "lead": _lead,
    "visit": _visit,
}

"""What the page of a case shows of 不予受理 and of a transfer: the forms, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rule import deciding
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.deciding import REFUSE, REFUSE_GROUNDS
from tracker.rule.facts import REPLY_FORMS
from tracker.rule.refusals import N_
from tracker.store import people
from tracker.store.requests import Request
from tracker.web import context
from tracker.web.case_offers import Offers
from tracker.web.case_offers_moving import why_not
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _


@dataclass(frozen=True)
class Refusal:
    """不予受理 as it stands: what waits for whose decision, or what the citizen is still to be told."""

    request: Request
    ground: str
    waits: bool
    decides: bool
    others: str
    notifies: bool
    forms: tuple[str, ...]


def may_refuse(shown: Shown) -> bool:
    return shown.may("refuse") and not why_not(deciding.check_may_refuse, shown.folder.standing)


def refusal(shown: Shown) -> Refusal | None:
    """The last 不予受理 of this round that was asked for, unless it was refused."""
    folder = shown.folder
    asked = [one for one in folder.requests if one.kind == REFUSE and one.round == shown.case.round]
    if not asked or asked[-1].decision == "refused":
        return None
    last, waits = asked[-1], not asked[-1].decision
    offers = Offers(shown, people.with_role(context.db(), "supervisor") if waits else ())
    return Refusal(
        request=last,
        ground=_(REFUSE_GROUNDS[last.ground]),
        waits=waits,
        decides=waits and offers.decides,
        others=offers.others(last.asked_by),
        notifies=not waits and shown.may("refuse") and not why_not(deciding.check_notify, folder.standing),
        forms=REPLY_FORMS,
    )


def may_come_back(shown: Shown) -> bool:
    standing = shown.folder.standing
    return shown.may("come_back") and standing.gone and not standing.open_request


def again(shown: Shown) -> tuple[tuple[str, str], ...]:
    """The stages that may run anew."""
    return tuple((stage.key, _(STAGE_NAMES[stage.key])) for stage in shown.folder.standing.stages)


def grounds(_shown: Shown) -> tuple[tuple[str, str], ...]:
    return tuple((key, _(name)) for key, name in REFUSE_GROUNDS.items())


ACTS = (
    Act("refuse", N_("申请不予受理"), "case/refuse.html", may_refuse, more=grounds),
    Act("come-back", N_("转出后退回"), "case/come_back.html", may_come_back, more=again, rare=False),
)
PARTS = (Part("case/refusal.html", refusal, "top"),)

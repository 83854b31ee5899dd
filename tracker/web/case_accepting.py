"""初审 and 退单 on the page of a case: what is left open, what may still go back, and what the source has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.office import returning as office
from tracker.rule import returning
from tracker.rule.clocks import HAND_BACK
from tracker.rule.refusals import N_
from tracker.rule.returning import GROUNDS
from tracker.store import intake, people
from tracker.store.deadlines import Deadline
from tracker.store.intake import Waiting
from tracker.store.order_returns import OrderReturn
from tracker.web import context
from tracker.web.case_offers_moving import why_not
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: What registration may leave open, in the order in which it is told.
OPEN = {
    "no_street": N_("街道"),
    "no_category": N_("污染类别"),
    "no_phone": N_("来电号码"),
    "no_limit": N_("应反时间"),
}


@dataclass(frozen=True)
class Open:
    """What the 初审 still has to look at, in words; ``return_by`` is the end of the time for sending the order back."""

    waiting: Waiting
    missing: str
    return_by: datetime | None
    may_accept: bool


@dataclass(frozen=True)
class Sent:
    """A 退单 that waits for its answer: what this person may write down, and who may confirm."""

    sent: OrderReturn
    ground: str
    confirms: bool
    mine: bool
    may_answer: bool
    others: str


def missing(one: Waiting) -> str:
    """What is left open: ``街道、应反时间``."""
    return listed(_(word) for name, word in OPEN.items() if getattr(one, name))


def left_open(shown: Shown) -> Open | None:
    found = intake.left_open(context.db(), shown.case.id) if shown.may("accept") else None
    return Open(found, missing(found), found.return_by, may_accept(shown)) if found else None


def may_accept(shown: Shown) -> bool:
    return shown.may("accept") and not why_not(returning.check_accept, shown.folder.standing)


def may_return(shown: Shown) -> bool:
    standing = shown.folder.standing
    return shown.may("return_order") and not why_not(returning.check_may_return, standing, shown.case.channel)


def to_accept(shown: Shown) -> Waiting | None:
    return intake.left_open(context.db(), shown.case.id)


@dataclass(frozen=True)
class Returning:
    """What the form of 退单 offers: the grounds, and until when the order may go back."""

    grounds: tuple[tuple[str, str], ...]
    limit: Deadline | None


def to_return(shown: Shown) -> Returning:
    limits = (one for one in shown.folder.outside if one.clock == HAND_BACK and one.state == "open")
    return Returning(tuple((key, _(word)) for key, word in GROUNDS.items()), next(limits, None))


def sent(shown: Shown) -> Sent | None:
    one = office.waiting(shown.folder)
    if one is None:
        return None
    mine = one.returned_by == shown.actor.person_id
    supervisors = people.with_role(context.db(), "supervisor")
    return Sent(
        sent=one,
        ground=_(GROUNDS[one.ground]),
        confirms=shown.may("decide") and not mine,
        mine=mine,
        may_answer=shown.may("return_order"),
        others=listed(who.name for who in supervisors if who.id != one.returned_by),
    )


ACTS = (
    Act("accept", N_("初审"), "case/accept.html", may_accept, more=to_accept),
    Act("return-order", N_("退单"), "case/return_order.html", may_return, more=to_return),
)
PARTS = (Part("case/left_open.html", left_open, "top"), Part("case/order_returned.html", sent, "top"))

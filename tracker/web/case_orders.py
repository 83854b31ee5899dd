"""督办 on the page of a case: what is ordered by when, its answers, and the forms that it waits for."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.office import orders as office
from tracker.rule import lights
from tracker.rule.lights import Light
from tracker.rule.refusals import N_
from tracker.rule.stages import RULE_1
from tracker.rule.standing import DONE, OPEN
from tracker.store import orders, people
from tracker.store.facts import Evidence
from tracker.store.orders import Answer, Order
from tracker.web import context, view
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _
from tracker.web.words import listed

FEATURE = "supervision"


@dataclass(frozen=True)
class Ordered:
    """One 督办 with its answers; ``light`` and ``text`` are how it stands, the rest what this person may do with it."""

    order: Order
    answers: tuple[tuple[Answer, tuple[Evidence, ...]], ...]
    light: str
    text: str
    answers_it: bool
    judges: bool
    withdraws: bool
    others: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that stand in its box."""
        offered = (("answer", self.answers_it), ("judge", self.judges), ("withdraw-order", self.withdraws))
        return tuple(key for key, on in offered if on)


def standing(order: Order) -> tuple[str, str]:
    """The light of a 督办 and what follows it: an answer that stands has met it, accepted or not."""
    at, met = context.now(), order.answered_at
    kind = lights.light("", order.due_at, DONE if met else OPEN, met, at, RULE_1)
    if kind is Light.OVERDUE:
        return kind, view.span(at - order.due_at)
    if kind is Light.DONE_LATE and met:
        return kind, view.span(met - order.due_at)
    left: str = _("剩余 %(span)s", span=view.span(order.due_at - at))
    return kind, "" if met else left


def open_one(shown: Shown) -> Ordered | None:
    """The 督办 that has not ended."""
    order = office.open_of(shown.db, shown.folder)
    return _ordered(shown, order) if order else None


def ended(shown: Shown) -> tuple[Ordered, ...]:
    """Those that have, newest first."""
    found = [order for order in orders.of_case(shown.db, shown.case.id) if order.ended]
    return tuple(_ordered(shown, order) for order in reversed(found))


def _ordered(shown: Shown, order: Order) -> Ordered:
    kind, text = standing(order)
    files = {one.id: one for one in shown.folder.evidence}
    mine = shown.actor.person_id in (order.answered_by, shown.case.handler_id)
    supervises, is_open = shown.may("supervise"), not order.ended
    return Ordered(
        order,
        tuple(
            (one, tuple(files[key] for key in one.evidence if key in files))
            for one in orders.answers(shown.db, shown.case.id)
            if one.supervision_id == order.id
        ),
        kind,
        text,
        answers_it=is_open and not order.waits and shown.may("answer"),
        judges=order.waits and supervises and not mine,
        withdraws=is_open and supervises,
        others=_others(shown, order) if order.waits else "",
    )


def _others(shown: Shown, order: Order) -> str:
    supervisors = people.with_role(context.db(), "supervisor")
    return listed(one.name for one in supervisors if one.id not in (order.answered_by, shown.case.handler_id))


def may_order(shown: Shown) -> bool:
    """May this person give one now? One at a time."""
    under_way = shown.case.state != "closed" and not shown.case.historic
    return under_way and shown.may("supervise") and office.open_of(shown.db, shown.folder) is None


ACTS = (Act("order", N_("发出督办"), "case/order_give.html", may_order, feature=FEATURE),)
PARTS = (
    Part("case/order.html", open_one, place="top", feature=FEATURE, forms=lambda found: found.forms),
    Part("case/orders.html", ended, place="side", feature=FEATURE),
)

"""What supervision adds to the page of a case: 督办, cards, and what follows the closing."""

from __future__ import annotations

from tracker.office.cards import late_limit
from tracker.rule import cards as rule
from tracker.rule.cards import COLOURS
from tracker.rule.refusals import N_
from tracker.store import cards
from tracker.store.cards import Card
from tracker.web import case_after, case_orders
from tracker.web.case_sentences_supervision import SENTENCES
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

__all__ = ["ACTS", "PARTS", "SENTENCES"]
FEATURE = "supervision"


def _cards(shown: Shown) -> tuple[Card, ...]:
    return cards.of_case(shown.db, shown.case.id)


def _standing(shown: Shown) -> tuple[Card, ...]:
    return tuple(card for card in _cards(shown) if card.stands)


def _may_give(shown: Shown) -> bool:
    under_way = shown.case.state != "closed" and not shown.case.historic
    return under_way and shown.may("card") and len({card.colour for card in _standing(shown)}) < len(COLOURS)


def _called_for(shown: Shown) -> dict[str, str]:
    """The card that the thresholds of the case's rule call for now."""
    late = late_limit(shown.folder, shown.at)
    if late is None or shown.rule is None:
        return {"colour": ""}
    return {"colour": rule.suggested(late.due_at, shown.at, shown.rule.yellow_days, shown.rule.red_days)}


def _choices(shown: Shown) -> tuple[tuple[str, str], ...]:
    """The colours that the case does not carry yet."""
    carried = {card.colour for card in _standing(shown)}
    return tuple((colour, _(word)) for colour, word in COLOURS.items() if colour not in carried)


def _carried(shown: Shown) -> tuple[tuple[str, str], ...]:
    return tuple((card.colour, _(COLOURS[card.colour])) for card in _standing(shown))


ACTS: tuple[Act, ...] = (
    *case_orders.ACTS,
    *case_after.ACTS,
    Act("card", N_("亮牌"), "case/card.html", _may_give, values=_called_for, more=_choices, feature=FEATURE),
    Act(
        "uncard",
        N_("收回亮牌"),
        "case/uncard.html",
        lambda shown: shown.may("card") and bool(_standing(shown)),
        values=lambda shown: {"colour": _standing(shown)[-1].colour},
        more=_carried,
        feature=FEATURE,
    ),
)
PARTS: tuple[Part, ...] = (
    *case_orders.PARTS,
    *case_after.PARTS,
    Part("case/cards_head.html", _standing, place="head", feature=FEATURE),
    Part("case/cards.html", _cards, place="side", feature=FEATURE),
)

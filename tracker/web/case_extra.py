"""What the page of a case has beyond its stages: each topic adds its acts, its sections and its sentences here.

An act is a form folded away under its title, in a template of its own that is given ``f`` (the form), ``kept``,
``errors`` and all that the page of a case has. What is rarely wanted stands together under 更多办理.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tracker.web import (
    case_accepting,
    case_again_offers,
    case_archive,
    case_classifying,
    case_clocks,
    case_deciding,
    case_repeats_offers,
    case_replies,
    case_sentences_clocks,
    case_sentences_deciding,
    case_sentences_repeats,
    case_sheets,
    case_staff,
    case_supervision,
    case_units,
    case_visits_offers,
    context,
)
from tracker.web.case_topic import Act, Part, Sentence
from tracker.web.case_view import Shown

#: Each may have ACTS, PARTS and SENTENCES; the page has them in this order.
TOPICS: tuple[ModuleType, ...] = (
    case_accepting,
    case_deciding,
    case_classifying,
    case_sentences_deciding,
    case_supervision,
    case_replies,
    case_clocks,
    case_sentences_clocks,
    case_units,
    case_repeats_offers,
    case_sentences_repeats,
    case_archive,
    case_sheets,
    case_visits_offers,
    case_again_offers,
    case_staff,
)
ACTS: tuple[Act, ...] = tuple(act for topic in TOPICS for act in getattr(topic, "ACTS", ()))
PARTS: tuple[Part, ...] = tuple(part for topic in TOPICS for part in getattr(topic, "PARTS", ()))
SENTENCES: dict[str, Sentence] = {
    key: told for topic in TOPICS for key, told in getattr(topic, "SENTENCES", {}).items()
}


def acts(shown: Shown) -> tuple[Act, ...]:
    """The acts that this person may do now, in their order."""
    return tuple(act for act in ACTS if _on(act.feature) and act.offered(shown))


def parts(shown: Shown, place: str) -> tuple[tuple[str, Any], ...]:
    """The templates of a place on the page, each with what it shows."""
    found = ((part.template, part.more(shown)) for part in PARTS if part.place == place and _on(part.feature))
    return tuple((template, more) for template, more in found if more)


def keys(shown: Shown) -> tuple[str, ...]:
    """The forms that stand on the page, of acts and in sections."""
    found = ((part, part.more(shown)) for part in PARTS if _on(part.feature))
    return (*(act.key for act in acts(shown)), *(key for part, more in found if more for key in part.forms(more)))


def first_values(key: str, shown: Shown) -> dict[str, str]:
    """What the fields of a form begin with."""
    return next((act.values(shown) for act in ACTS if act.key == key), {})


def _on(feature: str) -> bool:
    return not feature or feature in context.features()

"""The shape of what a topic adds to the page of a case. It stands apart, so that a topic may import it and the page
(case_extra.py) the topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web.case_sentences import Told
from tracker.web.case_view import Shown


@dataclass(frozen=True)
class Act:
    """One form. ``offered`` says whether this person may do it now on this case; ``values`` are what its fields begin
    with, by name; ``more`` is whatever else its template asks for, as ``x``."""

    key: str
    title: str
    template: str
    offered: Callable[[Shown], bool]
    values: Callable[[Shown], dict[str, str]] = lambda _shown: {}
    more: Callable[[Shown], Any] = lambda _shown: None
    rare: bool = True
    feature: str = ""


@dataclass(frozen=True)
class Part:
    """A section of the page; ``more`` gives what its template shows, as ``x``: nothing is shown for what is empty.
    ``place`` is "head" (beside the light), "top" (above the stages), "main" (above the record),
    "first" (beside the stages) or "side". ``forms`` names the forms that stand in it."""

    template: str
    more: Callable[[Shown], Any]
    place: str = "side"
    feature: str = ""
    forms: Callable[[Any], tuple[str, ...]] = lambda _more: ()


Sentence = Callable[[Record, Fact | None], Told]

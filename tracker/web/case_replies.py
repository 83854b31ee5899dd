"""On the page of a case: prepared replies, the reply to copy, and that its source has it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.office import replies
from tracker.rule.intake import BY_NAME
from tracker.rule.replies import filled
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.store.replies import Template, templates
from tracker.web import context
from tracker.web.case_sentences import GOOD, Told
from tracker.web.case_topic import Part, Sentence
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _


@dataclass(frozen=True)
class Given:
    """The reply of this round, and whether it still has to go back to the source."""

    text: str
    back: bool
    may_hand_back: bool


def given(shown: Shown) -> Given | None:
    """Nothing while there is no reply that could be copied."""
    fact = replies.given(shown.folder)
    if fact is None or not fact.body.get("text"):
        return None
    back = replies.is_back(context.db(), shown.folder)
    waits = not back and not shown.case.historic and _has_source(shown)
    return Given(fact.body["text"], back, waits and shown.may("hand_back"))


def _has_source(shown: Shown) -> bool:
    """Did another body send the case, that waits for the reply?"""
    channel = BY_NAME.get(shown.case.channel)
    return bool(shown.case.source_no) or (channel is not None and channel.dispatched)


def offered(shown: Shown) -> tuple[Template, ...]:
    """The prepared replies for a case of these categories, those of a category first."""
    if "replies" not in context.features():
        return ()
    kinds = shown.case.categories
    return tuple(one for one in templates(context.db()) if one.active and one.category in (None, *kinds))


def first_text(shown: Shown, template_id: str) -> str:
    """The prepared reply that was asked for, with what the case knows."""
    chosen = next((one for one in offered(shown) if str(one.id) == template_id), None)
    return filled(chosen.text, replies.values(context.db(), shown.folder)) if chosen else ""


def _told(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("已反馈来源单位"), tone=GOOD)


PARTS = (Part("case/reply_given.html", given),)
SENTENCES: dict[str, Sentence] = {"hand_back": _told}

"""检查要点 on the page of a case: the points of its categories, and what was found point by point."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tracker.rule import checklists
from tracker.rule.checklists import Check
from tracker.store import checklists as stored
from tracker.store import facts
from tracker.store.cases import Case
from tracker.store.facts import Fact
from tracker.web import context
from tracker.web.forms_case import Form
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: Whoever went out together this morning still does this afternoon.
ONE_SHIFT = timedelta(hours=12)


def points(case: Case, form: Form) -> tuple[str, ...]:
    """The points to look at, in the words that are shown: those of a form that was sent, else those of today."""
    if "checklists" not in context.features():
        return ()
    return form.many("point") or stored.of(context.db(), case.categories)


def officers() -> str:
    """Who is offered as the inspectors: the one signed in, with whom they went last on this shift."""
    me = context.actor()
    last = facts.last_of(context.db(), me.person_id, "inspection", context.now() - ONE_SHIFT)
    names = last.get("officers", ()) if last else ()
    return listed(names) if me.name in names else me.name


def told(fact: Fact) -> Iterator[tuple[str, str]]:
    """What was found, for the record: each point that is wrong, then the others together."""
    found = [Check(**one) for one in fact.body.get("checks", ())]
    for check in found:
        if check.state == checklists.WRONG:
            yield _(checklists.WRONG), _("%(point)s：%(note)s", point=check.point, note=check.note)
    for state in (checklists.FINE, checklists.NOT_APPLICABLE):
        if some := [_noted(one) for one in found if one.state == state]:
            yield _(state), listed(some)


def _noted(check: Check) -> str:
    if not check.note:
        return check.point
    text: str = _("%(point)s（%(note)s）", point=check.point, note=check.note)
    return text

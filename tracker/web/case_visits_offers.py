"""What the page of a case offers of site work that serves several: cases for one visit, earlier inspections to cite."""

from __future__ import annotations

from flask import g

from tracker.office import citing, desk, visits
from tracker.office.citing import Earlier
from tracker.rule.facts import LATE_CAUSES
from tracker.rule.refusals import N_
from tracker.rule.sharing import JOINED, SHARED
from tracker.rule.standing import OPEN, STAGE_NAMES
from tracker.store import cases
from tracker.store.deadlines import Deadline
from tracker.web import context, new_aside, view
from tracker.web.case_topic import Act
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _
from tracker.web.words import listed

Choices = list[tuple[str, str]]


class Visits:
    """The other cases of one visit, for the forms of stages 2 and 3."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    def others(self, key: str) -> Choices:
        """The open cases in which the same visit may be recorded, each with its own due time."""
        return [text for text, _limit in self._offered(key)]

    def late(self, key: str) -> bool:
        """Is the stage late here, or in a case that the visit may serve as well? Then the form asks for the cause."""
        limits = [limit for _text, limit in self._offered(key)]
        return self.shown.late_now(key) or any(self._is_late(limit) for limit in (*limits, *self._joined(key)))

    def _offered(self, key: str) -> list[tuple[tuple[str, str], Deadline]]:
        known: dict[str, list[tuple[tuple[str, str], Deadline]]] = g.setdefault("visits", {})
        if key not in known:
            shown = self.shown
            found = visits.others(context.db(), shown.actor, shown.folder, key)
            known[key] = [
                (self._choice(new_aside.shown(one).same, other, key), other.stage(key)) for one, other in found
            ]
        return known[key]

    def _choice(self, same: str, other: desk.Folder, key: str) -> tuple[str, str]:
        case, limit = other.case, other.stage(key)
        due = _("应完成 %(due)s", due=view.due_short(limit.due_at))
        late = _("已超期") if self._is_late(limit) else ""
        return case.no, " · ".join(word for word in (case.no, same, case.title, due, late) if word)

    def _joined(self, key: str) -> list[Deadline]:
        """The limits of the cases that have it by being joined to this one."""
        if key not in SHARED:
            return []
        joined = cases.joined(context.db(), self.shown.case.id)
        folders = [desk.read_id(context.db(), one.id) for one in joined if one.state == "open"]
        return [limit for folder in folders for limit in folder.stages if limit.key == key]

    def _is_late(self, limit: Deadline) -> bool:
        return limit.state == OPEN and self.shown.at >= limit.due_at


def earlier(shown: Shown) -> Choices:
    """The inspections that may be cited, and what the lead case has that this one is late by."""
    return [(str(one.fact.id), _told(one)) for one in _earlier(shown)]


def _earlier(shown: Shown) -> tuple[Earlier, ...]:
    if "earlier" not in g:
        g.earlier = citing.earlier(context.db(), shown.folder) if shown.may("stage") else ()
    found: tuple[Earlier, ...] = g.earlier
    return found


def _told(one: Earlier) -> str:
    body = one.fact.body
    number = _("首件 %(no)s", no=one.source.case.no) if one.how == JOINED else one.source.case.no
    officers = listed(body.get("officers") or ())
    finding = body.get("finding", "")
    words = (
        number,
        view.stamp(one.work.happened_at),
        _(STAGE_NAMES[one.work.key]),
        _(finding) if finding else "",
        officers,
    )
    return " · ".join(word for word in words if word)


def _late_causes(shown: Shown) -> tuple[str, ...]:
    """The causes to choose from, where a stage that may be taken over is late or will be when it is cited."""
    keys = {one.work.key for one in _earlier(shown)}
    return LATE_CAUSES if any(shown.late_now(key) for key in keys) else ()


ACTS = (
    Act(
        "cite",
        N_("引用此前检查"),
        "case/cite.html",
        lambda shown: bool(_earlier(shown)),
        more=lambda shown: (earlier(shown), _late_causes(shown)),
        rare=False,
    ),
)

"""The address of an act (rule/anchors.py) opened: the page of the case with that act's form open and in front.

What an act is done with is settled here, as the case stands now and for whoever opens it: a handler does what is due,
a supervisor of another's case decides what waits, gives it to somebody or urges. The fragment is added last, after any
sign-in, so that it opens, scrolls and focuses without JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for

from tracker.office import callback
from tracker.rule import anchors, clocks, conduct, supervision
from tracker.rule.stages import STAGE_WORDS
from tracker.store import early
from tracker.store.deadlines import Deadline
from tracker.web import case_accepting, case_deciding, case_extra, case_origin, case_replies, context
from tracker.web.case import Answer, opened, pages
from tracker.web.case_offers import DECISIONS, Offers
from tracker.web.case_offers_moving import why_not
from tracker.web.case_view import Shown
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

#: The key of a flashed sentence, before the place of the form that is open all the same.
ASKED = "asked"
STAGES = "stages"  # whichever stage is nearest
BACKFILLS = tuple(f"backfill-{key}" for key in STAGE_WORDS)
#: Each act and the forms in which it is done: the first of them that stands on the page.
FORMS: dict[str, tuple[str, ...]] = {
    **{key: (key,) for key in STAGE_WORDS},
    anchors.SIGN: ("sign",),
    anchors.NEXT: ("told", "notify", STAGES, "reply", "close", "visited"),
    anchors.NOTE: ("note",),
    anchors.VISIT: ("visit", "note"),
    anchors.CLOCK: (),  # by the kind of the clock
    anchors.ANSWER: ("answer",),
    anchors.VISITED: ("visited",),
    anchors.WARNED: (),  # on a page of its own
    **{act: (DECISIONS[kind],) for kind, act in anchors.QUESTIONS.items() if kind in DECISIONS},
    anchors.QUESTIONS["order_return"]: ("return-answer",),
    anchors.BACKFILL: BACKFILLS,
    anchors.REDO: ("redo",),
    anchors.JUDGE: ("judge",),
}
#: The same for a limit from outside, by the kind of its clock.
CLOCKS: dict[str, tuple[str, ...]] = {
    clocks.REPLY: ("reply", "handback", "clock-done"),
    clocks.TELL: ("clock-done",),
    clocks.SETTLE: ("clock-done",),
    clocks.SUPERVISE: ("answer",),
    clocks.FOLLOW: ("resolution",),
    clocks.HAND_BACK: ("return-order", "accept"),
    clocks.REVISIT: ("visited",),
    clocks.OWN: ("clock-done",),
}
#: What is the handler's to do, but for 回头看. Who supervises and does not handle the case is led to what a supervisor
#: does about it.
WORK = frozenset({*STAGE_WORDS, anchors.SIGN, anchors.NEXT, anchors.CLOCK, anchors.ANSWER})
OVER = ("judge", *DECISIONS.values(), "return-answer", *BACKFILLS, "redo")
#: What is left to those who look on: the responsible leader, a co-handler, the one on duty.
BESIDE = ("visit", "note")
#: Where on the page a form stands that is not folded under a title of its own.
PLACES = {
    "sign": "h-sign",
    "decide": "h-review",
    "review": "h-review",
    "decide-extension": "h-review",
    "decide-suspension": "h-review",
    "decide-refusal": "h-refusal",
    "notify": "h-refusal",
    "decide-reclassify": "h-class",
    "return-answer": "h-sent",
    "redo": "h-calls",
    "answer": "h-order",
    "judge": "h-order",
    "visited": "h-visit",
    "resume": "h-pause",
    "told": "h-told",
    "handback": "h-given",
    **{key: f"h-{key}" for key in BACKFILLS},
}


@dataclass(frozen=True)
class Found:
    """Where an act leads: the form, and what is said when it is not the one that was asked for; ``path`` is another
    page than the case's."""

    form: str = ""
    said: str = ""
    path: str = ""


class Desk:
    """What one person finds on the page of one case."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.standing, self.case = shown, shown.folder.standing, shown.case
        self.forms = frozenset(_forms(shown))
        me = shown.actor
        self.works = self.case.handler_id == me.person_id or me.covering(self.case.handler_id) is not None

    def find(self, act: str, of: str) -> Found:
        """The form of this act, or what stands in its place."""
        wanted = self._wanted(act, of)
        if act in WORK and wanted != ("visited",) and not self.works and self.shown.may("urge"):
            return self._over(act, wanted)
        if form := self._first(wanted):
            return Found(form)
        return self._instead(act)

    def clock(self, name: str) -> Deadline | None:
        """The limit from outside of this name that runs, else the last one that did."""
        named = [one for one in self.shown.folder.outside if one.key == name]
        return next((one for one in named if one.state == conduct.OPEN), named[-1] if named else None)

    def place(self, form: str) -> str:
        """The id of what stands above a form on the page."""
        if form in self.shown.forms[:1]:
            return "h-act"
        return PLACES.get(form, f"s-{form}")

    def _wanted(self, act: str, of: str) -> tuple[str, ...]:
        if act == anchors.CLOCK:
            clock = self.clock(of)
            return CLOCKS[clock.clock or clocks.OWN] if clock and clock.state == conduct.OPEN else ()
        if act == anchors.BACKFILL and of:
            return (f"backfill-{of}",)
        return FORMS[act]

    def _first(self, wanted: tuple[str, ...]) -> str:
        named = (one for key in wanted for one in (self.shown.forms if key == STAGES else (key,)))
        return next((key for key in named if key in self.forms), "")

    def _over(self, act: str, wanted: tuple[str, ...]) -> Found:
        """What waits for the supervisor, somebody to work on it, or 催办."""
        if form := self._first(OVER if self.case.handler_id else (*OVER, "assign")):
            return Found(form)
        running = any(one.state == conduct.OPEN for one in self.shown.folder.deadlines)
        if why_not(_may_be_urged, self, running):
            form = self._first(wanted)
            return Found(form) if form else self._instead(act)
        return Found(path=url_for("urge.preview", no=self.case.no, **case_origin.kept()))

    def _instead(self, act: str) -> Found:
        """Why not, in the rule's own words, and what comes before it or is left to do."""
        if act == anchors.NEXT:
            return Found(self._first(BESIDE) if self.case.leader_id == self.shown.actor.person_id else "")
        if act in STAGE_WORDS and (why := why_not(conduct.check_stage, self.standing, act)):
            return Found(self._first((self.standing.waits_for(act), "resume")), why[0])
        if act in WORK and not self.works:
            return Found(self._first(BESIDE), _("这一项由%(name)s办理", name=self.case.handler or _("承办人")))
        if act == anchors.SIGN:
            return Found(self._first(FORMS[anchors.NEXT]), _("本件已签收"))
        return Found(said=_("提醒的这一项现在没有要您办的：可能已办完，或已由他人办理"))


def _may_be_urged(desk: Desk, running: bool) -> None:
    supervision.check_urge(desk.standing, running=running, handled=desk.case.handler_id is not None)


def _forms(shown: Shown) -> tuple[str, ...]:
    """The forms that stand on the page for this person now."""
    offers, folder = Offers(shown, ()), shown.folder
    asked, refused, sent = callback.pending(shown.db, folder), case_deciding.refusal(shown), case_accepting.sent(shown)
    given = case_replies.given(shown)
    more = (
        ("sign", shown.case.unsigned and offers.signs),
        ("redo", asked is not None and offers.redoes(asked.by)),
        ("notify", refused is not None and refused.notifies),
        ("return-answer", sent is not None and sent.may_answer),
        ("handback", given is not None and given.may_hand_back),
    )
    return (*shown.forms, *offers.forms, *case_extra.keys(shown), *(key for key, on in more if on))


@route(pages, "/case/<no>/do/<act>", roles=CASE_ROLES)
def way(no: str, act: str) -> Answer:
    """Open the act that a reminder asks for; on a case that is no more the reader's there is nothing, as ever."""
    folder = opened(no)
    of, kept = request.args.get("of", ""), case_origin.kept()
    if act == anchors.WARNED and (path := _warning(no)):
        return redirect(path)
    if act not in FORMS:
        return redirect(url_for("case.show", no=no, **kept))
    desk = Desk(Shown(context.db(), folder, context.actor(), context.now()))
    found = desk.find(act, of)
    if found.path:
        return redirect(found.path)
    place = desk.place(found.form) if found.form else "h-tl"
    if found.said:  # stands at the top of the page and takes the focus by itself
        flash(found.said, f"{ASKED}:{place if found.form else ''}")
    clock = desk.clock(of) if found.form == "clock-done" else None
    asked = {"do": found.form or None, "clock": clock.id if clock else None, **kept}
    return redirect(url_for("case.show", no=no, _anchor="" if found.said else place, **asked))


def _warning(no: str) -> str:
    """Where the alert that this case raised is dealt with; "" for who may not, and once it was."""
    if "warnings" not in context.features() or not context.actor().holds("supervisor"):
        return ""
    for one in early.listed(context.db(), handled=False):
        if one.no == no:
            return url_for("warnings.listing", _anchor=f"h-{one.id}")
    return ""

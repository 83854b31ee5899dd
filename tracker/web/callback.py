"""回访: one case after another; the number, 1 to 4, Enter. And on the case, whether it is done over."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tracker.office import callback as calling
from tracker.rule.callback import OUTCOMES
from tracker.rule.conduct import STAGE_ORDER
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import callback, cases
from tracker.store.identity import Complainant
from tracker.web import case, context, errors
from tracker.web.case import Answer, Done
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("callback", __name__)
DESK = ("clerk", "supervisor")
CALLED = "called"


@dataclass(frozen=True)
class Typed:
    """The form as it was sent, or as it is first shown."""

    outcome: str = ""
    reason: str = ""
    redo: bool = False


@route(pages, "/callback", roles=DESK)
def queue() -> str:
    """The case that waits longest for its call; ``?no=`` another one."""
    db, at = context.db(), context.now()
    no = request.args.get("no", "") or callback.next_no(db, calling.to_call(db, at))
    return _page(no)


@route(pages, "/callback/<no>/number", roles=DESK, methods=("POST",))
def number(no: str) -> str:
    """显示号码: on record, for this one page."""
    return _page(no, calling.number(context.db(), context.actor(), no, context.now()))


@route(pages, "/callback/<no>", roles=DESK, methods=("POST",))
def record(no: str) -> Answer:
    """What came of it; then the next one."""
    form = request.form
    typed = Typed(form.get("outcome", ""), clean(form.get("reason", ""), lines=True), "redo" in form)
    try:
        calling.record(context.db(), context.actor(), no, typed.outcome, typed.reason, typed.redo, context.now())
    except (Refusal, Refusals) as problem:
        found = errors.by_field(problem)
        if "" in found or isinstance(problem, cases.NoSuchCase):
            raise
        return _page(no, None, typed, found), 400
    flash(_("已记录 %(no)s：%(outcome)s", no=no, outcome=_(typed.outcome)), CALLED)
    return redirect(url_for("callback.queue"), 303)


@route(case.pages, "/case/<no>/redo", roles=CASE_ROLES, methods=("POST",))
def decide(no: str) -> Answer:
    """Whether a case whose citizen is not satisfied is done over."""
    form = case.posted("redo")

    def do() -> Done:
        read = case.reader(form)
        answer = read.text("answer")
        read.done()
        redone = request.form.get("do") == "redo"
        stages = tuple(key for key in STAGE_ORDER if key in form.many("stages")) if redone else ()
        db, actor, at = context.db(), context.actor(), context.now()
        after = calling.decide(db, actor, no, form.seen, redone, stages, answer, at)
        return Done(_("已退回重办，第%(n)s轮从现在起算", n=after.case.round) if redone else _("已决定不重办"))

    return case.act(no, form, do)


def _page(
    no: str, who: Complainant | None = None, typed: Typed | None = None, found: dict[str, str] | None = None
) -> str:
    db, at = context.db(), context.now()
    folder = case.opened(no) if no else None
    replies = [fact for fact in folder.facts if fact.kind == "reply" and not fact.undone] if folder else []
    return render_template(
        "callback.html",
        folder=folder,
        case=folder.case if folder else None,
        reply=replies[-1] if replies else None,
        calls=callback.of_case(db, folder.case.id) if folder else (),
        waiting=callback.count(db, calling.to_call(db, at)),
        citizen=who,
        typed=typed or Typed(),
        errors=found or {},
        outcomes=tuple(enumerate(OUTCOMES, 1)),
    )

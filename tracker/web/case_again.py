"""重新交办 of a case: the form that is sent."""

from __future__ import annotations

from datetime import datetime

from tracker.office import reordering
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import STAGE_ORDER
from tracker.web import context, moments
from tracker.web.case import Answer, Done, act, pages, posted, reader
from tracker.web.forms_case import Reader
from tracker.web.routes import route
from tracker.web.words import gettext as _


@route(pages, "/case/<no>/again", roles=("clerk", "supervisor"), methods=("POST",))
def again(no: str) -> Answer:
    form = posted("again")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        dispatched_at = _instant(read, "dispatched_at")
        due_at = _instant(read, "source_due_at")
        if not form.v("dispatched_at").strip():
            read.problems.append(Refusal(N_("请填写重新交办的派单时间"), field="dispatched_at"))
        read.done()
        stages = tuple(key for key in STAGE_ORDER if key in form.many("stages"))
        db, actor, at = context.db(), context.actor(), context.now()
        after = reordering.again(db, actor, no, form.seen, dispatched_at or at, stages, reason, due_at, at)
        return Done(_("已登记重新交办，第%(n)s轮从派单时间起算", n=after.case.round))

    return act(no, form, do)


def _instant(read: Reader, name: str) -> datetime | None:
    """A time that was typed, None for none or one that cannot be read, which is noted."""
    typed = read.form.v(name).strip()
    try:
        return moments.moment(typed, read.zone, read.now, name) if typed else None
    except Refusal as problem:
        read.problems.append(problem)
        return None

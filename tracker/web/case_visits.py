"""引用此前检查 on the page of a case."""

from __future__ import annotations

from tracker.office import citing
from tracker.web import context
from tracker.web.case import Answer, Done, act, pages, posted, reader
from tracker.web.routes import route
from tracker.web.words import gettext as _


@route(pages, "/case/<no>/cite", roles=("handler", "supervisor"), methods=("POST",))
def cite(no: str) -> Answer:
    form = posted("cite")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        after = citing.cite(db, actor, no, form.seen, read.number("source"), form.v("late_cause"), reason, at)
        fact = after.facts[-1]
        return Done(_("已引用 %(no)s 的检查", no=fact.body["shared_from"]), fact.kind)

    return act(no, form, do)

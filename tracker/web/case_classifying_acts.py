"""改途径, and the correction of kind and grade with its decision."""

from __future__ import annotations

from flask import request

from tracker.office import classifying
from tracker.web import context
from tracker.web.case import Answer, Done, act, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _


@route(pages, "/case/<no>/route", roles=CASE_ROLES, methods=("POST",))
def change_route(no: str) -> Answer:
    form = posted("route")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        after = classifying.set_route(db, actor, no, form.seen, form.v("route"), reason, at)
        return Done(_("途径已改为%(route)s，办理时限不变", route=_(after.case.route)))

    return act(no, form, do)


@route(pages, "/case/<no>/reclassify", roles=CASE_ROLES, methods=("POST",))
def reclassify(no: str) -> Answer:
    form = posted("reclassify")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        classifying.ask(db, actor, no, form.seen, form.v("kind"), form.v("grade"), reason, at)
        return Done(_("已申请更正，等待审批"))

    return act(no, form, do)


@route(pages, "/case/<no>/reclassify/decide", roles=CASE_ROLES, methods=("POST",))
def decide_class(no: str) -> Answer:
    form = posted("decide-reclassify")

    def do() -> Done:
        approved = request.form.get("do") == "approve"
        read = reader(form)
        answer = read.text("answer")
        read.done()
        classifying.decide(context.db(), context.actor(), no, form.seen, approved, answer, context.now())
        return Done(_("已更正类型和等级") if approved else _("未同意更正，类型、等级和时限不变"))

    return act(no, form, do)

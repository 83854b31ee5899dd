"""不予受理, its decision and its notice; and the case that comes back after a transfer."""

from __future__ import annotations

from flask import request

from tracker.office import deciding
from tracker.rule.conduct import STAGE_ORDER
from tracker.web import context, forms_case
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

DECIDERS = ("supervisor",)


@route(pages, "/case/<no>/refuse", roles=CASE_ROLES, methods=("POST",))
def refuse(no: str) -> Answer:
    form = posted("refuse")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        deciding.ask_refusal(context.db(), context.actor(), no, form.seen, form.v("ground"), reason, context.now())
        return Done(_("已申请不予受理，等待审批；批准之前时限照走"))

    return act(no, form, do)


@route(pages, "/case/<no>/refuse/decide", roles=CASE_ROLES, methods=("POST",))
def decide_refusal(no: str) -> Answer:
    form = posted("decide-refusal")

    def do() -> Done:
        approved = request.form.get("do") == "approve"
        read = reader(form)
        answer = read.text("answer")
        read.done()
        deciding.decide_refusal(context.db(), context.actor(), no, form.seen, approved, answer, context.now())
        return Done(_("已同意不予受理，请告知投诉人") if approved else _("未同意不予受理，请按时限办理"))

    return act(no, form, do)


@route(pages, "/case/<no>/notify", roles=CASE_ROLES, methods=("POST",))
def notify(no: str) -> Answer:
    form = posted("notify")

    def do() -> Done:
        read = reader(form)
        happened_at = read.happened_at((opened(no).case.received_at,))
        given, reason = forms_case.reply(read), read.text("reason")
        read.done(given.problems())
        db, actor, at = context.db(), context.actor(), context.now()
        deciding.notify(db, actor, no, form.seen, given, happened_at, reason, at)
        return Done(_("已记录告知，可以申请销项"))

    return act(no, form, do)


@route(pages, "/case/<no>/come-back", roles=DECIDERS, methods=("POST",))
def come_back(no: str) -> Answer:
    form = posted("come-back")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        stages = tuple(key for key in STAGE_ORDER if key in form.many("stages"))
        after = deciding.come_back(context.db(), context.actor(), no, form.seen, stages, reason, context.now())
        return Done(_("已重新办理，第%(n)s轮从现在起算", n=after.case.round))

    return act(no, form, do)

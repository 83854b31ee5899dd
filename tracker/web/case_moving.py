"""The acts that move a due time: extension, suspension, resumption, correction of the receipt time."""

from __future__ import annotations

from flask import request

from tracker.office import moving
from tracker.web import context, moments
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

OFFICERS = ("handler", "supervisor")
SUPERVISORS = ("supervisor",)


@route(pages, "/case/<no>/extend", roles=OFFICERS, methods=("POST",))
def ask_extension(no: str) -> Answer:
    form = posted("extend")

    def do() -> Done:
        read = reader(form)
        key, days, reason, told = form.v("stage"), read.number("days"), read.text("reason"), bool(form.v("told"))
        read.done()
        moving.ask_extension(context.db(), context.actor(), no, form.seen, key, days, reason, told, context.now())
        return Done(_("已申请延期，等待审批"))

    return act(no, form, do)


@route(pages, "/case/<no>/extend/decide", roles=CASE_ROLES, methods=("POST",))
def decide_extension(no: str) -> Answer:
    form = posted("decide-extension")

    def do() -> Done:
        approved, answer = request.form.get("do") == "approve", reader(form).text("answer")
        told = bool(form.v("told"))
        moving.decide_extension(context.db(), context.actor(), no, form.seen, approved, answer, told, context.now())
        return Done(_("已同意延期") if approved else _("未同意延期，时限不变"))

    return act(no, form, do)


@route(pages, "/case/<no>/extend/told", roles=OFFICERS, methods=("POST",))
def tell_citizen(no: str) -> Answer:
    form = posted("told")

    def do() -> Done:
        moving.tell_citizen(context.db(), context.actor(), no, form.seen, context.now())
        return Done(_("已记录：延期已告知投诉人"))

    return act(no, form, do)


@route(pages, "/case/<no>/suspend", roles=OFFICERS, methods=("POST",))
def ask_suspension(no: str) -> Answer:
    form = posted("suspend")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        moving.ask_suspension(context.db(), context.actor(), no, form.seen, form.v("ground"), reason, context.now())
        return Done(_("已申请中止，等待审批"))

    return act(no, form, do)


@route(pages, "/case/<no>/suspend/decide", roles=CASE_ROLES, methods=("POST",))
def decide_suspension(no: str) -> Answer:
    form = posted("decide-suspension")

    def do() -> Done:
        approved, answer = request.form.get("do") == "approve", reader(form).text("answer")
        moving.decide_suspension(context.db(), context.actor(), no, form.seen, approved, answer, context.now())
        return Done(_("已同意中止，从申请之时起停止计时") if approved else _("未同意中止，时限照常计算"))

    return act(no, form, do)


@route(pages, "/case/<no>/resume", roles=OFFICERS, methods=("POST",))
def resume(no: str) -> Answer:
    form = posted("resume")

    def do() -> Done:
        read = reader(form)
        note = read.text("note")
        read.done()
        moving.resume(context.db(), context.actor(), no, form.seen, note, context.now())
        return Done(_("已恢复办理"))

    return act(no, form, do)


@route(pages, "/case/<no>/withdraw", roles=OFFICERS, methods=("POST",))
def withdraw(no: str) -> Answer:
    form = posted("withdraw")

    def do() -> Done:
        moving.withdraw(context.db(), context.actor(), no, form.seen, context.now())
        return Done(_("已撤回申请"))

    return act(no, form, do)


@route(pages, "/case/<no>/received", roles=SUPERVISORS, methods=("POST",))
def correct(no: str) -> Answer:
    form = posted("correct")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        kept = opened(no).case.received_at
        zone, now = context.office().zone, context.now()
        received_at = moments.moment(form.v("received_at"), zone, now, "received_at", (kept,))
        moving.correct_received_at(context.db(), context.actor(), no, form.seen, received_at, reason, now)
        return Done(_("已更正收到时间，时限已重算"))

    return act(no, form, do)

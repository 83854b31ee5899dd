"""初审: accept with what was left open; and 退单 with the answer of its source."""

from __future__ import annotations

from flask import request

from tracker.office import accepting, returning
from tracker.office.accepting import Filled
from tracker.rule import intake
from tracker.rule.refusals import N_, Refusal
from tracker.rule.returning import CONFIRMED, REFUSED, WITHDRAWN
from tracker.rule.returning import Answer as Said
from tracker.web import context, moments
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

DESK = ("clerk", "supervisor")


@route(pages, "/case/<no>/accept", roles=DESK, methods=("POST",))
def accept(no: str) -> Answer:
    form = posted("accept")

    def do() -> Done:
        read = reader(form)
        phone, due = "", None
        try:
            phone = intake.phone(form.v("phone")) if form.v("phone").strip() else ""
        except Refusal as problem:
            read.problems.append(problem)
        try:
            typed = form.v("source_due_at").strip()
            due = moments.moment(typed, context.office().zone, context.now(), "source_due_at") if typed else None
        except Refusal as problem:
            read.problems.append(problem)
        filled = Filled(read.number("street"), form.many("categories"), phone, due, form.v("route"), form.v("appeal"))
        read.done()
        accepting.accept(context.db(), context.actor(), no, form.seen, filled, context.now())
        return Done(_("已受理，时限不变"))

    return act(no, form, do)


@route(pages, "/case/<no>/return-order", roles=CASE_ROLES, methods=("POST",))
def return_order(no: str) -> Answer:
    form = posted("return-order")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        returning.send(context.db(), context.actor(), no, form.seen, form.v("ground"), reason, context.now())
        return Done(_("已退单，等待来源单位确认；确认之前时限照走"))

    return act(no, form, do)


#: What is said of each answer.
TOLD = {
    CONFIRMED: N_("已确认退单，未完成的阶段已终止"),
    REFUSED: N_("已记录：来源单位不同意退单，请按时限办理"),
    WITHDRAWN: N_("已撤回退单，时限不变"),
}


@route(pages, "/case/<no>/return-order/answer", roles=CASE_ROLES, methods=("POST",))
def answer(no: str) -> Answer:
    form = posted("return-answer")

    def do() -> Done:
        read = reader(form)
        sent = returning.waiting(opened(no))
        answered_at = read.happened_at((sent.returned_at,) if sent else ())
        text = read.text("answer")
        read.done()
        said = Said(request.form.get("do", ""), answered_at, text)
        returning.answered(context.db(), context.actor(), no, form.seen, said, context.now())
        return Done(_(TOLD[said.outcome]))

    return act(no, form, do)

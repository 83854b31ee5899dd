"""The acts around the stages: reply, early end, closing and review, dispatch, filling in."""

from __future__ import annotations

from flask import request

from tracker.office import closing, dispatch, intake, revisits, unclosing
from tracker.rule.conduct import STAGE_ORDER
from tracker.web import away, context, forms_case
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

OFFICERS = ("handler", "supervisor")
DESK = ("clerk", "supervisor")


@route(pages, "/case/<no>/reply", roles=OFFICERS, methods=("POST",))
def reply(no: str) -> Answer:
    form = posted("reply")

    def do() -> Done:
        read = reader(form)
        happened_at = read.happened_at((opened(no).case.received_at,))
        given, reason = forms_case.reply(read), read.text("reason")
        read.done(given.problems())
        db, actor, at = context.db(), context.actor(), context.now()
        closing.reply(db, actor, no, form.seen, given, happened_at, reason, at)
        return Done(_("已记录答复"))

    return act(no, form, do)


@route(pages, "/case/<no>/end", roles=OFFICERS, methods=("POST",))
def ask_end(no: str) -> Answer:
    form = posted("end")

    def do() -> Done:
        read = reader(form)
        reason, receiver, handed_on = read.text("reason"), read.line("receiver"), read.day("handed_on")
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        ground = form.v("ground")
        closing.ask_end(db, actor, no, form.seen, ground, reason, at, receiver=receiver, handed_on=handed_on)
        return Done(_("已申请终止，等待审批"))

    return act(no, form, do)


@route(pages, "/case/<no>/end/decide", roles=CASE_ROLES, methods=("POST",))
def decide_end(no: str) -> Answer:
    form = posted("decide")

    def do() -> Done:
        approved = request.form.get("do") == "approve"
        read = reader(form)
        answer = read.text("answer")
        read.done()
        closing.decide_end(context.db(), context.actor(), no, form.seen, approved, answer, context.now())
        return Done(_("已同意终止，未完成的阶段已终止") if approved else _("已退回终止申请"))

    return act(no, form, do)


@route(pages, "/case/<no>/close", roles=OFFICERS, methods=("POST",))
def apply_close(no: str) -> Answer:
    form = posted("close")

    def do() -> Done:
        read = reader(form)
        summary = read.text("summary")
        read.done()
        closing.apply_close(context.db(), context.actor(), no, form.seen, summary, context.now())
        return Done(_("已申请销项，等待审核"))

    return act(no, form, do)


@route(pages, "/case/<no>/close/decide", roles=CASE_ROLES, methods=("POST",))
def review(no: str) -> Answer:
    form = posted("review")

    def do() -> Done:
        read = reader(form)
        answer, day = read.text("answer"), read.day("day")
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        if request.form.get("do") == "close":
            settled, model = form.v("settled"), bool(form.v("model"))
            revisits.close_with_visit(db, actor, no, form.seen, answer, day, at, settled=settled, model=model)
            return Done(_("已销项"), undo="close")
        wanted = tuple(key for key in STAGE_ORDER if key in form.many("stages"))
        after = closing.send_back(db, actor, no, form.seen, wanted, answer, at)
        return Done(_("已退回重办，第%(n)s轮从现在起算", n=after.case.round))

    return act(no, form, do)


@route(pages, "/case/<no>/close/undo", roles=CASE_ROLES, methods=("POST",))
def unclose(no: str) -> Answer:
    form = posted("unclose")

    def do() -> Done:
        unclosing.unclose(context.db(), context.actor(), no, form.seen, context.now())
        return Done(_("已撤销销项，仍等待审核"))

    return act(no, form, do)


@route(pages, "/case/<no>/assign", roles=DESK, methods=("POST",))
def assign(no: str) -> Answer:
    form = posted("assign")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        after = dispatch.assign(
            context.db(), context.actor(), no, form.seen, read.number("handler_id"), reason, context.now()
        )
        name = away.label(after.case.handler_id or 0, after.case.handler)
        return Done(_("已派给 %(name)s", name=name))

    return act(no, form, do)


@route(pages, "/case/<no>/sign", roles=OFFICERS, methods=("POST",))
def sign(no: str) -> Answer:
    def do() -> Done:
        dispatch.sign(context.db(), context.actor(), no, context.now())
        return Done(_("已签收 %(no)s", no=no))

    return act(no, posted("sign"), do)


@route(pages, "/case/<no>/return", roles=OFFICERS, methods=("POST",))
def give_back(no: str) -> Answer:
    form = posted("return")

    def do() -> Done:
        read = reader(form)
        reason = read.text("reason")
        read.done()
        dispatch.give_back(context.db(), context.actor(), no, form.seen, form.v("ground"), reason, context.now())
        return Done(_("已退回派单 %(no)s，等待另派", no=no))

    return act(no, form, do)


@route(pages, "/case/<no>/triage", roles=(*DESK, "handler"), methods=("POST",))
def triage(no: str) -> Answer:
    form = posted("triage")

    def do() -> Done:
        read = reader(form)
        place, unit = read.line("place"), read.line("subject_unit")
        read.done()
        intake.triage(
            context.db(),
            context.actor(),
            no,
            form.seen,
            street_id=read.number("street"),
            categories=form.many("categories"),
            place=place,
            subject_unit=unit,
            at=context.now(),
        )
        return Done(_("已补全登记，时限不变"))

    return act(no, form, do)

"""The acts on the other clocks of a case, and the page of one clock: what it is and why it falls on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import abort, render_template, request

from tracker.office import clocking
from tracker.office.stages import Around
from tracker.rule.clock_acts import Wanted
from tracker.rule.refusals import N_
from tracker.rule.stages import RULE_1, DayCount, Stage, explain
from tracker.store import rules
from tracker.store.deadlines import Deadline
from tracker.web import case_clocks, case_origin, context
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.case_view import Shown
from tracker.web.forms_case import Form, Reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

OFFICERS = ("handler", "supervisor")


@route(pages, "/case/<no>/clock/<int:deadline_id>", roles=CASE_ROLES)
def clock(no: str, deadline_id: int) -> Answer:
    """One clock: by whom and by what it was set, and its day counted day by day."""
    folder = opened(no)
    limit = next((one for one in folder.outside if one.id == deadline_id), None)
    if limit is None:
        abort(404)
    shown = Shown(context.db(), folder, context.actor(), context.now())
    return render_template(
        "case/clock.html",
        case=folder.case,
        one=case_clocks.line(shown, limit),
        fact=folder.fact(limit.fact_id),
        days=_days(limit, folder.case.received_at),
        kept=case_origin.kept(),
    )


def _days(limit: Deadline, received_at: datetime) -> tuple[DayCount, ...]:
    """Day by day; nothing where the instant was given."""
    if not limit.convention or not limit.days:
        return ()
    rule, stage = replace(RULE_1, convention=limit.convention), Stage(limit.key, limit.days + limit.extended_by)
    first, *rest = explain(rule, stage, limit.starts_at, rules.calendar(context.db()), context.office().zone)
    if limit.starts_at != received_at:
        first = replace(first, why=N_("从起算时间计") if limit.convention == "hours" else N_("起算当日，不计"))
    return (first, *rest)


@route(pages, "/case/<no>/clock/add", roles=CASE_ROLES, methods=("POST",))
def add_clock(no: str) -> Answer:
    form = posted("clock-add")

    def do() -> Done:
        read = reader(form)
        wanted = wanted_clock(read, opened(no).case.received_at)
        read.done()
        clocking.add(context.db(), context.actor(), no, form.seen, wanted, context.now())
        return Done(_("已加时限"))

    return act(no, form, do)


def wanted_clock(read: Reader, received_at: datetime) -> Wanted:
    """The clock that the form asks for; what cannot be read is noted."""
    form = read.form
    days = read.number("days") if form.v("days").strip() else None
    return Wanted(
        kind=form.v("kind"),
        label=read.line("label"),
        source=read.line("source"),
        due_at=read.instant("due_at") if form.v("due_at").strip() else None,
        days=-1 if days is None and form.v("days").strip() else days,
        convention=form.v("convention"),
        starts_at=read.instant("starts_at", (received_at,)) if days is not None and form.v("starts_at") else None,
        reason=read.text("reason"),
    )


@route(pages, "/case/<no>/clock/done", roles=CASE_ROLES, methods=("POST",))
def meet_clock(no: str) -> Answer:
    form = posted("clock-done")

    def do() -> Done:
        read = reader(form)
        happened_at = read.happened_at((opened(no).case.received_at,))
        around = Around(happened_at, form.files, note=read.text("text"))
        read.done()
        db, home, actor = context.db(), context.attachments_folder(), context.actor()
        clocking.meet(db, home, actor, no, form.seen, _chosen(form), around, context.now())
        return Done(_("已记录时限完成"))

    return act(no, form, do)


@route(pages, "/case/<no>/clock/extend", roles=OFFICERS, methods=("POST",))
def extend_clock(no: str) -> Answer:
    form = posted("clock-extend")

    def do() -> Done:
        read = reader(form)
        days, reason, told = read.number("days"), read.text("reason"), bool(form.v("told"))
        read.done()
        db, actor, at = context.db(), context.actor(), context.now()
        clocking.ask_extension(db, actor, no, form.seen, _chosen(form), days, reason, told, at)
        return Done(_("已申请延期，等待审批"))

    return act(no, form, do)


@route(pages, "/case/<no>/clock/change", roles=("supervisor",), methods=("POST",))
def change_clock(no: str) -> Answer:
    form = posted("clock-change")

    def do() -> Done:
        read = reader(form)
        reason, at = read.text("reason"), context.now()
        due_at = read.instant("due_at") if form.v("due_at").strip() else None
        read.done()
        db, actor, chosen = context.db(), context.actor(), _chosen(form)
        if request.form.get("do") == "cancel":
            clocking.cancel(db, actor, no, form.seen, chosen, reason, at)
            return Done(_("已取消时限"))
        clocking.move(db, actor, no, form.seen, chosen, due_at, reason, at)
        return Done(_("已调整时限"))

    return act(no, form, do)


def _chosen(form: Form) -> int:
    """The clock that was chosen; 0 for none."""
    typed = form.v("clock")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

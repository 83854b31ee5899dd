"""督办: the list of the open ones, and ordering, answering, accepting and withdrawing on the page of a case."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tracker.clock import local
from tracker.office import orders as office
from tracker.office.stages import Around
from tracker.rule.instants import end_of
from tracker.rule.refusals import N_, Refusal
from tracker.store import orders, people, streets
from tracker.store.database import reading
from tracker.store.orders import Order
from tracker.web import case, case_files, case_orders, context, moments
from tracker.web.case import Answer, Done
from tracker.web.forms_case import Reader
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("orders", __name__)
SUPERVISOR = ("supervisor",)
OFFICERS = ("handler", "supervisor")
#: How a 督办 may stand, as the list is asked for it.
STATES = {"": N_("未了结"), "open": N_("待答复"), "waits": N_("待认可"), "ended": N_("已了结")}
FIELDS = ("state", "who", "street")


@dataclass(frozen=True)
class Line:
    """One line of the list: the 督办, and the light that it shows with what follows it."""

    order: Order
    light: str
    text: str


@route(pages, "/orders", roles=OFFICERS, feature="supervision")
def listing() -> str:
    """The 督办 that have not ended, most urgent first; a handler's own."""
    db, now = context.db(), context.now()
    typed = {name: request.args.get(name, "").strip() for name in FIELDS}
    state = typed["state"] if typed["state"] in STATES else ""
    mine = context.sees_only()
    year = local(now, context.office().zone).year
    zone = context.office().zone
    with reading(db):
        found = orders.listed(
            db, state, handler_id=_id(typed["who"]) if mine is None else mine, street_id=_id(typed["street"])
        )
        counted = orders.on_time(
            db,
            datetime(year, 1, 1, tzinfo=zone).astimezone(UTC),
            datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC),
            now,
        )
        return render_template(
            "orders.html",
            rows=[Line(order, *case_orders.standing(order)) for order in found],
            typed=typed,
            came_from="orders" + _query(typed),
            states=[(key, _(word)) for key, word in STATES.items()],
            handlers=[] if mine is not None else [(str(p.id), p.name) for p in people.with_role(db, "handler")],
            streets=[(str(one.id), one.name) for one in streets.every(db)],
            on_time=counted if mine is None else None,
        )


def _query(typed: dict[str, str]) -> str:
    kept = {name: text for name, text in typed.items() if text}
    return f"?{urlencode(kept)}" if kept else ""


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@route(case.pages, "/case/<no>/order", roles=SUPERVISOR, methods=("POST",))
def give_order(no: str) -> Answer:
    form = case.posted("order")

    def do() -> Done:
        read = case.reader(form)
        text, due_at = read.text("text"), _until(read)
        read.done()
        office.give(context.db(), context.actor(), no, form.seen, text, due_at, context.now())
        return Done(_("已督办，各阶段的时限不变"))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/order/answer", roles=OFFICERS, methods=("POST",))
def answer_order(no: str) -> Answer:
    form = case.posted("answer")

    def do() -> Done:
        read = case.reader(form)
        text = read.text("text")
        read.done()
        home, now = context.attachments_folder(), context.now()
        around = Around(now, form.files, tray=case_files.ticked(case.opened(no).case, form))
        office.answer(context.db(), home, context.actor(), no, form.seen, text, around, now)
        return Done(_("已答复督办，等待认可"))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/order/judge", roles=SUPERVISOR, methods=("POST",))
def judge_order(no: str) -> Answer:
    form = case.posted("judge")

    def do() -> Done:
        read = case.reader(form)
        reason, accepted = read.text("reason"), request.form.get("do") == "accept"
        read.done()
        office.judge(context.db(), context.actor(), no, form.seen, accepted, reason, context.now())
        return Done(_("已认可，督办了结") if accepted else _("已退回督办答复"))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/order/withdraw", roles=SUPERVISOR, methods=("POST",))
def withdraw_order(no: str) -> Answer:
    form = case.posted("withdraw-order")

    def do() -> Done:
        read = case.reader(form)
        reason = read.text("reason")
        read.done()
        office.withdraw(context.db(), context.actor(), no, form.seen, reason, context.now())
        return Done(_("已撤回督办"))

    return case.act(no, form, do)


def _until(read: Reader) -> datetime | None:
    """The date of a 督办: a day means until its 24:00, a time the instant that is late."""
    typed = read.form.v("due_at").strip()
    if not typed:
        return None
    with suppress(Refusal):
        return end_of(moments.day(typed, local(read.now, read.zone).date(), "due_at"), read.zone)
    try:
        return moments.moment(typed, read.zone, read.now, "due_at")
    except Refusal:
        words = N_("督办期限“%(value)s”看不懂，请写成 06-22 或 2026-06-22 17:30")
        read.problems.append(Refusal(words, field="due_at", value=typed[: moments.LONGEST]))
        return None

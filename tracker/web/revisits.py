"""回头看: the list of what is to be visited, and setting its day and saying what was seen on the page of a case. And
重办 of a closed case."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from tracker.office import redo
from tracker.office import revisits as office
from tracker.rule import lights
from tracker.rule.instants import end_of
from tracker.rule.lights import Light
from tracker.rule.stages import RULE_1
from tracker.rule.standing import OPEN, STAGE_ORDER
from tracker.store import people, revisits
from tracker.store.database import reading
from tracker.store.revisits import Visit
from tracker.web import case, context, view
from tracker.web.case import Answer, Done
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("revisits", __name__)
OFFICERS = ("handler", "supervisor")


@dataclass(frozen=True)
class Line:
    """One visit with the light of its day and what follows it."""

    visit: Visit
    light: str
    text: str


@route(pages, "/revisits", roles=OFFICERS, feature="revisits")
def listing() -> str:
    """What is to be visited, the earliest day first; a handler's own. ``?state=done`` is what was seen."""
    db, mine = context.db(), context.sees_only()
    done, asked = request.args.get("state") == "done", request.args.get("who", "")
    who = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    with reading(db):
        found = revisits.listed(db, done=done, person_id=who if mine is None else mine)
        return render_template(
            "revisits.html",
            rows=[_line(one) for one in found],
            done=done,
            who=asked,
            came_from="revisits" + (f"?who={who}" if who else ""),
            handlers=[] if mine is not None else [(str(p.id), p.name) for p in people.with_role(db, "handler")],
        )


def _line(one: Visit) -> Line:
    due_at, now = end_of(one.due_day, context.office().zone), context.now()
    kind = lights.light("", due_at, OPEN, None, now, RULE_1)
    left = str(_("剩余 %(span)s", span=view.span(due_at - now)))
    return Line(one, kind, view.span(now - due_at) if kind is Light.OVERDUE else left)


@route(case.pages, "/case/<no>/revisit", roles=OFFICERS, methods=("POST",))
def set_revisit(no: str) -> Answer:
    form = case.posted("revisit")

    def do() -> Done:
        read = case.reader(form)
        day = read.day("day")
        who = read.number("who")
        read.done()
        office.set_day(context.db(), context.actor(), no, form.seen, day, context.now(), who=who)
        return Done(_("已定回头看"))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/revisit/result", roles=OFFICERS, methods=("POST",))
def record_revisit(no: str) -> Answer:
    form = case.posted("visited")

    def do() -> Done:
        read = case.reader(form)
        text = read.text("text")
        read.done()
        office.record(context.db(), context.actor(), no, form.seen, form.v("result"), text, context.now())
        return Done(_("已记录回头看结果"))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/reopen", roles=("supervisor",), methods=("POST",))
def reopen(no: str) -> Answer:
    form = case.posted("reopen")

    def do() -> Done:
        read = case.reader(form)
        reason = read.text("answer")
        read.done()
        stages = tuple(key for key in STAGE_ORDER if key in form.many("stages"))
        db, actor, at = context.db(), context.actor(), context.now()
        after = redo.reopen(db, actor, no, form.seen, form.v("ground"), stages, reason, at)
        return Done(_("已退回重办，第%(n)s轮从现在起算", n=after.case.round))

    return case.act(no, form, do)

"""登记: the form that a complaint is typed into while the citizen talks, with repeats and limits beside it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import appeals, desk, joining, register
from tracker.rule import intake
from tracker.rule.appeals import matching
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import cases, categories, grids, handlers, people, streets
from tracker.store.cases import Case
from tracker.store.people import Person
from tracker.web import away, context, forms_new, new_aside, view
from tracker.web.errors import by_field
from tracker.web.forms_new import Typed
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("new", __name__)
DESK = ("clerk", "supervisor")
#: The kind of message that the page of a case shows (templates/case/head.html), and the fresh form.
DONE = "done:"


@route(pages, "/new", roles=DESK)
def form() -> str:
    return _form(forms_new.blank(_now_typed()), focus="phone")


@route(pages, "/new", roles=DESK, methods=("POST",))
def send() -> str | Response | tuple[str, int]:
    typed, pressed = forms_new.posted(request.form), request.form
    if "check" in pressed:
        return _form(typed, focus="check")
    if "part" in pressed:
        return _form(replace(typed, lead_no=""), focus="content")
    try:
        if no := pressed.get("join"):
            return _form(_joined(typed, no), focus="send")
        if no := pressed.get("fill"):
            return _form(_filled(typed, no), focus="content")
        return _registered(typed)
    except (Refusal, Refusals) as error:
        return _form(typed, errors=by_field(error)), 422


@route(pages, "/new/limits", roles=DESK)
def limits() -> str:
    """The due times of a case received at the time given, or now, and whom the table names for what is typed so far."""
    typed = forms_new.posted(request.args)
    received_at = typed.received_at.strip() or _now_typed()
    return render_template(
        "parts/new_limits.html",
        limits=new_aside.limits(replace(typed, received_at=received_at)),
        received_at=received_at,
        table=handlers.in_use(context.db()),
        proposal=new_aside.proposal(typed),
        away=away.note,
    )


@route(pages, "/new/repeats", roles=DESK, methods=("POST",))
def repeats() -> str:
    """The earlier cases that what is typed so far may repeat. By POST: a phone number stays out of every address."""
    found = new_aside.look_up(forms_new.posted(request.form))
    return render_template("parts/new_repeats.html", repeats=found)


def _now_typed() -> str:
    return f"{local(context.now(), context.office().zone):%Y-%m-%d %H:%M}"


def _form(typed: Typed, *, errors: dict[str, str] | None = None, focus: str = "") -> str:
    db = context.db()
    staff = people.with_role(db, "handler")
    table = handlers.in_use(db)
    listed = appeals.holding(db, context.now()) if "appeals" in context.features() else ()
    nobody = [("", _("自动")), (forms_new.NOBODY, _("暂不派单"))] if table else [("", _("暂不派单"))]
    return render_template(
        "new.html",
        typed=typed,
        errors=errors or {},
        focus="" if errors else focus,
        kept=request.method == "POST",
        channels=[(one.name, f"{one.code} {_(one.name)}") for one in intake.CHANNELS],
        streets=[one for one in streets.every(db) if one.active],
        grids=grids.in_use(db),
        media=categories.by_medium(categories.in_use(db)),
        handlers=nobody + [(str(one.id), _named(n, one)) for n, one in enumerate(staff, 1)],
        table=table,
        features=context.features(),
        again=_again(typed) if errors and "source_no" in errors else "",
        kinds=intake.KINDS,
        grades=intake.GRADES,
        routes=intake.ROUTES,
        appeals=listed,
        appeals_found=matching(listed, typed.appeal),
        proposal=new_aside.proposal(typed),
        away=away.note,
        repeats=new_aside.look_up(typed),
        limits=new_aside.limits(typed),
        received_at=typed.received_at,
    )


def _again(typed: Typed) -> str:
    """The number of the case under way or closed that has this number of its source: it may have been ordered again."""
    source_no = forms_new.source_no(typed)
    found = cases.by_source(context.db(), typed.channel, source_no) if source_no else None
    case = cases.by_id(context.db(), found) if found else None
    return case.no if case and not case.historic else ""


def _named(n: int, one: Person) -> str:
    """A handler in the list: the digit that picks them, name and unit, and that they are away."""
    return away.label(one.id, f"{n} {one.name} {one.unit}".strip())


def _registered(typed: Typed) -> Response:
    db, now = context.db(), context.now()
    new = forms_new.parse(db, typed, context.office(), now)
    case = register.register(db, context.actor(), new, now)
    flash(_said(case), DONE)
    if (case.content, case.place) != (new.content, new.place):
        flash(_("这张表此前已经保存为 %(no)s，之后的改动没有保存。请在案件页更正", no=case.no), DONE)
    again = "again" in request.form
    return redirect(url_for("new.form") if again else url_for("case.show", no=case.no), 303)


def _said(case: Case) -> str:
    """What was registered, whose it is, and its due times."""
    whose = _("派给 %(name)s", name=away.label(case.handler_id or 0, case.handler)) if case.handler else _("未派单")
    dues = [f"{_(STAGE_NAMES[one.key])} {view.due(one.due_at)}" for one in desk.read(context.db(), case.no).stages]
    return "　".join([_("已登记 %(no)s", no=case.no), whose, *dues])


def _seen(no: str) -> Case:
    """The earlier case that a button names; the desk sees the cases of the whole office."""
    return cases.by_no(context.db(), no)


def _joined(typed: Typed, no: str) -> Typed:
    """并入: the same matter again. What the citizen did not have to say again is taken from the lead case."""
    found = list(joining.problems(context.db(), no))
    if found:
        raise Refusals(found)
    lead = _seen(no)
    content = typed.content or _("同一事项再次反映，见 %(no)s：%(title)s", no=lead.no, title=lead.title)
    handler = typed.handler_id or str(lead.handler_id or "")
    return replace(_filled(typed, no), lead_no=lead.no, content=content, handler_id=handler)


def _filled(typed: Typed, no: str) -> Typed:
    """带入信息: where and about what, never who."""
    case = _seen(no)
    return replace(
        typed,
        place=case.place,
        street=case.street or typed.street,
        subject_unit=case.subject_unit or typed.subject_unit,
        categories=" ".join(case.categories) or typed.categories,
    )

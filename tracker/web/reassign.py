"""改派 of the cases that were ticked, or of all that somebody has under way: named, then confirmed."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import dispatch
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import dispatches, people
from tracker.store.cases import NoSuchCase
from tracker.web import away, case_origin, context, errors, overdue, overdue_asked
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("reassign", __name__)
DESK = ("clerk", "supervisor")
#: So many at once; of a leaver who has more, the rest follows after.
MOST = 200


@route(pages, "/reassign", roles=DESK)
def named() -> str | tuple[str, int]:
    who = _id(request.args.get("who", ""))
    nos = dispatches.of_handler(context.db(), who) if who else tuple(request.args.getlist("no"))
    if not nos and not who:
        query = request.args.get("from", "").partition("?")[2]
        return overdue.nothing_ticked(overdue_asked.read(dict(parse_qsl(query))))
    return _page(nos, {})


@route(pages, "/reassign", roles=DESK, methods=("POST",))
def confirm() -> Response | tuple[str, int]:
    form = request.form
    nos, seen = form.getlist("no")[:MOST], form.getlist("seen")
    wanted = [(no, _id(version) or 0) for no, version in zip(nos, seen, strict=False)]
    chosen, reason = _id(form.get("handler_id", "")), clean(form.get("reason", ""))
    try:
        count = dispatch.reassign(context.db(), context.actor(), wanted, chosen, reason, context.now())
    except NoSuchCase:
        raise
    except (Refusal, Refusals) as problem:
        return _page(tuple(nos), errors.by_field(problem)), 400
    person = people.person(context.db(), chosen or 0)
    flash(_("已将 %(n)s 件改派给 %(name)s", n=count, name=person.name if person else ""), "done:")
    return redirect(_back(), 303)


def _page(nos: tuple[str, ...], found: dict[str, str]) -> str:
    db, form = context.db(), request.form
    prepared = dispatch.prepare(db, context.actor(), nos[:MOST])
    who = _id(request.values.get("who", ""))
    return render_template(
        "reassign.html",
        cases=prepared.cases,
        refused=[(no, errors.said(refusal)) for no, refusal in prepared.refused],
        rest=max(len(nos) - MOST, 0),
        leaver=people.person(db, who) if who else None,
        handlers=[
            (one.id, away.label(one.id, f"{one.name} {one.unit}".strip()))
            for one in people.with_role(db, "handler")
            if one.id != who
        ],
        chosen=form.get("handler_id", ""),
        reason=form.get("reason", ""),
        errors=found,
        back=_back(),
        came_from=request.values.get("from", ""),
    )


def _back() -> str:
    """The list that one came from; the page of the person whose cases they were, for the administrator."""
    who, origin = _id(request.values.get("who", "")), case_origin.read()
    if origin:
        return origin.path
    if who and context.actor().holds("admin"):
        return url_for("people.one", person_id=who)
    return url_for("overdue.listing", light="running", who=who) if who else url_for("overdue.listing")


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

"""未答复: whose citizen or source still waits for the reply. And the prepared replies, for those who keep them."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import replies as office
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.replies import MARKED
from tracker.store import categories, replies
from tracker.store.replies import Template
from tracker.web import case, context
from tracker.web.case import Answer, Done
from tracker.web.errors import by_field
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("replies", __name__)
KEEPERS = ("supervisor", "admin")
#: How many lines each list shows; empty ones offered for new templates.
SHOWN, EMPTY = 100, 2
LINE = re.compile(r"t(-?\d{1,6})-name")


@route(pages, "/unreplied", roles=CASE_ROLES)
def waiting() -> str:
    db, mine = context.db(), context.sees_only()
    unreplied, count = replies.unreplied(db, mine, SHOWN)
    not_back, back_count = replies.not_handed_back(db, mine, SHOWN)
    return render_template("unreplied.html", unreplied=unreplied, count=count, not_back=not_back, back_count=back_count)


@route(case.pages, "/case/<no>/handback", roles=CASE_ROLES, methods=("POST",))
def hand_back(no: str) -> Answer:
    form = case.posted("handback")

    def do() -> Done:
        office.hand_back(context.db(), context.actor(), no, form.seen, context.now())
        return Done(_("已记录反馈来源单位"))

    return case.act(no, form, do)


@route(pages, "/replies", roles=KEEPERS, feature="replies")
def prepared() -> str:
    return _page(replies.templates(context.db()), {}, request.args.get("saved", ""))


@route(pages, "/replies", roles=KEEPERS, feature="replies", methods=("POST",))
def save() -> Response | tuple[str, int]:
    typed = _typed()
    try:
        office.save(context.db(), context.actor(), ((f"t{one.id}", one) for one in typed), context.now())
    except (Refusal, Refusals) as error:
        return _page(typed, by_field(error)), 422
    return redirect(url_for("replies.prepared", saved="1"), 303)


def _typed() -> tuple[Template, ...]:
    """The lines as they were typed; a new one that is empty is none. New lines have numbers below zero."""
    form, found = request.form, []
    for field in form:
        named = LINE.fullmatch(field)
        if named is None:
            continue
        line, number = field.removesuffix("-name"), int(named[1])
        name, text = clean(form[field]), clean(form.get(f"{line}-text", ""), lines=True)
        if number > 0 or name or text:
            active = number < 0 or f"{line}-active" in form
            found.append(Template(number, name, form.get(f"{line}-category") or None, text, active))
    return tuple(found)


def _page(kept: tuple[Template, ...], errors: dict[str, str], saved: str = "") -> str:
    new = tuple(Template(-n, "", None, "") for n in range(1, EMPTY + 1) if -n not in {one.id for one in kept})
    return render_template(
        "replies.html",
        lines=(*kept, *new),
        media=categories.by_medium(categories.in_use(context.db())),
        places=tuple(MARKED),
        errors=errors,
        saved=saved,
    )

"""检查要点: the points of each category, for the administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import checklists as office_checklists
from tracker.rule.refusals import Refusals
from tracker.store import categories, checklists
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route

pages = Blueprint("checklists", __name__)
PREFIX = "points-"


@route(pages, "/checklists", roles=("admin",))
def every() -> str:
    points = {code: "\n".join(some) for code, some in checklists.every(context.db()).items()}
    return _page(points, {}, request.args.get("saved", ""))


@route(pages, "/checklists", roles=("admin",), methods=("POST",))
def save() -> str | Response | tuple[str, int]:
    typed = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    try:
        office_checklists.save(context.db(), context.actor(), typed, context.now())
    except Refusals as problem:
        return _page(typed, by_field(problem)), 422
    return redirect(url_for("checklists.every", saved="1"), 303)


def _page(points: dict[str, str], errors: dict[str, str], saved: str = "") -> str:
    media = categories.by_medium(categories.in_use(context.db()))
    return render_template("checklists.html", media=media, points=points, errors=errors, saved=saved)

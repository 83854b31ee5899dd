"""单据抬头: what stands at the head of the papers, for the administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import sheets
from tracker.rule.refusals import Refusals
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route

pages = Blueprint("letterhead", __name__)


@route(pages, "/letterhead", roles=("admin",))
def show() -> str:
    return _page(context.office().letterhead, {})


@route(pages, "/letterhead", roles=("admin",), methods=("POST",))
def save() -> Response | tuple[str, int]:
    typed = request.form.get("letterhead", "")
    try:
        sheets.head_letters(context.db(), context.actor(), typed, context.now())
    except Refusals as problem:
        return _page(typed, by_field(problem)), 422
    return redirect(url_for("letterhead.show", saved="1"), 303)


def _page(typed: str, errors: dict[str, str]) -> str:
    return render_template("letterhead.html", typed=typed, errors=errors, saved=request.args.get("saved", ""))

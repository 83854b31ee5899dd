"""The list of streets, for the administrator."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import streets as office_streets
from tracker.office.streets import NEW
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import streets
from tracker.store.streets import Street
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route

pages = Blueprint("streets", __name__)
#: Empty rows offered at the end; each new one has a number below zero until it is kept.
EMPTY_ROWS = 5


@route(pages, "/streets", roles=("admin",), methods=("GET", "POST"))
def every() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return _page(streets.every(context.db()), {}, request.args.get("saved", ""))
    typed = _typed()
    try:
        office_streets.save(context.db(), context.actor(), typed, context.now())
    except (Refusal, Refusals) as error:
        return _page(typed, by_field(error)), 422
    return redirect(url_for("streets.every", saved="1"))


def _typed() -> tuple[Street, ...]:
    ids = (int(key[5:]) for key in request.form if re.fullmatch(r"name-(-\d{1,2}|\d{1,9})", key))
    form = request.form
    return tuple(
        Street(i, form[f"name-{i}"], form.get(f"code-{i}", ""), i <= NEW or f"active-{i}" in form) for i in ids
    )


def _page(shown: tuple[Street, ...], errors: dict[str, str], saved: str = "") -> str:
    lowest = min((street.id for street in shown), default=NEW)
    empty = tuple(Street(min(lowest, NEW) - n, "", "", True) for n in range(1, EMPTY_ROWS + 1))
    rows = shown if lowest < NEW else shown + empty
    return render_template("streets.html", rows=rows, errors=errors, saved=saved)

"""时钟: what the scheduler saw the clock do, and the word that it is right."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import stepping
from tracker.store import clock_steps
from tracker.web import context
from tracker.web.pulse import CONFIRMERS
from tracker.web.routes import route

pages = Blueprint("clock", __name__)


@route(pages, "/clock", roles=CONFIRMERS)
def shown() -> str:
    db = context.db()
    return render_template(
        "clock.html", held=clock_steps.holding(db), steps=clock_steps.last(db), saved=request.args.get("saved", "")
    )


@route(pages, "/clock", roles=CONFIRMERS, methods=("POST",))
def confirm() -> Response:
    stepping.confirm(context.db(), context.actor(), context.now())
    return redirect(url_for("clock.shown", saved="1"), 303)

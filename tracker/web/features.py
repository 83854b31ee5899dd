"""功能: what the office has switched on, for the administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import features
from tracker.rule.features import FEATURES
from tracker.web import context
from tracker.web.routes import route

pages = Blueprint("features", __name__)


@route(pages, "/features", roles=("admin",))
def every() -> str:
    return render_template("features.html", offered=FEATURES.values(), saved=request.args.get("saved", ""))


@route(pages, "/features", roles=("admin",), methods=("POST",))
def save() -> Response:
    features.switch(context.db(), context.actor(), request.form.getlist("features"), context.now())
    return redirect(url_for("features.every", saved="1"), 303)

"""The first-run page and the sample register."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import firstrun
from tracker.office.firstrun import FirstRun
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.settings import DEFAULT_ZONE
from tracker.web import context, login
from tracker.web.errors import by_field
from tracker.web.routes import PUBLIC, route

pages = Blueprint("firstrun", __name__)
FIELDS = ("code", "name", "prefix", "zone", "person", "account")


@route(pages, "/setup", roles=(PUBLIC,), methods=("GET", "POST"))
def setup() -> str | Response | tuple[str, int]:
    if context.is_set_up():
        return redirect(url_for("login.home"))
    if request.method == "GET":
        return render_template("firstrun.html", errors={}, values={"zone": DEFAULT_ZONE})
    values = {name: request.form.get(name, "") for name in FIELDS}
    form = FirstRun(**values, password=request.form.get("password", ""), again=request.form.get("again", ""))
    try:
        token = firstrun.set_up(context.db(), context.config().home, form, at=context.now(), address=context.address())
    except (Refusal, Refusals) as error:
        return render_template("firstrun.html", errors=by_field(error), values=values), 422
    login.welcome(token)
    return redirect(url_for("people.everybody"))

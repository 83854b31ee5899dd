"""The first-run page and its two ways: setting up the office, or looking at the sample."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from tracker.office import firstrun, trial
from tracker.office.firstrun import FirstRun
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.register import SAMPLE
from tracker.store.settings import DEFAULT_ZONE
from tracker.web import context, login, menu
from tracker.web.errors import by_field
from tracker.web.routes import PUBLIC, route
from tracker.web.words import gettext as _

pages = Blueprint("firstrun", __name__)
FIELDS = ("code", "name", "prefix", "zone", "person", "account")
#: The kind of a flashed message that tells what was done (parts/done.html).
DONE = "done:"
#: A proxy on this machine makes every visitor look local; it leaves one of these behind.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_local() -> bool:
    """Does the visitor sit at the machine that runs the program?"""
    try:
        here = ipaddress.ip_address(context.address()).is_loopback
    except ValueError:
        return False
    return here and not any(name in request.headers for name in PROXY_HEADERS)


@route(pages, "/setup", roles=(PUBLIC,), methods=("GET", "POST"))
def setup() -> str | Response | tuple[str, int]:
    if context.is_set_up():
        return redirect(url_for("login.home"))
    if request.method == "GET":
        return _page({}, {"zone": DEFAULT_ZONE})
    values = {name: request.form.get(name, "") for name in FIELDS}
    secret = {name: request.form.get(name, "") for name in ("password", "again")}
    form = FirstRun(**values, **secret, locale=str(get_locale()))
    try:
        token = firstrun.set_up(context.db(), context.config().home, form, at=context.now(), address=context.address())
    except (Refusal, Refusals) as error:
        return _page(by_field(error), values), 422
    login.welcome(token)
    flash(_("已设置本单位，您已登录"), DONE)
    return redirect(url_for("login.home"))


def _page(errors: dict[str, str], values: dict[str, str]) -> str:
    return render_template("firstrun.html", errors=errors, values=values, local=is_local())


@route(pages, "/sample/start", roles=(PUBLIC,), methods=("POST",))
def start_sample() -> Response:
    """Open the sample, for a visitor at this machine and only until the office is set up."""
    if context.is_set_up() or not is_local():
        abort(404)
    token = trial.begin(context.runtime().connection(SAMPLE), context.now(), context.address())
    session[context.SAMPLE_MARK] = True
    return _go_on(token)


@route(pages, "/sample", roles=(PUBLIC,))
def sample() -> str:
    """Whom to act as."""
    _only_in_sample()
    return render_template("sample.html")


@route(pages, "/sample/as", roles=(PUBLIC,), methods=("POST",))
def act_as() -> Response:
    _only_in_sample()
    person_id = request.form.get("person", type=int, default=0)
    return _go_on(trial.act_as(context.db(), person_id, context.now(), context.address()))


@route(pages, "/sample/end", roles=(PUBLIC,), methods=("POST",))
def end_sample() -> Response:
    _only_in_sample()
    session.pop(context.SAMPLE_MARK)
    login.forget()
    context.runtime().close()
    trial.end(context.config().home)
    flash(_("示例已删除"), DONE)
    return redirect(url_for("firstrun.setup"))


def _only_in_sample() -> None:
    if not context.is_sample():
        abort(404)


def _go_on(token: str) -> Response:
    person = login.welcome(token)
    return redirect(url_for(menu.begins_at(person)))

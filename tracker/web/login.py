"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_login import UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from tracker.office import kept, signin
from tracker.rule.refusals import Refusal
from tracker.store.people import Person
from tracker.web import context, menu
from tracker.web.errors import by_field
from tracker.web.routes import ANY, PUBLIC, local_path, route

pages = Blueprint("login", __name__)


class Visitor(UserMixin):
    """Who is signed in, as Flask-Login wants it: known by the token of a session that can be ended."""

    def __init__(self, token: str, person: Person) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        return self.token


def load(token: str) -> Visitor | None:
    """Who the token in the cookie stands for at this instant."""
    person = signin.whose(context.db(), token, context.now())
    return None if person is None else Visitor(token, person)


def forget() -> None:
    """Empty the cookie, but for the language and the mark of the sample."""
    kept = {key: session[key] for key in (context.LANGUAGE, context.SAMPLE_MARK) if key in session}
    session.clear()
    session.update(kept)


def welcome(token: str) -> Person:
    """Put a new session into the cookie in place of what stood there."""
    forget()
    visitor = load(token)
    if visitor is None:
        raise LookupError("the session that was begun is not there")
    login_user(visitor)
    g.pop("person", None)
    g.pop("actor", None)
    return visitor.person


def is_expired() -> bool:
    """Does the cookie still name a session, one that is over?"""
    return "_user_id" in session and not current_user.is_authenticated


@route(pages, "/login", roles=(PUBLIC,), methods=("GET", "POST"))
def sign_in() -> str | Response | tuple[str, int]:
    wanted = local_path(request.values.get("next", ""))
    if context.is_sample():
        return redirect(url_for("firstrun.sample"))
    if request.method == "GET":
        return render_template(
            "login.html", errors={}, account="", next=wanted, expired=is_expired(), kept="kept" in request.args
        )
    account = request.form.get("account", "")
    try:
        password = request.form.get("password", "")
        done = signin.sign_in(context.db(), account, password, at=context.now(), address=context.address())
    except Refusal as refusal:
        return render_template("login.html", errors=by_field(refusal), account=account, next=wanted), 422
    person = welcome(done.token)
    return redirect(wanted or url_for(menu.begins_at(person)))


@route(pages, "/logout", roles=(ANY,), methods=("POST",))
def sign_out() -> Response:
    kept.forget(context.db(), context.actor())
    signin.sign_out(context.db(), current_user.token, context.actor(), context.now())
    forget()
    return redirect(url_for("login.sign_in"))


@route(pages, "/", roles=(ANY,))
def home() -> Response:
    return redirect(url_for(menu.begins_at(current_user.person)))

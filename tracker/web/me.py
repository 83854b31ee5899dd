"""My own settings: language, shortcuts, password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.office import choosing, reminding, signin
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import people
from tracker.store.settings import LOCALES
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import ANY, PUBLIC, local_path, route

pages = Blueprint("me", __name__)
Answer = str | Response | tuple[str, int]


@route(pages, "/me", roles=(ANY,), methods=("GET", "POST"))
def settings() -> str | Response:
    if request.method == "GET":
        return render_template("me.html", saved=request.args.get("saved", ""))
    person_id = context.actor().person_id
    wanted = request.form.get("locale", "")
    people.set_locale(context.db(), person_id, wanted if wanted in LOCALES else "")
    session.pop(context.LANGUAGE, None)
    people.set_shortcuts(context.db(), person_id, "shortcuts" in request.form)
    return redirect(url_for("me.settings", saved="1"))


@route(pages, "/me/reminders", roles=(ANY,), methods=("GET", "POST"))
def reminders() -> Answer:
    """How I am reached: by which channels, at which number, and when not."""
    db, form = context.db(), request.form
    mine = choosing.mine(db, context.actor())
    if request.method == "GET":
        return render_template("me_reminders.html", mine=mine, form=None, errors={}, hours=reminding.hours(db))
    numbers = {one.channel.id: form.get(f"number-{one.channel.id}", "") for one in mine.channels}
    wanted = [one.channel.id for one in mine.channels if f"wanted-{one.channel.id}" in form]
    try:
        choosing.choose(db, context.actor(), wanted, numbers, form.get("begins", ""), form.get("ends", ""))
    except Refusals as error:
        page = render_template(
            "me_reminders.html", mine=mine, form=form, errors=by_field(error), hours=reminding.hours(db)
        )
        return page, 422
    return redirect(url_for("me.settings", saved="1"), 303)


@route(pages, "/me/password", roles=(ANY,), methods=("GET", "POST"))
def password() -> Answer:
    if request.method == "GET":
        return render_template("me_password.html", errors={})
    who = context.person()
    forced = who is not None and who.must_change_password
    try:
        signin.change_password(
            context.db(),
            context.actor(),
            old=request.form.get("old", ""),
            new=request.form.get("password", ""),
            again=request.form.get("again", ""),
            token=current_user.token,
            at=context.now(),
        )
    except Refusal as refusal:
        return render_template("me_password.html", errors=by_field(refusal)), 422
    # Whoever had to change it came to work.
    return redirect(url_for("login.home") if forced else url_for("me.settings", saved="password"))


@route(pages, "/language", roles=(PUBLIC,), methods=("POST",))
def language() -> Response:
    wanted = request.form.get("language", "")
    if wanted in LOCALES:
        session[context.LANGUAGE] = wanted
        who = context.person()
        if who is not None:
            people.set_locale(context.db(), who.id, wanted)
    return redirect(local_path(request.form.get("next", "")) or "/")

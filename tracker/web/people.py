"""The people of the office, for its administrator."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.office import people as staff
from tracker.office.people import Details
from tracker.rule import access
from tracker.rule.leaving import NAMES, Duty
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import duties, people
from tracker.store.people import Person
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route

pages = Blueprint("people", __name__)
ADMIN = ("admin",)
Answer = str | Response | tuple[str, int]


@route(pages, "/people", roles=ADMIN)
def everybody() -> Answer:
    return render_template("people.html", people=people.everybody(context.db()))


@route(pages, "/people/new", roles=ADMIN, methods=("GET", "POST"))
def new() -> Answer:
    if request.method == "GET":
        return _new_page({}, {}, ())
    roles = request.form.getlist("roles")
    try:
        person_id = staff.add(
            context.db(),
            context.actor(),
            _details(),
            account=request.form.get("account", ""),
            roles=roles,
            password=request.form.get("password", ""),
            at=context.now(),
        )
    except (Refusal, Refusals) as error:
        return _new_page(by_field(error), request.form, tuple(roles)), 422
    return redirect(url_for("people.one", person_id=person_id, saved="added"))


def _new_page(errors: dict[str, str], values: object, roles: tuple[str, ...]) -> str:
    units = people.units(context.db())
    return render_template("people_new.html", errors=errors, values=values, roles=roles, units=units)


@route(pages, "/people/<int:person_id>", roles=ADMIN)
def one(person_id: int) -> Answer:
    return _page(_person(person_id), {}, request.args.get("saved", ""))


@route(pages, "/people/<int:person_id>/details", roles=ADMIN, methods=("POST",))
def details(person_id: int) -> Answer:
    person = _person(person_id)
    try:
        staff.change_details(context.db(), context.actor(), person_id, _details(), context.now())
    except (Refusal, Refusals) as error:
        return _page(person, by_field(error)), 422
    return _saved(person_id)


@route(pages, "/people/<int:person_id>/roles", roles=ADMIN, methods=("POST",))
def roles(person_id: int) -> Answer:
    person, wanted = _person(person_id), request.form.getlist("roles")
    try:
        staff.change_roles(context.db(), context.actor(), person_id, wanted, context.now(), keep=current_user.token)
    except (Refusal, Refusals) as error:
        return _page(person, by_field(error)), 422
    if person_id == context.actor().person_id and "admin" not in wanted:
        return redirect(url_for("login.home"))
    return _saved(person_id)


@route(pages, "/people/<int:person_id>/password", roles=ADMIN, methods=("POST",))
def password(person_id: int) -> Answer:
    person = _person(person_id)
    try:
        typed = request.form.get("password", "")
        staff.reset_password(context.db(), context.actor(), person_id, typed, context.now())
    except (Refusal, Refusals) as error:
        return _page(person, by_field(error)), 422
    return _saved(person_id, "password")


@route(pages, "/people/<int:person_id>/active", roles=ADMIN, methods=("POST",))
def active(person_id: int) -> Answer:
    person = _person(person_id)
    act = staff.reactivate if request.form.get("active") == "1" else staff.deactivate
    try:
        act(context.db(), context.actor(), person_id, context.now())
    except (Refusal, Refusals) as error:
        return _page(person, by_field(error)), 422
    return _saved(person_id)


def _person(person_id: int) -> Person:
    return people.person(context.db(), person_id) or abort(404)


def _details() -> Details:
    return Details(**{name: request.form.get(name, "") for name in ("name", "unit", "email")})


def _saved(person_id: int, what: str = "1") -> Response:
    return redirect(url_for("people.one", person_id=person_id, saved=what))


def _duties(person: Person) -> list[tuple[str, tuple[Duty, ...]]]:
    """What the person has to hand over, by kind; the open cases stand apart, with their own way out."""
    left = duties.of_person(context.db(), person.id, context.now())
    by_kind = (
        (words, tuple(one for one in left if one.kind == kind)) for kind, words in NAMES.items() if kind != "case"
    )
    return [(words, some) for words, some in by_kind if some]


def _page(person: Person, errors: dict[str, str], saved: str = "") -> str:
    """The page of one person; after a refusal it shows what was typed."""
    return render_template(
        "people_one.html",
        one=person,
        errors=errors,
        saved=saved,
        values=request.form if "name" in request.form else person,
        chosen=request.form.getlist("roles") if "roles" in errors else person.roles,
        units=people.units(context.db()),
        hands_over=access.may(context.actor().roles, "reassign", own=False),
        open_cases=people.open_cases(context.db(), person.id),
        duties=_duties(person),
    )

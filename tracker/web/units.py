"""被投诉单位: the list, the page of one, its grade and its spellings; and the penalties of a case."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import units as office
from tracker.rule import access
from tracker.rule.intake import clean
from tracker.rule.intake import place as plain
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.unit_names import alike
from tracker.rule.units import GRADES, amount
from tracker.store import penalties, units
from tracker.web import case, context
from tracker.web.case import Answer, Done
from tracker.web.errors import by_field
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("units", __name__)
OFFICERS = ("handler", "supervisor")
#: The list and the counts look back this far.
SINCE = timedelta(days=365)
LISTED, CASES, NEARBY, ALIKE = 100, 200, 30, 8


@route(pages, "/units", roles=CASE_ROLES, feature="units")
def listing() -> str:
    q = plain(request.args.get("q", ""))
    found = units.listed(context.db(), context.now() - SINCE, q, context.sees_only(), LISTED)
    return render_template("units.html", units=found, q=q, grades=GRADES, most=LISTED)


@route(pages, "/unit", roles=CASE_ROLES, feature="units")
def show() -> Answer:
    return _page(request.args.get("name", ""), {})


@route(pages, "/unit/grade", roles=("supervisor",), feature="units", methods=("POST",))
def grade() -> Answer:
    name, form = request.form.get("name", ""), request.form
    try:
        reason = clean(form.get("reason", ""), lines=True)
        office.grade(context.db(), context.actor(), name, form.get("grade", ""), reason, context.now())
    except (Refusal, Refusals) as problem:
        return _refused(name, problem)
    return _done(name, _("已记录评级"))


@route(pages, "/unit/merge", roles=("supervisor",), feature="units", methods=("POST",))
def merge() -> Answer:
    name, spelling = request.form.get("name", ""), plain(request.form.get("spelling", ""))
    try:
        one = office.merge(context.db(), context.actor(), spelling, name, context.now())
    except (Refusal, Refusals) as problem:
        return _refused(name, problem)
    return _done(one, _("已将“%(spelling)s”合并到本单位", spelling=spelling))


@route(pages, "/unit/separate", roles=("supervisor",), feature="units", methods=("POST",))
def separate() -> Answer:
    name, spelling = request.form.get("name", ""), request.form.get("spelling", "")
    try:
        office.separate(context.db(), context.actor(), spelling, context.now())
    except (Refusal, Refusals) as problem:
        return _refused(name, problem)
    return _done(name, _("已拆开“%(spelling)s”", spelling=spelling))


@route(case.pages, "/case/<no>/penalty", roles=OFFICERS, methods=("POST",))
def penalize(no: str) -> Answer:
    form = case.posted("penalty")

    def do() -> Done:
        read = case.reader(form)
        number, note, decided_on = read.line("number"), read.text("note"), read.day("decided_on")
        fine = None
        try:
            fine = amount(form.v("amount"), "amount")
        except Refusal as problem:
            read.problems.append(problem)
        read.done()
        db, actor = context.db(), context.actor()
        office.penalize(db, actor, no, form.seen, number, fine, decided_on, note, context.now())
        return Done(_("已登记处罚 %(number)s", number=number))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/penalty/<int:penalty_id>/withdraw", roles=OFFICERS, methods=("POST",))
def withdraw_penalty(no: str, penalty_id: int) -> Answer:
    form = case.posted("penalty-off")

    def do() -> Done:
        read = case.reader(form)
        why = read.line("why")
        read.done()
        office.withdraw_penalty(context.db(), context.actor(), no, form.seen, penalty_id, why, context.now())
        return Done(_("已撤销这条处罚"))

    return case.act(no, form, do)


def _done(name: str, words: str) -> Response:
    flash(words, "done:")
    return redirect(url_for("units.show", name=name), 303)


def _refused(name: str, problem: Refusal | Refusals) -> Answer:
    """The page again with what is wrong; where there is no such unit, only that."""
    if not units.known(context.db(), name):
        raise problem
    return _page(name, by_field(problem)), 400


def _page(name: str, errors: dict[str, str]) -> str:
    db, mine = context.db(), context.sees_only()
    if not units.known(db, name):
        abort(404)
    names = office.known_as(db, name)
    since = context.now() - SINCE
    grades = units.grades(db, names)
    may = access.may(context.actor().roles, "units", own=False)
    return render_template(
        "unit.html",
        name=names[0],
        spellings=names[1:],
        grades=grades,
        words=GRADES,
        cases=units.cases_of(db, names, mine, CASES),
        count=units.count(db, names, since),
        most=CASES,
        nearby=units.nearby(db, names, since, mine, NEARBY),
        penalties=penalties.of_unit(db, names, mine),
        alike=alike(names[0], (other for other in units.names(db) if other != names[0]))[:ALIKE] if may else (),
        may=may,
        errors=errors,
        typed=request.form,
    )

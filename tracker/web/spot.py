"""抽查: drawing, the draws with their results, the pool to draw from again, and the result of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import spot as office
from tracker.rule import spot as rule
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import closings, spot
from tracker.store.database import reading
from tracker.store.spot import Draw, Member
from tracker.web import case, context, errors, moments
from tracker.web.case import Answer, Done
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("spot", __name__)
SUPERVISOR = ("supervisor",)
FIELDS = ("since", "until", "percent", "seed")


@dataclass(frozen=True)
class Lot:
    """A case of the pool with its lot."""

    member: Member
    ticket: str


@route(pages, "/spot-checks", roles=SUPERVISOR, feature="spot_checks")
def listing() -> str:
    return _page()


@route(pages, "/spot-checks", roles=SUPERVISOR, feature="spot_checks", methods=("POST",))
def draw() -> Response | tuple[str, int]:
    typed = {name: clean(request.form.get(name, "")) for name in FIELDS}
    found: list[Refusal] = []
    since, until = _day(typed, "since", found), _day(typed, "until", found)
    share = typed["percent"]
    percent = int(share) if share.isascii() and share.isdigit() and len(share) < 4 else None
    try:
        if found:
            raise Refusals(found)
        draw_id = office.draw(context.db(), context.actor(), since, until, percent, typed["seed"], context.now())
    except (Refusal, Refusals) as problem:
        return _page(errors.by_field(problem), typed), 400
    return redirect(url_for("spot.drawn", draw_id=draw_id), 303)


@route(pages, "/spot-checks/<int:draw_id>", roles=SUPERVISOR, feature="spot_checks")
def drawn(draw_id: int) -> str:
    """The cases that were drawn, with their results."""
    found = _draw(draw_id)
    return render_template("spot_draw.html", draw=found, members=spot.members(context.db(), draw_id, drawn=True))


@route(pages, "/spot-checks/<int:draw_id>/pool", roles=SUPERVISOR, feature="spot_checks")
def pool(draw_id: int) -> str:
    """The whole pool in the order of its lots."""
    found = _draw(draw_id)
    members = spot.members(context.db(), draw_id, drawn=False)
    lots = sorted((Lot(one, rule.ticket(found.seed, one.no)) for one in members), key=lambda lot: lot.ticket)
    return render_template("spot_pool.html", draw=found, lots=lots)


@route(case.pages, "/case/<no>/spot", roles=SUPERVISOR, methods=("POST",))
def judge(no: str) -> Answer:
    form = case.posted("spot")

    def do() -> Done:
        read = case.reader(form)
        text = read.text("text")
        read.done()
        office.judge(context.db(), context.actor(), no, form.seen, form.v("result"), text, context.now())
        return Done(_("已记录抽查结果"))

    return case.act(no, form, do)


def _draw(draw_id: int) -> Draw:
    found = spot.by_id(context.db(), draw_id)
    if found is None:
        abort(404)
    return found


def _day(typed: dict[str, str], name: str, found: list[Refusal]) -> date | None:
    try:
        here = local(context.now(), context.office().zone).date()
        return moments.day(typed[name], here, name) if typed[name] else None
    except Refusal as problem:
        found.append(problem)
        return None


def _page(found: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    db, now = context.db(), context.now()
    first = {"since": "", "until": "", "percent": str(context.office().spot_percent), "seed": ""}
    with reading(db):
        year = office.year_of(now, db)
        return render_template(
            "spot.html",
            draws=spot.listed(db),
            rates=spot.rates(db, *year),
            closing=closings.rates(db, *year),
            errors=found or {},
            typed={**first, **(typed or {})},
        )

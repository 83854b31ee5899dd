"""苗头预警: where complaints gather, with the cases, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import early as office
from tracker.rule.early import KINDS
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import early
from tracker.store.database import reading
from tracker.store.early import Gathered, Warned
from tracker.web import context, errors, settled
from tracker.web.routes import route

pages = Blueprint("warnings", __name__)
SUPERVISOR = ("supervisor",)
#: What the office settles on this page.
SETTINGS = ("warn_days", "warn_cases")


@dataclass(frozen=True)
class Line:
    """One alert with its cases."""

    warned: Warned
    cases: tuple[Gathered, ...]


@route(pages, "/warnings", roles=SUPERVISOR, feature="warnings")
def listing() -> str:
    return _page()


@route(pages, "/warnings/<int:warning_id>", roles=SUPERVISOR, feature="warnings", methods=("POST",))
def handle(warning_id: int) -> Response | tuple[str, int]:
    name = f"note-{warning_id}"
    note = clean(request.form.get(name, ""), lines=True)
    try:
        office.handle(context.db(), context.actor(), warning_id, note, context.now())
    except (Refusal, Refusals) as problem:
        found = errors.by_field(problem)
        if "" in found:
            raise
        return _page({name: found["note"]}, {name: note}), 400
    return redirect(url_for("warnings.listing", done="1"), 303)


@route(pages, "/warnings/settings", roles=SUPERVISOR, feature="warnings", methods=("POST",))
def settle() -> Response | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in SETTINGS}
    found = settled.keep(typed)
    if found:
        return _page(found, typed), 400
    return redirect(url_for("warnings.listing", saved="1"), 303)


def _page(found: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> str:
    db, ours = context.db(), context.office()
    handled = request.args.get("state") == "handled"
    with reading(db):
        lines = [Line(one, early.gathered(db, one)) for one in early.listed(db, handled=handled)]
    kept = {name: str(getattr(ours, name)) for name in SETTINGS}
    return render_template(
        "warnings.html",
        lines=lines,
        handled=handled,
        kinds=KINDS,
        errors=found or {},
        typed={**kept, **(typed or {})},
        done=request.args.get("done", ""),
        saved=request.args.get("saved", ""),
    )

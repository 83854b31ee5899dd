"""The list of streets, for the administrator; and who handles which, for the supervisors too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import grids as office_grids
from tracker.office import handlers as office_handlers
from tracker.office import streets as office_streets
from tracker.office.streets import NEW, twice
from tracker.rule.dispatch import Line
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import categories, grids, handlers, people, streets
from tracker.store.grids import Grid
from tracker.store.streets import Street
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route
from tracker.web.words import listed

pages = Blueprint("streets", __name__)
#: Empty rows offered at the end; each new one has a number below zero until it is kept.
EMPTY_ROWS = 5
#: Empty lines offered for a category that somebody handles.
EMPTY_LINES = 2
#: The fields of such a line: kind-3, kind-3-street, kind-3-who.
KIND = re.compile(r"kind-(\d{1,3})")
#: The name of a grid: grid-3-name, and of a new one grid--1-name.
GRID = re.compile(r"grid-(-\d{1,2}|\d{1,9})-name")
EMPTY_GRIDS = 5
Answer = str | Response | tuple[str, int]


@route(pages, "/streets", roles=("admin", "supervisor"))
def every() -> Answer:
    return _page(streets.every(context.db()), {}, request.args.get("saved", ""))


@route(pages, "/streets", roles=("admin",), methods=("POST",))
def save() -> Answer:
    typed = _typed()
    try:
        office_streets.save(context.db(), context.actor(), typed, context.now())
    except (Refusal, Refusals) as error:
        return _page(typed, by_field(error)), 422
    return redirect(url_for("streets.every", saved="1"))


@route(pages, "/streets/handlers", roles=("admin", "supervisor"), methods=("POST",))
def save_handlers() -> Answer:
    """Who is given the cases of a street, and of a category."""
    table = tuple(_table())
    try:
        office_handlers.save(context.db(), context.actor(), table, context.now())
    except (Refusal, Refusals) as error:
        return _page(streets.every(context.db()), by_field(error), table=[line for _field, line in table]), 422
    return redirect(url_for("streets.every", saved="1"))


@route(pages, "/streets/grids", roles=("admin", "supervisor"), methods=("POST",))
def save_grids() -> Answer:
    """The grids under the streets, each with its handler."""
    typed = tuple(_grids())
    try:
        office_grids.save(context.db(), context.actor(), typed, context.now())
    except (Refusal, Refusals) as error:
        return _page(streets.every(context.db()), by_field(error), grid_rows=typed), 422
    return redirect(url_for("streets.every", saved="1"))


def _grids() -> Iterator[Grid]:
    for field in request.form:
        if found := GRID.fullmatch(field):
            id_, name = int(found[1]), f"grid-{found[1]}"
            street, who = _number(f"{name}-street") or 0, _number(f"{name}-who")
            yield Grid(id_, street, request.form[field], who, id_ <= NEW or f"{name}-active" in request.form)


def _table() -> Iterator[tuple[str, Line]]:
    """The lines that name somebody or something, each with the name of its field."""
    for field in request.form:
        if re.fullmatch(r"street-\d{1,9}", field) and (who := _number(field)):
            yield field, Line(int(field[7:]), None, who)
        elif KIND.fullmatch(field):
            kind, street, who = request.form[field], _number(f"{field}-street"), _number(f"{field}-who")
            if kind or street or who:
                yield field, Line(street, kind or None, who or 0)


def _number(field: str) -> int | None:
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _typed() -> tuple[Street, ...]:
    ids = (int(key[5:]) for key in request.form if re.fullmatch(r"name-(-\d{1,2}|\d{1,9})", key))
    form = request.form
    return tuple(
        Street(i, form[f"name-{i}"], form.get(f"code-{i}", ""), i <= NEW or f"active-{i}" in form) for i in ids
    )


def _page(
    shown: tuple[Street, ...],
    errors: dict[str, str],
    saved: str = "",
    table: list[Line] | None = None,
    grid_rows: tuple[Grid, ...] | None = None,
) -> str:
    db = context.db()
    lowest = min((street.id for street in shown), default=NEW)
    empty = tuple(Street(min(lowest, NEW) - n, "", "", True) for n in range(1, EMPTY_ROWS + 1))
    lines = handlers.every(db) if table is None else table
    in_use = [one for one in streets.every(db) if one.active]
    kinds = [line for line in lines if line.category or line.street_id is None]
    return render_template(
        "streets.html",
        same_code={code: listed(one.name for one in some) for code, some in twice(streets.every(db)).items()},
        rows=shown if lowest < NEW else shown + empty,
        errors=errors,
        saved=saved,
        streets=in_use,
        street_choices=[(one.id, one.name) for one in in_use],
        handlers=_staff((*handlers.every(db), *grids.lines(db))),
        by_street={line.street_id: line.handler_id for line in lines if line not in kinds},
        kinds=[*kinds, *(Line(None, None, 0) for _n in range(EMPTY_LINES))],
        grid_rows=_grid_rows(grid_rows),
        media=categories.by_medium(categories.in_use(db)),
    )


def _grid_rows(typed: tuple[Grid, ...] | None) -> tuple[Grid, ...]:
    """The rows as they were typed; else those that are kept and some empty ones."""
    if typed is not None:
        return typed
    return (*grids.every(context.db()), *(Grid(-n, 0, "") for n in range(1, EMPTY_GRIDS + 1)))


def _staff(table: tuple[Line, ...]) -> list[tuple[int, str]]:
    """Who may be named: the handlers, and whoever stands in the table still though they handle no more."""
    staff = {one.id: one.name for one in people.with_role(context.db(), "handler")}
    return [*staff.items(), *{line.handler_id: line.handler for line in table if line.handler_id not in staff}.items()]

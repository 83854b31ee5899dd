"""退单期限: within how long an order of each channel may go back, for the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import returning
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.returning import HOURS, SOURCES, UNITS, Limit
from tracker.store import order_returns
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("return_limits", __name__)
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One channel as it stands, or as it was typed."""

    channel: str
    amount: str
    unit: str


@route(pages, "/return-limits", roles=("admin",))
def every() -> Answer:
    kept = {limit.channel: limit for limit in order_returns.limits(context.db())}
    rows = (Row(one, str(kept[one].amount), kept[one].unit) if one in kept else Row(one, "", HOURS) for one in SOURCES)
    return _page(tuple(rows), {}, request.args.get("saved", ""))


@route(pages, "/return-limits", roles=("admin",), methods=("POST",))
def save() -> Answer:
    rows = tuple(
        Row(one, request.form.get(f"amount-{n}", "").strip(), request.form.get(f"unit-{n}", HOURS))
        for n, one in enumerate(SOURCES)
    )
    try:
        returning.save_limits(context.db(), context.actor(), tuple(_limits(rows)), context.now())
    except (Refusal, Refusals) as error:
        return _page(rows, by_field(error)), 422
    return redirect(url_for("return_limits.every", saved="1"), 303)


def _limits(rows: tuple[Row, ...]) -> Iterator[tuple[str, Limit]]:
    """The channels that have a limit; what is no number is none that is allowed."""
    for n, row in enumerate(rows):
        if row.amount:
            digits = row.amount.isascii() and row.amount.isdigit() and len(row.amount) < 6
            yield f"amount-{n}", Limit(row.channel, int(row.amount) if digits else 0, row.unit)


def _page(rows: tuple[Row, ...], errors: dict[str, str], saved: str = "") -> str:
    units = [(key, _(word)) for key, word in UNITS.items()]
    return render_template("return_limits.html", rows=rows, units=units, errors=errors, saved=saved)

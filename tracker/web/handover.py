"""交接班: the sheet of a duty, for the screen and for one page of paper, and the two signatures on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import handover as office
from tracker.office.handover import Part, Sheet
from tracker.office.roster import today
from tracker.rule import handover as rule
from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.roster import FEATURE
from tracker.store.handover import Line
from tracker.web import context, lines, moments, scope, view
from tracker.web.errors import by_field
from tracker.web.lines import Words
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("handover", __name__)
#: So many lines of each part are shown.
SHOWN = 50
CALLS = {"contact": N_("先行联系"), "callback": N_("回访")}
_DAY = timedelta(days=1)
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """A line of the sheet in words. ``light``: its kind and how far the limit is, "" for none; ``paper``: on the
    printed page too."""

    line: Line
    light: str
    far: str
    what: str
    when: str
    paper: bool


@dataclass(frozen=True)
class Table:
    """One part of the sheet; ``left`` says how many more lines there are than on the screen, ``off_paper`` than on the
    printed page."""

    key: str
    count: int
    rows: tuple[Row, ...]
    left: int
    off_paper: int


@route(pages, "/handover", roles=CASE_ROLES, feature=FEATURE)
def shown() -> Answer:
    return _page(_asked(), {})


@route(pages, "/handover/<day>", roles=CASE_ROLES, methods=("POST",), feature=FEATURE)
def give(day: str) -> Answer:
    """交班."""
    on = _day(day)
    try:
        note = clean(request.form.get("note", ""), lines=True)
        office.give(context.db(), context.actor(), on, note, context.now())
    except (Refusal, Refusals) as problem:
        return _page(on, by_field(problem)), 422
    flash(_("已交班，等待接班人签收"), "done:")
    return _back(on)


@route(pages, "/handover/<day>/take", roles=CASE_ROLES, methods=("POST",), feature=FEATURE)
def take(day: str) -> Answer:
    """接班."""
    on = _day(day)
    try:
        office.take(context.db(), context.actor(), on, context.now())
    except Refusal as problem:
        return _page(on, by_field(problem)), 422
    flash(_("已接班"), "done:")
    return _back(on)


def _back(day: date) -> Response:
    return redirect(url_for("handover.shown", day=day.isoformat()), 303)


def _asked() -> date:
    """The duty whose sheet is asked for, else the one that this person comes to sign."""
    text = request.args.get("day", "")
    return _day(text) if text else office.first_day(context.db(), context.actor(), context.now())


def _day(text: str) -> date:
    now = today(context.db(), context.now())
    try:
        day = moments.day(text, now, "day")
    except Refusal:
        abort(404)
    if day > now:
        abort(404)
    return day


def _page(day: date, errors: dict[str, str]) -> str:
    db, actor, at = context.db(), context.actor(), context.now()
    if not office.may_read(db, actor, day):
        return render_template("handover.html", errors=errors, sheet=None)
    sheet = office.sheet(db, day, at, SHOWN)
    now = today(db, at)
    return render_template(
        "handover.html",
        errors=errors,
        sheet=sheet,
        tables=_tables(sheet),
        note=clean(request.form.get("note", ""), lines=True),
        calls=CALLS,
        listed=listed,
        opens=context.sees_only() is None,
        address=lambda no: lines.address(no, "handover"),
        earlier=(day - _DAY).isoformat(),
        later=(day + _DAY).isoformat() if day < now else "",
        gives=office.may_give(db, actor, day),
        takes=office.may_take(db, actor, day),
        printed=rule.NOTES,
        place=url_for("handover.shown", day=day.isoformat()),
    )


def _tables(sheet: Sheet) -> tuple[Table, ...]:
    room = rule.room([one.note for one in sheet.signed])
    shares = rule.shares([part.count for part in sheet.parts], room)
    words = Words(sheet.at, scope.ordinary_rule(), "handover", told=True)
    return tuple(_table(part, share, words) for part, share in zip(sheet.parts, shares, strict=True))


def _table(part: Part, share: int, words: Words) -> Table:
    rows = tuple(_row(part.key, line, words, n < share) for n, line in enumerate(part.lines))
    return Table(part.key, part.count, rows, part.count - len(rows), part.count - share)


def _row(key: str, line: Line, words: Words, paper: bool) -> Row:
    when = view.stamp(line.at) if line.at else ""
    if key == "new":
        return Row(line, "", "", _(line.what), when, paper)
    if key == "calls":
        return Row(line, "", "", _(CALLS[line.what]), when, paper)
    light, far, due = words.times(line.at, line.what) if line.at else ("", "", "")
    return Row(line, light, far, lines.limit_name(line.what) if line.what else "", due, paper)

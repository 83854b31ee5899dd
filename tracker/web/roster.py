"""值班表: who is on duty on which day, for everybody who may see cases; kept by supervisors and administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import features as office_features
from tracker.office import roster as office
from tracker.office.roster import KEEPERS
from tracker.rule import roster as rule
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.roster import FEATURE, Wish
from tracker.store import people, roster, rules
from tracker.store.roster import Change
from tracker.web import context, moments, roster_typed
from tracker.web.errors import by_field
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("roster", __name__)
READERS = (*CASE_ROLES, "admin")
WEEKS = 4
SHOWN = timedelta(weeks=WEEKS)
#: Which days of a range are meant.
DAYS = {"all": N_("每天"), "rest": N_("只排休息日"), "working": N_("只排工作日")}
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One day of the roster: the names on it, whether it works, whether its duty runs or is over."""

    day: date
    names: tuple[str, ...]
    works: bool
    runs: bool
    over: bool


@route(pages, "/duty", roles=READERS, feature=FEATURE)
def shown() -> str:
    return _page({})


@route(pages, "/duty", roles=KEEPERS, methods=("POST",), feature=FEATURE)
def in_turn() -> Answer:
    """A range of days for one person, or for several in turn."""

    def wishes() -> Iterable[Wish]:
        first, last = rule.check_range(_day("first"), _day("last"))
        turns = roster_typed.turns(request.form.get("names", ""), _names())
        if not turns:
            raise Refusal(N_("请填写值班人员，轮流的用顿号隔开，例如 张三、李四"), field="names")
        return rule.rotation(_wanted(rule.days(first, last)), turns)

    return _put(wishes, "names")


@route(pages, "/duty/lines", roles=KEEPERS, methods=("POST",), feature=FEATURE)
def pasted() -> Answer:
    """Lines of a day and its people."""
    try:
        wishes, unread = roster_typed.lines(request.form.get("lines", ""), _today(), _names())
    except Refusal as problem:
        return _page(by_field(problem)), 422
    return _put(lambda: wishes, "lines", unread=unread)


@route(pages, "/duty/<day>", roles=KEEPERS, methods=("POST",), feature=FEATURE)
def one_day(day: str) -> Answer:
    """Who is on duty on this day instead; nobody, when nobody is named."""
    field = f"day-{day}"

    def wishes() -> Iterable[Wish]:
        typed = roster_typed.names(request.form.get("names", ""), _names())
        return (Wish(moments.day(day, _today(), field), typed),)

    return _put(wishes, field, replace=True)


@route(pages, "/duty/undo/<int:change_id>", roles=KEEPERS, methods=("POST",), feature=FEATURE)
def undo(change_id: int) -> Answer:
    """Take the latest change back."""
    try:
        office.undo(context.db(), context.actor(), change_id, context.now())
    except (Refusal, Refusals) as problem:
        return _page(by_field(problem)), 409
    flash(_("已撤销，恢复到改动之前"), "done:")
    return _back()


@route(pages, "/duty/hour", roles=("admin",), methods=("POST",), feature=FEATURE)
def hour() -> Answer:
    """When one duty ends and the next begins."""
    try:
        typed = {"duty_from": request.form.get("duty_from", "")}
        office_features.settle(context.db(), context.actor(), typed, context.now())
    except Refusals as problem:
        return _page(by_field(problem)), 422
    flash(_("已保存换班时刻"), "done:")
    return _back()


def _put(
    wishes: Callable[[], Iterable[Wish]],
    field: str,
    *,
    replace: bool | None = None,
    unread: tuple[Refusal, ...] = (),
) -> Answer:
    """Enter what was typed; the page again with what is wrong."""
    db, actor, at = context.db(), context.actor(), context.now()
    over = "replace" in request.form if replace is None else replace
    try:
        changed = office.put(db, actor, wishes(), at, field=field, replace=over, unread=unread)
    except (Refusal, Refusals) as problem:
        return _page(by_field(problem)), 422
    flash(_("没有变化") if changed is None else _("已保存值班安排"), "done:")
    return _back()


def _back() -> Response:
    where: dict[str, Any] = {"from": kept} if (kept := request.args.get("from", "")) else {}
    return redirect(url_for("roster.shown", **where), 303)


def _wanted(days: Iterable[date]) -> Iterable[date]:
    kind, calendar = request.form.get("days", "all"), rules.calendar(context.db())
    return [day for day in days if kind not in ("rest", "working") or calendar.works(day) == (kind == "working")]


def _names() -> frozenset[str]:
    return frozenset(one.name for one in people.everybody(context.db()))


def _day(field: str) -> date | None:
    text = request.form.get(field, "").strip()
    return moments.day(text, _today(), field) if text else None


def _today() -> date:
    return office.today(context.db(), context.now())


def _page(errors: dict[str, str]) -> str:
    db, ours, today = context.db(), context.office(), _today()
    first = _first(today)
    keeps = context.actor().holds(*KEEPERS)
    return render_template(
        "roster.html",
        errors=errors,
        typed=request.form,
        rows=_rows(first, today),
        first=first,
        today=today,
        until=rule.span(today, ours.duty_from, ours.zone)[1],
        on_duty=tuple(one.name for one in roster.on_day(db, today)),
        earlier=(first - SHOWN).isoformat(),
        later=(first + SHOWN).isoformat(),
        keeps=keeps,
        listed=listed,
        staff=[one for one in people.everybody(db) if one.active and rule.fits(one.roles)] if keeps else [],
        choices=[(key, _(word)) for key, word in DAYS.items()],
        last=_takes_back(today) if keeps else None,
    )


def _first(today: date) -> date:
    """The Monday that the page begins with: that of the day asked for, else of this week."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        asked = today
    if abs((asked - today).days) > 10 * rule.MOST_DAYS:
        asked = today
    return asked - timedelta(days=asked.weekday())


def _rows(first: date, today: date) -> tuple[Row, ...]:
    last = first + SHOWN - timedelta(days=1)
    names: dict[date, tuple[str, ...]] = {}
    for one in roster.between(context.db(), first, last):
        names[one.day] = (*names.get(one.day, ()), one.name)
    calendar = rules.calendar(context.db())
    return tuple(
        Row(day, names.get(day, ()), calendar.works(day), day == today, day < today) for day in rule.days(first, last)
    )


def _takes_back(today: date) -> Change | None:
    """The latest change, while a day that it touched is still to come."""
    last = roster.last_change(context.db())
    if last is None or all(day < today for day in roster.before(context.db(), last.id)):
        return None
    return last

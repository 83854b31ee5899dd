"""代行和代班: who decides for a supervisor, who stands in for somebody absent; named and ended here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import standins as office
from tracker.office.standins import ABSENCE, DEPUTY
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.standins import CASE_ROLES, NO_DEPUTY
from tracker.store import people, standins
from tracker.store.standins import StandIn
from tracker.web import context, moments
from tracker.web.errors import by_field
from tracker.web.routes import route
from tracker.web.view import day
from tracker.web.words import gettext as _

pages = Blueprint("standins", __name__)
EVERYBODY = ("clerk", "handler", "supervisor", "admin")
#: How many of those that are over are shown.
OVER = 20
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One standing-in as it is listed; ``state`` is a word."""

    id: int
    for_name: str
    by_name: str
    first: date | None
    last: date | None
    state: str
    ends: bool


@dataclass(frozen=True)
class Part:
    """One kind of it: the rows, those that are over, and whether and for whom this person may enter one."""

    kind: str
    rows: tuple[Row, ...]
    over: tuple[Row, ...]
    begins: bool
    whose: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...]


@route(pages, "/standins", roles=EVERYBODY)
def every() -> str:
    return _page({})


@route(pages, "/standins/<kind>", roles=EVERYBODY, methods=("POST",))
def begin(kind: str) -> Answer:
    db, actor, at = context.db(), context.actor(), context.now()
    try:
        for_id = _number(f"{kind}-for_id") if f"{kind}-for_id" in request.form else actor.person_id
        first, last = _days(kind)
        one = office.begin(db, actor, kind, for_id, _number(f"{kind}-by_id"), first, last, at)
    except (Refusal, Refusals) as error:
        # Two forms of the same fields stand on the page: each field carries the name of its form.
        return _page({f"{kind}-{name}" if name else "": said for name, said in by_field(error).items()}), 422
    said = _("已指定：%(by)s 代 %(name)s 审批") if kind == DEPUTY else _("已登记：%(name)s 请假，%(by)s 代班")
    flash(said % {"by": one.by_name, "name": one.for_name}, "done:")
    return redirect(url_for("standins.every"), 303)


@route(pages, "/standins/<kind>/<int:standin_id>/end", roles=EVERYBODY, methods=("POST",))
def end(kind: str, standin_id: int) -> Response:
    one = office.end(context.db(), context.actor(), kind, standin_id, context.now())
    flash(_("已结束：%(by)s 不再代 %(name)s", by=one.by_name, name=one.for_name), "done:")
    return redirect(url_for("standins.every"), 303)


def until(one: StandIn) -> str:
    """The last day, as it is said: ``06-20``."""
    last = office.days(one, zone_of=context.db()).last
    return day(last) if last else ""


def _days(kind: str) -> tuple[date | None, date | None]:
    today = local(context.now(), context.office().zone).date()
    texts = {field: request.form.get(f"{kind}-{field}", "").strip() for field in ("first", "last")}
    first, last = (moments.day(text, today, field) if text else None for field, text in texts.items())
    return first, last


def _number(field: str) -> int | None:
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _page(errors: dict[str, str]) -> str:
    kinds = (DEPUTY, ABSENCE) if "absence" in context.features() else (DEPUTY,)
    return render_template(
        "standins.html",
        parts=tuple(_part(kind) for kind in kinds),
        errors=errors,
        typed=request.form,
        today=local(context.now(), context.office().zone).date().isoformat(),
    )


def _part(kind: str) -> Part:
    db, actor, at = context.db(), context.actor(), context.now()
    sees_all = actor.holds("supervisor", "admin")
    rows = tuple(_row(one) for one in standins.not_over(db, kind, at) if sees_all or _mine(one))
    over = tuple(_row(one) for one in standins.over(db, kind, at, OVER) if sees_all or _mine(one))
    return Part(
        kind,
        rows,
        over,
        office.may_begin(actor, kind, absences="absence" in context.features()),
        _whose(kind),
        _others(kind),
    )


def _mine(one: StandIn) -> bool:
    return context.actor().person_id in (one.for_id, one.by_id)


def _row(one: StandIn) -> Row:
    at, actor = context.now(), context.actor()
    term = office.days(one, zone_of=context.db())
    if one.ended_at is not None:
        state = _("已提前结束")
    elif one.until_at <= at:
        state = _("已到期")
    else:
        state = _("进行中") if one.from_at <= at else _("未开始")
    ends = one.for_id == actor.person_id or (one.kind == ABSENCE and actor.holds("supervisor", "admin"))
    return Row(one.id, one.for_name, one.by_name, term.first, term.last, str(state), ends)


def _whose(kind: str) -> tuple[tuple[int, str], ...]:
    """For whom this person may enter one; a supervisor names her own deputy alone."""
    actor = context.actor()
    if kind == DEPUTY or not actor.holds("supervisor", "admin"):
        return ()
    return tuple((one.id, one.name) for one in people.with_role(context.db(), "handler"))


def _others(kind: str) -> tuple[tuple[int, str], ...]:
    """Who may be named."""
    db, me = context.db(), context.actor().person_id
    if kind == ABSENCE:
        sees_all = bool(_whose(kind))
        return tuple((one.id, one.name) for one in people.with_role(db, "handler") if sees_all or one.id != me)
    return tuple(
        (one.id, one.name)
        for one in people.everybody(db)
        if one.active and one.roles & CASE_ROLES and not one.roles & (NO_DEPUTY | {"supervisor"})
    )

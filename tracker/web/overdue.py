"""超期清单: what is past its limit, now or as of another instant; the same list for what is near due or on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from flask import Blueprint, redirect, render_template, send_file
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.exchange.sheets import overdue_workbook
from tracker.office import exports, urging
from tracker.rule import access, clocks
from tracker.rule.stages import STAGE_WORDS
from tracker.store import clocks as running
from tracker.store import historic, overdue, people, spans, standing_still, streets
from tracker.store.database import reading
from tracker.web import context, lines, overdue_paused, scope
from tracker.web.errors import by_field
from tracker.web.menu import CASE_ROLES
from tracker.web.overdue_asked import CARDS, LIGHTS, Asked, Source, WrongInstant, read, span_of, typed
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("overdue", __name__)
PAGE = 50
#: A printed list holds this many lines at most; nobody reads more on paper.
PRINTED = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_SECOND = timedelta(seconds=1)
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Lamp:
    """A light beside the heading, with how many cases show it and the address of their list."""

    colour: str
    shape: str
    word: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True)
class Upcoming:
    """What falls due next, when nothing is late: one of the cases, and how many fall due with it."""

    no: str
    href: str
    due_at: datetime
    count: int


@route(pages, "/overdue", roles=CASE_ROLES)
def listing() -> str:
    asked = read()
    return overdue_paused.page(asked, _choices(asked.typed)) if asked.paused else _page("overdue.html", asked, PAGE)


@route(pages, "/overdue/print", roles=CASE_ROLES)
def printed() -> str | Response:
    """All lines on one page, for paper; what stands still is printed as it is listed."""
    asked = read()
    return redirect(asked.url()) if asked.paused else _page("overdue_print.html", asked, PRINTED)


@route(pages, "/overdue.xlsx", roles=CASE_ROLES)
def exported() -> Response:
    """The lines that the list shows, as a workbook."""
    asked, office, now = read(), context.office(), context.now()
    if asked.paused:
        return redirect(asked.url())
    at = asked.at or now
    heading = _(LIGHTS[asked.light])
    span = span_of(asked.light, at, scope.ordinary_rule())
    found = overdue.every(context.db(), at, asked.wanted, past=bool(asked.at), span=span, sort=asked.sort)
    me = context.actor()
    exports.take(context.db(), me, "overdue", len(found), asked.typed, now)
    book = overdue_workbook(found, office=office, at=at, taken_at=now, by=me.name, translate=_, heading=heading)
    name = f"{heading}-{local(at, office.zone):%Y%m%d-%H%M}.xlsx"
    return send_file(BytesIO(book), mimetype=XLSX, as_attachment=True, download_name=name)


@pages.errorhandler(WrongInstant)
def _wrong_instant(wrong: WrongInstant) -> tuple[str, int]:
    """What was typed is kept, and no list stands there that could be taken for the one asked for."""
    fields = typed()
    page = render_template("overdue.html", errors=by_field(wrong), typed=fields, choices=_choices(fields), asked=None)
    return page, 422


def nothing_ticked(asked: Asked) -> tuple[str, int]:
    """The list again, for whoever pressed a button for several cases and had ticked none."""
    return _page("overdue.html", asked, PAGE, {"no": _("请先勾选案件")}), 422


def _page(template: str, asked: Asked, size: int, errors: dict[str, str] | None = None) -> str:
    rule, me, now = scope.ordinary_rule(), context.actor(), context.now()
    urges = access.may(me.roles, "urge", own=False)
    with reading(context.db()):
        source = Source(asked, rule)
        found = source.found(size)
        return render_template(
            template,
            errors=errors or {},
            asked=asked,
            typed=asked.typed,
            came_from=asked.url()[1:],
            picks=urges and not asked.at,
            going=urging.mine(context.db(), me, now) if urges else (),
            heading=_(LIGHTS[asked.light]),
            present=f"{local(now, context.office().zone):%Y-%m-%d %H:%M}",
            found=found,
            lamps=() if asked.at else tuple(_lamps(asked)),
            choices=_choices(asked.typed),
            apart=source.apart() if found.count else 0,
            unlisted=0 if asked.at or asked.wanted != overdue.EVERYTHING else historic.count_late(context.db(), now),
            upcoming=None if found.count or asked.at or asked.narrowed else _upcoming(),
        )


def _lamps(asked: Asked) -> list[Lamp]:
    counts = scope.lights()
    marks: tuple[tuple[str, str, str, str, int], ...] = (
        ("overdue", "r", "■", _("超期"), counts.overdue),
        ("near", "y", "▲", _("临期"), counts.near),
        ("normal", "g", "●", _("正常"), counts.normal),
    )
    stands_still = standing_still.count(context.db(), scope.allowed())
    if stands_still or asked.paused:
        marks = (*marks, ("paused", "p", "‖", _("中止"), stands_still))
    return [
        Lamp(colour, shape, word, n, asked.url(light="" if key == "overdue" else key), key == asked.light)
        for key, colour, shape, word, n in marks
    ]


def _choices(fields: dict[str, str]) -> dict[str, Choices]:
    """The choices of the filter: the stages, the clocks that run anywhere, and the one that is asked for."""
    asked = fields["stage"]
    named = (clocks.base(asked),) if clocks.is_clock(asked) and asked != clocks.ALL else ()
    outside = dict.fromkeys((*running.names(context.db()), *named))
    every = [(clocks.ALL, _("其他时限"))] if outside or asked == clocks.ALL else []
    found: dict[str, Choices] = {
        "group": [("", _("不分组")), ("stage", _("按阶段")), ("who", _("按承办人")), ("street", _("按街道"))],
        "sort": [("", _("超期最久在前")), ("recent", _("超期最短在前")), ("received", _("收到时间"))],
        "stage": [(key, lines.limit_name(key)) for key in STAGE_WORDS]
        + every
        + [(key, lines.limit_name(key)) for key in outside],
        "street": [(str(one.id), one.name) for one in streets.every(context.db())] + [("0", _("街道待定"))],
    }
    if "supervision" in context.features() or fields["card"]:
        found["card"] = [(key, _(word)) for key, word in CARDS.items()]
    if context.sees_only() is None:
        handlers = people.with_role(context.db(), "handler")
        found["who"] = [(str(one.id), one.name) for one in handlers] + [("0", _("未派单"))]
    return found


def _upcoming() -> Upcoming | None:
    db, now, wanted = context.db(), context.now(), scope.allowed()
    first = overdue.live(db, now, wanted, span=spans.between(now, None), size=1)
    if not first:
        return None
    due_at = first[0].due_at
    count = overdue.count_live(db, now, wanted, span=spans.between(due_at - ONE_SECOND, due_at))
    return Upcoming(first[0].no, lines.address(first[0].no, "overdue"), due_at, count)

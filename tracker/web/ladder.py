"""提醒阶梯: the rows of the ladder, what they would have sent last week, and the versions that there were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import ladder as office_ladder
from tracker.office import lookback
from tracker.office.lookback import Compared
from tracker.rule.channels import KINDS as CHANNELS
from tracker.rule.intake import GRADES
from tracker.rule.ladder import ANCHORS, DUTY, ROLES, SUBJECTS, in_use, reason
from tracker.rule.laddering import Typed, checked, typed
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import ladder, people
from tracker.web import context, lines, view
from tracker.web.errors import by_field
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("ladder", __name__)
#: The features that bring limits from outside beside the time of the source.
OUTSIDE = frozenset({"supervision", "revisits", "clocks"})
ADMIN = ("admin",)
#: Empty rows offered at the end.
EMPTY_ROWS = 3
MOST_ROWS = 100
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Told:
    """A line of the preview, in words."""

    mark: str
    at: datetime
    why: str
    person: str
    no: str
    limit: str


@route(pages, "/ladder", roles=ADMIN)
def shown() -> Answer:
    rows = tuple(typed(place, rung) for place, rung in enumerate(ladder.rungs(context.db())))
    return _page(rows, {}, saved="saved" in request.args)


@route(pages, "/ladder", roles=ADMIN, methods=("POST",))
def change() -> Answer:
    """Look at what the edited ladder would have sent, or save it."""
    db, rows = context.db(), _typed()
    try:
        if request.form.get("do") == "preview":
            compared = lookback.compare(db, ladder.rungs(db), checked(rows), context.now())
            return _page(rows, {}, compared=compared)
        office_ladder.save(db, context.actor(), rows, _seen(), context.now())
    except (Refusal, Refusals) as error:
        return _page(rows, by_field(error)), 422
    return redirect(url_for("ladder.shown", saved="1"), 303)


@route(pages, "/ladder/<int:version>", roles=ADMIN, methods=("POST",))
def restore(version: int) -> Answer:
    """Bring a former version back."""
    db = context.db()
    try:
        office_ladder.restore(db, context.actor(), version, _seen(), context.now())
    except Refusal as refusal:
        rows = tuple(typed(place, rung) for place, rung in enumerate(ladder.rungs(db)))
        return _page(rows, by_field(refusal)), 422
    return redirect(url_for("ladder.shown", saved="1", restored=version), 303)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _typed() -> tuple[Typed, ...]:
    form = request.form
    found = (re.fullmatch(r"subject-(\d{1,3})", key) for key in form)
    places = sorted({int(match[1]) for match in found if match})[:MOST_ROWS]
    return tuple(
        Typed(
            place,
            form[f"subject-{place}"],
            form.get(f"anchor-{place}", ""),
            form.get(f"offset-{place}", "").strip(),
            form.get(f"grade-{place}", ""),
            tuple(form.getlist(f"roles-{place}")),
            tuple(form.getlist(f"channels-{place}")),
            urgent=f"urgent-{place}" in form,
            active=f"active-{place}" in form,
        )
        for place in places
    )


def _page(
    rows: tuple[Typed, ...], errors: dict[str, str], *, saved: bool = False, compared: Compared | None = None
) -> str:
    db = context.db()
    last = max((row.place for row in rows), default=-1)
    vacant = sum(not row.subject for row in rows)
    empty = (
        Typed(last + n, "", "", "", "", (), (), urgent=False, active=True) for n in range(1, EMPTY_ROWS + 1 - vacant)
    )
    named = {one.id: one.name for one in people.everybody(db)}
    return render_template(
        "ladder.html",
        rows=(*rows, *empty),
        errors=errors,
        saved=saved,
        restored=request.args.get("restored", "")[:9],
        seen=_seen() or ladder.latest(db),
        latest=ladder.latest(db),
        versions=ladder.versions(db),
        subjects=[(key, _(_subject(key, name))) for key, name in SUBJECTS.items()],
        anchors=[(key, _(one.says)) for key, one in ANCHORS.items()],
        grades=[("", _("全部")), *((grade, _(grade)) for grade in GRADES)],
        roles=[(key, _(name)) for key, name in ROLES.items() if key in _offered(rows)],
        channels=[(key, _(name)) for key, name in CHANNELS.items()],
        ways=lambda row: listed(_(CHANNELS[way]) for way in row.channels if way in CHANNELS) or _("各人所选"),
        compared=compared,
        week=_week(compared) if compared else "",
        told=list(_told(compared, named)) if compared else [],
        why=lambda key: reason(key, _),
        named=named,
    )


def _offered(rows: tuple[Typed, ...]) -> frozenset[str]:
    """Whom a row may name: whom the office uses. A row that names others keeps them, the duty officer in sight."""
    named = {DUTY} if any(DUTY in row.roles for row in rows) else set()
    return frozenset(role for role in ROLES if in_use(role, context.features())) | named


def _subject(key: str, name: str) -> str:
    """What a row is about. Of limits from outside those alone are named that the office uses."""
    return N_("外部时限（应反）") if key == "outside" and OUTSIDE.isdisjoint(context.features()) else name


def _week(compared: Compared) -> str:
    """``06-10—06-16``: the seven days that were looked at."""
    zone = context.office().zone
    last = compared.until - timedelta(seconds=1)
    return "—".join(view.day(local(one, zone).date()) for one in (compared.since, last))


def _told(compared: Compared, named: dict[int, str]) -> Iterator[Told]:
    for change in compared.lines:
        one = change.line
        limit = lines.limit_name(one.limit) if one.limit else ""
        yield Told(change.mark, one.at, reason(one.key, _), named[one.person_id], one.no, limit)

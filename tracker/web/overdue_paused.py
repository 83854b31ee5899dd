"""中止清单: what stands still, since when and on what ground, with its time gross and net of the suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from tracker.rule.asking import GROUNDS
from tracker.rule.moving import spent
from tracker.store import standing_still
from tracker.store.database import reading
from tracker.store.standing_still import Still
from tracker.web import context, lines, view
from tracker.web.overdue_asked import Asked, placed
from tracker.web.words import gettext as _

SIZE = 50


@dataclass(frozen=True)
class Row:
    """One case as the list shows it: ``stood`` is how long it has stood still this time."""

    no: str
    href: str
    title: str
    ground: str
    since: datetime
    stood: str
    gross: str
    net: str
    street: str
    handler: str


def page(asked: Asked, choices: dict[str, list[tuple[str, str]]]) -> str:
    """The list, longest first; the filters by person, street, card and words hold here too."""
    db = context.db()
    with reading(db):
        found = standing_still.page(db, asked.wanted, SIZE + 1, asked.after)
        count = standing_still.count(db, asked.wanted)
    shown = found[:SIZE]
    return render_template(
        "overdue_paused.html",
        asked=asked,
        typed=asked.typed,
        choices=choices,
        count=count,
        rows=[_row(one, asked.url()[1:]) for one in shown],
        more=asked.url(after=placed(*shown[-1].place)) if len(found) > SIZE else "",
    )


def _row(one: Still, came_from: str) -> Row:
    now = context.now()
    time = spent(one.starts_at, now, one.pauses)
    return Row(
        no=one.no,
        href=lines.address(one.no, came_from),
        title=one.title,
        ground=_(GROUNDS[one.ground]),
        since=one.since,
        stood=view.span(now - one.since),
        gross=view.span(time.gross),
        net=view.span(time.net),
        street=one.street,
        handler=one.handler,
    )

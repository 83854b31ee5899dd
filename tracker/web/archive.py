"""归档: the closed cases with the end of their retention, and the bundle of one."""

from __future__ import annotations

import re
import tempfile
from contextlib import ExitStack
from datetime import UTC, date, datetime

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from tracker.clock import from_text, local, to_text
from tracker.exchange import bundle
from tracker.exchange.bundle import Piece
from tracker.office import archive as office
from tracker.office import desk
from tracker.rule.archive import keep_until
from tracker.rule.instants import end_of
from tracker.store import archive, attachments, audit, reminded
from tracker.web import case, context, view
from tracker.web.case import Answer
from tracker.web.case_timeline import Trail, timeline
from tracker.web.case_view import Shown
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("archive", __name__)
LISTED = 50
#: After every case: a keyset page begins after this.
LAST = (datetime(9999, 1, 1, tzinfo=UTC), 0)
AFTER = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(\d{1,12})")


@route(pages, "/archive", roles=("supervisor",), feature="archive")
def listing() -> str:
    zone, years = context.office().zone, context.office().retention_years
    asked = request.args.get("before", "")
    day = _day(asked)
    found = archive.closed(context.db(), end_of(day, zone) if day else LAST[0], _after(), LISTED + 1)
    more = found[LISTED - 1] if len(found) > LISTED else None
    return render_template(
        "archive.html",
        cases=[(one, keep_until(local(one.closed_at, zone).date(), years)) for one in found[:LISTED]],
        today=local(context.now(), zone).date(),
        years=years,
        before=asked if day else "",
        after=f"{to_text(more.closed_at)}_{more.id}" if more else "",
    )


@route(case.pages, "/case/<no>/bundle", roles=("supervisor",), methods=("POST",))
def download(no: str) -> Response | Answer:
    """The bundle, made on disk: photographs are large."""
    db, actor, at = context.db(), context.actor(), context.now()
    folder = desk.read(db, no)
    office.check(folder, actor)
    shown = Shown(db, folder, actor, at)
    view.with_years()
    records = tuple(one for one in audit.of_case(db, folder.case.id) if one.act != office.TAKEN)
    trail = Trail(records, reminded.of_case(db, folder.case.id))
    record = render_template(
        "bundle.html",
        shown=shown,
        case=folder.case,
        folder=folder,
        history=timeline(folder, trail, True, ""),
        closed_at=folder.case.closed_at,
    )
    home = context.attachments_folder()
    pieces = [
        Piece(
            one.id,
            attachments.file_name(_(one.name), one.kind),
            attachments.path_of(home, one.sha256),
            one.sha256,
        )
        for one in folder.evidence
    ]
    with ExitStack() as stack:
        target = stack.enter_context(tempfile.TemporaryFile())
        bundle.write(target, record, office.data(db, folder), pieces)
        office.taken(db, actor, folder, target, at)
        target.seek(0)
        answer: Response = send_file(target, "application/zip", as_attachment=True, download_name=f"{no}.zip")
        answer.headers["Cache-Control"] = "no-store"
        answer.call_on_close(stack.pop_all().close)
    return answer


def _after() -> tuple[datetime, int]:
    found = AFTER.fullmatch(request.args.get("after", ""))
    try:
        return (from_text(found[1]), int(found[2])) if found else LAST
    except ValueError:
        return LAST


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

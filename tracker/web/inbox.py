"""提醒: what waits for me, and the notices that I was shown, newest first."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.rule import anchors
from tracker.rule.supervision import SETTLED
from tracker.store import dispatches, outbox, overdue
from tracker.store.overdue import Wanted
from tracker.web import context, lines, notices, questions, scope
from tracker.web.lines import Words
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route

pages = Blueprint("inbox", __name__)
PAGE = 50
#: How many cases and questions stand on top.
ON_TOP = 10


@route(pages, "/inbox", roles=CASE_ROLES)
def mine() -> str:
    db, now, me = context.db(), context.now(), context.actor()
    found = outbox.inbox(db, me.person_id, PAGE + 1, _before())
    my_cases = Wanted(handler_id=me.person_id)
    late = overdue.live(db, now, my_cases, size=ON_TOP) if me.holds("handler") else ()
    unsigned = dispatches.unsigned(db, me.person_id) if me.holds("handler") else ()
    return render_template(
        "inbox.html",
        came_from="inbox",
        settled_as=SETTLED,
        waiting=questions.waiting(ON_TOP, "inbox"),
        unsigned=unsigned[:ON_TOP],
        unsigned_count=len(unsigned),
        late=tuple(Words(now, scope.ordinary_rule(), "inbox", told=True).rows(late)),
        late_count=overdue.count_late(db, now, me.person_id) if late else 0,
        entries=tuple(notices.entries(found[:PAGE])),
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        unread=outbox.unread_count(db, me.person_id),
        limit_name=lines.limit_name,
        to_act=anchors,
        onward=partial(lines.onward, came_from="inbox"),
    )


@route(pages, "/inbox/<int:notice_id>/<no>", roles=CASE_ROLES)
def opened(notice_id: int, no: str) -> Response:
    """Open the act that a notice asks for; who opens it has read it. Somebody else's notice stays as it is."""
    db, me = context.db(), context.actor().person_id
    outbox.mark_read(db, me, context.now(), [notice_id])
    return redirect(lines.onward(anchors.way(no, *outbox.about(db, me, notice_id)), "inbox"))


@route(pages, "/inbox", roles=CASE_ROLES, methods=("POST",))
def read() -> Response:
    """I have read all of it."""
    outbox.mark_read(context.db(), context.actor().person_id, context.now())
    return redirect(url_for("inbox.mine"), 303)


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

"""My deadlines as a calendar under a secret address: made and revoked in 我的设置, read by any calendar program."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from tracker.clock import local
from tracker.exchange.calendars import Event, calendar
from tracker.i18n import translator
from tracker.office import feeds as office_feeds
from tracker.rule import clocks
from tracker.rule.anchors import to_limit
from tracker.rule.instants import shown
from tracker.rule.refusals import N_
from tracker.rule.stages import STAGE_WORDS
from tracker.store import feeds, people
from tracker.store.feeds import Running
from tracker.web import context
from tracker.web.routes import PUBLIC, route

pages = Blueprint("feed", __name__)
HANDLERS = ("handler",)
#: So many deadlines, the nearest.
MOST = 500
TITLE, BEFORE = N_("我的办理时限"), N_("%(time)s前")


@route(pages, "/calendar/<token>.ics", roles=(PUBLIC,))
def read(token: str) -> Response:
    """The calendar. It says case number, stage, time and street, and never what the complaint is or whose."""
    db = context.db()
    person = people.person(db, feeds.owner(db, office_feeds.hashed(token)) or 0) or abort(404)
    say = translator(person.locale or context.office().locale)

    def event(one: Running) -> Event:
        day, time = shown(one.due_at, context.office().zone)
        name = say(STAGE_WORDS[one.key]) if one.key in STAGE_WORDS else clocks.name(one.key, say)
        told = (one.no, name, say(BEFORE) % {"time": time}, one.street)
        where = context.config().base_url + to_limit(one.no, one.key)
        return Event(f"tracker:{one.no}:{one.id}", one.due_version - 1, day, " ".join(filter(None, told)), where)

    text = calendar(say(TITLE), map(event, feeds.running(db, person.id, MOST)), context.now())
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return answer


@route(pages, "/me/calendar", roles=HANDLERS)
def mine() -> str:
    return _page()


@route(pages, "/me/calendar", roles=HANDLERS, methods=("POST",))
def make() -> str:
    """A new address, shown this once."""
    return _page(office_feeds.make(context.db(), context.actor(), context.now()))


@route(pages, "/me/calendar/revoke", roles=HANDLERS, methods=("POST",))
def revoke() -> Answer:
    office_feeds.revoke(context.db(), context.actor(), context.now())
    return redirect(url_for("feed.mine"), 303)


def _page(token: str = "") -> str:
    made_at = feeds.made_at(context.db(), context.actor().person_id)
    path = url_for("feed.read", token=token) if token else ""
    return render_template(
        "calendar.html",
        address=f"{context.config().base_url}{path}" if path else "",
        made_at=made_at and local(made_at, context.office().zone),
    )

"""亮牌: the cases that the thresholds call for, and giving and taking back a card on the page of a case."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import cards as office
from tracker.rule.cards import COLOURS
from tracker.store import cards
from tracker.store.database import reading
from tracker.web import case, context, lines, settled
from tracker.web.case import Answer, Done
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("cards", __name__)
SUPERVISOR = ("supervisor",)
SIZE = 200


@route(pages, "/cards", roles=SUPERVISOR, feature="supervision")
def listing() -> str:
    """建议亮牌: worst first."""
    return _page()


@route(pages, "/cards/settings", roles=SUPERVISOR, feature="supervision", methods=("POST",))
def settle() -> Response:
    settled.keep({"auto_cards": "1" if request.form.get("auto_cards") else "0"})
    return redirect(url_for("cards.listing", saved="1"), 303)


def _page() -> str:
    db, now = context.db(), context.now()
    with reading(db):
        found = cards.suggested(db, now, SIZE)
        count = len(found) if len(found) < SIZE else cards.count_suggested(db, now)
    return render_template(
        "cards.html",
        found=found,
        count=count,
        limit=lines.limit_name,
        auto=context.office().auto_cards,
        saved=request.args.get("saved", ""),
    )


@route(case.pages, "/case/<no>/card", roles=SUPERVISOR, methods=("POST",))
def give(no: str) -> Answer:
    form = case.posted("card")

    def do() -> Done:
        read = case.reader(form)
        reason = read.text("reason")
        read.done()
        office.give(context.db(), context.actor(), no, form.seen, form.v("colour"), reason, context.now())
        return Done(_("已亮%(card)s，时限不变", card=_(COLOURS[form.v("colour")])))

    return case.act(no, form, do)


@route(case.pages, "/case/<no>/card/back", roles=SUPERVISOR, methods=("POST",))
def take_back(no: str) -> Answer:
    form = case.posted("uncard")

    def do() -> Done:
        read = case.reader(form)
        reason = read.text("reason")
        read.done()
        office.take_back(context.db(), context.actor(), no, form.seen, form.v("colour"), reason, context.now())
        return Done(_("已收回%(card)s", card=_(COLOURS[form.v("colour")])))

    return case.act(no, form, do)

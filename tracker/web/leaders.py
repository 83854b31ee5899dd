"""包案清单: the open cases that have a responsible leader, the nearest limit first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.rule import access
from tracker.store import leaders
from tracker.store.leaders import FEATURE, LedCase
from tracker.web import context, lines, scope
from tracker.web.lines import Words
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route

pages = Blueprint("leaders", __name__)
LISTED = 200


@route(pages, "/leaders", roles=CASE_ROLES, feature=FEATURE)
def listing() -> str:
    db, me = context.db(), context.actor().person_id
    who = request.args.get("who", "")
    asked = int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None
    whose = asked if access.reach(context.actor().roles, "see") == access.OFFICE else me
    found = leaders.led(db, whose, LISTED)
    words = Words(context.now(), scope.ordinary_rule(), "leaders", told=True)
    return render_template(
        "leaders.html",
        rows=[(one, _light(words, one)) for one in found],
        count=leaders.count(db, whose),
        whose=next((one.leader for one in found), "") if asked is not None and whose == asked else "",
        address=lambda no: lines.address(no, "leaders"),
        limit_name=lines.limit_name,
    )


def _light(words: Words, one: LedCase) -> tuple[str, str, str]:
    """The light, how far the limit is, and its due time; "" where none runs."""
    if one.next_due_at is None:
        return "", "", ""
    return words.times(one.next_due_at, one.next_limit)

"""The people of the office, for its administrator."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.store import people
from tracker.web import context
from tracker.web.routes import route

pages = Blueprint("people", __name__)


@route(pages, "/people", roles=("admin",))
def everybody() -> str:
    return render_template("people.html", people=people.everybody(context.db()))

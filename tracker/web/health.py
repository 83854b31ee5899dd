"""Is the program up? For the machine that watches it; tells nothing about anybody."""

from __future__ import annotations

from flask import Blueprint

from tracker.web.routes import PUBLIC, route

pages = Blueprint("health", __name__)


@route(pages, "/healthz", roles=(PUBLIC,))
def healthz() -> tuple[str, int, dict[str, str]]:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

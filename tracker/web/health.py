"""Is the program up, and does it do its work? For the machine that watches it; tells nothing about anybody."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from werkzeug.wrappers import Response

from tracker.store import heartbeat, people
from tracker.store.register import DATABASE
from tracker.web import context
from tracker.web.pulse import LEAST_FREE_MB, disk_free_mb, is_silent
from tracker.web.routes import PUBLIC, route

pages = Blueprint("health", __name__)


@route(pages, "/healthz", roles=(PUBLIC,))
def healthz() -> tuple[str, int, dict[str, str]]:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@route(pages, "/readyz", roles=(PUBLIC,))
def readyz() -> tuple[Response, int]:
    """Whether the register can be read, the scheduler is alive and the disk has room: 200, or 503 with what is amiss.

    Before the office is set up there is nothing to remind of, and no scheduler is missed.
    """
    told: dict[str, object] = dict.fromkeys(("register", "scheduler", "disk"), False)
    told |= dict.fromkeys(("heartbeat_seconds", "disk_free_mb"))
    try:
        free = disk_free_mb()
        told |= {"disk": free >= LEAST_FREE_MB, "disk_free_mb": free}
        db = context.runtime().connection(DATABASE)
        set_up, last = people.anybody(db), heartbeat.alive_at(db)
        age = None if last is None else int((context.now() - last).total_seconds())
        silent = is_silent(context.now(), last)
        told |= {"register": True, "scheduler": not (set_up and silent), "heartbeat_seconds": age}
    except Exception:  # whatever it is, the answer is that we are not ready; the cause stands in the log
        context.runtime().close()  # a connection that broke is not asked again
        current_app.logger.exception("not ready")
    ready = bool(told["register"] and told["scheduler"] and told["disk"])
    return jsonify({"ready": ready, **told}), 200 if ready else 503

"""功能和设置: what the office has switched on and decided, for the administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import features
from tracker.rule.features import FEATURES
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import heartbeat
from tracker.store.settings import NAMES
from tracker.web import context
from tracker.web.errors import by_field
from tracker.web.routes import route

pages = Blueprint("features", __name__)
#: What may be settled here: its field, its name, and what it does.
SETTINGS = (
    ("undo_minutes", NAMES["undo_minutes"], N_("完成阶段之后多久可以撤销")),
    ("attempts_needed", NAMES["attempts_needed"], N_("不同时段的次数")),
    ("repeat_days", NAMES["repeat_days"], N_("多久以内的来件算重复")),
    ("callback_days", NAMES["callback_days"], N_("销项之后多久以内回访，0 为不回访")),
    ("send_from", NAMES["send_from"], N_("例如 08:00")),
    ("send_until", NAMES["send_until"], N_("例如 20:00")),
    ("retention_years", NAMES["retention_years"], N_("从销项次年起算")),
)


@route(pages, "/features", roles=("admin",))
def every() -> str:
    return _page({}, {}, request.args.get("saved", ""))


@route(pages, "/features", roles=("admin",), methods=("POST",))
def save() -> Response:
    features.switch(context.db(), context.actor(), request.form.getlist("features"), context.now())
    return redirect(url_for("features.every", saved="1"), 303)


@route(pages, "/features/settings", roles=("admin",), methods=("POST",))
def settle() -> Response | tuple[str, int]:
    typed = {key: request.form.get(key, "") for key, _name, _hint in SETTINGS}
    try:
        features.settle(context.db(), context.actor(), typed, context.now())
    except (Refusal, Refusals) as error:
        return _page(by_field(error), typed), 422
    return redirect(url_for("features.every", saved="settings"), 303)


def _page(errors: dict[str, str], typed: dict[str, str], saved: str = "") -> str:
    office = context.office()
    kept = {key: str(getattr(office, key)).removesuffix(":00") for key, _name, _hint in SETTINGS[4:6]}
    kept |= {key: str(getattr(office, key)) for key, _name, _hint in SETTINGS if key not in kept}
    return render_template(
        "features.html",
        offered=FEATURES.values(),
        settings=SETTINGS,
        values={**kept, **typed},
        errors=errors,
        saved=saved,
        backup=heartbeat.last(context.db(), heartbeat.BACKUP),
    )

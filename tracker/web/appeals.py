"""依法分类清单: the version that holds, and the next one, pasted as a table."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import appeals as office
from tracker.rule.appeals import TEXT_MAX, written
from tracker.rule.intake import ROUTES, clean
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import appeals
from tracker.web import context, errors, moments
from tracker.web.errors import by_field
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("appeals", __name__)
Answer = str | Response | tuple[str, int]
FEATURE = "appeals"
#: As many bytes as the longest list can have.
FILE_MAX = 4 * TEXT_MAX


@route(pages, "/appeals", roles=("admin", "supervisor", "clerk"), feature=FEATURE)
def every() -> Answer:
    return _page({}, {}, request.args.get("saved", ""))


@route(pages, "/appeals", roles=("admin",), feature=FEATURE, methods=("POST",))
def save() -> Answer:
    db, at, zone = context.db(), context.now(), context.office().zone
    typed = {name: request.form.get(name, "") for name in ("rows", "holds_from", "note")}
    found: list[Refusal] = []
    try:
        if (file := request.files.get("file")) and file.filename:
            typed["rows"] = _decoded(file.read(FILE_MAX + 1))
        day = moments.day(typed["holds_from"], local(at, zone).date(), "holds_from")
        version = office.save(db, context.actor(), typed["rows"], day, clean(typed["note"]), at)
        return redirect(url_for("appeals.every", saved=version), 303)
    except Refusal as problem:
        found = [problem]
    except Refusals as problems:
        found = list(problems.items)
    said = by_field(Refusals(found))
    for one in (one for one in found if one.field == "rows" and errors.said(one) != said["rows"]):
        said["rows"] = _("%(one)s；%(other)s", one=said["rows"], other=errors.said(one))
    return _page(typed, said), 422


def _decoded(data: bytes) -> str:
    """A CSV as offices save it: with its mark, as UTF-8, or in the national code."""
    if len(data) > FILE_MAX:
        raise Refusal(N_("文件超过 %(limit)s KB，不像是清单。请核对文件"), field="file", limit=FILE_MAX // 1000)
    for code in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    raise Refusal(N_("文件的编码认不出来，请另存为 CSV UTF-8"), field="file")


def _page(typed: dict[str, str], wrong: dict[str, str], saved: str = "") -> str:
    db, at = context.db(), context.now()
    holds = office.holding(db, at)
    versions = appeals.versions(db)
    latest = appeals.lines(db, versions[0].version) if versions else ()
    today = local(at, context.office().zone).date().isoformat()
    first = {"rows": written(latest), "holds_from": today, "note": ""}
    return render_template(
        "appeals.html",
        holds=holds,
        versions=versions,
        typed=typed or first,
        errors=wrong,
        saved=saved,
        routes=ROUTES,
    )

"""Beside the page of a case: why a limit is the day it is, the files, and who complained."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import abort, current_app, render_template, request, send_file
from werkzeug.wrappers import Response

from tracker.office import intake
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.stages import CONVENTION_WORDS, Stage, explain
from tracker.store import attachments, audit, reorders, rules
from tracker.store.identity import Complainant
from tracker.web import case_classifying, case_origin, context, errors, view
from tracker.web.case import Answer, opened, pages
from tracker.web.case_view import Shown
from tracker.web.case_words import start_of
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

#: A file that somebody sent in is never run or drawn as a page of ours.
SANDBOX = "sandbox; default-src 'none'"


@route(pages, "/case/<no>/why/<key>", roles=CASE_ROLES)
def why(no: str, key: str) -> Answer:
    """为什么是这一天: the due day of a stage, day by day."""
    folder = opened(no)
    round_ = request.args.get("round", type=int)
    found = [
        one
        for one in folder.deadlines
        if one.kind == "stage" and one.key == key and (round_ is None or one.round == round_)
    ]
    version = None
    if found:
        records = audit.of_case(context.db(), folder.case.id)
        version = case_classifying.version_of(found[-1], folder.case.rule_version, records)
    if version is None:
        abort(404)
    limit = found[-1]
    rule = rules.rule(context.db(), version)
    # What was granted beyond the days of the rule is counted like them.
    by_hours = rule.convention == "hours"
    granted = limit.extended_by + (0 if by_hours else limit.given_back)
    stage = Stage(key, (limit.days or 0) + granted)
    days = explain(rule, stage, limit.starts_at, rules.calendar(context.db()), context.office().zone)
    return render_template(
        "case/why.html",
        case=folder.case,
        limit=limit,
        stage=_(STAGE_NAMES[key]),
        days=days,
        given_back=view.span(timedelta(minutes=limit.given_back) if by_hours else timedelta(days=limit.given_back)),
        rule=rule,
        convention=_(CONVENTION_WORDS[rule.convention]),
        start=_(start_of(folder.case, limit.round, reorders.of_case(context.db(), folder.case.id))),
        kept=case_origin.kept(),
    )


@route(pages, "/case/<no>/file/<int:evidence_id>", roles=CASE_ROLES)
def file(no: str, evidence_id: int) -> Response | Answer:
    """A piece of evidence, always as a download."""
    folder = opened(no)
    found = next((one for one in folder.evidence if one.id == evidence_id), None)
    if found is None:
        abort(404)
    path = attachments.path_of(context.attachments_folder(), found.sha256)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        current_app.logger.error("evidence %s of %s is not on disk: %s", evidence_id, no, path.name)
        return errors.page(404, _("文件不在了"), _("“%(name)s”没有找到。请联系管理员从备份恢复。", name=found.name))
    name = attachments.file_name(_(found.name), found.kind)
    answer: Response = send_file(
        io.BytesIO(data), mimetype=attachments.MEDIA[found.kind], as_attachment=True, download_name=name
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer


@route(pages, "/case/<no>/who", roles=CASE_ROLES, methods=("GET", "POST"))
def who(no: str) -> Answer:
    """投诉人: asked for with a reason, shown once, and on record."""
    folder = opened(no)
    shown = Shown(context.db(), folder, context.actor(), context.now())
    if request.method == "GET":
        return _who(shown)
    reason = clean(request.form.get("reason", ""))
    try:
        revealed = intake.reveal(context.db(), context.actor(), no, reason, context.now())
    except (Refusal, Refusals) as problem:
        found = errors.by_field(problem)
        if "reason" not in found:
            raise
        return _who(shown, errors=found, reason=reason), 400
    return _who(shown, found=revealed, reason=reason)


def _who(shown: Shown, found: Complainant | None = None, **more: Any) -> str:
    return render_template(
        "case/who.html",
        shown=shown,
        case=shown.case,
        found=found,
        kept=case_origin.kept(),
        **{"errors": {}, "reason": "", **more},
    )

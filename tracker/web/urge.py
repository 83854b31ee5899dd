"""催办 of one case or of those that were ticked: who gets which text by which way; 撤销 until it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from tracker.office import urging
from tracker.office.urging import Draft
from tracker.rule.intake import clean
from tracker.rule.refusals import Refusal
from tracker.rule.supervision import URGE_WAITS
from tracker.web import case_origin, context, errors, lines, overdue, overdue_asked, view
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("urge", __name__)
SUPERVISOR = ("supervisor",)
#: So many at once: a page of the list.
MOST = 50


@dataclass(frozen=True)
class Line:
    """One line of the preview, in words."""

    no: str
    title: str
    to: str
    says: str
    channel: str
    today: int
    waits: bool


@route(pages, "/overdue/urge", roles=SUPERVISOR)
def preview() -> str | tuple[str, int]:
    nos = request.args.getlist("no")[:MOST]
    if not nos:
        query = request.args.get("from", "").partition("?")[2]
        return overdue.nothing_ticked(overdue_asked.read(dict(parse_qsl(query))))
    return _page(nos)


@route(pages, "/overdue/urge", roles=SUPERVISOR, methods=("POST",))
def confirm() -> Response | tuple[str, int]:
    nos, note = request.form.getlist("no")[:MOST], clean(request.form.get("note", ""))
    try:
        urging.urge(context.db(), context.actor(), nos, note, context.now())
    except Refusal as refusal:
        if refusal.field != "note":
            raise
        return _page(nos, note, errors.by_field(refusal)), 400
    return redirect(_back(), 303)


@route(pages, "/overdue/urge/undo", roles=SUPERVISOR, methods=("POST",))
def take_back() -> Response:
    urging.take_back(context.db(), context.actor(), context.now())
    return redirect(_back(), 303)


def _page(nos: list[str], note: str = "", found: dict[str, str] | None = None) -> str:
    prepared = urging.prepare(context.db(), context.actor(), nos, context.now())
    shown = tuple(_line(draft) for draft in prepared.drafts)
    return render_template(
        "urge.html",
        drafts=shown,
        going=sum(not one.waits for one in shown),
        outside_later=any(_held(draft) for draft in prepared.drafts if not draft.waits),
        reminded=sum(one.today > 0 for one in shown),
        refused=[(no, errors.said(refusal)) for no, refusal in prepared.refused],
        errors=found or {},
        note=note,
        back=_back(),
        came_from=request.values.get("from", ""),
    )


def _back() -> str:
    origin = case_origin.read()
    return origin.path if origin else "/overdue"


def _line(draft: Draft) -> Line:
    return Line(
        no=draft.no,
        title=draft.title,
        to=draft.name,
        says=f"{lines.limit_name(draft.limit)}　{_('应完成')} {view.due(draft.due_at)}　{_standing(draft)}",
        channel=_channel(draft),
        today=draft.today,
        waits=draft.waits,
    )


def _standing(draft: Draft) -> str:
    late = context.now() - draft.due_at
    if late >= timedelta(0):
        return f"{_('超期')} {view.span(late)}"
    return str(_("剩 %(span)s", span=view.span(-late)))


def _channel(draft: Draft) -> str:
    """In the app, and outside of it when: all channels leave at one time."""
    outside = _outside(draft)
    if not _held(draft):
        return listed([_("站内"), *outside])
    return str(_("站内；%(ways)s %(at)s 发出", ways=listed(outside), at=view.stamp(draft.mail_at)))


def _outside(draft: Draft) -> list[str]:
    """By mail where a server and an address are known, and by the other channels; nothing leaves a sample."""
    if context.is_sample():
        return []
    return [*([str(_("邮件"))] if context.config().smtp_host and draft.by_mail else []), *draft.others]


def _held(draft: Draft) -> bool:
    """Does what leaves the house wait for the office to open?"""
    return bool(_outside(draft)) and draft.mail_at > context.now() + URGE_WAITS

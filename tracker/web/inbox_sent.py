"""发送情况: what was owed on a day, and what became of it, for supervisors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tracker.clock import from_text, local, to_text
from tracker.office.explaining import why_withdrawn
from tracker.rule.channels import KINDS, MAIL
from tracker.rule.instants import wall
from tracker.rule.ladder import reason
from tracker.rule.refusals import N_, Refusal
from tracker.rule.reminders import REASONS
from tracker.store import sent
from tracker.store.sent import STATES, Sent, Wanted, Way
from tracker.web import context, lines, moments, view
from tracker.web.errors import by_field
from tracker.web.notices import NEWS
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("inbox_sent", __name__)
PAGE = 50
ONE_DAY = timedelta(days=1)
STATE_WORDS = {
    "shown": N_("已提醒"),
    "sent": N_("已送出"),
    "failed": N_("发送失败"),
    "caught_up": N_("补发"),
    "skipped": N_("跳过"),
    "withdrawn": N_("已撤回"),
    "waiting": N_("待提醒"),
}
PUNCTUAL = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """A reminder as the list shows it. ``light`` is the colour of its state; ``ways`` are lines of their own."""

    light: str
    shape: str
    state: str
    owed_at: datetime
    why: str
    person: str
    no: str
    href: str
    limit: str
    told: str
    ways: tuple[tuple[bool, str], ...]


@route(pages, "/inbox/sent", roles=("supervisor",))
def listing() -> str | tuple[str, int]:
    db, today = context.db(), local(context.now(), context.office().zone).date()
    errors: dict[str, str] = {}
    try:
        text = request.args.get("day", "")
        day = moments.day(text, today, "day") if text.strip() else today
    except Refusal as refusal:
        errors, day = by_field(refusal), today
    wanted = _wanted(day)
    found = sent.of_day(db, wanted, PAGE + 1)
    page = render_template(
        "inbox_sent.html",
        errors=errors,
        day=day,
        typed=request.args,
        before=_address(day - ONE_DAY),
        after=_address(day + ONE_DAY) if day < today else "",
        counts=sent.counts(db, wanted),
        states=[(key, _(STATE_WORDS[key])) for key in STATES],
        address=lambda state: _address(day, state=state),
        wanted=wanted,
        people=sent.recipients(db),
        channels=[(one, _(KINDS[MAIL]) if kind == MAIL else name) for one, kind, name in sent.channels(db)],
        rows=list(_rows(found[:PAGE])),
        more=_next(day, found[PAGE - 1]) if len(found) > PAGE else "",
    )
    return (page, 422) if errors else page


def _wanted(day: date) -> Wanted:
    zone, asked = context.office().zone, request.args
    state = asked.get("state", "")
    return Wanted(
        wall(day, time(0), zone),
        wall(day + ONE_DAY, time(0), zone),
        _number("who"),
        _number("channel"),
        state if state in STATES else "",
        _before(),
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _before() -> tuple[datetime, int] | None:
    at, _stroke, one = request.args.get("before", "").partition("_")
    try:
        return (from_text(at), int(one)) if one.isascii() and one.isdigit() and len(one) < 16 else None
    except ValueError:
        return None


def _address(day: date, **changes: str) -> str:
    kept = {name: request.args.get(name, "") for name in ("who", "channel", "state")}
    asked = {"day": day.isoformat(), **kept, **changes}
    return "/inbox/sent?" + urlencode({name: text for name, text in asked.items() if text})


def _next(day: date, last: Sent) -> str:
    return _address(day, before=f"{to_text(last.owed_at)}_{last.id}")


def _rows(found: tuple[Sent, ...]) -> Iterator[Row]:
    for one in found:
        state = _state(one)
        told = _(why_withdrawn(one.withdrawn_why)) if one.withdrawn_at else ""
        if one.shown_at is not None:
            told = _("%(at)s 已读", at=view.stamp(one.shown_at)) if one.read_at else view.stamp(one.shown_at)
        yield Row(
            *LIGHTS[state],
            _(STATE_WORDS[state]),
            one.owed_at,
            reason(one.rung, _) or _(REASONS.get(one.rung, NEWS)),
            one.name,
            one.case_no,
            lines.address(one.case_no, "inbox/sent") if one.case_no else "",
            lines.limit_name(one.limit_key) if one.limit_key else "",
            told,
            tuple(map(_way, one.ways)),
        )


#: The colour and shape of each state.
LIGHTS = {
    "shown": ("g", "✓"),
    "sent": ("g", "✓"),
    "failed": ("r", "■"),
    "caught_up": ("y", "▲"),
    "skipped": ("p", "—"),
    "withdrawn": ("p", "—"),
    "waiting": ("p", "○"),
}


def _state(one: Sent) -> str:
    """The gravest of its states."""
    if one.withdrawn_at is not None:
        return "skipped" if one.withdrawn_why in ("superseded", "empty", "role") else "withdrawn"
    if one.shown_at is None:
        return "waiting"
    if any(way.sent_at is None and (way.dead or way.failed) for way in one.ways):
        return "failed"
    if one.shown_at - one.owed_at > PUNCTUAL:
        return "caught_up"
    return "sent" if any(way.sent_at for way in one.ways) else "shown"


def _way(way: Way) -> tuple[bool, str]:
    """Whether it failed, and what became of it."""
    name = _(KINDS[MAIL]) if way.kind == MAIL else way.name
    if way.sent_at is not None:
        return False, f"{name} {view.stamp(way.sent_at)}"
    if way.dead:
        return True, _("%(name)s 无法送达（%(answer)s）", name=name, answer=way.answer)
    if way.failed:
        at = view.stamp(way.try_after)
        return True, _(
            "%(name)s 失败%(n)s次，%(at)s 再试（%(answer)s）", name=name, n=way.failed, at=at, answer=way.answer
        )
    return False, _("%(name)s 待发 %(at)s", name=name, at=view.stamp(way.try_after))

"""发送情况: what was owed on a day, and what became of it, for supervisors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from sqlite_utils import Database
from werkzeug.wrappers import Response

from tracker.clock import from_text, local, to_text
from tracker.office import resending
from tracker.office.explaining import why_withdrawn
from tracker.rule.channels import KINDS, MAIL
from tracker.rule.holding import needless
from tracker.rule.instants import wall
from tracker.rule.ladder import reason
from tracker.rule.refusals import N_, Refusal
from tracker.rule.reminders import PUNCTUAL, REASONS
from tracker.store import sent
from tracker.store.sent import STATES, Sent, Wanted, Way
from tracker.web import context, lines, moments, view
from tracker.web.errors import by_field
from tracker.web.notices import NEWS
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("inbox_sent", __name__)
SUPERVISOR = ("supervisor",)
Answer = str | Response | tuple[str, int]
PAGE = 50
ONE_DAY = timedelta(days=1)
STATE_WORDS = {
    "shown": N_("已提醒"),
    "sent": N_("已送出"),
    "failed": N_("发送失败"),
    "unneeded": N_("不需发送"),
    "caught_up": N_("补发"),
    "skipped": N_("跳过"),
    "withdrawn": N_("已撤回"),
    "waiting": N_("待提醒"),
}
OFF = N_("%(name)s 已停用，恢复使用后发送")


@dataclass(frozen=True)
class Told:
    """One way of a reminder in words. ``again``: the message that may be sent again, 0 for none."""

    text: str
    failed: bool = False
    again: int = 0


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
    ways: tuple[Told, ...]


@route(pages, "/inbox/sent", roles=SUPERVISOR)
def listing() -> Answer:
    return _listing({})


@route(pages, "/inbox/sent/again", roles=SUPERVISOR, methods=("POST",))
def again() -> Answer:
    """One message that was given up, or all of a channel, once more; the list is the one that was looked at."""
    one, channel = _number("delivery", request.form), _number("of", request.form)
    try:
        if one is None and channel is None:
            raise Refusal(N_("请在“发送情况”里选择要重新发送的消息"))
        db, actor, at = context.db(), context.actor(), context.now()
        done = resending.one(db, actor, one, at) if one else resending.of_channel(db, actor, channel or 0, at)
    except Refusal as refusal:
        return _listing(by_field(refusal))
    return redirect(_address(_day()[0], again=str(done.sent), needless=str(done.needless)), 303)


def _day() -> tuple[date, dict[str, str]]:
    """The day that is asked for and what is wrong with it."""
    today = local(context.now(), context.office().zone).date()
    text = request.args.get("day", "")
    try:
        return (moments.day(text, today, "day") if text.strip() else today), {}
    except Refusal as refusal:
        return today, by_field(refusal)


def _listing(errors: dict[str, str]) -> Answer:
    db, today = context.db(), local(context.now(), context.office().zone).date()
    day, wrong = _day()
    errors = {**errors, **wrong}
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
        here=_address(day).partition("?")[2],
        done=_done(),
        given_up=_given_up(db),
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


def _done() -> str:
    """What came of sending again, where that is where we come from."""
    sent_again, needless_ones = _number("again"), _number("needless")
    if sent_again is None:
        return ""
    said = _("%(n)s 条将重新发送", n=sent_again)
    more = _("%(n)s 条已不需要发送", n=needless_ones) if needless_ones else ""
    return "　".join(part for part in (str(said), str(more)) if part)


def _given_up(db: Database) -> list[tuple[int, str, int]]:
    """The channels of which messages may be sent again: id, name and how many."""
    waits = resending.waiting(db, context.now())
    every = {one: _(KINDS[MAIL]) if kind == MAIL else name for one, kind, name in sent.channels(db)}
    return [(one, str(every[one]), n) for one, n in sorted(waits.items())]


def _number(name: str, given: Mapping[str, str] | None = None) -> int | None:
    text = (request.args if given is None else given).get(name, "")
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
            tuple(_ways(one.ways)),
        )


#: The colour and shape of each state.
LIGHTS = {
    "shown": ("g", "✓"),
    "sent": ("g", "✓"),
    "failed": ("r", "■"),
    "unneeded": ("p", "—"),
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
    if any(way.sent_at is None and (way.dead or way.failed) and not way.needless for way in one.ways):
        return "failed"
    if one.ways and all(way.needless for way in one.ways):
        return "unneeded"
    if one.shown_at - one.owed_at > PUNCTUAL:
        return "caught_up"
    return "sent" if any(way.sent_at for way in one.ways) else "shown"


def _ways(ways: tuple[Way, ...]) -> Iterator[Told]:
    """What became of each; those by which it left within one minute stand together, and first."""
    left: dict[str, list[str]] = {}
    for way in ways:
        if way.sent_at is not None:
            left.setdefault(view.stamp(way.sent_at), []).append(_named(way))
    yield from (Told(f"{listed(names)} {at}") for at, names in left.items())
    yield from (_way(way) for way in ways if way.sent_at is None)


def _named(way: Way) -> str:
    return str(_(KINDS[MAIL]) if way.kind == MAIL else way.name)


def _way(way: Way) -> Told:
    """What became of one that has not left."""
    name = _named(way)
    if way.needless:
        return Told(needless(name, way.why_needless, _))
    if way.dead:
        return Told(str(_("%(name)s 无法送达（%(answer)s）", name=name, answer=way.answer)), failed=True, again=way.id)
    if not way.active:
        return Told(str(_(OFF, name=name)))
    if way.failed:
        at = view.stamp(way.try_after)
        told = _("%(name)s 失败%(n)s次，%(at)s 再试（%(answer)s）", name=name, n=way.failed, at=at, answer=way.answer)
        return Told(str(told), failed=True)
    return Told(str(_("%(name)s 待发 %(at)s", name=name, at=view.stamp(way.try_after))))

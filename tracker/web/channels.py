"""提醒渠道: the ways by which reminders leave the house, for the administrator."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.office import channels as office
from tracker.office import resending
from tracker.office.channels import Typed
from tracker.rule.channels import KINDS, MAIL, METHODS, ROBOTS, SIGNED, TEMPLATE, Settings, masked
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import channel_log, channels, people
from tracker.store.channel_log import Trial
from tracker.store.channels import Channel
from tracker.web import context
from tracker.web.errors import by_field, said
from tracker.web.routes import route

pages = Blueprint("channels", __name__)
ADMIN = ("admin",)
Answer = str | Response | tuple[str, int]

#: How each try ended, in words. The server's own words stand beside it.
FATES = {
    "sent": N_("已发出"),
    "refused": N_("被拒绝"),
    "failed": N_("未送达，稍后再试"),
    "busy": N_("发送太频繁，稍后再试"),
    "unsure": N_("没有收到答复"),
    "barred": N_("本单位的发送账号或地址被拒绝"),
    "unreachable": N_("连接不上"),
}
#: Names that every machine has for itself.
ONLY_HERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0")
#: A test that is not answered by then waits for a scheduler that does not run.
PATIENCE = timedelta(minutes=2)
#: Seconds after which the page of a waiting test is asked for again.
AGAIN = 3


@route(pages, "/channels", roles=ADMIN)
def every() -> str:
    db = context.db()
    found = [(one, channel_log.standing(db, one.id, 1)) for one in channels.every(db)]
    kinds = [kind for kind in KINDS if kind != MAIL]
    return render_template(
        "channels.html",
        found=found,
        names=KINDS,
        kinds=kinds,
        fates=FATES,
        mail_set=_mail_set(),
        only_here=_only_here(),
        errors={},
    )


def _only_here() -> str:
    """The address that links begin with, where it leads every other machine to itself; else ""."""
    url = context.config().base_url
    return url if (urlsplit(url).hostname or "") in ONLY_HERE else ""


@route(pages, "/channels/new", roles=ADMIN, methods=("GET", "POST"))
def new() -> Answer:
    kind = request.values.get("kind", "")
    if kind not in (*ROBOTS, TEMPLATE):
        abort(404)
    if request.method == "GET":
        return _form(kind, Typed(), {}, None, None)
    try:
        channel_id = office.add(context.db(), context.actor(), kind, _typed(), context.now())
    except (Refusal, Refusals) as error:
        return _form(kind, _typed(), by_field(error), None, None), 422
    return redirect(url_for("channels.one", channel_id=channel_id, saved="added"), 303)


@route(pages, "/channels/<int:channel_id>", roles=ADMIN)
def one(channel_id: int) -> Answer:
    channel = _channel(channel_id)
    page = make_response(_form(channel.kind, *_kept(channel)))
    if _is_under_way(channel_log.last_test(context.db(), channel_id)):
        # Until the answer is there; the page says so. With its own #h-test the browser would only scroll.
        page.headers["Refresh"] = f"{AGAIN}; url={url_for('channels.one', channel_id=channel_id)}"
    return page


@route(pages, "/channels/<int:channel_id>", roles=ADMIN, methods=("POST",))
def save(channel_id: int) -> Answer:
    channel = _channel(channel_id)
    try:
        office.change(context.db(), context.actor(), channel_id, _typed(), context.now())
    except (Refusal, Refusals) as error:
        _typed_before, _errors, kept, settings = _kept(channel)
        return _form(channel.kind, _typed(), by_field(error), kept, settings), 422
    return _saved(channel_id, "1")


@route(pages, "/channels/<int:channel_id>/active", roles=ADMIN, methods=("POST",))
def active(channel_id: int) -> Answer:
    _channel(channel_id)
    office.switch(context.db(), context.actor(), channel_id, request.form.get("active") == "1", context.now())
    return _saved(channel_id, "1")


@route(pages, "/channels/<int:channel_id>/test", roles=ADMIN, methods=("POST",))
def test(channel_id: int) -> Answer:
    """Nothing leaves from here: the web process never sends. The sample sends nothing at all."""
    _channel(channel_id)
    if not context.is_sample():
        office.ask_test(context.db(), context.actor(), channel_id, context.now())
    return redirect(url_for("channels.one", channel_id=channel_id, _anchor="h-test"), 303)


@route(pages, "/channels/<int:channel_id>/again", roles=ADMIN, methods=("POST",))
def again(channel_id: int) -> Answer:
    """What was refused for good goes once more, now that the address or the key was mended."""
    channel = _channel(channel_id)
    try:
        done = resending.of_channel(context.db(), context.actor(), channel_id, context.now())
    except Refusal as refusal:
        typed, errors, kept, settings = _kept(channel)
        return _form(channel.kind, typed, {**errors, **by_field(refusal)}, kept, settings), 422
    return redirect(
        url_for("channels.one", channel_id=channel_id, again=done.sent, needless=done.needless, _anchor="h-log"), 303
    )


def _is_under_way(test: Trial | None) -> bool:
    """May its answer still come? Until then nothing is said of how it went."""
    return test is not None and test.unanswered and context.now() - test.asked_at < PATIENCE


def _channel(channel_id: int) -> Channel:
    return channels.one(context.db(), channel_id) or abort(404)


def _saved(channel_id: int, what: str) -> Response:
    return redirect(url_for("channels.one", channel_id=channel_id, saved=what), 303)


def _mail_set() -> bool:
    return bool(context.config().smtp_host)


def _typed() -> Typed:
    def text(name: str) -> str:
        return request.form.get(name, "")

    return Typed(
        name=text("name"),
        unit=text("unit"),
        choosable="choosable" in request.form,
        inside="inside" in request.form,
        url=text("url"),
        secret=text("secret"),
        method=text("method") or METHODS[0],
        headers=text("headers"),
        body=text("body"),
        field=text("field"),
        value=text("value"),
        again=text("again"),
    )


def _kept(channel: Channel) -> tuple[Typed, dict[str, str], Channel, Settings]:
    """What is kept of a channel, for its form: neither the address nor the secret."""
    errors: dict[str, str] = {}
    try:
        settings = channels.settings(context.db(), channel.id)
    except Refusal as refusal:  # the key file is another one: everything is typed anew
        settings, errors = Settings(), {"": said(refusal)}
    typed = Typed(
        name=channel.name,
        unit=str(channel.unit_id or ""),
        choosable=channel.choosable,
        inside=channel.inside,
        method=settings.method,
        headers=settings.headers,
        body=settings.body,
        field=settings.field,
        value=settings.value,
        again=settings.again,
    )
    return typed, errors, channel, settings


def _form(kind: str, typed: Typed, errors: dict[str, str], channel: Channel | None, settings: Settings | None) -> str:
    """The page of a channel, or the form of a new one. Passwords that were typed are not sent back."""
    db = context.db()
    last = channel_log.last_test(db, channel.id) if channel else None
    return render_template(
        "channel.html",
        kind=kind,
        name=KINDS[kind],
        one=channel,
        values=typed,
        errors=errors,
        url=masked(settings.url) if settings and settings.url else "",
        has_secret=bool(settings and settings.secret),
        signed=kind in SIGNED,
        methods=METHODS,
        units=[(str(unit.id), unit.name) for unit in people.units(db)],
        standing=channel_log.standing(db, channel.id) if channel else None,
        last=last,
        under_way=_is_under_way(last),
        fates=FATES,
        mail_set=_mail_set(),
        saved=request.args.get("saved", ""),
        given_up=resending.waiting(db, context.now()).get(channel.id, 0) if channel else 0,
        again=request.args.get("again", type=int),
        needless=request.args.get("needless", type=int) or 0,
    )

"""Setting up the ways by which reminders leave the house, on record, but for what proves who we are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.office.fields import collect
from tracker.rule.channels import (
    KINDS,
    MAIL,
    METHODS,
    SECRET,
    TEMPLATE,
    Settings,
    check_body,
    check_headers,
    check_name,
    check_secret,
    check_url,
    is_personal,
    masked,
)
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, channel_log, channels, people
from tracker.store.channels import Channel
from tracker.store.database import writing


@dataclass(frozen=True)
class Typed:
    """What is typed about a channel. An empty address or secret keeps the one that is there."""

    name: str = ""
    unit: str = ""
    choosable: bool = True
    inside: bool = False
    url: str = ""
    secret: str = ""
    method: str = "POST"
    headers: str = ""
    body: str = ""
    field: str = ""
    value: str = ""
    again: str = ""


def add(db: Database, actor: Actor, kind: str, typed: Typed, at: datetime) -> int:
    """A new channel, switched on; its id. Raises Refusals naming every field at fault."""
    if kind not in KINDS or kind == MAIL:
        raise Refusal(N_("没有这种渠道"), field="kind")
    with writing(db):
        name, unit_id, settings = _checked(db, kind, typed, Settings(), None)
        personal = is_personal(kind, settings)
        channel = Channel(0, kind, name, unit_id, "", True, personal, typed.choosable, typed.inside)
        channel_id = channels.add(db, channel, settings)
        _note(db, actor, "channel.added", channel_id, at, kind=kind, **_told(channel, settings))
    return channel_id


def change(db: Database, actor: Actor, channel_id: int, typed: Typed, at: datetime) -> None:
    """Change a channel. Of mail only whether people may do without it: its server stands in the configuration."""
    with writing(db):
        before = _channel(db, channel_id)
        if before.kind == MAIL:
            channels.change(db, replace(before, choosable=typed.choosable))
            _note(db, actor, "channel.changed", channel_id, at, choosable=typed.choosable)
            return
        name, unit_id, settings = _checked(db, before.kind, typed, channels.settings(db, channel_id), channel_id)
        after = replace(
            before,
            name=name,
            unit_id=unit_id,
            personal=is_personal(before.kind, settings),
            choosable=typed.choosable,
            inside=typed.inside,
        )
        channels.change(db, after)
        channels.keep(db, channel_id, settings)
        _note(db, actor, "channel.changed", channel_id, at, **_told(after, settings))


def switch(db: Database, actor: Actor, channel_id: int, active: bool, at: datetime) -> None:
    """Switch a channel on or off. What waits on one that is off goes when it is on again, if it still holds."""
    with writing(db):
        _channel(db, channel_id)
        channels.switch(db, channel_id, active)
        _note(db, actor, "channel.switched", channel_id, at, active=active)


def ask_test(db: Database, actor: Actor, channel_id: int, at: datetime) -> None:
    """Ask for a test message; the scheduler sends it, as it sends the reminders, and keeps what the server says."""
    with writing(db):
        _channel(db, channel_id)
        last = channel_log.last_test(db, channel_id)
        if last is not None and last.tried_at is None:
            return  # the second press of the button
        channel_log.ask(db, channel_id, actor.person_id, at)
        _note(db, actor, "channel.tested", channel_id, at)


def _checked(
    db: Database, kind: str, typed: Typed, kept: Settings, own_id: int | None
) -> tuple[str, int | None, Settings]:
    """The name, the unit and the settings as they are to be kept, or Refusals with every field at fault."""
    template = kind == TEMPLATE
    values = collect(
        name=lambda: _name(db, typed.name, own_id),
        unit=lambda: _unit(db, typed.unit),
        url=lambda: check_url(typed.url.strip() or kept.url, inside=typed.inside, kind=kind),
        secret=lambda: _secret(kind, typed, kept),
        headers=lambda: check_headers(typed.headers) if template else "",
        body=lambda: check_body(typed.body, typed.headers) if template else "",
        method=lambda: _one_of(typed.method) if template else "POST",
        field=lambda: _expected(typed) if template else "",
    )
    name, unit_id = values.pop("name"), values.pop("unit")
    if template:
        values |= {"value": typed.value.strip(), "again": typed.again.strip()}
    settings = Settings(**values)
    return name, None if is_personal(kind, settings) else unit_id, settings


def _secret(kind: str, typed: Typed, kept: Settings) -> str:
    """A secret stays with its host: for another one it is typed again, or whoever may change the address could have it
    sent to themselves."""
    moved = bool(kept.secret and typed.url.strip()) and _host(typed.url.strip()) != _host(kept.url)
    if moved and not typed.secret.strip():
        raise Refusal(N_("地址换到了另一台主机，请重新填写密钥"), field="secret")
    secret = check_secret(kind, typed.secret.strip() or kept.secret)
    if kind == TEMPLATE and not secret and f"%({SECRET})s" in typed.headers + typed.body:
        raise Refusal(N_("模板里写了 %(name)s，请填写密钥"), field="secret", name=f"%({SECRET})s")
    return secret


def _host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # said of the address itself
        return "", ""
    return parts.scheme, parts.netloc


def _one_of(method: str) -> str:
    if method not in METHODS:
        raise Refusal(N_("请求方法只能是 %(names)s"), field="method", names=" / ".join(METHODS))
    return method


def _expected(typed: Typed) -> str:
    field = typed.field.strip()
    if bool(field) != bool(typed.value.strip()):
        raise Refusal(N_("“返回字段”和“成功时的值”要么都填，要么都不填"), field="field")
    return field


def _name(db: Database, text: str, own_id: int | None) -> str:
    """A name that no other channel has."""
    name = check_name(text)
    if any(one.name == name and one.id != own_id for one in channels.every(db)):
        raise Refusal(N_("已有名为“%(name)s”的渠道"), field="name", name=name)
    return name


def _unit(db: Database, text: str) -> int | None:
    units = {str(one.id): one.id for one in people.units(db)}
    if text and text not in units:
        raise Refusal(N_("没有这个科室或中队，请重新选择"), field="unit")
    return units.get(text)


def _channel(db: Database, channel_id: int) -> Channel:
    found = channels.one(db, channel_id)
    if found is None:
        raise Refusal(N_("没有这个渠道"), field="")
    return found


def _told(channel: Channel, settings: Settings) -> dict[str, Any]:
    told = {"name": channel.name, "unit": channel.unit_id, "inside": channel.inside, "choosable": channel.choosable}
    return {**told, "url": masked(settings.url)}


def _note(db: Database, actor: Actor, act: str, channel_id: int, at: datetime, **detail: Any) -> None:
    detail = {"channel": channel_id, **detail}
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail=detail)

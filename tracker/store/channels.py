"""The channels: rows that the administrator edits, their settings encrypted with the office's key."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from tracker.rule.channels import Settings
from tracker.rule.refusals import N_, Refusal
from tracker.store.database import execute, insert, row, rows, shaped
from tracker.store.keys import key_for

#: The row of the mail server that is set from outside.
MAIL_ID = 1

COLUMNS = """
SELECT channel.id, channel.kind, channel.name, channel.unit_id, unit.name AS unit, channel.active, channel.personal,
    channel.choosable, channel.inside
FROM channel LEFT JOIN unit ON unit.id = channel.unit_id
"""
EVERY = COLUMNS + "ORDER BY channel.id"
ONE = COLUMNS + "WHERE channel.id = :id"
SEALED = "SELECT settings FROM channel WHERE id = :id"
ADD = """
INSERT INTO channel (kind, name, unit_id, personal, choosable, inside)
VALUES (:kind, :name, :unit_id, :personal, :choosable, :inside)
"""
CHANGE = """
UPDATE channel SET name = :name, unit_id = :unit_id, personal = :personal, choosable = :choosable, inside = :inside
WHERE id = :id
"""
KEEP = "UPDATE channel SET settings = :settings WHERE id = :id"
SWITCH = "UPDATE channel SET active = :active WHERE id = :id"


@dataclass(frozen=True)
class Channel:
    """A way out of the house. ``unit_id`` None serves all units. ``personal``: each person gets their own message;
    otherwise a group gets one. ``choosable``: a person may do without it. ``inside``: within the office's network."""

    id: int
    kind: str
    name: str
    unit_id: int | None
    unit: str
    active: bool
    personal: bool
    choosable: bool
    inside: bool


def every(db: Database) -> tuple[Channel, ...]:
    """All channels, mail first."""
    return tuple(_channel(r) for r in rows(db, EVERY))


def one(db: Database, channel_id: int) -> Channel | None:
    found = row(db, ONE, {"id": channel_id})
    return None if found is None else _channel(found)


def add(db: Database, channel: Channel, settings: Settings) -> int:
    """A new channel; its id. That of ``channel`` is not looked at."""
    fields = _fields(channel)
    channel_id = insert(db, ADD, {**fields, "kind": channel.kind})
    keep(db, channel_id, settings)
    return channel_id


def change(db: Database, channel: Channel) -> None:
    """Everything but its kind, its settings and whether it is on."""
    execute(db, CHANGE, {**_fields(channel), "id": channel.id})


def switch(db: Database, channel_id: int, active: bool) -> None:
    execute(db, SWITCH, {"id": channel_id, "active": int(active)})


def keep(db: Database, channel_id: int, settings: Settings) -> None:
    """Encrypt the settings of a channel (AES-256-GCM, bound to its row) and keep them."""
    nonce = os.urandom(12)
    clear = json.dumps(asdict(settings), ensure_ascii=False).encode()
    sealed = nonce + AESGCM(key_for(db).channel).encrypt(nonce, clear, _bound_to(channel_id))
    execute(db, KEEP, {"id": channel_id, "settings": sealed})


def settings(db: Database, channel_id: int) -> Settings:
    """The settings in clear, for whoever sends. Those of mail stand in the configuration: nothing here."""
    found = row(db, SEALED, {"id": channel_id})
    if found is None or found["settings"] is None:
        return Settings()
    sealed = found["settings"]
    try:
        clear = AESGCM(key_for(db).channel).decrypt(sealed[:12], sealed[12:], _bound_to(channel_id))
    except InvalidTag:
        raise Refusal(N_("渠道的密钥打不开：密钥文件不符，或数据被改动过。请重新填写地址和密钥")) from None
    return Settings(**json.loads(clear))


def _bound_to(channel_id: int) -> bytes:
    return f"channel:{channel_id}".encode()


def _fields(channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "unit_id": channel.unit_id,
        "personal": int(channel.personal),
        "choosable": int(channel.choosable),
        "inside": int(channel.inside),
    }


def _channel(found: Any) -> Channel:
    flags = ("active", "personal", "choosable", "inside")
    return Channel(**shaped(found, ("id", "kind", "name", "unit_id"), texts=("unit",), flags=flags))

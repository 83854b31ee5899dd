"""A person makes and revokes the secret address of their own calendar; both are on record."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.store import audit, feeds
from tracker.store.database import writing

#: 256 bits: nobody guesses one, so that trying is harmless.
TOKEN_BYTES = 32


def make(db: Database, actor: Actor, at: datetime) -> str:
    """A new address, in place of the one before; its token, which is told this once and not kept."""
    token = token_urlsafe(TOKEN_BYTES)
    with writing(db):
        feeds.revoke(db, actor.person_id, at)
        feeds.make(db, actor.person_id, hashed(token), at)
        _note(db, actor, "calendar.made", at)
    return token


def revoke(db: Database, actor: Actor, at: datetime) -> None:
    """The address answers nobody any more."""
    with writing(db):
        if feeds.revoke(db, actor.person_id, at):
            _note(db, actor, "calendar.revoked", at)


def hashed(token: str) -> bytes:
    """What is kept of a token. It is looked up by this, so that the time it takes tells nothing of the token."""
    return sha256(token.encode()).digest()


def _note(db: Database, actor: Actor, act: str, at: datetime) -> None:
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail={})

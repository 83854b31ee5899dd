"""What was refused for good goes once more when the address or the key was mended: the same message, on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule import access
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, channels, deliveries
from tracker.store.board import board
from tracker.store.database import writing
from tracker.store.deliveries import Delivery
from tracker.store.holding import Holding

ACT = "resend"
#: Older ones go no more: what they say has been said otherwise by now.
DAYS = 30
#: So many at one press, in one transaction.
MOST = 200


@dataclass(frozen=True)
class Again:
    """``sent`` messages wait to be sent again; ``needless`` ones say nothing that holds still."""

    sent: int
    needless: int


def one(db: Database, actor: Actor, delivery_id: int, at: datetime) -> Again:
    """One message."""
    access.check(actor.roles, ACT, own=False)
    with writing(db):
        found = deliveries.given_up_one(db, delivery_id)
        if found is None:
            raise Refusal(N_("这条消息已不在发送失败之列，可能已重新发送，请刷新页面"))
        return _again(db, actor, found.channel_id, (found,), at)


def of_channel(db: Database, actor: Actor, channel_id: int, at: datetime) -> Again:
    """All that a channel gave up of late, the oldest first; for supervisors, and for whoever sets the channels up."""
    if "admin" not in actor.roles:
        access.check(actor.roles, ACT, own=False)
    with writing(db):
        found = [one for one in deliveries.given_up(db, _since(at)) if one.channel_id == channel_id]
        if not found:
            raise Refusal(N_("这个渠道没有可以重新发送的消息，请刷新页面"))
        return _again(db, actor, channel_id, found[:MOST], at)


def waiting(db: Database, at: datetime) -> dict[int, int]:
    """How many messages may be sent again, by the id of their channel."""
    return Counter(one.channel_id for one in deliveries.given_up(db, _since(at)))


def _since(at: datetime) -> datetime:
    return at - timedelta(days=DAYS)


def _again(db: Database, actor: Actor, channel_id: int, found: Iterable[Delivery], at: datetime) -> Again:
    channel = channels.one(db, channel_id)
    assert channel is not None
    holding, gone = Holding(db, at, board(db), channel.unit_id), Counter[bool]()
    for delivery in found:
        why = [holding.why_gone(line, to_group=not channel.personal) for line in deliveries.lines(db, delivery.id)]
        if all(why):
            deliveries.drop(db, delivery.id, why[0] if why else "")
        else:
            deliveries.again(db, delivery.id, at)
            detail = {"delivery": delivery.id, "channel": channel_id, "message": delivery.message_id}
            audit.append(db, at=at, person_id=actor.person_id, act=ACT, address=actor.address, detail=detail)
        gone[bool(all(why))] += 1
    return Again(gone[False], gone[True])

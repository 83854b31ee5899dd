"""What the supervisors see in the app when a message does not get through."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.rule.reminders import UNDELIVERABLE
from tracker.store import deliveries, planning, reminders, settings
from tracker.store.channels import MAIL_ID, Channel
from tracker.store.deliveries import Delivery
from tracker.store.reminders import Planned


def undelivered(db: Database, delivery: Delivery, channel: Channel, answer: str, at: datetime) -> None:
    """A message was given up: of mail, a person is not reached; of a channel, it wants looking at."""
    if channel.id != MAIL_ID:
        _of_channel(db, channel, answer, at)
        return
    name = deliveries.address(db, delivery.recipient_id).name
    _tell(db, f"{delivery.id}|{delivery.tries}", reminders.body(name=name, answer=answer), at)


def out_of_reach(db: Database, channel: Channel, answer: str, at: datetime) -> None:
    """A channel has not answered for a while. Nothing is lost: what waits goes when it answers."""
    _of_channel(db, channel, answer, at, "out_of_reach")


def barred(db: Database, channel: Channel, answer: str, at: datetime) -> None:
    """A channel does not take what we send, whoever it is for. Nothing is lost: what waits goes when it is mended."""
    _of_channel(db, channel, answer, at, "barred")


def long_undelivered(db: Database, delivery: Delivery, channel: Channel, answer: str, at: datetime) -> None:
    """A recipient is put off by the server for long: once, as long as the first of these messages waits."""
    if channel.id != MAIL_ID:
        _of_channel(db, channel, answer, at, "waiting")
        return
    first = deliveries.first_waiting(db, channel.id, delivery.recipient_id)
    name = deliveries.address(db, delivery.recipient_id).name
    _tell(db, f"waiting|{first}", reminders.body(name=name, answer=answer, since=to_text(delivery.owed_at)), at)


def _of_channel(db: Database, channel: Channel, answer: str, at: datetime, what: str = "") -> None:
    """Once a day, each kind of its own: a wrong address would fail with every message."""
    day = local(at, settings.office(db).zone).date().isoformat()
    said = reminders.body(channel=channel.name, kind=channel.kind, answer=answer)
    _tell(db, "|".join(part for part in ("channel", str(channel.id), what, day) if part), said, at)


def _tell(db: Database, what: str, said: str, at: datetime) -> None:
    people = planning.supervisors(db)
    owed = (Planned(f"{UNDELIVERABLE}|{what}|{one.id}", UNDELIVERABLE, one.id, at, body=said) for one in people)
    reminders.plan(db, owed, at)

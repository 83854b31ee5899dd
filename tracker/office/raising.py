"""The tick: plan what repeats, show what fell due, and put each person's share into one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

from tracker.office import cards, digesting, owing, reminding
from tracker.office.replanning import refresh
from tracker.office.ways import Ways
from tracker.rule.ladder import family
from tracker.rule.reminders import DIGESTS, Hours, for_recipient
from tracker.store import heartbeat, planning, reminders
from tracker.store.database import rehearsing, writing
from tracker.store.reminders import Due

#: After a step of these the tick plans the next occurrence of what repeats.
CHAIN = ("late", "weekly")


@dataclass(frozen=True)
class Shown:
    """A reminder shown at a tick. ``mail_at``: when it may leave by mail besides, None when it does not; ``others``:
    the names of the other channels by which it leaves."""

    due: Due
    mail_at: datetime | None
    others: tuple[str, ...] = ()


def tick(db: Database, at: datetime, mail_domain: str = "") -> tuple[Shown, ...]:
    """Everything that the scheduler does in the register at ``at``, sending aside; what was shown, by person.

    ``mail_domain`` names the messages and is empty where no mail goes out. Late or early, once or twice: a reminder is
    shown once.
    """
    refresh(db, at)
    cards.by_schedule(db, at)
    return raise_due(db, at, mail_domain)


def rehearse(db: Database, now: datetime, at: datetime, mail_domain: str) -> tuple[Shown, ...]:
    """What would have been shown to whom by ``at``, by what the register holds ``now``. Nothing is written."""
    with rehearsing(db):
        while not refresh(db, now):
            pass
        until_now = raise_due(db, now, mail_domain) if at > now else ()
        found = (*until_now, *raise_due(db, at, mail_domain))
    return tuple(sorted(found, key=lambda one: one.due.recipient_id))


def mail_domain(smtp_host: str, mail_from: str) -> str:
    """The name under which messages leave; empty where no mail server is set."""
    return mail_from.rpartition("@")[2] if smtp_host else ""


def raise_due(db: Database, at: datetime, mail_domain: str) -> tuple[Shown, ...]:
    """Show what fell due by ``at``, each person's in one message, and give a sign of life; one transaction."""
    with writing(db):
        board = owing.board(db)
        ways = Ways(db, at, board, mail_domain)
        _plan_repeats(db, at)
        digesting.plan(db, at, board.hours)
        _plan_for_substitutes(db, at)
        found = sorted(reminders.due(db, at), key=_recipient)
        shown = [
            one for _, dues in groupby(found, _recipient) for one in _raise(db, tuple(dues), at, board.hours, ways)
        ]
        others = ways.post(one.due for one in shown)
        heartbeat.beat(db, heartbeat.TICK, at)
    return tuple(replace(one, others=others.get(one.due.id, ())) for one in shown)


def _recipient(due: Due) -> int:
    return due.recipient_id


def _plan_repeats(db: Database, at: datetime) -> None:
    """The next occurrence of what repeats, and after a standstill those that were missed."""
    begun: dict[int, dict[tuple[int, int], datetime]] = {}
    for due in reminders.due(db, at):
        if family(due.rung) in CHAIN and due.case_id is not None and due.deadline_id is not None:
            begun.setdefault(due.case_id, {}).setdefault((due.deadline_id, due.recipient_id), due.owed_at)
    for case_id, since in begun.items():
        reminding.repeat(db, case_id, since, at)


def _plan_for_substitutes(db: Database, at: datetime) -> None:
    """Whoever is away keeps their reminders, and their substitute has them too."""
    for person, substitute in planning.substitutes(db, at).items():
        for due in reminders.due(db, at):
            if due.recipient_id == person and due.rung not in DIGESTS:
                reminders.copy(db, due.id, for_recipient(due.owed_key, substitute), substitute, at)


def _raise(db: Database, dues: tuple[Due, ...], at: datetime, hours: Hours, ways: Ways) -> Iterator[Shown]:
    """Show one person what fell due; what may leave by mail at one and the same time goes as one message."""
    said = digesting.say(db, dues, at, hours)
    for due in dues:
        if due.rung in DIGESTS and due.id not in said:
            continue
        mail_at = ways.mail_at(due)
        delivery_id = None if mail_at is None else ways.mail(due, mail_at)
        reminders.show(db, due.id, at, delivery_id, said.get(due.id))
        yield Shown(due, mail_at)

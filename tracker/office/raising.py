"""The tick: plan what repeats, show what fell due, and put each person's share into one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import cards, owing, reminding
from tracker.office.replanning import refresh
from tracker.office.ways import Ways
from tracker.rule.ladder import family
from tracker.rule.reminders import DIGEST, Hours, digest_key, digest_mornings, for_recipient, soon
from tracker.store import digest, heartbeat, outbox, planning, reminders
from tracker.store.database import rehearsing, writing
from tracker.store.digest import Asked, Digest
from tracker.store.reminders import Due, Planned

#: After a step of these the tick plans the next occurrence of what repeats.
CHAIN = ("late", "weekly")
DAILY = "daily"


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
        _plan_digests(db, at, board.hours)
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
            if due.recipient_id == person and due.rung != DIGEST:
                reminders.copy(db, due.id, for_recipient(due.owed_key, substitute), substitute, at)


def _plan_digests(db: Database, at: datetime, hours: Hours) -> None:
    """A digest for each supervisor and working morning, those since the last tick and the next one."""
    last = heartbeat.last(db, heartbeat.TICK)
    people = planning.supervisors(db)
    for morning in digest_mornings(last.at if last else at, at, hours):
        day = local(morning, hours.zone).date().isoformat()
        owed = (Planned(digest_key(DAILY, day, one.id), DIGEST, one.id, morning) for one in people)
        reminders.plan(db, owed, at)


def _raise(db: Database, dues: tuple[Due, ...], at: datetime, hours: Hours, ways: Ways) -> Iterator[Shown]:
    """Show one person what fell due; what may leave by mail at one and the same time goes as one message."""
    digests = [due for due in dues if due.rung == DIGEST]
    said = _digest(db, digests, at, hours)
    for due in dues:
        if due.rung == DIGEST and due.id not in said:
            continue
        mail_at = ways.mail_at(due)
        delivery_id = None if mail_at is None else ways.mail(due, mail_at)
        reminders.show(db, due.id, at, delivery_id, said.get(due.id))
        yield Shown(due, mail_at)


def _digest(db: Database, digests: list[Due], at: datetime, hours: Hours) -> dict[int, str]:
    """What the digest says, by its reminder. Of several that were missed the last one speaks; one that has nothing to
    say, or whose person supervises no more, is withdrawn."""
    if not digests:
        return {}
    last = max(digests, key=lambda due: due.owed_at)
    reminders.withdraw(db, [due.id for due in digests if due is not last], at, "superseded")
    if last.recipient_id not in {one.id for one in planning.supervisors(db)}:
        reminders.withdraw(db, [last.id], at, "role")
        return {}
    today, tomorrow = soon(at, hours)
    found = Digest(
        overdue=digest.between(db, None, at),
        today=digest.between(db, at, today),
        tomorrow=digest.between(db, today, tomorrow),
        waiting=tuple(Asked(one.case_no, one.kind) for one in outbox.waiting_for_decision(db, last.recipient_id)),
    )
    if not found:
        reminders.withdraw(db, [last.id], at, "empty")
        return {}
    return {last.id: digest.written(found)}

"""The tick: plan what repeats, show what fell due, and put each person's share into one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

from tracker.office import cards, digesting, owing, periods, reminding
from tracker.office.owing import Board
from tracker.office.replanning import Rest, no_rest, refresh
from tracker.office.ways import Ways
from tracker.rule.ladder import family
from tracker.rule.reminders import DIGESTS, Hours, digest_mornings, for_recipient
from tracker.rule.standins import ESCALATED, TO_DECIDE
from tracker.store import heartbeat, outbox, reminders, standins
from tracker.store.database import rehearsing, writing
from tracker.store.reminders import Due

#: After a step of these the tick plans the next occurrence of what repeats.
CHAIN = ("late", "weekly")
#: Reminders shown, and cases whose repeating steps are planned, in one transaction: some 0.02 s.
SHARE, CASES = 250, 100


@dataclass(frozen=True)
class Shown:
    """A reminder shown at a tick. ``mail_at``: when it may leave by mail besides, None when it does not; ``others``:
    the names of the other channels by which it leaves."""

    due: Due
    mail_at: datetime | None
    others: tuple[str, ...] = ()


def tick(db: Database, at: datetime, mail_domain: str = "", rest: Rest = no_rest) -> tuple[Shown, ...]:
    """Everything that the scheduler does in the register at ``at``, sending aside; what was shown, by person.

    ``rest`` is called between two shares of the work: whoever waits to write gets in meanwhile.

    ``mail_domain`` names the messages and is empty where no mail goes out. Late or early, once or twice: a reminder is
    shown once.
    """
    refresh(db, at, rest=rest)
    cards.by_schedule(db, at, rest)
    return raise_due(db, at, mail_domain, rest)


def rehearse(db: Database, now: datetime, at: datetime, mail_domain: str) -> tuple[Shown, ...]:
    """What would have been shown to whom by ``at``, by what the register holds ``now``. Nothing is written."""
    with rehearsing(db):
        while not refresh(db, now):
            pass
        cards.by_schedule(db, min(now, at))
        until_now = raise_due(db, now, mail_domain) if at > now else ()
        for morning in digest_mornings(now, at, owing.hours(db))[:-1]:  # the last one comes after ``at``
            cards.by_schedule(db, morning)
        found = (*until_now, *raise_due(db, at, mail_domain))
    return tuple(sorted(found, key=lambda one: (one.due.recipient_id, one.due.owed_at, one.due.id)))


def mail_domain(smtp_host: str, mail_from: str) -> str:
    """The name under which messages leave; empty where no mail server is set."""
    return mail_from.rpartition("@")[2] if smtp_host else ""


def raise_due(db: Database, at: datetime, mail_domain: str, rest: Rest = no_rest) -> tuple[Shown, ...]:
    """Show what fell due by ``at``, each person's in one message, and give a sign of life.

    A share at a time, so that the office goes on writing between two of them; a tick that is cut short leaves the rest
    to the next one. What is planned or shown twice is so once.
    """
    board = owing.board(db)
    _plan_repeats(db, at, board, rest)
    ways = Ways(db, at, board, mail_domain)
    shown = _raise_digests(db, at, board.hours, ways, rest)
    while True:
        with writing(db):
            found = reminders.due(db, at, SHARE)
            # A copy is shown in the transaction that makes it: the next act on the case would take it for not owed.
            copies = {*_plan_for_substitutes(db, found, at), *_plan_for_deputies(db, found, at)}
            known = {one.id for one in found}
            more = [one for one in reminders.due_named(db, at, copies) if one.id not in known] if copies else []
            shown += _raise_all(db, (*found, *more), at, board.hours, ways)
            heartbeat.beat(db, heartbeat.TICK, at)
        if len(found) < SHARE:
            return tuple(shown)
        rest()


def _raise_digests(db: Database, at: datetime, hours: Hours, ways: Ways, rest: Rest) -> list[Shown]:
    """All digests of a person at once, since of several that were missed the last one speaks; person after person."""
    with writing(db):
        periods.plan(db, at, hours)
    shown: list[Shown] = []
    for reader in sorted({one.recipient_id for one in reminders.due_of_rungs(db, at, DIGESTS)}):
        with writing(db):
            shown += _raise_all(db, reminders.due_of_rungs(db, at, DIGESTS, reader), at, hours, ways)
        rest()
    return shown


def _raise_all(db: Database, found: Iterable[Due], at: datetime, hours: Hours, ways: Ways) -> list[Shown]:
    """Show each person their share of what was found, and put it on the channels."""
    shares = groupby(sorted(found, key=_recipient), _recipient)
    shown = [one for _, dues in shares for one in _raise(db, tuple(dues), at, hours, ways)]
    others = ways.post(one.due for one in shown)
    return [replace(one, others=others.get(one.due.id, ())) for one in shown]


def _recipient(due: Due) -> int:
    return due.recipient_id


def _plan_repeats(db: Database, at: datetime, board: Board, rest: Rest) -> None:
    """The next occurrence of what repeats, and after a standstill those that were missed."""
    begun: dict[int, dict[tuple[int, int], datetime]] = {}
    for due in reminders.due(db, at):
        if family(due.rung) in CHAIN and due.case_id is not None and due.deadline_id is not None:
            begun.setdefault(due.case_id, {}).setdefault((due.deadline_id, due.recipient_id), due.owed_at)
    cases = tuple(begun)
    for first in range(0, len(cases), CASES):
        with writing(db):
            for case_id in cases[first : first + CASES]:
                reminding.repeat(db, case_id, begun[case_id], at, board)
        rest()


def _plan_for_substitutes(db: Database, found: Iterable[Due], at: datetime) -> Iterator[str]:
    """Whoever is away keeps their reminders, and their substitute has those of the cases that they handle too; the
    names of these. What they hear as a supervisor or leader is about cases that a substitute may not see."""
    away = standins.substitutes(db, at)
    for due in found:
        if due.recipient_id in away and due.handler_id == due.recipient_id and family(due.rung) not in TO_DECIDE:
            yield _copied(db, due, away[due.recipient_id], at)


def _plan_for_deputies(db: Database, found: Iterable[Due], at: datetime) -> Iterator[str]:
    """What a supervisor hears of cases that are late is told to their deputy too, and what waits for a decision where
    the deputy may give it."""
    for one in standins.deputies(db, at):
        theirs = [due for due in found if due.recipient_id == one.for_id and not _own_dispatch(due)]
        waiting = {asked.case_id for asked in outbox.waiting_for_decision(db, one.by_id, at)} if theirs else set()
        for due in theirs:
            stem = family(due.rung)
            if stem in ESCALATED or (stem in TO_DECIDE and due.case_id in waiting):
                yield _copied(db, due, one.by_id, at)


def _own_dispatch(due: Due) -> bool:
    """Was the case given to this very person to handle?"""
    return due.rung == "dispatch" and due.handler_id == due.recipient_id


def _copied(db: Database, due: Due, person_id: int, at: datetime) -> str:
    key = for_recipient(due.owed_key, person_id)
    reminders.copy(db, due.id, key, person_id, at)
    return key


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

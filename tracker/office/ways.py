"""By which ways a reminder leaves the house besides standing in the app: mail, and the channels of the office.

Each message has a row of its own per channel, so that a robot that fails does not send the mail again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office.owing import Board
from tracker.rule.ladder import Rung, by_key, family
from tracker.rule.quiet import Quiet, leaves_at
from tracker.rule.reaching import answers
from tracker.rule.reminders import LEAD, RAISED, UNDELIVERABLE, URGE
from tracker.store import channels, choosing, deliveries, standins, ways
from tracker.store.channels import MAIL_ID, Channel
from tracker.store.reminders import Due

#: Where the messages of a channel that is no mail get the end of their names from.
DOMAIN = "channel.invalid"


class Ways:
    """The channels that are on at a tick, and what the people of its reminders chose, each looked up once."""

    def __init__(self, db: Database, at: datetime, board: Board, mail_domain: str) -> None:
        self._db, self._at, self._mail_domain = db, at, mail_domain
        self._hours, self._ladder = board.hours, board.ladder
        self._on_duty = board.duty(board.hours.duty_day(at)) if board.duty else ()
        self._away = standins.substitutes(db, at)
        self._on = tuple(one for one in channels.every(db) if one.active)
        self._mail = next((one for one in self._on if one.id == MAIL_ID), None) if mail_domain else None
        self._choices: dict[int, dict[int, choosing.Choice]] = {}
        self._quiet: dict[int, Quiet | None] = {}
        self._waiting: dict[tuple[int, int | None, datetime], int] = {}

    def mail_at(self, due: Due) -> datetime | None:
        """When a reminder may leave by mail; None when it does not."""
        if self._mail is None or not due.email or not self._reaches(self._mail, due):
            return None
        return self._leaves_at(due) if self._named(self._mail, due) else None

    def mail(self, due: Due, mail_at: datetime) -> int:
        """The mail that leaves at ``mail_at``."""
        assert self._mail is not None
        return self._message(self._mail, due, due.recipient_id, mail_at, self._mail_domain)

    def post(self, shown: Iterable[Due]) -> dict[int, tuple[str, ...]]:
        """Put reminders that were just shown on the channels other than mail; the names of theirs, by reminder."""
        names: dict[int, tuple[str, ...]] = {}
        for due in shown:
            for channel in self._on:
                if channel.id == MAIL_ID or not self._serves(channel, due):
                    continue
                names[due.id] = (*names.get(due.id, ()), channel.name)
                if channel.personal:
                    self._carry(channel, due, due.recipient_id, self._leaves_at(due))
                else:
                    self._carry(channel, due, None, self._group_at(due))
        return names

    def _serves(self, channel: Channel, due: Due) -> bool:
        if not _of_a_case(due) or not self._named(channel, due):
            return False
        if channel.personal:
            chosen = self._chosen(due.recipient_id).get(channel.id)
            return bool(chosen and chosen.address) and self._reaches(channel, due)
        return channel.unit_id is None or channel.unit_id == ways.unit_of(self._db, due.case_id)

    def _rung(self, due: Due) -> Rung | None:
        return self._step(due, due.rung)

    def _step(self, due: Due, key: str) -> Rung | None:
        return by_key(self._ladder, key, due.limit_kind, due.limit_key, due.grade)

    def _named(self, channel: Channel, due: Due) -> bool:
        """Does the ladder send this step by such a channel? One that names none is sent by all."""
        rung = self._rung(due)
        return rung is None or not rung.channels or channel.kind in rung.channels

    def _reaches(self, channel: Channel, due: Due) -> bool:
        """Does the person work here, and want it? What is urgent, and what the office does not let them choose, reaches
        them anyway."""
        if not due.active or due.rung == UNDELIVERABLE:
            return False
        choice = self._chosen(due.recipient_id).get(channel.id)
        return choice is None or choice.wanted or not channel.choosable or self._urgent(due)

    def _chosen(self, person_id: int) -> dict[int, choosing.Choice]:
        if person_id not in self._choices:
            self._choices[person_id] = choosing.chosen(self._db, person_id)
            self._quiet[person_id] = choosing.quiet(self._db, person_id)
        return self._choices[person_id]

    def _leaves_at(self, due: Due) -> datetime:
        self._chosen(due.recipient_id)
        return leaves_at(
            self._at,
            due.due_at,
            self._hours,
            self._quiet[due.recipient_id],
            answers=answers(due.recipient_id, due.handler_id, self._away, self._on_duty),
            urgent=self._urgent(due),
            called=due.rung == URGE,
        )

    def _group_at(self, due: Due) -> datetime:
        return leaves_at(self._at, due.due_at, self._hours, urgent=self._urgent(due))

    def _urgent(self, due: Due) -> bool:
        rung = self._step(due, "dispatch" if due.rung in (LEAD, RAISED) else due.rung)
        return rung is not None and rung.urgent

    def _carry(self, channel: Channel, due: Due, recipient_id: int | None, leaves: datetime) -> None:
        deliveries.carry(self._db, self._message(channel, due, recipient_id, leaves, DOMAIN), due.id)

    def _message(self, channel: Channel, due: Due, recipient_id: int | None, leaves: datetime, domain: str) -> int:
        key = (channel.id, recipient_id, leaves)
        if key not in self._waiting:
            self._waiting[key] = self._found_or_made(channel, due, recipient_id, leaves, domain)
        return self._waiting[key]

    def _found_or_made(
        self, channel: Channel, due: Due, recipient_id: int | None, leaves: datetime, domain: str
    ) -> int:
        """One that has been waiting for the same day takes more on board."""
        day = local(leaves, self._hours.zone).date()
        for waiting in deliveries.unsent(self._db, channel.id, recipient_id):
            if local(waiting.try_after, self._hours.zone).date() == day:
                deliveries.hasten(self._db, waiting.id, leaves)
                return waiting.id
        return deliveries.add(self._db, due.recipient_id, channel, owed_at=due.owed_at, try_after=leaves, domain=domain)


def of_urging(db: Database, person_id: int, email: str, case_id: int) -> tuple[bool, tuple[str, ...]]:
    """How an urging would leave: whether by mail where a server is set, and the names of the other channels."""
    chosen, by_mail, names = choosing.chosen(db, person_id), False, []
    for channel in channels.every(db):
        choice = chosen.get(channel.id, choosing.Choice())
        wanted = channel.active and (choice.wanted or not channel.choosable)
        if channel.id == MAIL_ID:
            by_mail = wanted and bool(email)
        elif channel.personal:
            names += [channel.name] if wanted and choice.address else []
        elif channel.active and channel.unit_id in (None, ways.unit_of(db, case_id)):
            names.append(channel.name)
    return by_mail, tuple(names)


def _of_a_case(due: Due) -> bool:
    """Is it about a limit or a dispatch? Decisions, digests and alarms are for one reader, and go by mail alone."""
    stem = family(due.rung)
    of_limit = due.deadline_id is not None and stem not in ("decide", "decided")
    return of_limit or stem in ("dispatch", "unsigned", RAISED)

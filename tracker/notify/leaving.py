"""When a message that waits may leave the house, asked at the moment of sending: the hours may have changed, and a
standstill may have reached into the night or a rest day."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.notify.letters import Unneeded
from tracker.rule.holding import NOT_WANTED
from tracker.rule.quiet import leaves_at
from tracker.rule.reminders import URGE
from tracker.store import choosing, deliveries
from tracker.store.board import Board
from tracker.store.channels import Channel
from tracker.store.deliveries import Delivery
from tracker.store.holding import Holding


def may_leave_at(db: Database, delivery: Delivery, channel: Channel, at: datetime, board: Board) -> datetime:
    """The first instant from ``at`` on at which one of the reminders of a message may leave; the others go with it.
    ``at`` for a message that carries nothing any more: that is found out at any hour."""
    to_group = not channel.personal
    holding, lines = Holding(db, at, board, channel.unit_id), deliveries.lines(db, delivery.id)
    if not delivery.may_have_arrived:
        lines = holding.holding(lines, to_group=to_group)
    quiet = None if to_group else choosing.quiet(db, delivery.recipient_id)
    return min(
        (
            leaves_at(
                at,
                holding.due_at(line),
                board.hours,
                quiet,
                answers=to_group or holding.answers(line),
                urgent=holding.urgent(line),
                called=line.rung == URGE,
            )
            for line in lines
        ),
        default=at,
    )


def check_wanted(db: Database, delivery: Delivery, channel: Channel, at: datetime, board: Board) -> None:
    """Unneeded when its reader has switched the channel off; not for what is urgent."""
    choice = choosing.chosen(db, delivery.recipient_id).get(channel.id, choosing.Choice())
    if choice.wanted or not channel.personal or not channel.choosable:
        return
    holding = Holding(db, at, board)
    if not any(holding.urgent(line) for line in deliveries.lines(db, delivery.id)):
        raise Unneeded(NOT_WANTED)

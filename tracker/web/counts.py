"""The numbers beside the lists of supervision. Apart from their pages, since the menu asks for them."""

from __future__ import annotations

from tracker.office.visiting import today
from tracker.store import cards, early, orders, revisits, spot
from tracker.web import context


def cards_called_for() -> int:
    """How many cases call for a card."""
    return cards.count_suggested(context.db(), context.now())


def orders_open() -> int:
    """How many 督办 have not ended; a handler's own."""
    return orders.count_open(context.db(), context.sees_only())


def warnings_open() -> int:
    """How many early warnings nobody has settled."""
    return early.count_open(context.db())


def checks_waiting() -> int:
    """How many cases are drawn for a spot check that nobody has made."""
    return spot.count_waiting(context.db())


def visits_due() -> int:
    """How many visits after closing are owed by the end of today; a handler's own."""
    db = context.db()
    return revisits.count_due(db, today(db, context.now()), context.sees_only())

"""The numbers beside the lists of supervision. Apart from their pages, since the menu asks for them."""

from __future__ import annotations

from tracker.store import cards, early, orders
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

"""The numbers beside the lists of supervision. Apart from their pages, since the menu asks for them."""

from __future__ import annotations

from tracker.store import cards
from tracker.web import context


def cards_called_for() -> int:
    """How many cases call for a card."""
    return cards.count_suggested(context.db(), context.now())

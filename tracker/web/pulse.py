"""Whether the scheduler is alive, for the red line on every page and for the machine that watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.web import context

#: The scheduler is missed after this many of its ticks.
SILENT_TICKS = 3
#: Who says that the clock is right after it jumped.
CONFIRMERS = ("supervisor", "admin")


def is_silent(now: datetime, beat_at: datetime | None) -> bool:
    """Has the scheduler missed three of its ticks? A beat that lies ahead is none of this clock: it was set back, and
    the scheduler beats anew within a tick."""
    limit = timedelta(seconds=SILENT_TICKS * context.config().tick_seconds)
    return beat_at is None or not -limit <= now - beat_at <= limit

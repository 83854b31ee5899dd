"""Whether the scheduler is alive and the disk has room: for the lines on every page, and for what watches us."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from tracker.web import context

#: The scheduler is missed after this many of its ticks.
SILENT_TICKS = 3
#: With less the next uploads and backups fail.
LEAST_FREE_MB = 100
#: Who says that the clock is right after it jumped.
CONFIRMERS = ("supervisor", "admin")


def is_silent(now: datetime, beat_at: datetime | None) -> bool:
    """Has the scheduler missed three of its ticks? A beat that lies ahead is none of this clock: it was set back, and
    the scheduler beats anew within a tick."""
    limit = timedelta(seconds=SILENT_TICKS * context.config().tick_seconds)
    return beat_at is None or not -limit <= now - beat_at <= limit


def disk_free_mb() -> int:
    """Whole megabytes that the disk of the register still takes; 0 when it is full."""
    return shutil.disk_usage(context.config().home).free // 2**20

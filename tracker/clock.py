"""The only place that reads the clock. Everything else takes an instant as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

#: Linux names each start of the machine here.
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now() -> datetime:
    """The present instant, aware, in UTC, to the whole second."""
    return datetime.now(UTC).replace(microsecond=0)


def passed() -> float:
    """Seconds since the machine was started, its sleep among them where the system counts it; no setting of the wall
    clock moves it."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux: CLOCK_MONOTONIC stands still while the machine sleeps
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@cache
def boot() -> str:
    """The name of this start of the machine, "" where the system gives none."""
    return BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.exists() else ""


def to_text(instant: datetime) -> str:
    """An aware instant as the database keeps it: ``2026-11-21T09:05:00Z``.

    Raises ValueError for a naive datetime: a wall clock without its zone is not an instant.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The instant that ``to_text`` wrote, aware, in UTC; ValueError for any other text."""
    if len(text) != len("2026-11-21T09:05:00Z") or text[-1] != "Z":
        raise ValueError(f"not an instant of the register: {text!r}")
    return datetime.fromisoformat(text)  # ten times as fast as strptime, and a list reads hundreds


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same instant on the office's wall clock."""
    return instant.astimezone(zone)

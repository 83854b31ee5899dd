"""How one try to hand over a message ended, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LONGEST_ANSWER = 500


class Fate(StrEnum):
    SENT = "sent"
    REFUSED = "refused"  # for good: this address, this message
    FAILED = "failed"  # certainly not taken; later it may be
    BUSY = "busy"  # certainly not taken: too many messages, so that the whole channel rests
    UNSURE = "unsure"  # the connection broke while the server had the message: it may have taken it
    BARRED = "barred"  # certainly not taken, whoever it is for: we ourselves are refused, until the office mends it
    UNREACHABLE = "unreachable"  # no server to speak with, whatever the message


@dataclass(frozen=True)
class Outcome:
    """``answer`` is what the server really said; ``rest`` how long it asked to be left alone, if it
    did; none at all where a refusal of ourselves may be of this message alone."""

    fate: Fate
    answer: str
    rest: timedelta | None = None


def plain(error: BaseException) -> str:
    """A fault in one line, as it is kept and shown."""
    return f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]

"""Ranges of due times, as the lists of cases are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.clock import to_text
from tracker.rule.stages import Rule

#: Before and after every instant that the register holds.
FIRST, LAST = "", "9999"


@dataclass(frozen=True)
class Span:
    """Due times later than ``since``, up to and with ``until``; None is open. The edges of stage 1 come second."""

    since: tuple[datetime | None, datetime | None]
    until: tuple[datetime | None, datetime | None]

    def params(self) -> dict[str, str]:
        """As the statements ask for it; ``first`` and ``last`` bound all of it."""
        since = [FIRST if edge is None else to_text(edge) for edge in self.since]
        until = [LAST if edge is None else to_text(edge) for edge in self.until]
        return {
            "first": min(since),
            "last": max(until),
            "since": since[0],
            "contact_since": since[1],
            "until": until[0],
            "contact_until": until[1],
        }


def between(since: datetime | None, until: datetime | None) -> Span:
    """One range for every limit."""
    return Span((since, since), (until, until))


def late(at: datetime) -> Span:
    """What is late at ``at``: the due instant is the first one that is."""
    return between(None, at)


def near(at: datetime, rule: Rule) -> Span:
    """What is near due at ``at``: ``due_at - hours <= at < due_at``."""
    return Span((at, at), near_until(at, rule))


def normal(at: datetime, rule: Rule) -> Span:
    """What is neither late nor near due at ``at``."""
    return Span(near_until(at, rule), (None, None))


def near_until(at: datetime, rule: Rule) -> tuple[datetime, datetime]:
    """The last due time that is near at ``at``, and that of stage 1."""
    return at + timedelta(hours=rule.near_hours), at + timedelta(hours=rule.near_contact_hours)

"""A few courses of a clock that steps, on every build; `make faults` does two hundred."""

from __future__ import annotations

from tests.faults import clocks
from tests.faults.clocks import Figures
from tracker.office.raising import tick
from tracker.store.database import execute


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.lost == found.doubled == found.sent_twice == found.unsent == 0, found
    assert found.owed > 10 * found.courses, found
    assert found.steps_back > found.courses, found


def test_a_clock_that_steps_loses_and_doubles_nothing(register, home):
    spotless(clocks.run(register, home, 6))


def test_a_tick_that_believed_the_clock_would_be_seen_to_lose(register, home):
    """The guard is that due-ness comes from the register: a tick that drops what is over a day old loses reminders."""

    def forgetful(db, at, domain):
        execute(
            db,
            "UPDATE reminder SET withdrawn_at = :at WHERE shown_at IS NULL AND withdrawn_at IS NULL"
            " AND julianday(owed_at) < julianday(:at) - 1",
            {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        return tick(db, at, domain)

    assert clocks.run(register, home, 3, tick=forgetful).lost > 0

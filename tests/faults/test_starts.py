"""A few pairs of schedulers that start together, on every build; `make faults` does five hundred."""

from __future__ import annotations

from tests.faults import starts
from tests.faults.starts import Figures
from tracker import schedule


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.both_active == found.none_active == 0, found
    assert found.longest_takeover < 2, found


def test_of_two_that_start_together_one_is_active_always(home):
    spotless(starts.run(home, 5))


def test_without_the_lock_both_would_be_seen(home, monkeypatch):
    monkeypatch.setattr(schedule, "try_lock", lambda _file: True)
    assert starts.run(home, 2).both_active > 0

"""A disk that takes no more, on every build by a limit that everybody may set; `make faults` fills a real one."""

from __future__ import annotations

import pytest

from tests.faults import disk
from tests.faults.disk import Figures, NoMoreBytes


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.lost == found.doubled == found.other_words == found.unread == 0, found
    assert found.torn == (), found
    assert found.lost_reminders == found.doubled_reminders == found.undelivered == 0, found
    assert found.duplicates <= found.times, found  # a mail that left while nothing could be recorded
    assert found.refused_plainly >= 3 * found.times, found
    assert found.acknowledged >= 3 * found.times, found


@pytest.mark.slow
def test_a_disk_that_takes_no_more_costs_nothing_that_was_acknowledged(home):
    spotless(disk.run(home, NoMoreBytes(), 2))


#: Run first by every process: a page takes for saved what the disk did not take.
BELIEVED = """
from contextlib import contextmanager
from tracker.rule.refusals import Refusal
from tracker.store import database
real = database.writing
@contextmanager
def writing(db):
    try:
        with real(db):
            yield db
    except (Refusal, database.OperationalError):
        pass
database.writing = writing
"""


@pytest.mark.slow
def test_a_page_that_takes_for_saved_what_was_not_would_be_seen(home):
    assert disk.run(home, NoMoreBytes(), 1, BELIEVED).other_words > 0

"""Five hundred pairs of schedulers (make faults)."""

from __future__ import annotations

from tests.faults import starts
from tests.faults.table import told
from tests.faults.test_starts import spotless


def test_five_hundred_pairs(home):
    found = starts.run(home, 500)
    told("two schedulers started together", found)
    spotless(found)

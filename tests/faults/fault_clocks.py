"""Two hundred courses of a clock that steps (make faults)."""

from __future__ import annotations

from tests.faults import clocks
from tests.faults.table import told
from tests.faults.test_clocks import spotless


def test_two_hundred_courses(register, home):
    found = clocks.run(register, home, 200)
    told("clock steps of 1 min to 400 days, back and forth", found)
    spotless(found)

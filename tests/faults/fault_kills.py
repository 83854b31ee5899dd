"""A thousand kills (make faults): about twenty minutes."""

from __future__ import annotations

from tests.faults import kills
from tests.faults.table import told
from tests.faults.test_kills import spotless


def test_a_thousand_kills(home):
    found = kills.run(home, 1000)
    told("SIGKILL of server and scheduler at random, under load", found)
    spotless(found)

"""A disk that fills up twenty times (make faults): two minutes. Mounting a small disk takes root."""

from __future__ import annotations

from tests.faults import disk
from tests.faults.table import told
from tests.faults.test_disk import spotless


def test_a_disk_that_is_full_twenty_times(tmp_path):
    with disk.small_disk(tmp_path / "disk") as small:
        found = disk.run(small.top / "home", small, 20)
    told("the disk full, again and again", found)
    spotless(found)

"""What is started by itself can be imported first: a ring of imports shows only to who comes in at the wrong place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
STARTED = ("tracker.cli", "tracker.schedule", "tracker.web.app", "tracker.exchange.apart", "tracker.office.stages")


@pytest.mark.parametrize("module", STARTED)
def test_it_can_be_imported_before_anything_else(module):
    done = subprocess.run([sys.executable, "-c", f"import {module}"], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-600:]

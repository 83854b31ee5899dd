"""Whoever works on a register shares its lock; who wants it alone waits for nobody and is refused."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pytest

from tests.test_cli import TOP
from tracker.rule.refusals import Refusal
from tracker.store.occupied import alone, occupy

HOLD = """
import sys
from pathlib import Path
from tracker.store.occupied import occupy
held = occupy(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_several_work_on_it_together_and_nobody_gets_it_alone(home):
    with closing(occupy(home)), closing(occupy(home)), pytest.raises(Refusal, match="正在使用"), alone(home):
        raise AssertionError
    with alone(home):
        pass


def test_while_one_has_it_alone_nobody_begins(home):
    with alone(home):
        with pytest.raises(Refusal, match="请等它结束再启动"):
            occupy(home)
        with pytest.raises(Refusal, match="正在使用"), alone(home):
            raise AssertionError
    occupy(home).close()


def test_the_lock_ends_with_its_process_however_that_ends(home):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(Refusal), alone(home):
        raise AssertionError
    child.kill()
    child.communicate()
    with alone(home):
        pass

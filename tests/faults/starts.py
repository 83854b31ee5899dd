"""Two schedulers that start together: real processes that take the real lock, one of which is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.test_run import wait_until
from tracker import schedule


@dataclass(frozen=True)
class Figures:
    """What came of the rounds; the longest takeover in seconds."""

    rounds: int
    both_active: int
    none_active: int
    longest_takeover: float


def run(home: Path, rounds: int) -> Figures:
    """So often: two start at once, exactly one is active; it is killed, and the other takes over."""
    home.mkdir(parents=True, exist_ok=True)
    both = none = 0
    longest = 0.0
    for number in range(rounds):
        board = home / f"board-{number}"
        children = [_child(home, board), _child(home, board)]
        try:
            wait_until(lambda board=board: board.exists() and board.read_text().endswith("\n"))  # type: ignore[misc]
            time.sleep(0.02)  # the other has had its chance by now
            active = [int(line) for line in board.read_text().split()]
            both += len(active) > 1
            os.kill(active[0], signal.SIGKILL)
            killed = time.monotonic()
            os.waitpid(active[0], 0)
            until = killed + 5
            while time.monotonic() < until and len(board.read_text().split()) < 2:
                time.sleep(0.005)
            none += len(board.read_text().split()) < 2
            longest = max(longest, time.monotonic() - killed)
        finally:
            for child in children:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
            board.unlink(missing_ok=True)
    return Figures(rounds, both, none, round(longest, 2))


def _child(home: Path, board: Path) -> int:
    """A process that waits for the lock as the scheduler does, writes its number down and holds on."""
    pid = os.fork()
    if pid:
        return pid
    try:
        with schedule._the_only_one(home, threading.Event()):
            line = os.open(board, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(line, f"{os.getpid()}\n".encode())
            time.sleep(30)
    finally:
        os._exit(0)

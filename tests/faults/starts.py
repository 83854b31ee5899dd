"""Two schedulers that start together: real processes that take the real lock, one of which is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE, slowness, wait_until
from tracker import schedule


@dataclass(frozen=True)
class Figures:
    """What came of the rounds; the longest takeover, in seconds of a machine that does nothing else."""

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
        board, asked = home / f"board-{number}", home / f"asked-{number}"
        children = [_child(home, board, asked), _child(home, board, asked)]
        try:
            wait_until(lambda asked=asked: len(_lines(asked)) == 2)  # type: ignore[misc]
            got = _lines(asked).count("True")
            wait_until(lambda board=board, got=got: len(_lines(board)) >= max(got, 1))  # type: ignore[misc]
            active = [int(line) for line in _lines(board)]
            both += len(active) > 1
            os.kill(active[0], signal.SIGKILL)
            killed = time.monotonic()
            os.waitpid(active[0], 0)
            until = killed + PATIENCE
            while time.monotonic() < until and len(_lines(board)) < 2:
                time.sleep(0.005)
            none += len(_lines(board)) < 2
            longest = max(longest, (time.monotonic() - killed) / slowness())
        finally:
            for child in children:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
            board.unlink(missing_ok=True)
            asked.unlink(missing_ok=True)
    return Figures(rounds, both, none, round(longest, 2))


def _lines(board: Path) -> list[str]:
    """What the children have written, whole lines only."""
    return board.read_text().splitlines() if board.exists() else []


def _note(board: Path, word: object) -> None:
    line = os.open(board, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(line, f"{word}\n".encode())
    os.close(line)


def _child(home: Path, board: Path, asked: Path) -> int:
    """A process that waits for the lock as the scheduler does, writes its number down and holds on; its first answer
    about the lock it writes down too."""
    pid = os.fork()
    if pid:
        return pid
    try_lock, answers = schedule.try_lock, list[bool]()

    def noted(file: Any) -> bool:
        answers.append(try_lock(file))
        if len(answers) == 1:
            _note(asked, answers[0])
        return answers[-1]

    try:
        schedule.try_lock = noted
        with schedule._the_only_one(home, threading.Event()):
            _note(board, os.getpid())
            time.sleep(2 * PATIENCE)
    finally:
        os._exit(0)

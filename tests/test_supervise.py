"""Processes are kept up, stopped together, and never outlive their parent. Real processes, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import patience
from tests.patience import InTime, wait_until
from tracker.supervise import PATIENCE, PAUSE, STARTS, WINDOW, Service, follow_parent, next_start, supervise


def steady(notes: Path) -> None:
    """A service that writes down its process id, and stops when asked."""
    follow_parent(patience=0.5)
    (notes / str(os.getpid())).touch()
    signal.pause()


def stubborn(notes: Path) -> None:
    """A service that does not stop when asked."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    steady(notes)


def supervisor(kind: str, notes: str) -> None:
    target = {"steady": steady, "stubborn": stubborn}[kind]
    supervise([Service(name, target, (Path(notes),)) for name in ("one", "two")])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Running:
    """A supervisor in a process group of its own, and the processes that it has started."""

    def __init__(self, kind: str, notes: Path) -> None:
        self.notes = notes
        code = "import sys; from tests.test_supervise import supervisor; supervisor(*sys.argv[1:])"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, kind, str(notes)], stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        wait_until(lambda: len(self.children()) == 2)

    def children(self) -> list[int]:
        return sorted(int(note.name) for note in self.notes.iterdir() if alive(int(note.name)))


@pytest.fixture
def start(tmp_path) -> Iterator:
    running: list[Running] = []

    def start(kind: str) -> Running:
        running.append(Running(kind, tmp_path))
        return running[-1]

    yield start
    for one in running:
        for pid in (one.process.pid, *one.children()):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_supervisor_stops_every_service_in_time(start, number):
    running = start("steady")
    with InTime(5):
        os.kill(running.process.pid, number)
        assert running.process.wait(patience.PATIENCE) == 0
    assert running.children() == []


def test_ctrl_c_in_a_terminal_which_reaches_every_process_ends_quietly(start):
    running = start("steady")
    os.killpg(running.process.pid, signal.SIGINT)
    _, errors = running.process.communicate(timeout=patience.PATIENCE)
    assert (running.process.returncode, errors) == (0, "")
    assert running.children() == []


@pytest.mark.slow
def test_a_service_that_will_not_stop_is_killed_within_five_seconds(start):
    running = start("stubborn")
    with InTime(5.5):
        os.kill(running.process.pid, signal.SIGTERM)
        _, errors = running.process.communicate(timeout=patience.PATIENCE)
    assert running.children() == []
    assert errors.count("已强制结束") == 2


def test_a_service_that_dies_is_started_again_and_the_log_says_so(start):
    running = start("steady")
    victim, survivor = running.children()
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(set(running.children()) - {victim}) == 2)
    assert survivor in running.children()
    os.kill(running.process.pid, signal.SIGTERM)
    _, errors = running.process.communicate(timeout=patience.PATIENCE)
    assert "意外退出（代码 -9）" in errors


def test_no_service_outlives_a_supervisor_that_was_killed(start):
    running = start("steady")
    with InTime(5):
        os.kill(running.process.pid, signal.SIGKILL)
        wait_until(lambda: not running.children())


def test_not_even_one_that_will_not_stop(start):
    running = start("stubborn")
    with InTime(5):
        os.kill(running.process.pid, signal.SIGKILL)
        wait_until(lambda: not running.children())


def test_a_first_death_is_followed_by_a_start_after_a_pause():
    assert next_start([100.0], at=200.0) == 200.0 + PAUSE


def test_what_keeps_dying_is_started_a_few_times_a_minute():
    starts: list[float] = []
    at = 0.0
    while at < 10 * WINDOW:
        starts.append(at)
        at = next_start(starts, at + 0.1)
    busiest = max(sum(1 for other in starts if start <= other < start + WINDOW) for start in starts)
    assert busiest == STARTS


def test_everything_stops_within_five_seconds():
    assert PATIENCE < 5

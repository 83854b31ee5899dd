"""Waiting for what other processes do, on a machine that has more to do than this."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

#: What nobody promised: long enough for any machine, so that only what never happens fails.
PATIENCE = 90.0
#: Seconds in which an interpreter starts where nothing else runs.
USUAL_START = 0.1
#: Below what Linux, macOS and Windows give to outgoing connections.
PORTS = range(15_000, 32_000)


def wait_until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


class InTime:
    """What is promised within so many seconds, told from what a busy machine adds.

    ``with InTime(5): …`` fails after five seconds; where an interpreter takes three times as long to start as it
    should, before or after, it fails after fifteen.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> InTime:
        self.slowness = slowness()
        self.began = time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        took = time.monotonic() - self.began
        if kind is None and took >= self.seconds:
            most = self.seconds * max(self.slowness, slowness())
            assert took < most, f"{took:.1f} s, and {most:.1f} s would have been in time"


def slowness() -> float:
    """How many times as long as usual an interpreter takes to start just now, never less than one."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-I", "-c", "import json, logging, subprocess"], check=True)
    return max(1.0, (time.monotonic() - began) / USUAL_START)


def free_port() -> int:
    """A port where nobody listens, and that no outgoing connection gets as its own.

    A port of that kind may be taken before the server that it is meant for listens there, even by the one who calls
    there in vain: he is then connected with himself.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with closing(socket.socket()) as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")

"""What clerks notice of a long tick: pages read over HTTP and complaints registered, before it and while it runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep

from tests.bench import serving, ticking
from tests.factories import NOW, make_case
from tracker.office.actors import actor_for
from tracker.store import people
from tracker.store.database import execute

#: Between two things that a clerk does, in seconds: far more often than anybody works.
PAUSE = 0.02
#: The rows of the bench come numbered; what is registered besides goes on after them.
NUMBERED = "UPDATE counter SET last = 9000000"
TICK = """
import sys
from pathlib import Path
from time import monotonic, sleep
from tests.bench.ticking import MORNING, NOW
from tracker.office.raising import tick
from tracker.schedule import BREATH
from tracker.store.register import open_register

db = open_register(Path(sys.argv[1]), NOW)
begun = monotonic()
shown = tick(db, MORNING, "example.gov.cn", lambda: sleep(BREATH))
print(len(shown), monotonic() - begun)
"""


@dataclass(frozen=True)
class Felt:
    """Milliseconds of the slowest twentieth, and of the slowest one, of so many tries."""

    tries: int
    p95: float
    longest: float


@dataclass(frozen=True)
class Crowded:
    """What was felt without a tick and during one, by reading /overdue and by registering; the tick in seconds."""

    reading: tuple[Felt, Felt]
    registering: tuple[Felt, Felt]
    shown: int
    seconds: float


def measure(home: Path, cases: int, due: int, quiet: float) -> Crowded:
    """``quiet``: seconds of the time before the tick."""
    db = ticking.fill(home, cases, due)
    ticking.plan(db, due)
    ticking.tick(db, NOW, "example.gov.cn")  # the notices of the dispatch
    execute(db, NUMBERED)
    clerk = actor_for(people.person(db, 1), serving.ADDRESS)
    cookie = serving.signed_in(home)
    with serving.serving("page", home) as server:
        acts = (lambda: serving.body(server.url, cookie), lambda: make_case(db, clerk, NOW))
        until = monotonic() + quiet
        before = _felt(acts, lambda: monotonic() < until)
        with subprocess.Popen(
            [sys.executable, "-c", TICK, str(home)], cwd=serving.TOP, stdout=subprocess.PIPE, text=True
        ) as child:
            during = _felt(acts, lambda: child.poll() is None)
            assert child.stdout is not None
            shown, seconds = child.stdout.read().split()
    db.close()
    return Crowded((before[0], during[0]), (before[1], during[1]), int(shown), float(seconds))


def _felt(acts: tuple[Callable[[], object], ...], going: Callable[[], bool]) -> list[Felt]:
    """What each of these takes, done in turn for as long as it goes on."""
    took: list[list[float]] = [[] for _ in acts]
    while going() or len(took[0]) < 2:  # of fewer there is no slowest twentieth
        for act, spent in zip(acts, took, strict=True):
            begun = monotonic()
            act()
            spent.append((monotonic() - begun) * 1000)
            sleep(PAUSE)
    return [Felt(len(spent), quantiles(spent, n=20)[-1], max(spent)) for spent in took]

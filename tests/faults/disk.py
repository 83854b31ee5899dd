"""The disk takes no more, again and again, while complaints are registered and reminders go out; then it has room."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.faults import kills
from tests.faults.world import Browser, Clerk, Program, answers, program
from tests.patience import wait_until
from tracker.clock import now
from tracker.store.database import value
from tracker.store.register import open_register

#: Megabytes of the small disk: the register of a run and its log, several times over.
SMALL = 64
#: So much of the disk is left at most, so that it fills up in the middle of something.
LEFT = 256 * 1024


class Disk(Protocol):
    """A disk that can be filled; ``says`` is what the clerk reads meanwhile."""

    says: str

    def fill(self, running: Program, left: int) -> None:
        """From now on it takes ``left`` bytes more at most."""

    def free(self, running: Program) -> None:
        """It has room again."""


class SmallDisk:
    """A file system of its own in the memory, filled by a file that is in the way (ENOSPC). Only root mounts one."""

    says = "磁盘已满，内容未保存。请联系管理员腾出空间后再试"

    def __init__(self, top: Path) -> None:
        self.top = top

    def fill(self, running: Program, left: int) -> None:
        with (self.top / "filler").open("ab", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        found = (self.top / "filler").stat().st_size
        os.truncate(self.top / "filler", max(0, found - left))

    def free(self, running: Program) -> None:
        os.truncate(self.top / "filler", 0)


@contextmanager
def small_disk(top: Path) -> Iterator[SmallDisk]:
    top.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", str(top)], check=True)
    try:
        yield SmallDisk(top)
    finally:
        subprocess.run(["umount", str(top)], check=True)


class NoMoreBytes:
    """A limit of the kernel on the running program, of which each write fails (EFBIG). Everybody may set it."""

    says = "系统出错，内容未保存。请记下错误号"

    def fill(self, running: Program, left: int) -> None:
        del left
        _limit(running, 1)

    def free(self, running: Program) -> None:
        _limit(running, resource.RLIM_INFINITY)


def _limit(running: Program, size: int) -> None:
    groups = {process.pid for process in running.running.values()}
    for one in Path("/proc").iterdir():
        with suppress(ValueError, ProcessLookupError):
            if os.getpgid(int(one.name)) in groups:
                resource.prlimit(int(one.name), resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@dataclass(frozen=True)
class Figures:
    """What came of it. ``other_words``: answers that said anything else than that nothing was saved; ``unread``: lists
    that a supervisor could not open meanwhile."""

    times: int
    refused_plainly: int
    other_words: int
    unread: int
    acknowledged: int
    lost: int
    doubled: int
    torn: tuple[str, ...]
    owed: int
    lost_reminders: int
    doubled_reminders: int
    undelivered: int
    duplicates: int


def run(home: Path, disk: Disk, times: int, broken: str = "", seed: int = 1) -> Figures:
    """Fill the disk so often, each time until the clerk was refused and a list was read; then free it again."""
    dice = random.Random(seed)
    with program(home, broken) as running:
        kills.give_streets(home)
        for name in ("web", "schedule"):
            running.start(name)
        wait_until(lambda: answers(running))
        boss = Browser(running.port, "boss")
        boss.sign_in()
        clerk = Clerk(running, pause=0.05, patient=True)
        thread = threading.Thread(target=clerk.work, daemon=True)
        thread.start()
        unread = 0
        for _ in range(times):
            _go_on(clerk.acknowledged, 3)
            time.sleep(dice.uniform(0, 1))
            disk.fill(running, dice.randrange(LEFT))
            _go_on(clerk.wrong, 3)
            status, _to, page = boss.ask("GET", "/overdue")
            unread += status != 200 or "截至" not in page
            time.sleep(dice.uniform(0, 2))  # a tick or two find it full
            disk.free(running)
        _go_on(clerk.acknowledged, 3)
        clerk.stopped.set()
        thread.join(timeout=30)
        _until_the_scheduler_is_well(home)
        running.stop()
        db = open_register(home, now())
        try:
            kills.come_to_rest(db, home, running)
            found = kills.figures(db, running, {"web": 0, "schedule": 0}, clerk.acknowledged)
        finally:
            db.close()
    plain = sum(disk.says in said for said in clerk.wrong)
    return Figures(
        times,
        plain,
        len(clerk.wrong) - plain,
        unread,
        found.acknowledged,
        found.lost_writes,
        found.doubled_writes,
        found.torn,
        found.owed,
        found.lost_reminders,
        found.doubled_reminders,
        found.undelivered,
        found.duplicates,
    )


def _go_on(counted: dict[str, str] | list[str], more: int) -> None:
    wanted = len(counted) + more
    wait_until(lambda: len(counted) >= wanted)


def _until_the_scheduler_is_well(home: Path) -> None:
    """It ticks again by itself, without being started anew."""
    db = open_register(home, now())
    try:
        before = value(db, "SELECT at FROM heartbeat WHERE name = 'tick'")
        wait_until(lambda: value(db, "SELECT at FROM heartbeat WHERE name = 'tick'") > before)
    finally:
        db.close()

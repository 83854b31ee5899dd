"""Keeping processes up: start them, start again what dies, stop all together, and let none outlive its parent."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from tracker.rule.refusals import N_

log = logging.getLogger(__name__)

#: Fresh interpreters: a fork would carry an open register and its locks along.
SPAWN = multiprocessing.get_context("spawn")
PAUSE = 1.0
STARTS = 5
WINDOW = 60.0
#: Everything has stopped 5 s after Ctrl-C.
PATIENCE = 4.5

DIED = N_("%(name)s 意外退出（代码 %(code)s），%(seconds).0f 秒后重新启动")
STOPPING = N_("收到 %(signal)s，正在停止")
STUCK = N_("%(name)s 没有按时停下，已强制结束")

Translate = Callable[[str], str]


def next_start(starts: Sequence[float], at: float) -> float:
    """When what died at ``at`` may start again: after a pause, but never more than STARTS times in one WINDOW."""
    recent = sorted(starts)[-STARTS:]
    return at + PAUSE if len(recent) < STARTS else max(at + PAUSE, recent[0] + WINDOW)


@dataclass
class Service:
    """One process to keep up: ``target(*args)`` in a fresh interpreter, so both must be importable or picklable."""

    name: str
    target: Callable[..., None]
    args: tuple[Any, ...] = ()
    process: SpawnProcess | None = None
    starts: list[float] = field(default_factory=list)
    due: float = 0.0

    def start(self, at: float) -> None:
        self.process = SPAWN.Process(name=f"tracker-{self.name}", target=self.target, args=self.args)
        self.starts = [*self.starts[1 - STARTS :], at]
        with _deaf_to_ctrl_c():
            self.process.start()


def supervise(services: Sequence[Service], _: Translate = str) -> None:
    """Keep ``services`` up until SIGINT or SIGTERM, then stop them all and return. Main thread only.

    ``_`` puts the log lines into the language of the office.
    """
    with _stop_signal() as stop:
        try:
            _keep_up(services, stop, _)
        finally:
            _stop_all([service.process for service in services if service.process], _)


def _keep_up(services: Sequence[Service], stop: Connection, _: Translate) -> None:
    while True:
        now = time.monotonic()
        for service in services:
            if service.process is None and service.due <= now:
                service.start(now)
        running = {service.process.sentinel: service for service in services if service.process}
        waiting = [service.due - now for service in services if service.process is None]
        ready = wait([stop, *running], timeout=max(0.0, min(waiting)) if waiting else None)
        if stop in ready:
            log.info(_(STOPPING), {"signal": stop.recv_bytes().decode()})
            return
        for sentinel, service in running.items():
            if sentinel in ready:
                _bury(service, _)


def _bury(service: Service, _: Translate) -> None:
    assert service.process is not None
    service.process.join()
    now = time.monotonic()
    service.due = next_start(service.starts, now)
    log.error(_(DIED), {"name": service.name, "code": service.process.exitcode, "seconds": service.due - now})
    service.process = None


def _stop_all(processes: Sequence[SpawnProcess], _: Translate) -> None:
    until = time.monotonic() + PATIENCE
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            log.error(_(STUCK), {"name": process.name})
            process.kill()
            process.join()


@contextmanager
def _stop_signal() -> Iterator[Connection]:
    """A connection that brings the name of the signal on SIGINT or SIGTERM."""
    hear, tell = SPAWN.Pipe(duplex=False)
    numbers = (signal.SIGINT, signal.SIGTERM)

    def told(number: int, _frame: object) -> None:
        tell.send_bytes(signal.Signals(number).name.encode())

    before = [signal.signal(number, told) for number in numbers]
    try:
        yield hear
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        hear.close()
        tell.close()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What starts in here never hears Ctrl-C, which a terminal sends to every process of the group.

    The supervisor alone answers it and stops its children in order. A signal that arrives meanwhile is kept for it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it starts with the first process, and unblocks SIGINT when it does
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def follow_parent(patience: float = PATIENCE) -> None:
    """End this process when the one that started it has died, even by SIGKILL; nothing to do where none started it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(patience)
        os._exit(1)

    threading.Thread(target=follow, name="follow-parent", daemon=True).start()

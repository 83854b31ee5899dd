"""Takes each request in whole before the one thread of the pages turns to it.

A phone with a weak signal sends its photographs for minutes. The pages of a worker are made by one thread, so that two
such phones would keep everybody waiting; here many may send at once, and the pages begin when all of it has come. What
comes lies in a temporary file without a name, and is gone when the request is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from threading import Semaphore
from typing import IO, Any, Protocol

#: How many may be sending to one worker at once.
SENDERS = 64
#: What is longer lies on the disk, and so many of those may lie there at once; the next sender waits.
IN_MEMORY = 2**20
LARGE = 16
CHUNK = 2**16
#: Seconds: after the first a body must have come at this rate on the whole, by the last it must be there.
PATIENCE, LONGEST, RATE = 60.0, 1800.0, 2048
TOO_SLOW = "408 Request Timeout"

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Source(Protocol):
    """What a server gives to be read."""

    def read(self, size: int, /) -> bytes: ...


class Reception:
    """The application behind one thread of its own. ``most``: bytes of a body that are kept; what is beyond them is
    taken in and thrown away, so that whoever sends it hears why it was refused."""

    def __init__(self, application: Application, most: int) -> None:
        self.application = application
        self.most = most
        self.pages = ThreadPoolExecutor(1, "pages")
        self.large = Semaphore(LARGE)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not (environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")):
            return self.pages.submit(self.application, environ, start).result()
        with ExitStack() as stack:
            body = stack.enter_context(SpooledTemporaryFile(IN_MEMORY))
            if not receive(environ["wsgi.input"], body, self.most, lambda: stack.enter_context(self.large)):
                start(TOO_SLOW, [("Content-Length", "0"), ("Connection", "close")])
                return [b""]
            body.seek(0)
            return self.pages.submit(self.application, {**environ, "wsgi.input": body}, start).result()


def receive(source: Source, body: IO[bytes], most: int, grows: Callable[[], object] = lambda: None) -> bool:
    """Write to ``body`` what comes, one byte more than ``most`` at most, and read four times as much to its end. False
    for what comes too slowly. ``grows`` is called once before a body becomes a large one, and may wait."""
    began, size = time.monotonic(), 0
    while size <= 4 * most and (chunk := source.read(CHUNK)):
        if size <= IN_MEMORY < size + len(chunk):
            waits = time.monotonic()
            grows()
            began += time.monotonic() - waits
        if size <= most:
            body.write(chunk[: most + 1 - size])
        size += len(chunk)
        spent = time.monotonic() - began
        if spent > LONGEST or (spent > PATIENCE and size < spent * RATE):
            return False
    return True

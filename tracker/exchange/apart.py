"""A file from outside is read by a process of its own: what breaks the reader, holds it up or fills its memory ends
that process and nothing else.

A sheet is laid out by a library that is no Python; where no memory is granted to it, it ends its process at once.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from tracker.paths import PACKAGE
from tracker.rule.refusals import N_, Refusal

#: Bytes of its own that the process may have, where the system can say so.
MEMORY = 200 * 2**20
SECONDS = 120.0
START = "from tracker.exchange.apart import main; main()"
GONE = N_("文件太大或已损坏，读不出来。请用表格软件打开，把数据复制到新的工作簿，另存为 .xlsx 再导入")
LONG = N_("文件读了 %(seconds)s 秒还没有读完，已停止。请用表格软件打开，把数据复制到新的工作簿再导入")


def pieces(path: Path, sheet: str) -> Iterator[Any]:
    """What ``table.pieces`` of the other process yields for this file. Raises the Refusal that it raised, and one of
    its own where it ended without a word or within SECONDS did not."""
    reader = subprocess.Popen(
        [sys.executable, "-c", START, str(path), sheet],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), *filter(None, sys.path)])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what the library prints when it breaks is of no use to anybody here
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        reader.kill()

    alarm = threading.Timer(SECONDS, stop)
    alarm.daemon = True  # whoever has seen enough of the sheet does not wait for it
    alarm.start()
    try:
        assert reader.stdout is not None
        with reader.stdout as said:
            yield from _heard(said, late)
    finally:
        alarm.cancel()
        reader.kill()
        reader.wait()


def _heard(said: IO[bytes], late: threading.Event) -> Iterator[Any]:
    while True:
        try:
            piece = pickle.load(said)
        except (EOFError, pickle.UnpicklingError):
            words = (
                Refusal(LONG, field="FILE", seconds=round(SECONDS)) if late.is_set() else Refusal(GONE, field="FILE")
            )
            raise words from None
        if piece is None:
            return
        if isinstance(piece, Refusal):
            raise piece
        yield piece


def main() -> None:
    """The other process: reads the file named by its arguments, and tells on its standard output what is in it."""
    from tracker.exchange import table

    bound()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        _tell(told, table.pieces(Path(sys.argv[1]), sys.argv[2]))


def _tell(told: IO[bytes], found: Iterable[Any]) -> None:
    try:
        for piece in found:
            pickle.dump(piece, told, pickle.HIGHEST_PROTOCOL)
    except Refusal as refusal:
        pickle.dump(refusal, told)
    else:
        pickle.dump(None, told)


def bound() -> None:
    """Take no more memory than MEMORY, and leave nothing of it on the disk when this ends."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

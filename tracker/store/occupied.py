"""Who is at work on a register: whoever runs the program over it shares a lock, and a restore takes it alone.

The system frees a lock with its process, kill -9 included, so that none is ever left behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from tracker.rule.refusals import N_, Refusal

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "register.lock"
#: Windows shares no lock: each process locks a byte of its own, and whoever wants to be alone all of them.
BYTES = 1 << 20

RESTORING = N_("正在把备份恢复到 %(home)s，请等它结束再启动")
IN_USE = N_("%(home)s 正在使用，不能恢复。请先停止 tracker run（或 tracker web、tracker schedule）和正在执行的其他命令")


def try_lock(file: IO[bytes], *, shared: bool = False) -> bool:
    """Lock an open file, shared with others or against all of them; False when somebody else holds it. Closing the
    file frees it."""
    try:
        if sys.platform == "win32":
            file.seek(os.getpid() % BYTES if shared else 0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1 if shared else BYTES)
        else:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def occupy(home: Path) -> IO[bytes]:
    """Share the register in ``home`` with whoever else works on it, until the file that comes back is closed; Refusal
    while a restore has it alone."""
    return _locked(home, Refusal(RESTORING, home=home), shared=True)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Have the register in ``home`` to oneself; Refusal while a server, a scheduler or a command works on it."""
    with closing(_locked(home, Refusal(IN_USE, home=home), shared=False)):
        yield


def _locked(home: Path, refusal: Refusal, *, shared: bool) -> IO[bytes]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (home / LOCK).open("a+b")
    if not try_lock(file, shared=shared):
        file.close()
        raise refusal
    return file

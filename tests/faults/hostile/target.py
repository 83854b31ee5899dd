"""The program that is attacked: real processes in a folder of their own, watched for memory, for what they write, for
whom they call and for whether they live."""

from __future__ import annotations

import http.server
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlite_utils import Database

from tests.factories import add_person, add_street, set_up_office
from tests.faults.world import TOP, Browser
from tests.patience import free_port, wait_until
from tests.test_run import children_of
from tracker.clock import now
from tracker.store import features
from tracker.store.database import rows, writing
from tracker.store.register import attachments, open_register

MB = 2**20
#: What the machine is protected with should a guard fail; far above what is promised.
CEILING = 1024 * MB
#: What must not stand in a log.
BROKEN = re.compile(r"Traceback|panicked| ERROR |CRITICAL|E-[0-9A-F]{6}|Killed|MemoryError")
STORED = "SELECT sha256, kind FROM evidence UNION SELECT sha256, kind FROM upload"
PEOPLE = (
    ("handler0", "handler", "王建国"),
    ("boss", "supervisor", "李处"),
    ("keeper", "admin", "管理"),
    ("clerk", "clerk", "林涛"),
)
ENVIRON = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")


def bounded() -> None:
    """In a child, before it begins."""
    resource.setrlimit(resource.RLIMIT_DATA, (CEILING, CEILING))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def memory(pid: int) -> int:
    """The most memory that the process has had since ``forget``, in bytes; 0 when it is gone."""
    with suppress(OSError, IndexError):
        return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) * 1024
    return 0


def forget(pid: int) -> None:
    """The most memory begins anew, where the system can do that."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


class Canary(http.server.BaseHTTPRequestHandler):
    """Answers whoever calls with a picture of nothing, and remembers it."""

    def do_GET(self) -> None:
        self.server.calls.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine that nobody should call, and who did."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    calls: list[str] = []
    server.calls = calls  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", calls
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Target:
    """``tracker web`` over an office with a handler, a supervisor and an administrator, below ``top``.

    ``broken`` is Python that every process of it runs first, to switch a guard off.
    """

    top: Path
    broken: str = ""
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    workers: tuple[int, ...] = ()
    read: int = 0

    @property
    def home(self) -> Path:
        return self.top / "office"

    @property
    def db(self) -> Database:
        """A connection of its own; close it."""
        return open_register(self.home, now())

    def environ(self) -> dict[str, str]:
        """Nothing of the tester's: a temporary folder and a home of its own."""
        kept = {name: os.environ[name] for name in ENVIRON if name in os.environ}
        folders = {
            "TMPDIR": str(self.top / "tmp"),
            "HOME": str(self.top / "user"),
            "PYTHONPATH": os.pathsep.join((str(self.top / "broken"), str(TOP))),
        }
        return {**kept, **folders, "TRACKER_HOME": str(self.home), "TRACKER_PORT": str(self.port)}

    def prepare(self) -> None:
        """The folders and the office, without a server."""
        for name in ("tmp", "user", "work", "broken"):
            (self.top / name).mkdir(parents=True)
        if self.broken:
            (self.top / "broken" / "sitecustomize.py").write_text(self.broken)
        db = open_register(self.home, now())
        _prepare(db)
        db.close()

    def start(self) -> None:
        self.prepare()
        with (self.top / "web.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "tracker", "web"],
                cwd=self.top / "work",
                env=self.environ(),
                stdout=log,
                stderr=log,
                preexec_fn=bounded,
                start_new_session=True,
            )
        wait_until(lambda: _answers(self.port) and len(children_of(self._pid)) == 2)
        self.workers = tuple(children_of(self._pid))

    @property
    def _pid(self) -> int:
        assert self.server is not None
        return self.server.pid

    def stop(self) -> None:
        if self.server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(timeout=20)

    def forget(self) -> None:
        for pid in self.workers:
            forget(pid)

    def most_memory(self) -> int:
        return max((memory(pid) for pid in self.workers), default=0)

    def harmed(self) -> list[str]:
        """What broke since this was asked last: a worker that died, an error in the log."""
        found = []
        if not all(map(memory, self.workers)):
            found.append("a worker died")
            wait_until(lambda: len([pid for pid in children_of(self._pid) if memory(pid)]) == 2)
            self.workers = tuple(pid for pid in children_of(self._pid) if memory(pid))
        log = (self.top / "web.log").read_text("utf-8", "replace")
        if BROKEN.search(log[self.read :]):
            found.append(f"log: {log[self.read :][-600:]}")
        self.read = len(log)
        return found

    def strayed(self) -> list[str]:
        """Files where none should be: below ``top`` but outside the office, and in no other place that was named."""
        from tests.faults.hostile.names import TOKEN

        below = (path for path in self.top.rglob("*") if path.is_file() and self.home not in path.parents)
        known = {self.top / "web.log", self.top / "broken" / "sitecustomize.py"}
        elsewhere = (Path("/tmp") / TOKEN, Path("/") / TOKEN, self.top.parent / TOKEN)
        return [str(path) for path in (*below, *filter(Path.exists, elsewhere)) if path not in known]

    def disagreeing(self) -> list[str]:
        """Files that no row speaks of, rows without their file, and files that are not what they are called."""
        folder = attachments(self.home)
        files = {path.name: path for path in folder.rglob("*") if path.is_file()} if folder.exists() else {}
        db = self.db
        known = {one["sha256"] for one in rows(db, STORED)}
        db.close()
        torn = [name for name, path in files.items() if sha256(path.read_bytes()).hexdigest() != name]
        return [*torn, *(known ^ files.keys())]


def _prepare(db: Database) -> None:
    set_up_office(db)
    with writing(db):
        features.switch(db, {"appeals", "sheets", "archive"})
    for account, roles in (("handler0", ("handler",)), ("boss", ("supervisor",)), ("keeper", ("admin",))):
        add_person(
            db, roles=roles, account=account, name={"boss": "李处", "keeper": "管理"}.get(account, "王建国"), at=now()
        )
    add_person(db, roles=("clerk",), account="clerk", name="林涛", at=now())
    add_street(db)


def _answers(port: int) -> bool:
    try:
        return Browser(port, "").ask("GET", "/healthz")[0] == 200
    except OSError:
        return False


@contextmanager
def target(top: Path, broken: str = "") -> Iterator[Target]:
    """The program at work; stopped at the end."""
    found = Target(top, broken)
    try:
        found.start()
        yield found
    finally:
        found.stop()

"""The ways by which a file comes in: the forms that take files, as a browser sends them, and the command."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from html import unescape
from pathlib import Path

from sqlite_utils import Database

from tests.factories import add_street, make_case
from tests.faults.hostile.attack import EVENING, LIST, NOTE, STAGE
from tests.faults.hostile.target import Target, bounded, memory
from tests.faults.world import Browser, hidden
from tests.test_run import children_of
from tracker.clock import local, now
from tracker.office.actors import actor_for
from tracker.store import cases, people, settings, uploads
from tracker.store.cases import Case
from tracker.store.facts import Evidence, evidence_of_case

BOUNDARY = b"----hostile"
PATIENCE = 60
#: So many files to a case: its page lists them all.
EACH = 25
INSPECTION = {
    "officers": "王建国、周明",
    "mode": "现场",
    "finding": "属实",
    "note": "夜间生产",
    "no_demand": "无",
    "reason": "无",
}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers, the bytes, and how long it took."""

    status: int
    headers: Message
    body: bytes
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def said(self) -> str:
        """The words of an error page or an error summary."""
        found = re.findall(r"<li>(?:<a [^>]*>)?([^<]+)|<h1[^>]*>([^<]+)|<p[^>]*>([^<]+)", self.text)
        return unescape("；".join(part.strip() for one in found for part in one if part.strip()))


def multipart(fields: dict[str, str], file: str, name: bytes, data: bytes) -> bytes:
    """The body of a form with one file, whose name is sent byte for byte as a browser would quote it."""
    quoted = name.replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (BOUNDARY, key.encode(), said.encode())
        for key, said in fields.items()
    ]
    head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: image/jpeg\r\n\r\n'
    return b"".join((*parts, head % (BOUNDARY, file.encode(), quoted), data, b"\r\n--%s--\r\n" % BOUNDARY))


class Visitor(Browser):
    """Somebody signed in, who sends bytes."""

    def __init__(self, port: int, account: str) -> None:
        super().__init__(port, account)
        self.sign_in()
        _status, _to, page = self.ask("GET", "/me")
        self.token = hidden(page, "csrf_token")

    def send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        head = {"Cookie": "; ".join(f"{name}={said}" for name, said in self.cookies.items())}
        if kind:
            head["Content-Type"] = kind
        try:
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read(), time.monotonic() - began)
        finally:
            connection.close()

    def upload(self, path: str, fields: dict[str, str], file: str, name: bytes, data: bytes) -> Answer:
        body = multipart({"csrf_token": self.token, **fields}, file, name, data)
        return self.send("POST", path, body, f"multipart/form-data; boundary={BOUNDARY.decode()}")


@dataclass
class Doors:
    """Everybody at their forms. ``made``: the cases, of which one takes so many files."""

    target: Target
    db: Database
    handler: Visitor
    keeper: Visitor
    case: Case | None = None
    files: int = 0
    made: list[Case] = field(default_factory=list)

    @classmethod
    def open(cls, target: Target) -> Doors:
        return cls(target, target.db, Visitor(target.port, "handler0"), Visitor(target.port, "keeper"))

    def new_case(self, at: datetime | None = None, **changes: object) -> Case:
        by_account = {one.account: one for one in people.everybody(self.db)}
        handler = by_account["handler0"]
        told = {"handler_id": handler.id, "street_id": add_street(self.db), **changes}
        case = make_case(self.db, actor_for(by_account["clerk"]), at or now(), **told)
        self.made.append(case)
        return case

    def note_case(self) -> Case:
        if self.case is None or self.files >= EACH:
            self.case, self.files = self.new_case(), 0
        self.files += 1
        return self.case

    def evidence(self, case: Case) -> tuple[Evidence, ...]:
        return evidence_of_case(self.db, case.id)

    def waiting(self) -> tuple[uploads.Upload, ...]:
        """The photographs that wait for a case."""
        handler = next(one for one in people.everybody(self.db) if one.account == "handler0")
        return tuple(one for one in uploads.waiting(self.db, handler.id) if one.case_id is None)

    def lay_aside(self) -> None:
        """Nothing waits any longer."""
        unwanted = {f"photo-{one.id}": "x" for one in self.waiting()}
        self.handler.ask("POST", "/evening", csrf_token=self.handler.token, do="save", **unwanted)

    def send(self, door: str, name: bytes, data: bytes) -> tuple[Answer, Case | None]:
        """Through one of the forms; the case that it was for."""
        if door == NOTE:
            case = self.note_case()
            seen = str(self.version(case))
            return self.handler.upload(
                f"/case/{case.no}/note", {"seen": seen, "note-note": "现场"}, "note-files", name, data
            ), case
        if door == STAGE:
            case = self.new_case()
            at = local(now(), self.zone()).strftime("%Y-%m-%d %H:%M")
            fields = {f"inspection-{key}": said for key, said in {**INSPECTION, "happened_at": at}.items()}
            fields["seen"] = str(self.version(case))
            return self.handler.upload(
                f"/case/{case.no}/stage/inspection", fields, "inspection-files", name, data
            ), case
        if door == EVENING:
            return self.handler.upload("/evening", {"do": "upload"}, "batch-files", name, data), None
        if door == LIST:
            day = local(now(), self.zone()).date().isoformat()
            return self.keeper.upload(
                "/appeals", {"rows": "", "holds_from": day, "note": "试"}, "file", name, data
            ), None
        raise KeyError(door)

    def version(self, case: Case) -> int:

        return cases.by_id(self.db, case.id).version

    def zone(self):  # type: ignore[no-untyped-def]

        return settings.office(self.db).zone


@dataclass(frozen=True)
class Run:
    """What a command came to."""

    code: int
    said: str
    seconds: float
    memory: int


def run_import(target: Target, path: Path, options: Sequence[str] = ()) -> Run:
    """``tracker import`` as a process; the most memory that it or its reader had."""
    began, most = time.monotonic(), 0
    with (target.top / "import.log").open("w+b") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker", "import", str(path), *options],
            cwd=target.top / "work",
            env=target.environ(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=bounded,
        )
        while process.poll() is None:
            for pid in (process.pid, *children_of(process.pid)):
                most = max(most, memory(pid))
            if time.monotonic() - began > 3 * PATIENCE:
                process.kill()
            time.sleep(0.01)
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    (target.top / "import.log").unlink()
    return Run(process.returncode, said, time.monotonic() - began, most)

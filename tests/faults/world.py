"""A program that runs for a fault: the server and the scheduler as processes of their own over one home, a mail server
that really listens, and people who work on it over HTTP."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from sqlite_utils import Database

from tests.factories import PASSWORD, add_person, add_street, set_up_office
from tests.mail_server import MailServer, listening
from tests.patience import PATIENCE, free_port
from tracker.clock import local, now
from tracker.store import settings
from tracker.store.database import execute, writing
from tracker.store.register import open_register

TOP = Path(__file__).resolve().parents[2]
HANDLERS = 3


@dataclass
class Program:
    """``tracker web`` and ``tracker schedule`` over one home, each in a process group of its own.

    ``broken`` is Python that every process of it runs first, to switch a guard off.
    """

    home: Path
    mail: MailServer
    broken: str = ""
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        environ = {
            **os.environ,
            "TRACKER_HOME": str(self.home),
            "TRACKER_PORT": str(self.port),
            "TRACKER_TICK_SECONDS": "1",
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": str(self.mail.port),
            "TRACKER_MAIL_FROM": "xinfang@example.gov.cn",
        }
        if self.broken:
            first = self.home.parent / "broken" / "sitecustomize.py"
            first.parent.mkdir(exist_ok=True)
            first.write_text(self.broken, "utf-8")
            environ["PYTHONPATH"] = os.pathsep.join((str(first.parent), str(TOP)))
        with (self.home.parent / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "tracker", name],
                cwd=TOP,
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """kill -9 of the process with all of its workers."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=PATIENCE)

    def stop(self) -> None:
        for name in tuple(self.running):
            self.kill(name)

    def log(self, name: str) -> str:
        path = self.home.parent / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@contextmanager
def program(home: Path, broken: str = "") -> Iterator[Program]:
    """The program over an office that may be written to at any hour of any day; stopped at the end."""
    db = open_register(home, now())
    prepare(db)
    db.close()
    with listening() as mail:
        running = Program(home, mail, broken)
        try:
            yield running
        finally:
            running.stop()


def prepare(db: Database) -> None:
    """An office with a clerk, handlers and a supervisor, whose people have addresses."""
    set_up_office(db)
    send_at_any_hour(db)
    add_person(db, roles=("clerk",), account="clerk", name="林涛", at=now())
    for n in range(HANDLERS):
        add_person(
            db, roles=("handler",), account=f"handler{n}", name=f"承办{n}", email=f"h{n}@example.gov.cn", at=now()
        )
    add_person(db, roles=("supervisor",), account="boss", name="李处", email="boss@example.gov.cn", at=now())
    add_street(db)


def send_at_any_hour(db: Database) -> None:
    """The office works today, whatever day it is, and its messages leave at night too."""
    with writing(db):
        settings.save(db, {"send_from": "00:00", "send_until": "23:59"})
        for days in range(-2, 3):
            day = local(now() + timedelta(days=days), settings.office(db).zone).date().isoformat()
            execute(db, "INSERT INTO calendar_override (day, works) VALUES (:day, 1)", {"day": day})


class Browser:
    """One person at a browser that keeps cookies and follows no redirect. OSError when the server is not there."""

    def __init__(self, port: int, account: str) -> None:
        self.port, self.account, self.cookies = port, account, dict[str, str]()

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, the address that it leads to, and the text."""
        body = urlencode(fields) if fields else None
        return self._ask(method, path, body, "application/x-www-form-urlencoded")

    def send_file(self, path: str, name: str, data: bytes, **fields: str) -> tuple[int, str, str]:
        """The same, of a form that is sent with a PDF in its field ``name``."""
        mark, line = secrets.token_hex(16), "Content-Disposition: form-data; name="
        parts = [f'{line}"{key}"\r\n\r\n{said}' for key, said in fields.items()]
        head = f'{line}"{name}"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        texts = "".join(f"--{mark}\r\n{part}\r\n" for part in parts)
        body = f"{texts}--{mark}\r\n{head}".encode() + data + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={mark}")

    def _ask(self, method: str, path: str, body: str | bytes | None, kind: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Cookie": "; ".join(f"{name}={said}" for name, said in self.cookies.items())}
        if body is not None:
            head["Content-Type"] = kind
        try:
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except http.client.HTTPException as error:
            raise ConnectionError(f"{error!r}") from None
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, answer.headers.get("Location", ""), text

    def sign_in(self) -> None:
        _status, _to, page = self.ask("GET", "/login")
        status, _to, text = self.ask(
            "POST", "/login", csrf_token=hidden(page, "csrf_token"), account=self.account, password=PASSWORD
        )
        if status != 302:
            raise AssertionError(f"{self.account} was not let in: {status} {text[:300]}")


def hidden(page: str, name: str) -> str:
    """The value of a field of the page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    if found is None:
        raise AssertionError(f"no {name} on the page: {page[:300]}")
    return unescape(found[1])


@dataclass
class Clerk:
    """Registers one complaint after another, sends a form again until it is acknowledged, and remembers which are."""

    program: Program
    pause: float = 0.02
    patient: bool = False  # goes on after a page that says what is wrong
    acknowledged: dict[str, str] = field(default_factory=dict)  # token → number
    wrong: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        browser, n = Browser(self.program.port, "clerk"), 0
        while not self.stopped.is_set():
            n += 1
            token = secrets.token_hex(8)
            form: dict[str, str] | None = None
            while form is None or token not in self.acknowledged:
                try:
                    form = form or self._form(browser, token, late=n % 2 == 0)
                    self._send(browser, form, token)
                except OSError:
                    time.sleep(0.05)
                except AssertionError as error:
                    self.wrong.append(str(error))
                    if not self.patient:
                        return
                if self.stopped.is_set():
                    return
            time.sleep(self.pause)

    def _form(self, browser: Browser, token: str, *, late: bool) -> dict[str, str]:
        status, _to, page = browser.ask("GET", "/new")
        if status == 302:  # to the sign-in
            browser.sign_in()
            _status, _to, page = browser.ask("GET", "/new")
        received = now() - timedelta(days=3 if late else 0)
        return {
            "csrf_token": hidden(page, "csrf_token"),
            "entry_key": hidden(page, "entry_key"),
            "channel": "电话",
            "phone": "13800000000",
            "street": "xg",
            "categories": "11",
            "place": f"港南路{token}",
            "content": f"夜间有塑料异味 {token}",
            "received_at": local(received, settings.Office().zone).strftime("%Y-%m-%d %H:%M"),
            "handler": "",
        }

    def _send(self, browser: Browser, form: dict[str, str], token: str) -> None:
        status, to, text = browser.ask("POST", "/new", **form)
        if status != 303:
            raise AssertionError(f"{status}: {' '.join(re.sub('<[^>]+>', ' ', text).split())[:400]}")
        self.acknowledged[token] = to.rsplit("/", 1)[-1].split("?")[0]


def answers(running: Program) -> bool:
    """Does the server serve?"""
    try:
        return Browser(running.port, "").ask("GET", "/healthz")[0] == 200
    except OSError:
        return False

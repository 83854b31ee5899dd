"""The overdue page against a bare Flask page over the same SQL, both under the product's server and its settings."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import Request, urlopen

from flask import Flask, render_template

from tests.factories import NOW
from tracker.config import Config
from tracker.office import signin
from tracker.rule.stages import RULE_1
from tracker.store import overdue, overdue_sql, people
from tracker.store.database import rows
from tracker.store.overdue import EVERYTHING
from tracker.store.register import open_register
from tracker.store.spans import late
from tracker.web.app import create_app

TOP = Path(__file__).resolve().parents[2]
ADDRESS, WORKERS, CONNECTIONS = "127.0.0.1", 2, 8
SIZE = 50
NAMES = ("no", "title", "categories", "limit_key", "street", "due_at", "handler", "last_reminded_at")
CELLS = "".join(f"<td>{{{{ row.{name} }}}}</td>" for name in NAMES)
TABLE = f"""<!doctype html><title>late</title>
<h1>{{{{ lights.overdue }}}} {{{{ lights.near }}}} {{{{ lights.normal }}}}</h1>
<table>{{% for row in rows %}}<tr>{CELLS}</tr>{{% endfor %}}</table>"""


@dataclass(frozen=True)
class Served:
    """Requests a second of the page and of the bare one, and the milliseconds of a processor that each request took:
    medians of the runs, taken in turn. The second does not mind what else the machine does."""

    page: float
    bare: float
    page_cpu: float
    bare_cpu: float

    @property
    def ratio(self) -> float:
        return self.page / self.bare


def bare(home: Path) -> Flask:
    """What Flask, SQLite, the same statements and a plain table give, with nothing of the product around them."""
    app = Flask("bare")
    table = app.jinja_env.from_string(TABLE)
    register = cache(lambda: open_register(home, NOW))  # in the worker's one thread, which asks first

    @app.route("/overdue")
    def listing() -> str:
        db = register()
        found = rows(db, overdue_sql.LIVE["due"], overdue._asked(NOW, EVERYTHING, late(NOW), "due", None, SIZE))
        return render_template(table, lights=overdue.lights(db, NOW, RULE_1), rows=found)

    return app


def page(home: Path) -> Flask:
    return create_app(Config(home=home), now=lambda: NOW)


@dataclass(frozen=True)
class Server:
    """A server that is up: the address of its page, and the process that its workers are children of."""

    url: str
    pid: int


@dataclass(frozen=True)
class Run:
    rate: float  # requests a second
    cpu: float  # milliseconds a request


APPS = {"bare": bare, "page": page}


def serve(which: str, home: str, port: str) -> None:
    """Like `tracker.run.serve_web`, for any application: granian, 2 workers of one thread each."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server as Granian

    server = Granian(
        "bench",
        address=ADDRESS,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=1,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_load, which, home), wrap_loader=False)


def _load(which: str, home: str, *_: object) -> Flask:
    return APPS[which](Path(home))


def measure(home: Path, seconds: int, runs: int) -> Served:
    """Let wrk ask for both pages, in turn, for so many seconds each."""
    cookie = signed_in(home)
    with serving("bare", home) as bare_page, serving("page", home) as own_page:
        told: dict[str, list[Run]] = {}
        for one in (bare_page, own_page):
            assert body(one.url, cookie).count("<tr") >= SIZE
        for _ in range(runs):
            for one in (bare_page, own_page):
                told.setdefault(one.url, []).append(_wrk(one, cookie, seconds))
    (bare_rate, bare_cpu), (page_rate, page_cpu) = (
        (median(run.rate for run in told[one.url]), median(run.cpu for run in told[one.url]))
        for one in (bare_page, own_page)
    )
    return Served(page_rate, bare_rate, page_cpu, bare_cpu)


def signed_in(home: Path) -> str:
    """The cookie of a supervisor, who sees every case."""
    db = open_register(home, NOW)
    token = signin.begin(db, people.with_role(db, "supervisor")[0].id, NOW, ADDRESS)
    db.close()
    client = page(home).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    client.get("/overdue")  # whose answer puts the mark of the forms into the cookie, once
    found = client.get_cookie("tracker")
    assert found is not None
    return f"tracker={found.value}"


@contextmanager
def serving(which: str, home: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    code = "import sys; from tests.bench.serving import serve; serve(*sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", code, which, str(home), str(port)], cwd=TOP)
    url = f"http://{ADDRESS}:{port}/overdue"
    try:
        until = monotonic() + 30
        while True:
            try:
                body(url, "")
                break
            except URLError:
                assert monotonic() < until, "the server did not come up"
                assert process.poll() is None, "the server ended"
                sleep(0.2)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def body(url: str, cookie: str) -> str:
    with urlopen(Request(url, headers={"Cookie": cookie}), timeout=10) as answer:
        return str(answer.read().decode())


def _wrk(server: Server, cookie: str, seconds: int) -> Run:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", f"Cookie: {cookie}", server.url]
    before = _cpu(server.pid)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    rate, requests = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"(\d+) requests in", told)
    assert rate, told
    assert requests, told
    return Run(float(rate[1]), (_cpu(server.pid) - before) / int(requests[1]) * 1000)


def _cpu(pid: int) -> float:
    """Seconds of a processor that a process and its children have used (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return ticks / os.sysconf("SC_CLK_TCK") + sum(_cpu(int(child)) for child in children)

"""An HTTP server that really listens on 127.0.0.1 and answers as it is told, like a robot or an SMS gateway."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Got:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Says:
    """One answer. ``drop``: the connection is cut instead; ``drip``: seconds between the bytes of the body."""

    status: int = 200
    body: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    drip: float = 0


@dataclass
class RobotServer:
    """``got``: what came in, in order. ``says``: what it answers, the last one for ever after."""

    got: list[Got] = field(default_factory=list)
    says: list[Says] = field(default_factory=lambda: [Says()])
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/send?key=secret-key-1234"

    def answer(self, *says: Says) -> None:
        self.says[:] = says

    def next(self) -> Says:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


def saying(code: int, name: str = "errcode", status: int = 200) -> Says:
    return Says(status, json.dumps({name: code, "errmsg": "said so"}).encode())


@contextmanager
def robot() -> Iterator[RobotServer]:
    told = RobotServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.got.append(Got(self.command, self.path, dict(self.headers), body))
            says = told.next()
            if says.drop:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(says.status)
            for name, value in {"Content-Length": str(len(says.body)), **says.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not says.drip:
                self.wfile.write(says.body)
            else:
                for n in range(len(says.body)):
                    self.wfile.write(says.body[n : n + 1])
                    self.wfile.flush()
                    time.sleep(says.drip)

        do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            pass

        def finish(self) -> None:
            with suppress(OSError):  # the connection was cut on purpose
                super().finish()

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a caller that hangs up is what some tests are about

    server = Quiet(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

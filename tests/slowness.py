"""A server that answers slowly, and its pages in pieces: what a test reads too early, it does not find."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

#: Where a page is cut: before what tests read.
CUTS = re.compile(rb"(?=<main|<h1|<tbody|<form|<section|</main)")


class Slowly:
    """Wait so many seconds before each answer, and as long again at each of three places inside a page.

    Styles and scripts are not kept waiting: no test reads them.
    """

    def __init__(self, app: Any, seconds: float) -> None:
        self.app, self.seconds = app, seconds

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = self.app(environ, start_response)
        if "/static/" in environ["PATH_INFO"]:
            return answer  # type: ignore[no-any-return]
        time.sleep(self.seconds)
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return self.pieces(body) if b"<html" in body[:200].lower() else [body]

    def pieces(self, page: bytes) -> Iterator[bytes]:
        parts = CUTS.split(page)
        most = max(1, -(-len(parts) // 4))
        for n in range(0, len(parts), most):
            if n:
                time.sleep(self.seconds)
            yield b"".join(parts[n : n + most])

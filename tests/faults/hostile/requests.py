"""Requests that are wrong themselves: forms without an end, lengths that lie, senders that never come to the point."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from tests.faults.hostile.attack import MB
from tests.faults.hostile.doors import BOUNDARY, Doors
from tests.faults.world import Browser

FORM = "multipart/form-data; boundary=" + BOUNDARY.decode()
CHUNKED = "Transfer-Encoding: chunked"
#: As long as anybody else may wait for a page meanwhile.
OTHERS = 3.0
SLOW = 12


@dataclass(frozen=True)
class Request:
    """Head lines and a body as they go over the line; ``cut``: the sender hangs up after it."""

    what: str
    head: tuple[str, ...]
    body: Callable[[bytes], bytes]
    cut: bool = False


def part(name: str, data: bytes, file: str = "", more: str = "") -> bytes:
    told = f'; filename="{file}"' if file else ""
    head = f'Content-Disposition: form-data; name="{name}"{told}{more}'
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY, head.encode(), data)


def form(*parts: bytes, end: bytes = b"--%s--\r\n" % BOUNDARY) -> Callable[[bytes], bytes]:
    """A form with the token of the sender, these parts and an end."""
    return lambda token: part("csrf_token", token) + b"".join(parts) + end


def length(size: int) -> tuple[str, str]:
    return (f"Content-Type: {FORM}", f"Content-Length: {size}")


GOOD = part("note-files", b"\xff\xd8\xff\xe0photo", "a.jpg")


def requests() -> Iterator[Request]:
    """All but those that only keep a connection open."""
    plain = (f"Content-Type: {FORM}",)
    urlencoded = ("Content-Type: application/x-www-form-urlencoded",)
    yield Request("no boundary", ("Content-Type: multipart/form-data",), form(GOOD))
    yield Request("an empty boundary", ("Content-Type: multipart/form-data; boundary=",), form(GOOD))
    yield Request("another boundary", ("Content-Type: multipart/form-data; boundary=x",), form(GOOD))
    yield Request(
        "a boundary of 5,000 letters", (f"Content-Type: multipart/form-data; boundary={'x' * 5000}",), form(GOOD)
    )
    yield Request("a form without an end", plain, form(GOOD, end=b""))
    yield Request("a file without an end", plain, form(GOOD[:-2], end=b""))
    yield Request("an end at the beginning", plain, lambda _token: b"--%s--\r\n" % BOUNDARY + GOOD)
    yield Request("a part without a head", plain, form(b"--%s\r\n\r\nx\r\n" % BOUNDARY))
    yield Request("a part of nothing", plain, form(b"--%s\r\n" % BOUNDARY))
    yield Request("lines ended by LF alone", plain, lambda token: form(GOOD)(token).replace(b"\r\n", b"\n"))
    yield Request("a form in a form", plain, form(part("a", form(GOOD)(b""), more="\r\nContent-Type: " + FORM)))
    for size in (100_000, 3 * MB):
        yield Request(f"a head of {size} letters", plain, form(part("a" * size, b"x")))
        yield Request(f"a name of {size} letters", plain, form(part("note-files", b"\xff\xd8\xff", "a" * size)))
    yield Request("a name twice", plain, form(part("note-files", b"\xff\xd8\xff", "a.jpg", '; filename="../b.jpg"')))
    yield Request("a name in another code", plain, form(part("note-files", b"x", more="; filename*=utf-7''%2BADw-")))
    yield Request("a name of no code", plain, form(part("note-files", b"x", more="; filename*=x''%ff%00%0d%0a")))
    for count in (1_001, 50_000):
        yield Request(f"{count} parts", plain, form(part("note-files", b"x", "a.jpg") * count))
        yield Request(f"{count} fields", plain, form(part("a", b"x") * count))
    yield Request("900 files of one name", plain, form(GOOD * 900))
    yield Request("5 MB of text", plain, form(part("note-note", b"a" * 5 * MB)))
    yield Request("200,000 fields", urlencoded, lambda _token: b"&".join([b"a=1"] * 200_000))
    yield Request("5 MB of percent signs", urlencoded, lambda _token: b"a=" + b"%" * 5 * MB)
    yield Request(
        "text of no code", (urlencoded[0] + "; charset=utf-7",), lambda token: b"csrf_token=" + token + b"&a=\xff"
    )
    yield Request("110 MB", plain, lambda _token: bytes(110 * MB))
    yield Request("110 MB of files", plain, form(*[part("note-files", bytes(11 * MB), "a.jpg")] * 10))
    yield Request("a terabyte said, nothing sent", length(2**40), lambda _token: b"", cut=True)
    yield Request("twice as much said as sent", length(9999), form(GOOD), cut=True)
    yield Request("less said than sent", length(60), form(GOOD))
    for said in ("-1", "x", "1e9", "99999999999999999999999", "5\r\nContent-Length: 9999"):
        yield Request(f"a length of {said!r}", (*plain, f"Content-Length: {said}"), form(GOOD), cut=True)
    yield Request("pieces without an end", (*plain, CHUNKED), lambda _token: b"5\r\nabcde\r\n", cut=True)
    yield Request("a piece of all sizes", (*plain, CHUNKED), lambda _token: b"ffffffffffffffff\r\nabc", cut=True)
    yield Request(
        "pieces of 110 MB", (*plain, CHUNKED), lambda _token: (b"100000\r\n" + bytes(MB) + b"\r\n") * 110 + b"0\r\n\r\n"
    )
    yield Request(
        "pieces and a length", (*plain, CHUNKED, "Content-Length: 3"), lambda _token: b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    )
    yield Request("a head of a megabyte", (*plain, f"X-Long: {'x' * MB}"), form(GOOD))
    yield Request("5,000 lines of a head", (*plain, *(f"X-{n}: x" for n in range(5_000))), form(GOOD))


def answer(doors: Doors, path: str, request: Request) -> int:
    """The status that comes back; 0 when the connection was closed without a word."""
    body = request.body(doors.handler.token.encode())
    lines = list(request.head)
    if not any(line.startswith(("Content-Length", "Transfer")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    with closing(opened(doors, path, lines)) as line, suppress(OSError):
        line.settimeout(20)
        with suppress(OSError):  # refused before all of it was sent
            line.sendall(body)
        if request.cut:
            line.shutdown(socket.SHUT_WR)
        first = line.recv(4096).split(b" ")
        return int(first[1]) if len(first) > 1 else 0
    return 0


def opened(doors: Doors, path: str, lines: list[str]) -> socket.socket:
    """A connection on which the head of a request has gone out."""
    cookies = "; ".join(f"{name}={said}" for name, said in doors.handler.cookies.items())
    head = "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Cookie: {cookies}", *lines))
    line = socket.create_connection(("127.0.0.1", doors.target.port), timeout=20)
    with suppress(OSError):
        line.sendall(f"{head}\r\n\r\n".encode())
    return line


def slowly(doors: Doors, path: str) -> float:
    """So many send a letter now and then; the longest that anybody else waits for a page, in seconds."""
    lines = [opened(doors, path, list(length(10**6))) for _ in range(SLOW)]
    longest = 0.0
    try:
        for _ in range(5):
            for line in lines:
                line.sendall(b"x")
            time.sleep(0.1)
            began = time.monotonic()
            with suppress(OSError):
                Browser(doors.target.port, "").ask("GET", "/healthz")
            longest = max(longest, time.monotonic() - began)
            if longest > OTHERS:
                break
    finally:
        for line in lines:
            line.close()
    return longest


def judged(doors: Doors, found: Iterator[Request] | None = None) -> tuple[int, list[str]]:
    """How many there were, and what is wrong with what came of them."""
    wrong: list[str] = []
    case = doors.new_case()
    path = f"/case/{case.no}/note"
    count = 0
    for request in found or requests():
        count += 1
        doors.target.forget()
        status = answer(doors, path, request)
        if status >= 500:
            wrong.append(f"{request.what}: status {status}")
        most = doors.target.most_memory()
        wrong += [f"{request.what}: {one}" for one in doors.target.harmed()]
        if most > 256 * MB:
            wrong.append(f"{request.what}: {most // MB} MB")
    if (waited := slowly(doors, path)) > OTHERS:
        wrong.append(f"{SLOW} slow senders: others waited {waited:.0f} s")
    return count + 1, wrong

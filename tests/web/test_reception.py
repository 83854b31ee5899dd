"""Requests that come slowly, too large or not at all, and those that wait meanwhile."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable

import pytest

from tracker.web import reception
from tracker.web.reception import Reception, receive


def echo(environ, start) -> Iterable[bytes]:
    start("200 OK", [])
    return [threading.current_thread().name.encode(), environ["wsgi.input"].read()]


def ask(front: Reception, source, length: int) -> tuple[str, bytes]:
    said: list[str] = []
    parts = front({"wsgi.input": source, "CONTENT_LENGTH": str(length)}, lambda status, _head: said.append(status))
    return said[0], b"".join(parts)


class Slow:
    """Sends its bytes when it is let."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.go = list(parts), threading.Event()

    def read(self, _size: int) -> bytes:
        self.go.wait(10)
        return self.parts.pop(0) if self.parts else b""


def test_what_comes_in_pieces_is_handed_over_whole():
    data = bytes(range(256)) * 9000
    status, text = ask(Reception(echo, len(data)), io.BytesIO(data), len(data))
    assert status == "200 OK"
    assert text == b"pages_0" + data


def test_nobody_waits_for_one_who_sends_slowly():
    front, slow, answers = Reception(echo, 100), Slow(b"late"), list[tuple[str, bytes]]()
    waiting = threading.Thread(target=lambda: answers.append(ask(front, slow, 4)))
    waiting.start()
    assert ask(front, io.BytesIO(b"soon"), 4) == ("200 OK", b"pages_0soon")
    assert answers == []
    slow.go.set()
    waiting.join(10)
    assert answers == [("200 OK", b"pages_0late")]


def test_so_many_large_ones_lie_on_the_disk_and_the_next_waits_for_one_to_end(monkeypatch):
    monkeypatch.setattr(reception, "IN_MEMORY", 10)
    monkeypatch.setattr(reception, "LARGE", 1)
    front, slow, answers = Reception(echo, 100), Slow(b"x" * 20, b""), list[bytes]()
    first = threading.Thread(target=lambda: answers.append(ask(front, slow, 20)[1][-20:]))
    slow.go.set()
    front.large.acquire()
    first.start()
    assert ask(front, io.BytesIO(b"small"), 5)[1].endswith(b"small")
    first.join(0.1)
    assert answers == []
    front.large.release()
    first.join(10)
    assert answers == [b"x" * 20]
    assert front.large.acquire(blocking=False)


def test_every_page_is_made_by_one_thread():
    front = Reception(lambda _environ, _start: [str(threading.get_ident()).encode()], 1)
    made = {b"".join(front({}, print)) for _ in range(5)}
    assert len(made) == 1
    assert made != {str(threading.get_ident()).encode()}


@pytest.mark.parametrize(("size", "kept", "left"), [(10, 10, 0), (11, 11, 0), (30, 11, 0), (10**6, 11, 10**6 - 2**16)])
def test_too_much_is_taken_in_and_thrown_away_as_far_as_that_helps_the_sender(size, kept, left):
    source, body = io.BytesIO(bytes(size)), io.BytesIO()
    assert receive(source, body, 10)
    assert len(body.getvalue()) == kept
    assert len(source.read()) == left


def test_what_trickles_is_ended(monkeypatch):
    monkeypatch.setattr(reception, "PATIENCE", 0.0)
    slow = Slow(*[b"x"] * 1000)
    slow.go.set()
    monkeypatch.setattr(reception, "RATE", 10**9)
    assert ask(Reception(echo, 10**6), slow, 1000) == (reception.TOO_SLOW, b"")
    assert len(slow.parts) > 990


def test_what_takes_too_long_in_all_is_ended(monkeypatch):
    monkeypatch.setattr(reception, "LONGEST", -1.0)
    assert ask(Reception(echo, 100), io.BytesIO(b"x"), 1)[0] == reception.TOO_SLOW


def test_an_error_of_the_pages_is_raised_to_the_server():
    def broken(_environ, _start):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Reception(broken, 1)({}, print)

"""kill -9 between sending and recording: nothing is lost, and what is repeated goes under the same Message-ID.

A real child process sends, a server that really listens kills it once the message is taken and before the answer.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.mail_server import MailServer
from tests.office.cases_sql import add_case, natural
from tracker.clock import to_text
from tracker.notify.sender import LEASE
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store.database import rows

CHILD = """
import sys
from pathlib import Path
from tracker.clock import from_text
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.store.register import open_register

home, port, at = Path(sys.argv[1]), int(sys.argv[2]), from_text(sys.argv[3])
config = Config(home=home, smtp_host="127.0.0.1", smtp_port=port, mail_from="xinfang@example.gov.cn")
Sender(config, lambda: at).send_waiting(open_register(home, at))
"""


class Killer(MailServer):
    """Kills the process that has just handed it a message, as often as it is told to."""

    kills = 0
    sender: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if self.kills and self.sender is not None:
            self.kills -= 1
            self.sender.kill()
            self.sender.wait()
        return answer


@pytest.fixture
def server():
    server = Killer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def send(home, server):
    """Run one sender at an instant, as a process of its own; its exit code."""

    def run(at) -> int:
        arguments = [sys.executable, "-c", CHILD, str(home), str(server.port), to_text(at)]
        server.sender = subprocess.Popen(arguments, env={**os.environ, "PYTHONPATH": "."})
        return server.sender.wait(timeout=60)

    return run


@pytest.fixture
def people(register, make_person):
    """Three handlers, to each of whom a message waits."""
    ids = [make_person(roles=("handler",), email=f"p{n}@example.gov.cn").id for n in range(3)]
    for person in ids:
        replan(register, add_case(register, natural("2026-06-17"), handler_id=person), NOW, "登记")
    tick(register, NOW, "example.gov.cn")
    return ids


def test_a_kill_between_sending_and_recording_loses_nothing_and_repeats_only_under_the_same_id(
    register, people, server, send
):
    server.kills = 1
    assert send(NOW) == -signal.SIGKILL
    assert [r["sent_at"] for r in rows(register, "SELECT sent_at FROM delivery")] == [None, None, None]

    assert send(NOW + timedelta(seconds=20)) == 0  # the others do not wait for the lease
    assert len(server.got) == 3
    assert send(NOW + LEASE) == 0
    assert send(NOW + LEASE + timedelta(hours=1)) == 0

    ids = server.ids()
    assert len(ids) == 4
    assert ids[0] == ids[3]
    kept = rows(register, "SELECT message_id, tries, sent_at FROM delivery ORDER BY tries")
    assert sorted(set(ids)) == sorted(r["message_id"] for r in kept)
    assert [r["tries"] for r in kept] == [1, 1, 2]
    assert None not in [r["sent_at"] for r in kept]
    assert set(server.recipients) == {"p0@example.gov.cn", "p1@example.gov.cn", "p2@example.gov.cn"}


def test_each_kill_repeats_one_message_at_most(register, people, server, send):
    server.kills, at = 5, NOW
    for _ in range(12):
        send(at)
        at += LEASE
    assert server.kills == 0
    assert len(set(server.ids())) == 3
    assert len(server.ids()) <= 3 + 5
    assert [r["sent_at"] is None for r in rows(register, "SELECT sent_at FROM delivery")] == [False] * 3

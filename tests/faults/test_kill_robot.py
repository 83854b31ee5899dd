"""kill -9 while a group has the message and the sender has not recorded it: nothing is lost, each kill repeats one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural
from tests.robot_server import Got, robot
from tracker.clock import to_text
from tracker.notify.sender import LEASE, MOST_UNSURE
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.channels import Settings
from tracker.store import channels, choosing
from tracker.store.channels import Channel
from tracker.store.choosing import Choice
from tracker.store.database import rows

CHILD = """
import sys
from pathlib import Path
from tracker.clock import from_text
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.store.register import open_register

home, at = Path(sys.argv[1]), from_text(sys.argv[2])
Sender(Config(home=home), lambda: at).send_waiting(open_register(home, at))
"""


class Killing(list[Got]):
    """Kills the process that has just handed a message over, as often as it is told to."""

    kills = 0
    sender: subprocess.Popen[bytes] | None = None

    def append(self, got: Got) -> None:
        super().append(got)
        if self.kills and self.sender is not None:
            self.kills -= 1
            self.sender.kill()
            self.sender.wait()


@pytest.fixture
def gateway(register, make_person):
    """A gateway that reaches three handlers, to each of whom a message waits."""
    with robot() as server:
        server.got = Killing()
        channel = Channel(0, "template", "短信", None, "", True, True, True, True)
        settings = Settings(url=server.url, body='{"to": "%(to)s", "no": "%(no)s"}')
        channel_id = channels.add(register, channel, settings)
        for n in range(3):
            person = make_person(roles=("handler",)).id
            choosing.choose(register, person, channel_id, Choice(True, f"1390000000{n}"))
            replan(register, add_case(register, natural("2026-06-17"), handler_id=person), NOW, "登记")
        tick(register, NOW)
        yield server


def send(home, server, at) -> int:
    environ = {**os.environ, "PYTHONPATH": "."}
    server.got.sender = subprocess.Popen([sys.executable, "-c", CHILD, str(home), to_text(at)], env=environ)
    return server.got.sender.wait(timeout=60)


def keys(server) -> list[str]:
    return [got.headers["Idempotency-Key"] for got in server.got]


@pytest.mark.parametrize("kills", [1, 3])
def test_each_kill_repeats_one_message_under_the_same_key_and_loses_none(home, register, gateway, kills):
    assert kills < MOST_UNSURE
    gateway.got.kills, at = kills, NOW
    assert send(home, gateway, at) == -signal.SIGKILL
    for _ in range(kills + 2):
        at += LEASE
        send(home, gateway, at)
    assert gateway.got.kills == 0
    assert len(set(keys(gateway))) == 3
    assert len(keys(gateway)) <= 3 + kills
    assert sorted({got.json["to"] for got in gateway.got}) == ["13900000000", "13900000001", "13900000002"]
    kept = rows(register, "SELECT sent_at, tries, failed FROM delivery")
    assert all(r["sent_at"] for r in kept)
    assert sum(r["tries"] for r in kept) == 3 + kills
    assert sum(r["failed"] for r in kept) == 0

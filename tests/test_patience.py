"""What is promised in seconds is judged by them, and by more only where the machine is busy."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import pytest

from tests import patience
from tests.patience import PORTS, InTime, free_port, slowness, wait_until


@pytest.mark.parametrize(("slow", "kept"), [(1.0, False), (50.0, True)])
def test_what_takes_longer_than_promised_fails_unless_the_machine_is_as_slow(monkeypatch, slow, kept):
    monkeypatch.setattr(patience, "slowness", lambda: slow)
    late = []
    try:
        with InTime(0.1):
            time.sleep(0.3)
    except AssertionError as error:
        late.append(str(error))
    assert bool(late) != kept


def test_a_machine_is_never_taken_to_be_faster_than_usual(monkeypatch):
    monkeypatch.setattr(patience, "USUAL_START", 1000.0)
    assert slowness() == 1


def test_what_fails_inside_says_so_itself():
    with pytest.raises(KeyError), InTime(0.0):
        raise KeyError("a")


def test_what_never_happens_is_not_waited_for_without_end():
    with pytest.raises(AssertionError, match="did not happen"):
        wait_until(lambda: False, seconds=0.05)


def test_a_free_port_is_none_that_the_system_gives_away_and_nobody_listens_there(monkeypatch):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", free_port()))
        taken = other.getsockname()[1]
        assert taken in PORTS
        monkeypatch.setattr(patience, "PORTS", [*range(15_000, 15_199), taken])
        assert free_port() != taken

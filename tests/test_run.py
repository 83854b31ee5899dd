"""``tracker run`` and ``tracker web`` as a user starts them: real server, real signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import PATIENCE, InTime, free_port, wait_until
from tracker.config import Config
from tracker.rule.refusals import Refusal
from tracker.run import listening_address

TOP = Path(__file__).resolve().parent.parent


@dataclass
class Program:
    process: subprocess.Popen[str]
    home: Path
    port: int

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def processes(self) -> set[int]:
        """Every living process of this home, found by its environment."""
        mark = f"TRACKER_HOME={self.home}".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                running = entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
                if running and mark in entry.joinpath("environ").read_bytes().split(b"\0"):
                    found.add(int(entry.name))
            except OSError:
                continue
        return found

    def complete(self) -> bool:
        """The server and the scheduler below the program, two workers below the server."""
        below = [children_of(pid) for pid in children_of(self.process.pid)]
        return sorted(map(len, below)) == [0, 2]

    def stop(self, number: int) -> tuple[str, str]:
        """Send the signal, upon which everything ends in time; what was printed."""
        with InTime(5):
            os.kill(self.process.pid, number)
            return self.process.communicate(timeout=PATIENCE)


def children_of(pid: int) -> list[int]:
    """Living child processes, without the one that multiprocessing keeps for its own resources."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


@pytest.fixture
def start(tmp_path) -> Iterator:
    programs: list[Program] = []

    def start(*arguments: str) -> Program:
        port = free_port()
        environ = {**os.environ, "TRACKER_HOME": str(tmp_path), "TRACKER_PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker", *arguments],
            cwd=TOP,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        program = Program(process, tmp_path, port)
        programs.append(program)
        wait_until(lambda: program.answers() or process.poll() is not None)
        return program

    yield start
    for program in programs:
        for pid in program.processes():
            os.kill(pid, signal.SIGKILL)
        program.process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["run", "web"])
def test_it_prints_url_and_code_serves_and_stops_in_time_without_leaving_a_process(start, command, number):
    program = start(command)
    out, errors = program.stop(number)
    assert program.process.returncode == 0, errors
    assert f"http://127.0.0.1:{program.port}" in out
    assert f"监听：127.0.0.1 端口 {program.port}" in out
    assert re.search(r"安装码：[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", out)
    assert "Traceback" not in errors
    assert "Consider reviewing" not in out + errors, "whoever starts it has nothing to review"
    assert command == "web" or f"收到 {signal.Signals(number).name}，正在停止" in errors
    assert program.processes() == set()


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_which_reaches_every_process_ends_quietly(start):
    program = start("run")
    os.killpg(program.process.pid, signal.SIGINT)
    out, errors = program.process.communicate(timeout=PATIENCE)
    assert program.process.returncode == 0
    assert "Traceback" not in out + errors
    assert program.processes() == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "web"])
def test_no_process_outlives_a_program_that_was_killed(start, command):
    program = start(command)
    with InTime(6):
        os.kill(program.process.pid, signal.SIGKILL)
        wait_until(lambda: not program.processes())


@pytest.mark.slow
def test_whatever_is_killed_comes_back(start):
    """The server, each of its workers and the scheduler, one after the other."""
    program = start("run")
    wait_until(program.complete)
    scheduler, server = sorted(children_of(program.process.pid), key=lambda pid: len(children_of(pid)))
    for pid in (*children_of(server), scheduler, server):
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: pid not in program.processes())
        wait_until(lambda: program.complete() and program.answers())
    program.stop(signal.SIGTERM)


@pytest.mark.slow
def test_a_request_is_answered_while_another_connection_only_listens(start):
    program = start("web")
    with closing(socket.create_connection(("127.0.0.1", program.port))) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        assert program.answers()
        program.stop(signal.SIGTERM)


def test_a_port_in_use_is_refused_by_its_number_with_another_one():
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=f"{port}.*TRACKER_PORT=") as caught:
            listening_address(Config(home=Path("/x"), port=port))
    assert caught.value.field == "TRACKER_PORT"


def test_a_port_shared_by_another_server_of_this_kind_is_in_use_too():
    with closing(socket.socket()) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refusal, match="已被占用"):
            listening_address(Config(home=Path("/x"), port=other.getsockname()[1]))


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_of_this_machine_is_refused(host):
    with pytest.raises(Refusal, match=f"TRACKER_HOST.*{host}"):
        listening_address(Config(home=Path("/x"), host=host))


def test_a_host_name_becomes_the_address_to_listen_on():
    assert listening_address(Config(home=Path("/x"), host="localhost", port=free_port())) in ("127.0.0.1", "::1")

"""A request goes where it is meant to go and nowhere else."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.patience import free_port
from tests.robot_server import Says, robot
from tracker.notify import outgoing
from tracker.notify.outgoing import Forbidden, Request, Unreachable, Unsure, may_speak_to, send


@pytest.fixture
def server():
    with robot() as server:
        yield server


def to(url, *, inside=True):
    return Request("POST", url, (("X-One", "1"),), b"body", inside)


def test_a_request_arrives_whole(server):
    reply = send(to(f"http://127.0.0.1:{server.port}/a/b?c=d"))
    (got,) = server.got
    assert (got.method, got.path, got.body) == ("POST", "/a/b?c=d", b"body")
    assert got.headers["X-One"] == "1"
    assert got.headers["Host"] == f"127.0.0.1:{server.port}"
    assert reply.status == 200


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:53aa:64c::1",
        "fec0::1",
        "::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "nonsense",
    ],
)
def test_an_address_that_is_none_of_the_internet_is_refused(address):
    assert not may_speak_to(address, inside=False)
    with pytest.raises(Forbidden):
        send(to("https://robot.example/send", inside=False), resolve=lambda host, port: [address])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_an_address_of_the_internet_is_spoken_to(address):
    assert may_speak_to(address, inside=False)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"])
def test_link_local_addresses_are_refused_inside_the_office_too(address):
    assert not may_speak_to(address, inside=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.10", "10.1.2.3", "fc00::9", "::1"])
def test_the_offices_own_network_is_spoken_to_when_that_is_allowed(address):
    assert may_speak_to(address, inside=True)
    assert not may_speak_to(address, inside=False)


def test_one_bad_address_among_good_ones_is_enough(server):
    with pytest.raises(Forbidden):
        send(to("https://robot.example/send", inside=False), resolve=lambda *_: ["93.184.216.34", "127.0.0.1"])
    assert server.got == []


def test_a_name_that_resolves_differently_the_second_time_changes_nothing(server):
    """DNS rebinding: the name is asked once, and the connection goes to what was looked at."""
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    send(to(f"http://rebinding.example:{server.port}/"), resolve=rebinding)
    assert asked == ["rebinding.example"]
    assert server.got[0].headers["Host"] == f"rebinding.example:{server.port}"


def test_without_permission_plain_http_does_not_leave(server):
    with pytest.raises(Forbidden, match="http"):
        send(to(f"http://robot.example:{server.port}/", inside=False), resolve=lambda *_: ["93.184.216.34"])


def test_a_proxy_of_the_environment_is_not_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert send(to(f"http://127.0.0.1:{server.port}/")).status == 200


def test_a_redirect_is_not_followed(server):
    server.answer(Says(302, b"", {"Location": f"http://127.0.0.1:{server.port}/elsewhere"}), Says())
    assert send(to(f"http://127.0.0.1:{server.port}/")).status == 302
    assert len(server.got) == 1


def test_nobody_there_is_told_from_a_lost_reply(server):
    with pytest.raises(Unreachable):
        send(to(f"http://127.0.0.1:{free_port()}/"))
    with pytest.raises(Unreachable):
        send(to("http://no-such-host.invalid/"))
    server.answer(Says(drop=True))
    with pytest.raises(Unsure):
        send(to(f"http://127.0.0.1:{server.port}/"))


def test_a_name_without_an_address_is_out_of_reach():
    with pytest.raises(Unreachable, match="no address"):
        send(to("http://robot.example/"), resolve=lambda *_: [])


def test_an_answer_is_read_up_to_its_limit(server):
    server.answer(Says(200, b"x" * 500_000))
    assert len(send(to(f"http://127.0.0.1:{server.port}/")).body) == outgoing.LARGEST_ANSWER


def test_a_server_that_says_nothing_is_left_after_the_time_out(monkeypatch):
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unsure):
        send(to(f"http://127.0.0.1:{silent.getsockname()[1]}/"))


def test_a_server_that_answers_byte_by_byte_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(outgoing, "LONGEST", 0.5)
    server.answer(Says(200, b"x" * 200, drip=0.1))
    begun = time.monotonic()
    with suppress(Unsure):
        assert len(send(to(f"http://127.0.0.1:{server.port}/")).body) < 200
    assert time.monotonic() - begun < 10  # the whole answer takes twenty seconds


@pytest.fixture
def secured(tmp_path, monkeypatch):
    """An https server with a certificate of its own for robot.example, and the file that makes it trusted."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=robot.example"]
    command += ["-addext", "subjectAltName=DNS:robot.example", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    said = []

    def serve(listener):
        while True:
            try:
                plain, _address = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as one:
                    heard = b""
                    while not heard.endswith(b"body"):
                        heard += one.recv(4096)
                    said.append(heard)
                    one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                continue  # a caller that does not trust us

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1], cert, said
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_the_certificate_must_be_that_of_the_name(secured, monkeypatch):
    port, cert, said = secured
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        send(to(f"https://robot.example:{port}/"), resolve=lambda *_: ["127.0.0.1"])
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with pytest.raises(Unreachable, match=r"[Hh]ostname mismatch"):
        send(to(f"https://other.example:{port}/"), resolve=lambda *_: ["127.0.0.1"])
    assert said == []
    assert send(to(f"https://robot.example:{port}/"), resolve=lambda *_: ["127.0.0.1"]).body == b"ok"
    assert b"Host: robot.example" in said[0]


@pytest.mark.parametrize(
    ("asked", "rest"),
    [("7", 7), ("99999", 1800), ("-1", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("１", None)],
)
def test_a_server_may_ask_for_patience_up_to_half_an_hour(asked, rest):
    assert outgoing._rest(asked) == (None if rest is None else timedelta(seconds=rest))


def test_a_request_says_who_it_is_from_and_nothing_else(server):
    send(replace(to(f"http://127.0.0.1:{server.port}/"), headers=()))
    names = {name.lower() for name in server.got[0].headers}
    assert names == {"host", "accept-encoding", "content-length", "user-agent", "accept", "connection"}

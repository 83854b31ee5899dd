"""One HTTP request out of the house, to where it is meant to go and nowhere else.

The name is resolved once, the addresses are looked at, and the connection is made to one of those very addresses, so
that a second answer of the name server changes nothing (DNS rebinding). The certificate is that of the name. No proxy
of the environment, no redirect, no connection kept, an answer of limited size within limited time.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

#: Seconds: for one answer of the other side, and for the whole of it. Far under the lease of a claim.
TIMEOUT, LONGEST = 5.0, 15.0
LARGEST_ANSWER = 64 * 1024
#: A server that asks for more patience than this is tried again all the same.
LONGEST_REST = timedelta(minutes=30)

#: host, port → addresses, as ``socket.getaddrinfo`` names them.
Resolve = Callable[[str, int], list[str]]

#: Addresses that hide an IPv4 address: where it lies in the 128 bits (RFC 6052, 3056, 4291).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
TEREDO = ipaddress.ip_network("2001::/32")
#: All of the internet that speaks IPv6 (IANA); the library takes what lies outside for public unless it knows better,
#: such as site-local addresses and translations that a network keeps to itself (RFC 3879, 8215).
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class Forbidden(Exception):
    """The address is none that this channel may speak to."""


class Unreachable(Exception):
    """No connection: the message certainly was not taken."""


class Unsure(Exception):
    """The connection broke after the message had begun to leave: it may have been taken."""


@dataclass(frozen=True)
class Request:
    """``url`` was checked when it was typed (tracker/rule/channels.py); ``inside``: to the office's own network."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    inside: bool = False


@dataclass(frozen=True)
class Reply:
    """The status, the first 64 KiB of the body, and how long the server wants to be left alone."""

    status: int
    body: bytes
    rest: timedelta | None = None


def resolve_by_system(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def send(request: Request, resolve: Resolve = resolve_by_system) -> Reply:
    """Send it and read the answer. Raises Forbidden, Unreachable or Unsure."""
    parts = urlsplit(request.url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if not secure and not request.inside:
        raise Forbidden("http")
    raw = _connected(host, port, request.inside, resolve)
    with _no_longer_than(LONGEST, raw) as held:
        if secure:
            _secure(held, host)
        connection = http.client.HTTPConnection(host, port)
        connection.default_port = 443 if secure else 80  # it goes without saying in the Host header
        connection.auto_open = 0  # never to another address than the one that was looked at
        connection.sock = held.socket
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _spoken(connection, request, path)


def _connected(host: str, port: int, inside: bool, resolve: Resolve) -> socket.socket:
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host}: {error}") from error
    for address in addresses:
        if not may_speak_to(address, inside):
            raise Forbidden(address)
    fault: OSError = OSError(f"{host}: no address")
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT)
        except OSError as error:
            fault = error
    raise Unreachable(f"{host}: {fault}") from fault


def may_speak_to(address: str, inside: bool) -> bool:
    """Is it an address of the internet, or (``inside``) one of the office's own network or of this machine? Link-local
    ones, where clouds keep their secrets, never are."""
    try:
        ip: Any = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if ip.version == 6:
        if ip.ipv4_mapped or ip.sixtofour:
            return may_speak_to(str(ip.ipv4_mapped or ip.sixtofour), inside)
        if ip in NAT64:
            return may_speak_to(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)), inside)
        if ip in TEREDO:
            return False
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255":
        return False
    public = ip.is_global and (ip.version == 4 or ip in GLOBAL_UNICAST)
    return bool(public or (inside and (ip.is_private or ip.is_loopback)))


@dataclass
class Held:
    """The socket of a request, plain at first and then secured."""

    socket: socket.socket

    def cut(self) -> None:
        with suppress(OSError):  # it is closed already
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


@contextmanager
def _no_longer_than(seconds: float, raw: socket.socket) -> Iterator[Held]:
    """Cut the connection then, however slowly the other side goes on answering; close it at the end."""
    held = Held(raw)
    timer = threading.Timer(seconds, held.cut)
    timer.daemon = True
    timer.start()
    try:
        yield held
    finally:
        timer.cancel()
        held.socket.close()


def _secure(held: Held, host: str) -> None:
    """Nothing of the message leaves before the certificate was found to be that of the name."""
    try:
        secured = ssl.create_default_context().wrap_socket(
            held.socket, server_hostname=host, do_handshake_on_connect=False
        )
        held.socket = secured
        secured.do_handshake()
    except (OSError, ValueError) as error:
        raise Unreachable(f"{host}: {error}") from error


def _spoken(connection: http.client.HTTPConnection, request: Request, path: str) -> Reply:
    headers = {"User-Agent": "petition-tracker", "Accept": "application/json", "Connection": "close"}
    try:
        connection.request(request.method, path, request.body, {**headers, **dict(request.headers)})
        answer = connection.getresponse()
        body = answer.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Unsure(f"{connection.host}: {type(error).__name__} {error}") from error
    finally:
        connection.close()
    return Reply(answer.status, body, _rest(answer.getheader("Retry-After")))


def _rest(asked: str | None) -> timedelta | None:
    """RFC 9110, 10.2.3; the form with a date is not waited for."""
    if asked is None or not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        return None
    return min(timedelta(seconds=int(asked)), LONGEST_REST)

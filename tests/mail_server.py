"""A mail server that really listens, and that fails in every way when told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

from tests.patience import free_port


@dataclass
class MailServer:
    """``got``: what it took, in order. ``answers``: what it says to a recipient instead of 250."""

    port: int = field(default_factory=free_port)
    got: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"
    lose_replies: int = 0
    controller: Controller | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer.startswith("250"):
            self.got.append(message_from_bytes(envelope.content, policy=default))
            self.recipients += envelope.rcpt_tos
        if self.lose_replies:
            self.lose_replies -= 1
            server.transport.abort()
        return self.data_answer

    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.got]

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


def plain(message: EmailMessage) -> str:
    """The text part of a message."""
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


@contextmanager
def listening() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()

"""E-mail over SMTP, one connection for as many messages as a tick has."""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage

from tracker.config import Config
from tracker.notify.outcome import LONGEST_ANSWER, Fate, Outcome, plain

#: Seconds for one answer of the server. A whole dialogue takes a dozen of them: far under the lease of a claim.
TIMEOUT = 10
#: For the answer to the contents: scanners take their time over them, and what is not waited for goes twice (RFC 5321,
#: 4.5.3.2.6, asks for ten minutes; reminders to others wait behind it).
CONTENT_TIMEOUT = 40
#: A refusal of the sender: 530, authentication required (RFC 4954); the enhanced codes of a bad sender's address and of
#: security and policy (RFC 3463: X.1.7, X.1.8, X.7).
OF_SENDER = re.compile(r"530\b|5\d\d[ -]5\.(1\.[78]|7\.\d+)\b")


class Postman:
    """Hands messages to the server of ``config``; connects for the first one, and again after a fault."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
            self._server = None

    def deliver(self, to: str, message: EmailMessage) -> Outcome:
        """Hand over one message; never raises for anything that a server or a network does."""
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:  # no entry: the server, or our account at it
            self._drop()
            fate = Fate.BARRED if _is_final(error.smtp_code) else Fate.UNREACHABLE
            return Outcome(fate, _answer(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._drop()
            return Outcome(Fate.UNREACHABLE, plain(error))
        try:
            refused = self._envelope(server, to)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Fate.FAILED, plain(error))
        except ValueError as error:  # an address that SMTP cannot carry
            self._drop()
            return Outcome(Fate.REFUSED, plain(error))
        if refused is not None:
            self._reset(server)
            return refused
        return self._content(server, message)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        config = self._config
        if config.smtp_security == "ssl":
            tls = ssl.create_default_context()
            self._server = smtplib.SMTP_SSL(config.smtp_host, config.smtp_port, timeout=TIMEOUT, context=tls)
        else:
            self._server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT)
        if config.smtp_security == "starttls":
            self._server.starttls(context=ssl.create_default_context())
        if config.smtp_user:
            self._server.login(config.smtp_user, config.smtp_password)
        self._server.ehlo_or_helo_if_needed()
        return self._server

    def _envelope(self, server: smtplib.SMTP, to: str) -> Outcome | None:
        code, answer = server.mail(self._config.mail_from)
        if code != 250:  # our own address: no fault of the message
            return Outcome(Fate.BARRED if _is_final(code) else Fate.FAILED, _answer(code, answer))
        code, answer = server.rcpt(to)
        if code not in (250, 251):
            return _refusal(code, answer)
        return None

    def _content(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            _wait(server, CONTENT_TIMEOUT)
            code, answer = server.data(message.as_bytes())
            _wait(server, TIMEOUT)
        except smtplib.SMTPDataError as error:  # the server did not want to hear it
            self._reset(server)
            fate = Fate.BARRED if _is_final(error.smtp_code) else Fate.FAILED
            return Outcome(fate, _answer(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome(Fate.UNSURE, plain(error))
        if code == 250:
            return Outcome(Fate.SENT, _answer(code, answer))
        self._reset(server)
        return _refusal(code, answer)

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _wait(server: smtplib.SMTP, seconds: float) -> None:
    """Wait so long for each answer from now on."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _refusal(code: int, answer: bytes | str) -> Outcome:
    """What the server says of this recipient or this message. Many say here only that they do not take our sender; as
    it may be of this one alone, the others go on."""
    told = _answer(code, answer)
    if not _is_final(code):
        return Outcome(Fate.FAILED, told)
    return Outcome(Fate.BARRED, told, timedelta(0)) if OF_SENDER.match(told) else Outcome(Fate.REFUSED, told)


def _is_final(code: int) -> bool:
    return 500 <= code < 600


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"[:LONGEST_ANSWER]

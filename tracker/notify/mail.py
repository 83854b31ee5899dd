"""E-mail over SMTP, one connection for as many messages as a tick has."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from tracker.config import Config
from tracker.notify.outcome import LONGEST_ANSWER, Fate, Outcome, plain

#: Seconds for one answer of the server. A whole dialogue takes a dozen of them: far under the lease of a claim.
TIMEOUT = 10


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
            return Outcome(Fate.FAILED, _answer(code, answer))
        code, answer = server.rcpt(to)
        if code not in (250, 251):
            return _refusal(code, answer)
        return None

    def _content(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            code, answer = server.data(message.as_bytes())
        except smtplib.SMTPDataError as error:  # the server did not want to hear it
            self._reset(server)
            return _refusal(error.smtp_code, error.smtp_error)
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


def _refusal(code: int, answer: bytes | str) -> Outcome:
    return Outcome(Fate.REFUSED if 500 <= code < 600 else Fate.FAILED, _answer(code, answer))


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"[:LONGEST_ANSWER]

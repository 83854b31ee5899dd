"""Ticks at given instants, and what came to whose mailbox by them."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tests.mail_server import MailServer
from tests.office.cases_sql import shanghai
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office import raising
from tracker.office.actors import Actor
from tracker.store.database import execute, rows, value

DOMAIN = "example.gov.cn"


class Post:
    """One scheduler and one mail server; ``at`` is an instant, or text on the clock of Shanghai."""

    def __init__(self, db: Database, config: Config, server: MailServer) -> None:
        self.db, self.server = db, server
        self._at = shanghai("06-17 10:24")
        self._sender = Sender(config, lambda: self._at)

    def tick(self, at: datetime | str) -> list[tuple[str, str]]:
        """Raise and send; recipient and subject of what arrived."""
        self._at = at if isinstance(at, datetime) else shanghai(at)
        raising.tick(self.db, self._at, DOMAIN)
        return self.send(self._at)

    def send(self, at: datetime | str) -> list[tuple[str, str]]:
        """Send without raising anything first."""
        self._at = at if isinstance(at, datetime) else shanghai(at)
        before = len(self.server.got)
        self._sender.send_waiting(self.db)
        return [(message["To"], str(message["Subject"])) for message in self.server.got[before:]]

    def box(self, who: Actor) -> str:
        return str(value(self.db, "SELECT email FROM person WHERE id = :id", {"id": who.person_id}))

    def reach(self, *who: Actor) -> None:
        """Nobody but these has a mailbox."""
        execute(self.db, "UPDATE person SET email = ''")
        for one in who:
            execute(
                self.db,
                "UPDATE person SET email = account || '@example.gov.cn' WHERE id = :id",
                {"id": one.person_id},
            )

    def kept(self) -> list[tuple[str, int, int, int, str]]:
        """Of each message: until when it waits, its tries, those that failed, whether it is dead, the answer."""
        found = rows(self.db, "SELECT try_after, tries, failed, dead, answer FROM delivery ORDER BY id")
        return [tuple(one) for one in found]

    def alarms(self) -> list[str]:
        found = "SELECT body FROM reminder WHERE rung = 'undeliverable' ORDER BY id"
        return [one["body"] for one in rows(self.db, found)]

"""Reminders followed as their readers follow them: from mail, group or list, through the sign-in, to a form.

``look`` raises what is owed, puts every message together and opens every link of it in a browser of its own that
nobody has signed in to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.mail_server import plain
from tests.office.conftest import Team
from tests.web import landing
from tracker.config import Config
from tracker.notify import letters, posts
from tracker.notify.envelope import Told
from tracker.office import raising
from tracker.rule import anchors
from tracker.rule.ladder import family
from tracker.rule.reminders import DIGESTS
from tracker.rule.stages import STAGE_WORDS
from tracker.store import deliveries, digest, outbox, people, settings
from tracker.store.board import board
from tracker.store.database import execute, rows
from tracker.store.deliveries import Delivery, Line
from tracker.store.holding import Holding

URL, DOMAIN = "http://tracker.example", "example.gov.cn"
LINK = re.compile(re.escape(URL) + r"(/[^\s<>\"，]*)")
CLOCK = "SELECT clock FROM deadline WHERE id = :id"


@dataclass
class Mailbox:
    """What ``look`` needs. ``seen``: all that was reminded of so far, as ``step:late``, ``limit:recheck``,
    ``question:close``, ``digest:overdue``."""

    team: Team
    app: Flask
    clock: Clock
    config: Config
    seen: set[str] = field(default_factory=set)

    def look(self, at: datetime) -> dict[tuple[str, str], str]:
        """For each reader and act that was asked of them from the last look to ``at``: the form that its link opens;
        where the same act of several cases opens different ones, all of them."""
        db = self.team.db
        self.clock.at = at
        execute(db, "UPDATE person SET email = 'p' || id || '@example.gov.cn'")
        raising.tick(db, at, DOMAIN)
        found: dict[tuple[str, str], set[str]] = {}
        while (claimed := deliveries.claim(db, at, at + timedelta(days=99))) is not None:
            lines = deliveries.lines(db, claimed.id)
            for path in sorted(self._links(claimed, at)):
                who, act, form = self._followed(claimed.recipient_id, path)
                found.setdefault((who, act), set()).add(form)
            for line in lines:
                self.seen.update(self._what(line))
            deliveries.sent(db, claimed.id, at, "250")
        return {asked: "、".join(sorted(forms)) for asked, forms in found.items()}

    def _links(self, claimed: Delivery, at: datetime) -> set[str]:
        """The addresses of one message; they are the same by mail, in a group, in the app."""
        db, reader = self.team.db, claimed.recipient_id
        office, owed = settings.office(db), board(db)
        told = letters.tell(db, claimed, at, office, "zh", Holding(db, at, owed), to_group=False)
        letter = letters.compose(db, claimed, at, office, self.config, owed)
        text = {unescape(one) for one in LINK.findall(plain(letter.message))}
        html = {unescape(one) for one in LINK.findall(letter.message.get_body(("html",)).get_content())}
        assert text == html
        found = {path for path in text if path != "/inbox"}
        assert all("/do/" in path for path in found), found
        assert set(self._in_group(told)) == {item.path for item in told.items}
        assert found <= self._in_app(reader, deliveries.lines(db, claimed.id))
        return found

    def _in_group(self, told: Told) -> Iterator[str]:
        if told.items:
            yield from LINK.findall(posts.fitting(told, URL, 10**6))
            link = posts.content(told, URL).link
            assert link == (URL + told.items[0].path if len(told.items) == 1 else URL + "/inbox")

    def _in_app(self, reader: int, lines: tuple[Line, ...]) -> set[str]:
        """Where the notices of these reminders lead, and the lines of the digests on the page."""
        client = self._signed_in(reader, "/inbox")[0]
        page = client.get("/inbox").text
        hrefs = {unescape(one) for one in re.findall(r'href="(/[^"]*)"', page) if "/do/" in one}
        shown = {one.id: one for one in outbox.inbox(self.team.db, reader)}
        for line in lines:
            if line.rung not in DIGESTS:
                hrefs.add(client.get(f"/inbox/{line.id}/{shown[line.id].case_no}").location)
        return {re.sub(r"[?&]from=[^&]*", "", one) for one in hrefs}

    def _signed_in(self, reader: int, path: str) -> tuple[FlaskClient, str]:
        """A browser that was not signed in, and where it is led after its reader has filled in the form."""
        person = people.person(self.team.db, reader)
        assert person is not None
        client = self.app.test_client()
        asked = client.get(path)
        assert (asked.status_code, urlsplit(asked.location).path) == (302, "/login")
        assert 'name="account"' in client.get(asked.location).text
        typed = {"account": person.account, "password": PASSWORD, "next": _next(asked.location)}
        answer = client.post(asked.location, data=typed)
        assert answer.status_code == 302, answer.text
        return client, answer.location

    def _followed(self, reader: int, path: str) -> tuple[str, str, str]:
        person = people.person(self.team.db, reader)
        assert person is not None
        client, at = self._signed_in(reader, path)
        assert unquote(at) == unquote(path)
        return person.name, path.partition("/do/")[2].partition("?")[0], landed(client, at)

    def _what(self, line: Line) -> Iterator[str]:
        if line.rung in DIGESTS:
            told = digest.read(line.body)
            parts = ("overdue", "today", "tomorrow")
            yield from (f"digest:{part}" for part in parts if getattr(told, part).lines)
            yield from (f"question:{one.kind}" for one in told.waiting)
            yield from ("digest:waiting" for _ in told.waiting[:1])
            yield from ("digest:unsigned" for _ in told.unsigned[:1])
            return
        step = family(line.rung)
        yield f"step:{step}"
        if step == "decide":
            (kind,) = (r[0] for r in rows(self.team.db, KIND, {"id": line.id}))
            yield f"question:{kind}"
        elif anchors.STEPS.get(step) == anchors.BY_LIMIT and line.limit_key in STAGE_WORDS:
            yield f"limit:{line.limit_key}"
        elif anchors.STEPS.get(step) == anchors.BY_LIMIT:
            (clock,) = (r[0] for r in rows(self.team.db, CLOCK, {"id": line.deadline_id}))
            yield f"limit:{clock}"


KIND = "SELECT json_extract(body, '$.kind') FROM reminder WHERE id = :id"


def _next(address: str) -> str:
    (wanted,) = parse_qs(urlsplit(address).query)["next"]
    return wanted


def landed(client: FlaskClient, path: str) -> str:
    """The form at which an address ends: its action without the number of the case, “催办” for the page of it;
    ``“words” form`` where something is said first; "" where nothing is open."""
    for _hop in range(3):
        answer = client.get(path)
        if answer.status_code != 302:
            break
        path = answer.location
    assert answer.status_code == 200, (path, answer.status_code)
    page, fragment = answer.text, urlsplit(path).fragment
    if path.startswith("/overdue/urge"):
        button = landing.focused(page)
        return "催办" if button is not None and button.tag == "button" else ""
    said = ""
    if not fragment:
        target = landing.focused(page)
        assert target is not None
        assert target.attrs["id"] == "h-asked"
        said = f"“{target.text.removesuffix('您现在可以办的').strip()}” "
        (fragment,) = [str(one.attrs["href"])[1:] for one in target.walk() if one.tag == "a"] or [""]
        if not fragment:
            return said.strip()
    action = landing.open_form(page, fragment)
    return said + re.sub(r"^/(case/[^/]+/)?", "", action)

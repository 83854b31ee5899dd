"""The office's settings with a mail server that really listens, and its people with a mailbox each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.mail_server import MailServer, listening
from tests.notify.post import Post
from tests.office.conftest import Team
from tracker.store.database import execute


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with listening() as server:
        yield server


@pytest.fixture
def config(config, mail_server):
    return replace(
        config,
        smtp_host="127.0.0.1",
        smtp_port=mail_server.port,
        mail_from="xinfang@example.gov.cn",
        base_url="http://tracker.example",
    )


@pytest.fixture
def team(register, home, make_actor):
    team = Team(register, home, make_actor)
    execute(register, "UPDATE person SET email = account || '@example.gov.cn'")
    return team


@pytest.fixture
def post(team, config, mail_server):
    return Post(team.db, config, mail_server)

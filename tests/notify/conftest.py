"""The office's settings with a mail server that really listens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.mail_server import MailServer, listening


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

"""The first day in the office, on the program as it is really started: `tracker run`, a browser, a mail server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from tests.patience import PATIENCE, free_port, wait_until
from tests.test_run import TOP
from tracker.clock import now
from tracker.store import settings
from tracker.store.database import execute, writing
from tracker.store.register import open_register

PASSWORD = "Zhongqiu-2026"
HANDLER, STREET = "王建国", "新港街道"
CALLER, PHONE = "张三丰", "13800000123"


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.arrived = threading.Event()

    async def handle_DATA(self, _server, _session, envelope) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.arrived.set()
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def program(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> Iterator[tuple[str, str, Path]]:
    """`tracker run` in a home of its own: its address, its set-up code, its home."""
    home, port = tmp_path / "var", free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")} | {
        "TRACKER_HOME": str(home),
        "TRACKER_PORT": str(port),
        "TRACKER_TICK_SECONDS": "1",
        "TRACKER_SMTP_HOST": "127.0.0.1",
        "TRACKER_SMTP_PORT": str(mailbox[1]),
        "TRACKER_MAIL_FROM": "xinfang@example.gov.cn",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "tracker", "run"]
    process = subprocess.Popen(
        command, cwd=TOP, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    code = ""
    for line in process.stdout:
        found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", line)
        if found:
            code = found.group()
            break
    yield f"http://127.0.0.1:{port}", code, home
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


def test_the_first_day_in_the_office(chromium: Browser, program: tuple[str, str, Path], mailbox) -> None:
    address, code, home = program
    window = chromium.new_context(base_url=address, locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = window.new_page()
    _reach(page)

    _set_up(page, code)
    _send_at_any_hour(home)
    _add_street(page)
    _add_handler(page)
    number = _register(page)

    box = mailbox[0]
    assert box.arrived.wait(PATIENCE), "the handler's notice did not arrive"
    mail = box.mails[0]
    words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["To"] == "wang@example.gov.cn"
    assert number in f"{mail['Subject']}{words}"
    assert f"{address}/case/{number}" in words
    assert CALLER not in mail.as_string()
    assert PHONE not in mail.as_string()
    assert "异味" not in words

    page.goto("/today?scope=team")
    assert page.get_by_text(number).count() >= 1
    window.close()


def _reach(page: Page) -> None:
    def answers() -> bool:
        try:
            page.goto("/")
        except BrowserError:
            return False
        return True

    wait_until(answers)


def _set_up(page: Page, code: str) -> None:
    fields = {"code": code, "name": "示例区生态环境局", "prefix": "xh", "person": "李处", "account": "li"}
    for name, text in {**fields, "password": PASSWORD, "again": PASSWORD}.items():
        page.fill(f"input[name={name}]", text)
    page.click("text=设置并登录")
    page.wait_for_url(re.compile("/today"))


def _send_at_any_hour(home: Path) -> None:
    # The test may run at night or on a Sunday; sending hours and working days are the office's own.
    db = open_register(home, now())
    with writing(db):
        settings.save(db, {"send_from": "00:00", "send_until": "23:59"})
        for days in (-1, 0, 1):
            day = (now() + timedelta(days=days)).date().isoformat()
            execute(db, "INSERT INTO calendar_override (day, works) VALUES (:day, 1)", {"day": day})
    db.close()


def _add_street(page: Page) -> None:
    page.goto("/streets")
    page.get_by_label("街道 新增第 1 行").fill(STREET)
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存").wait_for()


def _add_handler(page: Page) -> None:
    page.goto("/people/new")
    fields = {"name": HANDLER, "account": "wang", "email": "wang@example.gov.cn", "password": PASSWORD}
    for name, text in fields.items():
        page.fill(f"input[name={name}]", text)
    page.check("input[name=roles][value=handler]")
    page.get_by_role("button", name="添加").click()
    page.wait_for_url(re.compile("saved=added"))


def _register(page: Page) -> str:
    page.goto("/new")
    page.fill("input[name=phone]", PHONE)
    page.fill("input[name=name]", CALLER)
    page.fill("input[name=place]", "港南路 88 号")
    page.fill("textarea[name=content]", "夜间有塑料异味，窗户不能开")
    page.select_option("select[name=handler_id]", label=f"2 {HANDLER}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/case/"))
    assert CALLER not in page.content()
    assert PHONE not in page.content()
    return page.url.split("/case/")[1].split("?")[0]

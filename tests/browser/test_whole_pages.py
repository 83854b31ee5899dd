"""A click ends with the whole page, however slowly its rows come after its head."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import Locator, Page
from werkzeug.serving import make_server

from tests.conftest import LOOPBACK

DOORS = """<!doctype html><title>doors</title><a href=/rows>rows</a>
<form action=/rows><input id=field><button>send</button></form>
<script>document.onkeydown = event => { if (event.key == "n") location = "/rows" }</script>"""
HEAD = "<!doctype html><title>rows</title><h1>Rows</h1><table><tbody>"
ROWS = "<tr><td>a<tr><td>b</table>"


class Pages:
    """``/`` leads to ``/rows``, whose rows come late: after a moment, or when they are let go."""

    held: threading.Event | None = None

    def __call__(self, environ, start_response):
        headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        start_response("200 OK", headers)
        if environ["PATH_INFO"] != "/rows":
            yield DOORS.encode()
            return
        yield HEAD.encode()
        if self.held:
            self.held.wait(60)
        else:
            time.sleep(0.7)
        yield ROWS.encode()


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def page(chromium, pages):
    listener = make_server(LOOPBACK, 0, pages, threaded=True)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    page = chromium.new_page(base_url=f"http://{LOOPBACK}:{listener.server_port}")
    page.goto("/")
    yield page
    page.close()
    listener.shutdown()
    thread.join()
    listener.server_close()


def by_key(page):
    page.keyboard.press("n")
    return page


ACTS = {
    "a link": lambda page: page.click("a"),
    "a link that was located": lambda page: page.locator("a").click(),
    "a form's button": lambda page: page.get_by_role("button").click(),
    "a form's field": lambda page: page.press("#field", "Enter"),
    "a field that was located": lambda page: page.locator("#field").press("Enter"),
    "a key, and a wait": lambda page: by_key(page).wait_for_selector("h1"),
    "a key, and a wait for what is located": lambda page: by_key(page).locator("h1").wait_for(),
    "a key, and a wait for a value": lambda page: by_key(page).wait_for_function("document.title == 'rows'"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_leads_to_another_page_ends_with_all_its_rows(page, act):
    act(page)
    assert page.locator("tr").count() == 2


@pytest.mark.parametrize("act", [lambda page: Page.click.__wrapped__(page, "a"),
                                 lambda page: Locator.click.__wrapped__(page.locator("a")),
                                 lambda page: Page.wait_for_selector.__wrapped__(by_key(page), "h1")])  # fmt: skip
def test_playwright_alone_ends_before_the_rows_have_come(page, pages, act):
    pages.held = threading.Event()
    act(page)
    assert page.locator("tr").count() == 0
    pages.held.set()
    page.wait_for_load_state()
    assert page.locator("tr").count() == 2

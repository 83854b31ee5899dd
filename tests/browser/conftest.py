"""A real server on a free port and a real Chromium in front of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlite_utils import Database
from werkzeug.serving import make_server

from tests.conftest import LOOPBACK
from tests.factories import NOW
from tests.slowness import Slowly
from tests.web.case_desk import NAME, PHONE
from tracker.config import Config
from tracker.office import signin
from tracker.office.actors import actor_for
from tracker.office.register import NewCase
from tracker.office.register import register as register_case
from tracker.store import streets
from tracker.store.database import writing
from tracker.store.people import Person
from tracker.web import context as web_context
from tracker.web.app import create_app

#: width, height, colour scheme, language of the headings in a failure
SIGHTS = {"light": (1366, 768, "light"), "dark": (1366, 768, "dark"), "phone": (360, 740, "light")}

#: A page that prints itself would wait for a printer, and Chromium gives no PDF of it meanwhile. It is noted only.
NO_PRINTER = "window.print = () => { window.wasPrinted = true }"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def server(config: Config, clock) -> Iterator[str]:
    """The application behind a listening socket; its address. CSRF is on.

    ``SLOW_PAGES=0.3 pytest tests/browser`` makes its answers slow, to find what a test reads too early.
    """
    app: Flask = create_app(config, now=clock)
    app.wsgi_app = Slowly(app.wsgi_app, float(os.environ.get("SLOW_PAGES", 0)))  # type: ignore[method-assign]
    listener = make_server(LOOPBACK, 0, app, threaded=False)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    yield f"http://{LOOPBACK}:{listener.server_port}"
    listener.shutdown()
    thread.join()
    listener.server_close()
    web_context.Runtime.close(app.extensions[web_context.EXTENSION])


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """``open_page("/login", sight="phone", javascript=False)``: a page in a window of its own.

    Any error in the page's console fails the test.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_in_new_window(path: str = "/", *, sight: str = "light", javascript: bool = True) -> Page:
        width, height, scheme = SIGHTS[sight]
        window = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",  # axe must not measure a colour half-way through its transition
            locale="zh-CN",
            base_url=server,
            java_script_enabled=javascript,
        )
        contexts.append(window)
        window.add_init_script(NO_PRINTER)
        page = window.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        page.goto(path)
        return page

    yield open_in_new_window
    for window in contexts:
        window.close()
    assert errors == []


@pytest.fixture
def enter(register: Database, server: str, config: Config) -> Callable[[Page, Person], Page]:
    """``enter(page, person)``: the window is signed in as this person, without typing the password."""

    def put(page: Page, person: Person) -> Page:
        token = signin.begin(register, person.id, NOW, LOOPBACK)
        app = create_app(config)
        cookie = app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})
        page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": server}])
        return page

    return put


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """``axe(page)``: what axe-core finds wrong with the page, one line for each rule and place."""
    engine = Axe()

    def find(page: Page) -> list[str]:
        found = engine.run(page)["violations"]
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    return find


@pytest.fixture
def fits() -> Callable[[Page], bool]:
    """Does the page fit the width of its window, without scrolling sideways?"""
    return lambda page: page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def inspector(make_person):
    return make_person(name="王建国", roles=("handler",))


@pytest.fixture
def site_case(make_person, inspector, clock, request):
    """A case of 王建国, an hour old, whose first contact is made."""
    db = request.getfixturevalue("register")
    clerk = make_person(name="林涛", roles=("clerk",))
    with writing(db):
        street = streets.add(db, "新港街道", "xg")

    def make(**changes):
        fields = {
            "channel": "电话",
            "received_at": clock() - timedelta(hours=1),
            "content": "塑料制品厂异味扰民，夜间更明显",
            "place": "港南路88号",
            "subject_unit": "示例塑料制品有限公司",
            "name": NAME,
            "phone": PHONE,
            "handler_id": inspector.id,
            "street_id": street,
            "categories": ("11",),
            "talked": True,
            **changes,
        }
        return register_case(db, actor_for(clerk, LOOPBACK), NewCase(**fields), clock())

    return make


@pytest.fixture
def phone(open_page, enter, inspector):
    """王建国's phone."""
    return enter(open_page("/login", sight="phone"), inspector)


def shot(page, name):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"site-{name}.png", full_page=True)

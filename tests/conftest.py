"""Shared fixtures: a real register on tmp_path, a clock that stands still, people, and the application over them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from sqlite_utils import Database

from tests import factories
from tests.whole_pages import whole_pages
from tracker.config import Config
from tracker.office import signin
from tracker.office.actors import Actor, actor_for
from tracker.store.people import Person
from tracker.store.register import open_register
from tracker.web import context
from tracker.web.app import create_app

LOOPBACK = "127.0.0.1"
#: The first that is there is driven. The shell is Chromium without the frame of its windows, which costs as much as the
#: pages; without any of them Playwright's own is.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# A shared machine is slow now and then: an example has no deadline, only a count.
settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tracker")


class Clock:
    """A clock that moves only when the test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments: ``clock.forward(minutes=31)``."""
        self.at += timedelta(**span)
        return self.at


@pytest.fixture(scope="session", autouse=True)
def _quick_hashing() -> Iterator[None]:
    """Hash passwords at a fraction of their cost; tests/web/test_security.py looks at the real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signin, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(signin, "NOBODYS_HASH", signin.HASHER.hash("nobody"))
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock(factories.NOW)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def empty_register(home: Path, clock: Clock) -> Iterator[Database]:
    """A migrated register bound to its key, where nobody has set up anything."""
    db = open_register(home, clock())
    yield db
    db.close()


@pytest.fixture
def register(empty_register: Database) -> Database:
    """A migrated register with an office, and nobody in it yet."""
    factories.set_up_office(empty_register)
    return empty_register


@pytest.fixture
def make_person(register: Database) -> Callable[..., Person]:
    """``make_person(roles=("handler",), name="王建国")``: a new person of the office."""

    def make(**changes: object) -> Person:
        return factories.add_person(register, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_actor(make_person: Callable[..., Person]) -> Callable[..., Actor]:
    """``make_actor(roles=("supervisor",))``: the same, as the one who acts."""

    def make(**changes: object) -> Actor:
        return actor_for(make_person(**changes), LOOPBACK)

    return make


@pytest.fixture
def config(home: Path) -> Config:
    return Config(home=home)


@pytest.fixture
def app(config: Config, clock: Clock) -> Iterator[Flask]:
    """The application over ``home``. CSRF is off here; tests/web/test_security.py turns it on."""
    app = create_app(config, now=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions[context.EXTENSION].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(register: Database, clock: Clock) -> Callable[[FlaskClient, Person], FlaskClient]:
    """``sign_in(client, person)``: a session as the sign-in page would begin it, without the slow password."""

    def put(client: FlaskClient, person: Person) -> FlaskClient:
        token = signin.begin(register, person.id, clock(), LOOPBACK)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return put


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process, which bears no second one beside it; see ``whole_pages``."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with whole_pages(), sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()

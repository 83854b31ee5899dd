"""What a request stands on: its register, its instant, its office and who acts."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import current_app, g, request, session
from flask_login import current_user
from sqlite_utils import Database

from tracker.config import Config
from tracker.office.actors import Actor, actor_at, present
from tracker.rule import access
from tracker.store import people, settings
from tracker.store.features import switched_on
from tracker.store.people import Person
from tracker.store.register import DATABASE, SAMPLE, attachments, open_register
from tracker.store.settings import Office

EXTENSION = "tracker"
#: The key in the signed cookie that says: this visitor looks at the sample register.
SAMPLE_MARK = "sample"
#: The key in the same cookie that keeps the language of somebody who is not signed in.
LANGUAGE = "language"


@dataclass
class Runtime:
    """One per application: its configuration, its clock, and the connections of its threads."""

    config: Config
    clock: Callable[[], datetime]
    local: threading.local = field(default_factory=threading.local)
    set_up: bool = False

    def connection(self, name: str) -> Database:
        """This thread's connection to a register, opened when it is first asked for.

        The sample file is removed and made anew while we run: a connection to a file that is gone is dropped.
        """
        opened: dict[str, tuple[Database, tuple[int, int]]] = self.local.__dict__.setdefault("opened", {})
        if name in opened:
            db, known = opened[name]
            if name == DATABASE or _identity(self.config.home / name) == known:
                return db
            del opened[name]
            db.close()
        db = open_register(self.config.home, self.clock(), name)
        opened[name] = (db, _identity(self.config.home / name))
        return db

    def close(self) -> None:
        """Close this thread's connections."""
        for db, _known in self.local.__dict__.pop("opened", {}).values():
            db.close()


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def runtime() -> Runtime:
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def config() -> Config:
    return runtime().config


def is_sample() -> bool:
    """Does this visitor look at the sample register?"""
    return SAMPLE_MARK in session


def sample_exists() -> bool:
    return (config().home / SAMPLE).is_file()


def register_name() -> str:
    return SAMPLE if is_sample() else DATABASE


def db() -> Database:
    """The register of this visitor, on this thread's connection."""
    return runtime().connection(register_name())


def attachments_folder() -> Path:
    """The folder of the files that belong to the register of this visitor."""
    return attachments(config().home, register_name())


def now() -> datetime:
    """The instant of this request, read once."""
    if "now" not in g:
        g.now = runtime().clock()
    instant: datetime = g.now
    return instant


def office() -> Office:
    """The settings of the office, read once a request."""
    if "office" not in g:
        g.office = settings.office(db())
    found: Office = g.office
    return found


def features() -> frozenset[str]:
    """The features that the office has switched on, read once a request."""
    if "features" not in g:
        g.features = switched_on(db())
    found: frozenset[str] = g.features
    return found


def is_set_up() -> bool:
    """Has this register its first person? People are never removed, so that a yes holds for good."""
    if is_sample():
        return True
    if not runtime().set_up:
        runtime().set_up = people.anybody(db())
    return runtime().set_up


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def person() -> Person | None:
    """Who is signed in, if anybody is, with the roles that they have now; looked up once a request."""
    if "person" not in g:
        g.person = present(db(), current_user.person, now())[0] if current_user.is_authenticated else None
    found: Person | None = g.person
    return found


def actor() -> Actor:
    """Who acts. Only for pages behind a sign-in."""
    who = person()
    if who is None:
        raise LookupError("nobody is signed in")
    if "actor" not in g:
        g.actor = actor_at(db(), who, now(), address())
    found: Actor = g.actor
    return found


def sees_only() -> int | None:
    """The person whose cases alone the one signed in may see: themselves; None when it is the whole office's."""
    me = actor()
    return None if access.reach(me.roles, "see") == access.OFFICE else me.person_id

"""A form that was sent when its session was over: kept for whoever typed it, shown again, sent by nobody but them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.office.signin import hash_of
from tracker.store import kept_forms, people, sessions
from tracker.store.database import writing
from tracker.store.kept_forms import KeptForm

#: As long as a draft lies on a phone.
KEPT = timedelta(days=3)
#: A session that ran out longer ago than this is nobody's any more.
JUST_OVER = timedelta(hours=24)
#: All that one form holds; what is longer was not typed.
LONGEST = 200_000


def whose_was(db: Database, token: str, at: datetime) -> int | None:
    """The person whose session this token opened until it ran out. One that was ended (signed out, password changed,
    left) is nobody's."""
    session = sessions.find(db, hash_of(token))
    if session is None or at - session.seen_at >= JUST_OVER:
        return None
    person = people.person(db, session.person_id)
    return person.id if person is not None and person.active else None


def keep(db: Database, person_id: int, path: str, fields: Iterable[tuple[str, str]], at: datetime) -> bool:
    """Keep what was typed for this page; whether there was anything to keep."""
    typed = [(name, value) for name, value in fields if value.strip()]
    if not typed or sum(len(name) + len(value) for name, value in typed) > LONGEST:
        return False
    with writing(db):
        kept_forms.drop_old(db, at - KEPT)
        kept_forms.keep(db, person_id, path, typed, at)
    return True


def of_page(db: Database, actor: Actor, path: str, at: datetime) -> KeptForm | None:
    """What is kept for this page of this person's."""
    return kept_forms.of_page(db, actor.person_id, path, at - KEPT)


def drop(db: Database, actor: Actor, path: str) -> None:
    """It was sent, or is not wanted."""
    with writing(db):
        kept_forms.drop(db, actor.person_id, path)


def forget(db: Database, actor: Actor) -> None:
    """Whoever signs out leaves nothing behind."""
    with writing(db):
        kept_forms.drop_all(db, actor.person_id)

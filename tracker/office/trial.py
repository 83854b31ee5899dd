"""Trying the program on the sample register, which lies in a file of its own beside the real one."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.office import sample, signin
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, people
from tracker.store.database import writing
from tracker.store.people import Person
from tracker.store.register import SAMPLE, attachments

#: Whom a visitor is at first: somebody who sees everything that is late.
FIRST_ROLE = "supervisor"


def begin(db: Database, at: datetime, address: str) -> str:
    """Build the sample unless it is there, and open a session in it; its token.

    One transaction: two visitors who press at once find one sample, and a crash leaves none that is half built.
    """
    with writing(db):
        if not people.anybody(db):
            sample.build(db, at)
        first = people.with_role(db, FIRST_ROLE)[0]
        return act_as(db, first.id, at, address)


def act_as(db: Database, person_id: int, at: datetime, address: str) -> str:
    """Go on as another person of the sample; the token of the new session."""
    with writing(db):
        person: Person | None = people.person(db, person_id)
        if person is None or not person.active:
            raise Refusal(N_("没有这个人"))
        audit.append(db, at=at, person_id=person.id, act="sample.as", address=address)
        return signin.begin(db, person.id, at, address)


def end(home: Path) -> None:
    """Remove the sample and everything that belongs to it. The real register is not touched."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        (home / (SAMPLE + suffix)).unlink(missing_ok=True)
    shutil.rmtree(attachments(home, SAMPLE), ignore_errors=True)

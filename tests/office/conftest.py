"""An office at work: its people, and its acts in as few words as a test can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests import factories
from tests.factories import NOW
from tests.office.entries import CONTACT, REPLY, entry_of
from tracker.office import closing, desk, stages
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule.facts import Attempt, Reply, StageFact
from tracker.store.cases import Case
from tracker.store.register import attachments


@dataclass
class Team:
    """The people of an office and what they do. Every act takes the version that stands, unless ``seen`` is given."""

    db: Database
    home: Path
    make_actor: Callable[..., Actor]
    clerk: Actor = field(init=False)
    handler: Actor = field(init=False)
    other: Actor = field(init=False)
    supervisor: Actor = field(init=False)
    second: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.clerk = self.make_actor(roles=("clerk",), name="林涛")
        self.handler = self.make_actor(roles=("handler",), name="王建国")
        self.other = self.make_actor(roles=("handler",), name="陈晓")
        self.supervisor = self.make_actor(roles=("supervisor",), name="李处")
        self.second = self.make_actor(roles=("supervisor", "handler"), name="孙敏")

    def case(self, at: datetime = NOW, **changes: object) -> Case:
        """A case of the handler's."""
        return factories.make_case(self.db, self.clerk, at, **{"handler_id": self.handler.person_id, **changes})

    def folder(self, no: str) -> Folder:
        return desk.read(self.db, no)

    def states(self, no: str) -> dict[str, str]:
        """The state of each stage in its latest round."""
        return {stage.key: stage.state for stage in self.folder(no).stages}

    def record(
        self,
        no: str,
        fact: StageFact = CONTACT,
        happened_at: datetime | None = None,
        at: datetime | None = None,
        *,
        by: Actor | None = None,
        seen: int | None = None,
        **around: object,
    ) -> Folder:
        """Record a stage that happened at ``happened_at``, an hour after registration unless given."""
        happened = happened_at or at or self.folder(no).case.registered_at + timedelta(hours=1)
        return stages.record(
            self.db,
            attachments(self.home),
            by or self.handler,
            no,
            self.version(no) if seen is None else seen,
            fact,
            entry_of(happened, **around),
            at or happened,
        )

    def attempt(self, no: str, happened_at: datetime, at: datetime | None = None, reason: str = "") -> Folder:
        tried = Attempt(method="电话", outcome="未接通")
        return stages.attempt(
            self.db, self.handler, no, self.version(no), tried, happened_at, at or happened_at, reason=reason
        )

    def reply(self, no: str, at: datetime, given: Reply = REPLY, **more: object) -> Folder:
        happened = more.get("happened_at", at)
        return closing.reply(self.db, self.handler, no, self.version(no), given, happened, more.get("reason", ""), at)

    def version(self, no: str) -> int:
        return self.folder(no).case.version


@pytest.fixture
def team(register: Database, home: Path, make_actor: Callable[..., Actor]) -> Team:
    return Team(register, home, make_actor)

"""An office with a clerk, handlers, a supervisor and streets, and cases that were registered as a clerk would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from tests.factories import NOW, add_person
from tracker.office import register
from tracker.office.actors import actor_for
from tracker.store import streets
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.people import Person


@dataclass(frozen=True)
class Office:
    """The people and streets of one test."""

    db: Database
    clerk: Person
    handler: Person
    other: Person
    supervisor: Person
    street_id: int

    def case(self, received_at: datetime = NOW, *, at: datetime | None = None, **changes: object) -> Case:
        """A case registered by the clerk a minute after it was received, unless ``at`` says when."""
        fields: dict[str, object] = {
            "channel": "电话",
            "content": "夜间有塑料异味，窗户不能开。约晚上10点后更明显",
            "place": "港南路88号",
            "phone": "13800000000",
            "street_id": self.street_id,
            "categories": ("11",),
            "handler_id": self.handler.id,
            **changes,
        }
        new = register.NewCase(received_at=received_at, **fields)  # type: ignore[arg-type]
        return register.register(self.db, actor_for(self.clerk), new, at or received_at + timedelta(minutes=1))


def an_office(db: Database) -> Office:
    with writing(db):
        street_id = streets.add(db, "新港街道", "xg")
        for name, code in (("东湖街道", "dh"), ("桥北街道", "qb"), ("南苑街道", "ny"), ("新民街道", "xm")):
            streets.add(db, name, code)
    return Office(
        db,
        clerk=add_person(db, roles=("clerk",), name="林涛"),
        handler=add_person(db, roles=("handler",), name="王建国", unit="执法二中队"),
        other=add_person(db, roles=("handler",), name="陈晓"),
        supervisor=add_person(db, roles=("supervisor",), name="李处"),
        street_id=street_id,
    )

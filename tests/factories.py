"""What tests make: an office, and people in it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from sqlite_utils import Database

from tracker.office import register as registering
from tracker.office import signin
from tracker.office.actors import Actor
from tracker.store import people, settings, streets
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.people import Person

#: The instant at which every test happens unless it moves the clock: Wednesday 2026-06-17, 10:24 in Shanghai.
NOW = datetime(2026, 6, 17, 2, 24, tzinfo=UTC)
PASSWORD = "Correct-horse-9"
OFFICE = {"name": "示例区生态环境局", "prefix": "XH", "zone": "Asia/Shanghai"}


@cache
def password_hash(password: str = PASSWORD) -> str:
    """Hashing is slow on purpose; the tests hash each password once."""
    return signin.password_hash(password)


def set_up_office(db: Database, **changes: str) -> None:
    with writing(db):
        settings.save(db, {**OFFICE, **changes})


def add_person(
    db: Database,
    *,
    roles: tuple[str, ...] = ("clerk",),
    name: str = "",
    account: str = "",
    unit: str = "执法一中队",
    email: str = "",
    must_change_password: bool = False,
    at: datetime = NOW,
) -> Person:
    """A person of the office with PASSWORD; account and name are made up when none is given."""
    with writing(db):
        n = len(people.everybody(db)) + 1
        person_id = people.add(
            db,
            account=account or f"person{n}",
            name=name or f"人员{n}",
            password_hash=password_hash(),
            roles=roles,
            at=at,
            unit_id=people.unit_named(db, unit) if unit else None,
            email=email,
            must_change_password=must_change_password,
        )
    found = people.person(db, person_id)
    assert found is not None
    return found


def add_street(db: Database, name: str = "新港街道", code: str = "xg") -> int:
    """The id of a street of the office."""
    found = streets.named(db, name)
    if found is not None:
        return found.id
    with writing(db):
        return streets.add(db, name, code)


def make_case(db: Database, by: Actor, at: datetime = NOW, **changes: object) -> Case:
    """A complaint from the hotline, received as it is registered at ``at``; whatever matters to a test is changed."""
    told: dict[str, object] = {
        "channel": "12345热线",
        "received_at": at,
        "content": "夜间有塑料异味，窗户不能开。",
        "place": "港南路88号",
        "phone": "13800000000",
        "street_id": add_street(db),
        "categories": ("11",),
    }
    return registering.register(db, by, registering.NewCase(**{**told, **changes}), at)  # type: ignore[arg-type]

"""Who acts: the person, the hats they wear, and where they sit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.rule.standins import Principal
from tracker.store import standins
from tracker.store.people import Person


@dataclass(frozen=True)
class Actor:
    """Given to every act. ``address`` is the network address the request came from, "" for the command line.

    ``deputises``: the supervisors for whom they may decide now; ``covers``: the absent handlers whose substitute they
    are now.
    """

    person_id: int
    name: str
    roles: frozenset[str]
    unit_id: int | None
    address: str = ""
    deputises: tuple[Principal, ...] = ()
    covers: tuple[Principal, ...] = ()

    def holds(self, *roles: str) -> bool:
        """Does this person hold at least one of these roles?"""
        return not self.roles.isdisjoint(roles)

    def covering(self, handler_id: int | None) -> Principal | None:
        """The absent handler, if it is one whose substitute this person is now."""
        return next((one for one in self.covers if one.id == handler_id), None)


def actor_at(db: Database, person: Person, at: datetime, address: str = "") -> Actor:
    """The person with all that they stand in for at ``at``."""
    return Actor(
        person.id,
        person.name,
        person.roles,
        person.unit_id,
        address,
        tuple(Principal(one.for_id, one.for_name) for one in standins.deputies(db, at, person.id)),
        tuple(Principal(one.for_id, one.for_name) for one in standins.absent(db, at, person.id)),
    )


def actor_for(person: Person, address: str = "") -> Actor:
    return Actor(person.id, person.name, person.roles, person.unit_id, address)

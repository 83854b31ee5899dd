"""Who acts: the person, the hats they wear, and where they sit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from tracker.rule.roster import RIGHTS
from tracker.rule.standins import Principal
from tracker.store import roster, standins
from tracker.store.people import Person
from tracker.store.roster import Turn


@dataclass(frozen=True)
class Actor:
    """Given to every act. ``address`` is the network address the request came from, "" for the command line.

    ``deputises``: the supervisors for whom they may decide now; ``covers``: the absent handlers whose substitute they
    are now; ``turn``: their duty that runs now, which gives them a clerk's rights.
    """

    person_id: int
    name: str
    roles: frozenset[str]
    unit_id: int | None
    address: str = ""
    deputises: tuple[Principal, ...] = ()
    covers: tuple[Principal, ...] = ()
    turn: Turn | None = None

    def holds(self, *roles: str) -> bool:
        """Does this person hold at least one of these roles?"""
        return not self.roles.isdisjoint(roles)

    def covering(self, handler_id: int | None) -> Principal | None:
        """The absent handler, if it is one whose substitute this person is now."""
        return next((one for one in self.covers if one.id == handler_id), None)


def present(db: Database, person: Person, at: datetime) -> tuple[Person, Turn | None]:
    """The person with the roles that they have at ``at``, on duty also a clerk's, and the duty that runs. Asked anew
    at each request, so that the rights begin and end by the clock."""
    turn = roster.turn(db, person.id, at)
    return (person if turn is None else replace(person, roles=person.roles | {RIGHTS})), turn


def actor_at(db: Database, person: Person, at: datetime, address: str = "") -> Actor:
    """The person with all that they may do and stand in for at ``at``."""
    person, turn = present(db, person, at)
    return Actor(
        person.id,
        person.name,
        person.roles,
        person.unit_id,
        address,
        tuple(Principal(one.for_id, one.for_name) for one in standins.deputies(db, at, person.id)),
        tuple(Principal(one.for_id, one.for_name) for one in standins.absent(db, at, person.id)),
        turn,
    )


def actor_for(person: Person, address: str = "") -> Actor:
    return Actor(person.id, person.name, person.roles, person.unit_id, address)

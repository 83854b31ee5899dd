"""Who acts: the person, the hats they wear, and where they sit."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.store.people import Person


@dataclass(frozen=True)
class Actor:
    """Given to every act. ``address`` is the network address the request came from, "" for the command line."""

    person_id: int
    name: str
    roles: frozenset[str]
    unit_id: int | None
    address: str = ""

    def holds(self, *roles: str) -> bool:
        """Does this person hold at least one of these roles?"""
        return not self.roles.isdisjoint(roles)


def actor_for(person: Person, address: str = "") -> Actor:
    return Actor(person.id, person.name, person.roles, person.unit_id, address)

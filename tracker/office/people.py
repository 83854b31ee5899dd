"""Staff: adding people, changing their roles, giving a new password, and letting them go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.office import signin
from tracker.office.actors import Actor
from tracker.office.fields import account_of, collect, email_of, name_of, unit_of
from tracker.rule import leaving, roster
from tracker.rule.access import ROLES
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, duties, people, sessions
from tracker.store.database import writing
from tracker.store.people import Person

#: An office cannot run without them: the last who holds one of these keeps it.
NEVER_EMPTY = ("supervisor", "admin")


@dataclass(frozen=True)
class Details:
    """What is typed about a person. ``unit`` is the name of the unit, "" for none."""

    name: str
    unit: str
    email: str


def add(
    db: Database,
    actor: Actor,
    details: Details,
    *,
    account: str,
    roles: Iterable[str],
    password: str,
    at: datetime,
) -> int:
    """A new colleague, who must change the initial password at the first sign-in; their id.

    Raises Refusals naming every field at fault.
    """
    wanted = frozenset(roles)
    values = collect(
        name=lambda: name_of(details.name),
        unit=lambda: unit_of(details.unit),
        email=lambda: email_of(details.email),
        account=lambda: account_of(account),
        roles=lambda: check_roles(wanted),
        password=lambda: signin.password_hash(password),
    )
    with writing(db):
        if people.by_account(db, values["account"]):
            raise Refusal(N_("账号 %(account)s 已有人使用"), field="account", account=values["account"])
        person_id = people.add(
            db,
            account=values["account"],
            name=values["name"],
            password_hash=values["password"],
            roles=wanted,
            at=at,
            unit_id=_unit_id(db, values["unit"]),
            email=values["email"],
            must_change_password=True,
        )
        _note(db, actor, "person.added", person_id, at, account=values["account"], roles=sorted(wanted))
    return person_id


def change_details(db: Database, actor: Actor, person_id: int, details: Details, at: datetime) -> None:
    """Correct the name, unit or address of a person."""
    values = collect(
        name=lambda: name_of(details.name),
        unit=lambda: unit_of(details.unit),
        email=lambda: email_of(details.email),
    )
    with writing(db):
        before = _person(db, person_id)
        unit_id = _unit_id(db, values["unit"])
        people.set_details(db, person_id, name=values["name"], unit_id=unit_id, email=values["email"])
        was = {"name": before.name, "unit": before.unit, "email": before.email}
        _note(db, actor, "person.changed", person_id, at, before=was, after=values)


def change_roles(db: Database, actor: Actor, person_id: int, roles: Iterable[str], at: datetime, *, keep: str) -> None:
    """Give a person these roles and no others. Their sessions end, but for the actor's own with the token ``keep``."""
    wanted = check_roles(frozenset(roles))
    with writing(db):
        before = _person(db, person_id)
        _refuse_emptying(db, before, before.roles - wanted)
        if "handler" in before.roles - wanted:
            _refuse_duties(db, before, at, field="roles", kinds=leaving.HANDLING)
        if not roster.fits(wanted):
            _refuse_duties(db, before, at, field="roles", kinds=leaving.ON_DUTY)
        people.set_roles(db, person_id, wanted)
        sessions.end_all(db, person_id, at, keep=signin.hash_of(keep))
        _note(db, actor, "roles.changed", person_id, at, before=sorted(before.roles), after=sorted(wanted))


def reset_password(db: Database, actor: Actor, person_id: int, password: str, at: datetime) -> None:
    """Give a person a new initial password, to be changed at the next sign-in. Their sessions end at once."""
    kept = signin.password_hash(password)
    with writing(db):
        person = _person(db, person_id)
        people.set_password(db, person_id, kept, must_change=True)
        sessions.end_all(db, person_id, at)
        sessions.forgive(db, person.account)
        _note(db, actor, "password.reset", person_id, at)


def deactivate(db: Database, actor: Actor, person_id: int, at: datetime) -> None:
    """A colleague leaves: no more sign-in. Refused while anything waits for them; nothing of theirs is removed."""
    with writing(db):
        person = _person(db, person_id)
        if person_id == actor.person_id:
            raise Refusal(N_("不能停用自己的账号，请另一位系统管理员操作"), field="active")
        _refuse_emptying(db, person, person.roles, field="active")
        _refuse_duties(db, person, at, field="active", kinds=tuple(leaving.NAMES))
        people.set_active(db, person_id, False)
        sessions.end_all(db, person_id, at)
        _note(db, actor, "person.deactivated", person_id, at)


def reactivate(db: Database, actor: Actor, person_id: int, at: datetime) -> None:
    """A colleague comes back, with the roles they had."""
    with writing(db):
        _person(db, person_id)
        people.set_active(db, person_id, True)
        _note(db, actor, "person.reactivated", person_id, at)


def check_roles(wanted: frozenset[str]) -> frozenset[str]:
    """The roles, when a person may hold them together."""
    if not wanted:
        raise Refusal(N_("请至少选择一个角色"), field="roles")
    if not wanted <= ROLES.keys():
        raise Refusal(N_("没有这个角色，请重新选择"), field="roles")
    if {"admin", "auditor"} <= wanted:
        raise Refusal(N_("系统管理员和审计员不能是同一个人"), field="roles")
    return wanted


def _refuse_emptying(db: Database, person: Person, taken: frozenset[str], *, field: str = "roles") -> None:
    for role in NEVER_EMPTY:
        if role in taken and {one.id for one in people.with_role(db, role)} == {person.id}:
            if role == "admin":
                raise Refusal(N_("%(name)s 是最后一位系统管理员，请先设置另一位"), field=field, name=person.name)
            raise Refusal(N_("%(name)s 是最后一位督办，请先设置另一位"), field=field, name=person.name)


def _refuse_duties(db: Database, person: Person, at: datetime, *, field: str, kinds: tuple[str, ...]) -> None:
    for problem in leaving.problems(person.name, duties.of_person(db, person.id, at), field=field, kinds=kinds):
        raise problem  # the page lists the others beside it


def _person(db: Database, person_id: int) -> Person:
    found = people.person(db, person_id)
    if found is None:
        raise Refusal(N_("没有这个人"), field="")
    return found


def _unit_id(db: Database, name: str) -> int | None:
    return people.unit_named(db, name) if name else None


def _note(db: Database, actor: Actor, act: str, person_id: int, at: datetime, **detail: Any) -> None:
    detail = {"person": person_id, **detail}
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail=detail)

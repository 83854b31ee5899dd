"""责任领导 of a case, and their visits (下访). An assignment, not a role; it moves no due time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import desk, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule import leading as rule
from tracker.rule.reminders import LEAD
from tracker.rule.standins import CASE_ROLES
from tracker.store import leaders, people


@dataclass(frozen=True)
class Visit:
    """What a visit was: when, whom the leader met, what was said and what was promised ("" for nothing)."""

    happened_at: datetime
    met: str
    said: str
    promised: str = ""


def put(db: Database, actor: Actor, no: str, seen: int, person_id: int | None, at: datetime) -> Folder:
    """This person answers for the case from now on; None: nobody does."""
    with desk.acting(db, actor, no, "lead", at, seen) as folder:
        conduct.check_open(folder.standing)
        before = folder.case.leader_id
        person = people.person(db, person_id) if person_id is not None else None
        allowed = person is not None and person.active and bool(person.roles & CASE_ROLES)
        rule.check_leader(person_id, before, allowed=allowed)
        leaders.put(db, folder.case.id, person_id, at)
        was = people.person(db, before) if before is not None else None
        names = (was.name if was else "", person.name if person else "")
        desk.log(db, actor, folder, "lead", at, leader=names)
        if person is not None and person.id != actor.person_id:
            reminding.tell(db, folder.case.id, (person.id,), LEAD, at, {"by": actor.name})
    return desk.read(db, no)


def visit(db: Database, actor: Actor, no: str, seen: int, given: Visit, at: datetime) -> Folder:
    """下访: the leader went to see for themselves; recorded by them or for them."""
    with desk.acting(db, actor, no, "visit", at, seen) as folder:
        conduct.check_open(folder.standing)
        case = folder.case
        rule.check_visit(
            given.happened_at,
            case.received_at,
            at,
            leader=case.leader_id is not None,
            met=given.met,
            said=given.said,
            promised=given.promised,
        )
        assert case.leader_id is not None
        leaders.add_visit(
            db,
            case.id,
            case.leader_id,
            happened_at=given.happened_at,
            recorded_at=at,
            recorded_by=actor.person_id,
            met=given.met,
            said=given.said,
            promised=given.promised,
        )
        leader = people.person(db, case.leader_id)
        said = {"met": given.met, "said": given.said, "promised": given.promised}
        happened = to_text(given.happened_at)
        desk.log(db, actor, folder, "visit", at, leader=leader.name if leader else "", happened_at=happened, **said)
    return desk.read(db, no)

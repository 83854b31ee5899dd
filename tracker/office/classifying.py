"""Kind, grade and route put right: asked by one person, decided by another who has seen what it moves."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office import clocks, desk, reminding, requesting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import classifying as rule
from tracker.rule import conduct
from tracker.rule.classifying import RECLASSIFY, Change
from tracker.rule.ladder import URGENT_GRADE
from tracker.rule.stages import Rule
from tracker.store import classes, deadlines, moving, rules
from tracker.store.requests import More
from tracker.store.settings import office


def ask(db: Database, actor: Actor, no: str, seen: int, kind: str, grade: str, reason: str, at: datetime) -> Folder:
    """Ask that the case be of another kind or grade; another person with the supervisor role decides."""
    with desk.acting(db, actor, no, "classify", at, seen) as folder:
        case = folder.case
        rule.check_ask(folder.standing, (case.kind, case.grade), (kind, grade), reason)
        more = More(new_kind=kind, new_grade=grade)
        requesting.ask(db, actor, folder, RECLASSIFY, reason, at, more=more)
    return desk.read(db, no)


def preview(db: Database, folder: Folder, kind: str, grade: str, at: datetime) -> tuple[Change, ...]:
    """What another kind or grade would make of the stages at ``at``."""
    limits = tuple(moving.limit(stage, folder.pauses) for stage in folder.stages)
    found, zone = _rule(db, folder, kind, grade), office(db).zone
    again = rule.may_run_again(folder.standing, [one.key for one in folder.stages if one.round == folder.case.round])
    return rule.changes(limits, found, folder.case.received_at, at, rules.calendar(db), zone, again=again)


def decide(db: Database, actor: Actor, no: str, seen: int, approved: bool, answer: str, at: datetime) -> Folder:
    """Put kind and grade right, or refuse it. Put right, the case runs under the version that it should have been
    logged under; what that moves stands in the trail, stage by stage."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, RECLASSIFY)
        said: dict[str, object] = {"kind": request.new_kind, "grade": request.new_grade}
        if approved:
            rule.check_grant(folder.standing)
            said = {**said, **_put(db, actor, folder, request.new_kind, request.new_grade, at)}
        else:
            conduct.check_refusal(answer)
        requesting.decide(db, actor, folder, request, approved, answer, at, **said)
    return desk.read(db, no)


def _put(db: Database, actor: Actor, folder: Folder, kind: str, grade: str, at: datetime) -> dict[str, object]:
    case, found = folder.case, _rule(db, folder, kind, grade)
    changed = preview(db, folder, kind, grade, at)
    version = found.version if found else None
    classes.set_class(db, case.id, kind, grade, version)
    if grade == URGENT_GRADE != case.grade:
        reminding.raised(db, case.id, actor, at)
    for change in changed:
        _put_one(db, folder, change)
    moved = {one.key: [_due(one, before=True), _due(one, before=False)] for one in changed if one.what != rule.KEPT}
    ended = [one.key for one in changed if one.what == rule.ENDED]
    before = [case.kind, case.grade, case.rule_version]
    return {"before": before, "version": [case.rule_version, version], "moved": moved, "ended": ended}


def _put_one(db: Database, folder: Folder, change: Change) -> None:
    if change.what == rule.ADDED and change.after is not None:
        deadlines.add(db, folder.case.id, folder.case.round, folder.case.received_at, (change.after,))
    elif change.what == rule.ENDED:
        classes.end(db, folder.stage(change.key).id)
    elif change.what in (rule.MOVED, rule.AGAIN) and change.after is not None:
        classes.recount(db, folder.stage(change.key).id, change.after)


def _due(change: Change, *, before: bool) -> str:
    one = change.before if before else change.after
    return to_text(one.due_at) if one else ""


def _rule(db: Database, folder: Folder, kind: str, grade: str) -> Rule | None:
    day = local(folder.case.received_at, office(db).zone).date()
    return rules.rule_for(db, kind, grade, day)


def set_route(
    db: Database, actor: Actor, no: str, seen: int, route: str, reason: str, at: datetime, appeal_id: int | None = None
) -> Folder:
    """改途径, with its reason. The stages stand; the other clocks follow the route."""
    with desk.acting(db, actor, no, "classify", at, seen) as folder:
        rule.check_route(folder.standing, folder.case.route, route, reason)
        put_route(db, actor, folder, route, appeal_id, at)
        desk.log(db, actor, folder, "route", at, route=[folder.case.route, route], reason=reason)
    return desk.read(db, no)


def put_route(db: Database, actor: Actor, folder: Folder, route: str, appeal_id: int | None, at: datetime) -> None:
    """The case takes this route, inside the frame of the act that says so."""
    classes.set_route(db, folder.case.id, route, appeal_id)
    clocks.by_route(db, actor, folder.case.id, route, at)

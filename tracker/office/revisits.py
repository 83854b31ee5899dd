"""回头看: its day is set with the closing or after it; somebody is reminded, goes, and says what was seen."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.office import closing, desk, visiting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import revisits as rule
from tracker.rule.refusals import N_, Refusal
from tracker.store import cases, people, revisits
from tracker.store.database import writing
from tracker.store.revisits import Visit


def set_day(
    db: Database, actor: Actor, no: str, seen: int | None, day: date | None, at: datetime, *, who: int | None = None
) -> Folder:
    """A day for the closed case, or another one. ``who`` goes; unless said, whoever was to go, else the handler. On
    record, the old day with the new."""
    with desk.acting(db, actor, no, "revisit", at, seen) as folder:
        rule.check_set(folder.standing, day, visiting.today(db, at))
        assert day is not None
        case, before = folder.case, open_of(db, folder)
        person_id = who or (before.person_id if before else None) or case.handler_id
        if person_id is not None and (who is not None or before is not None):
            rule.check_who(person_id, {one.id for one in people.with_role(db, "handler")})
        if before is None:
            revisits.add(db, case.id, case.round, day, person_id, at=at, by=actor.person_id)
        elif not revisits.move(db, before.id, day, person_id):
            raise Refusal(N_("本件没有等待结果的回头看，可能已由他人处理"))
        visit = open_of(db, folder)
        assert visit is not None
        visiting.run(db, visit, at, actor.person_id)
        told = {"day": day.isoformat(), "person": visit.person}
        if before is not None:
            told |= {"before": before.due_day.isoformat(), "person_before": before.person}
        desk.log(db, actor, folder, "revisit_set", at, **told)
    return desk.read(db, no)


def close_with_visit(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    answer: str,
    day: date | None,
    at: datetime,
    *,
    settled: str = "",
    model: bool = False,
) -> Folder:
    """销项, and the day of the 回头看 where one is said: both or neither."""
    with writing(db):
        if day is not None:
            rule.check_day(day, visiting.today(db, at))
        closing.close(db, actor, no, seen, answer, at, settled=settled, model=model)
        if day is None:
            return desk.read(db, no)
        return set_day(db, actor, no, cases.version(db, no), day, at)


def record(db: Database, actor: Actor, no: str, seen: int, result: str, text: str, at: datetime) -> Folder:
    """无反弹 or 有反弹, in words; after a relapse a supervisor may have the case done over."""
    with desk.acting(db, actor, no, "revisit", at, seen) as folder:
        visit = open_of(db, folder)
        rule.check_result(open_=visit is not None, result=result, text=text)
        assert visit is not None
        rebound = result == "rebound"
        if not revisits.record(db, visit.id, rebound=rebound, text=text, at=at, by=actor.person_id):
            raise Refusal(N_("本件没有等待结果的回头看，可能已由他人处理"))
        visiting.made(db, folder.case.id, at)
        desk.log(db, actor, folder, "revisit", at, rebound=rebound, text=text)
    return desk.read(db, no)


def open_of(db: Database, folder: Folder) -> Visit | None:
    """The visit of the closed case that is still to be made."""
    return next((one for one in revisits.of_case(db, folder.case.id) if one.open), None)


def relapsed(db: Database, folder: Folder) -> bool:
    """Did a visit after this closing find a relapse?"""
    visits = revisits.of_case(db, folder.case.id)
    return any(one.rebound and one.round == folder.case.round for one in visits)

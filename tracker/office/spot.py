"""抽查: a share of what was closed, drawn so that anybody can draw it again, and what the check of each case found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import access
from tracker.rule import spot as rule
from tracker.rule.instants import end_of, wall
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, spot
from tracker.store.database import writing
from tracker.store.settings import office
from tracker.store.spot import Check

SEED_LENGTH = 16


def draw(
    db: Database,
    actor: Actor,
    since: date | None,
    until: date | None,
    percent: int | None,
    seed: str,
    at: datetime,
) -> int:
    """Draw ``percent`` of what was closed from the day ``since`` to the day ``until``; the id of the draw.

    Without a ``seed`` one is made up; either way it is on record with the whole pool.
    """
    access.check(actor.roles, "spot", own=False)
    zone = office(db).zone
    rule.check_draw(since, until, percent, seed, local(at, zone).date())
    assert since is not None
    assert until is not None
    assert percent is not None
    seed = seed or uuid4().hex[:SEED_LENGTH]
    with writing(db):
        pool = spot.closed(db, wall(since, time(0), zone), end_of(until, zone))
        rule.check_pool(len(pool))
        lots = rule.drawn((one.no for one in pool), seed, percent)
        days = {"since": since, "until": until}
        draw_id = spot.add(db, **days, percent=percent, seed=seed, pool=pool, drawn=lots, at=at, by=actor.person_id)
        said = {"draw": draw_id, "since": since.isoformat(), "until": until.isoformat(), "percent": percent}
        detail = {**said, "seed": seed, "pool": len(pool), "drawn": list(lots)}
        audit.append(db, at=at, person_id=actor.person_id, act="spot_draw", address=actor.address, detail=detail)
    return draw_id


def judge(db: Database, actor: Actor, no: str, seen: int, result: str, text: str, at: datetime) -> Folder:
    """合格 or 不合格 of a case that was drawn; a failure says why, and a supervisor may have the case done over."""
    with desk.acting(db, actor, no, "spot", at, seen) as folder:
        waits = waiting(db, folder)
        rule.check_result(waits=waits is not None, involved=involved(folder, actor.person_id), result=result, text=text)
        assert waits is not None
        passed = result == "passed"
        if not spot.judge(db, waits.draw_id, folder.case.id, passed=passed, text=text, at=at, by=actor.person_id):
            raise Refusal(N_("本件没有等待结果的抽查，可能已由他人处理"))
        desk.log(db, actor, folder, "spot_check", at, passed=passed, text=text)
    return desk.read(db, no)


def waiting(db: Database, folder: Folder) -> Check | None:
    """The check that the closed case was drawn for and that has no result yet."""
    if folder.case.state != "closed":
        return None
    found = (one for one in spot.of_case(db, folder.case.id) if one.round == folder.case.round)
    return next((one for one in found if one.passed is None), None)


def failed(db: Database, folder: Folder) -> bool:
    """Did a check of this closing fail?"""
    return any(one.passed is False and one.round == folder.case.round for one in spot.of_case(db, folder.case.id))


def involved(folder: Folder, person_id: int) -> bool:
    """Did this person handle the case, or close this round of it?"""
    closers = {one.decided_by for one in folder.requests if one.kind == "close" and one.round == folder.case.round}
    return person_id == folder.case.handler_id or person_id in closers


def year_of(at: datetime, db: Database) -> tuple[datetime, datetime]:
    """The office's year that ``at`` lies in, as instants: its rates are those of what was closed in it."""
    zone = office(db).zone
    year = local(at, zone).year
    return wall(date(year, 1, 1), time(0), zone), end_of(date(year + 1, 1, 1) - timedelta(days=1), zone)

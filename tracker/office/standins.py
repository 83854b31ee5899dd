"""代行审批 and 请假代班: naming who stands in, and ending it early. Both are on record; neither moves a due time."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office.actors import Actor
from tracker.rule import standins as rule
from tracker.rule.instants import end_of, last_day, wall
from tracker.rule.leaving import NAMED
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standins import ABSENCE, DEPUTY, NAMES, Candidate, Known, Term
from tracker.store import audit, people, roster, standins
from tracker.store.database import writing
from tracker.store.settings import office
from tracker.store.standins import StandIn


def begin(
    db: Database,
    actor: Actor,
    kind: str,
    for_id: int | None,
    by_id: int | None,
    first: date | None,
    last: date | None,
    at: datetime,
) -> StandIn:
    """From the day ``first`` to the day ``last`` the person ``by_id`` stands in for ``for_id``.

    Raises Refusals that name every field at fault. Today as the first day means from now on.
    """
    with writing(db):
        rule.check_mine(_known(kind), mine=for_id == actor.person_id, roles=actor.roles)
        zone = office(db).zone
        who = _candidate(db, for_id)
        if who is None:
            raise Refusal(N_("请选择请假的人"), field="for_id")
        today = local(at, zone).date()
        term = Term(first, last)
        known = (
            Known(one.for_id, one.by_id, one.for_name, one.by_name, days(one, zone_of=db))
            for one in standins.not_over(db, kind, at)
        )
        by = _candidate(db, by_id)
        rule.check(kind, who, by, term, known, today)
        assert by is not None
        assert first is not None
        assert last is not None
        if kind == ABSENCE and (on_duty := roster.days_of(db, who.id, first, last)):
            named = tuple(day.isoformat() for day in on_duty[:NAMED])
            words = N_("%(name)s 这段时间要值班（%(days)s），请先在值班表换人")
            raise Refusal(words, field="first", name=who.name, days=named)
        id_ = standins.add(
            db,
            kind,
            for_id=who.id,
            by_id=by.id,
            from_at=max(wall(first, time(0), zone), at),
            until_at=end_of(last, zone),
            at=at,
        )
        found = standins.one(db, kind, id_)
        assert found is not None
        _log(db, actor, f"{kind}.named", found, at)
    return found


def end(db: Database, actor: Actor, kind: str, id_: int, at: datetime) -> StandIn:
    """End it before its last day. Ended twice is ended once."""
    with writing(db):
        found = standins.one(db, _known(kind), id_)
        if found is None:
            raise Refusal(N_("没有这条记录，可能已由他人结束"))
        rule.check_mine(kind, mine=found.for_id == actor.person_id, roles=actor.roles)
        if standins.end(db, kind, id_, at):
            _log(db, actor, f"{kind}.ended", found, at)
    return found


def days(one: StandIn, *, zone_of: Database) -> Term:
    """Its first and its last day on the office's calendar."""
    zone = office(zone_of).zone
    return Term(local(one.from_at, zone).date(), last_day(one.until_at, zone))


def may_begin(actor: Actor, kind: str, *, absences: bool) -> bool:
    """May this person enter one of this kind at all, for themselves or for others?"""
    if kind == DEPUTY:
        return actor.holds("supervisor")
    return absences and actor.holds("handler", "supervisor", "admin")


def _known(kind: str) -> str:
    if kind not in NAMES:
        raise Refusal(N_("没有这条记录，可能已由他人结束"))
    return kind


def _candidate(db: Database, person_id: int | None) -> Candidate | None:
    found = people.person(db, person_id) if person_id is not None else None
    return Candidate(found.id, found.name, found.roles, found.active) if found else None


def _log(db: Database, actor: Actor, act: str, one: StandIn, at: datetime) -> None:
    detail = {
        "person": one.for_id,
        "name": one.for_name,
        "by": one.by_id,
        "by_name": one.by_name,
        "from": to_text(one.from_at),
        "until": to_text(one.until_at),
    }
    audit.append(db, at=at, person_id=actor.person_id, act=act, address=actor.address, detail=detail)


__all__ = ["ABSENCE", "DEPUTY", "begin", "days", "end", "may_begin"]

"""苗头预警: looked for as a complaint is registered or its place filled in, in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.office import reminding
from tracker.office.actors import Actor
from tracker.rule import access
from tracker.rule import early as rule
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, early, features, planning
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.settings import office

TOLD = "warning"


def look(db: Database, case: Case, at: datetime) -> None:
    """Does this case make it so many about its place or its unit? Then the supervisors are told, once a window."""
    if case.kind != rule.COUNTED or not features.on(db, "warnings"):
        return
    ours = office(db)
    since = rule.window(at, ours.warn_days)
    for kind, what in ((rule.PLACE, case.place), (rule.UNIT, case.subject_unit)):
        size = early.count(db, kind, what, since) if what else 0
        if not rule.raises(size, ours.warn_cases, warned=early.warned(db, kind, what, at)):
            continue
        if early.add(
            db,
            rule.alert_key(kind, what, since),
            kind=kind,
            what=what,
            since=since,
            until=at + timedelta(days=ours.warn_days),
            size=size,
            days=ours.warn_days,
            case_id=case.id,
            at=at,
        ):
            said = {"kind": kind, "what": what, "size": str(size), "days": str(ours.warn_days)}
            audit.append(db, at=at, person_id=None, act="warning", case_id=case.id, detail={"no": case.no, **said})
            over = planning.over(case.unit_id, planning.supervisors(db))
            reminding.tell(db, case.id, over, TOLD, at, said)


def handle(db: Database, actor: Actor, warning_id: int, note: str, at: datetime) -> None:
    """已处理: what was done about it, on record."""
    access.check(actor.roles, "warn", own=False)
    with writing(db):
        found = early.by_id(db, warning_id)
        if found is None:
            raise Refusal(N_("没有这条预警"))
        rule.check_handled(open_=found.handled_at is None, note=note)
        if not early.handle(db, warning_id, note, at=at, by=actor.person_id):
            raise Refusal(N_("这条预警已处理，可能由他人处理"))
        detail = {"warning": warning_id, "what": found.what, "note": note}
        audit.append(db, at=at, person_id=actor.person_id, act="warning_handled", address=actor.address, detail=detail)

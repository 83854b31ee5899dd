"""A new version of the list of appeals, on record. The cases that were put by an older one keep their line."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office.actors import Actor
from tracker.rule.appeals import REPLY_MAX, Appeal, parsed
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.store import appeals, audit
from tracker.store.database import writing
from tracker.store.settings import office


def save(db: Database, actor: Actor, text: str, holds_from: date, note: str, at: datetime) -> int:
    """Keep the pasted table as the next version, from today or a later day; its number. Raises Refusals."""
    problems: list[Refusal] = list(too_long("note", note, REPLY_MAX))
    kept: tuple[Appeal, ...] = ()
    try:
        kept = parsed(text)
    except Refusals as refusals:
        problems += refusals.items
    today = local(at, office(db).zone).date()
    if holds_from < today:
        words = N_("适用日期不能早于今天（%(today)s）")
        problems.append(Refusal(words, field="holds_from", today=today.isoformat()))
    if problems:
        raise Refusals(problems)
    with writing(db):
        version = appeals.add(db, holds_from, note, kept, at, actor.person_id)
        detail = {"version": version, "holds_from": holds_from.isoformat(), "lines": len(kept), "note": note}
        audit.append(db, at=at, person_id=actor.person_id, act="appeals.added", address=actor.address, detail=detail)
    return version


def holding(db: Database, at: datetime) -> tuple[Appeal, ...]:
    """The list that holds today."""
    return appeals.holding(db, local(at, office(db).zone).date())

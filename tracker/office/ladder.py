"""The office changes its ladder of reminders: saved as a new version, on record, and the former ones can come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.ladder import Rung
from tracker.rule.laddering import Typed, checked
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, ladder
from tracker.store.database import writing


def save(db: Database, actor: Actor, typed: Iterable[Typed], seen: int, at: datetime) -> int:
    """Keep the ladder as it was typed; the number of the version that holds now. What is as it was makes no new one.

    ``seen`` is the version that the form was filled in for. The open cases are planned anew by the next ticks, and
    nothing that was shown is shown again. Raises Refusals that name the fields at fault.
    """
    wanted = checked(typed)
    with writing(db):
        _refuse_stale(db, seen)
        return _keep(db, actor, wanted, at)


def restore(db: Database, actor: Actor, version: int, seen: int, at: datetime) -> int:
    """Bring a former version back, as a new one."""
    with writing(db):
        _refuse_stale(db, seen)
        wanted = ladder.rungs(db, version)
        if not wanted:
            raise Refusal(N_("没有这个版本：%(version)s"), version=version)
        return _keep(db, actor, wanted, at, restores=version)


def _refuse_stale(db: Database, seen: int) -> None:
    if seen != ladder.latest(db):
        last = ladder.versions(db, 1)[0]
        raise Refusal(N_("%(name)s 已在 %(at)s 修改了提醒阶梯，请核对后再保存"), name=last.by, at=last.at)


def _keep(db: Database, actor: Actor, wanted: tuple[Rung, ...], at: datetime, restores: int | None = None) -> int:
    before = ladder.rungs(db)
    if wanted == before:
        return ladder.latest(db)
    version = ladder.add(db, wanted, at, actor.person_id, restores)
    detail = {
        "version": version,
        "restores": restores,
        "added": [_told(rung) for rung in wanted if rung not in before],
        "removed": [_told(rung) for rung in before if rung not in wanted],
    }
    audit.append(db, at=at, person_id=actor.person_id, act="ladder.changed", address=actor.address, detail=detail)
    return version


def _told(rung: Rung) -> list[object]:
    told = (rung.subject, rung.key, rung.grade, list(rung.roles), list(rung.channels), rung.urgent, rung.active)
    return list(told)

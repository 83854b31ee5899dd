"""回访 after closing: the queue, the number for the call, what the citizen said, and doing the case over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.office import closing, desk, reminding, requesting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import callback as rule
from tracker.rule.refusals import N_, Refusal
from tracker.store import callback, identity, planning
from tracker.store.callback import Asked, Callback
from tracker.store.database import writing
from tracker.store.identity import Complainant
from tracker.store.settings import office

#: The look at the complainant that a call is.
REASON = N_("回访")


def to_call(db: Database, at: datetime) -> Asked:
    """Who waits for a call at ``at``, by the settings of the office."""
    ours = office(db)
    return Asked(at - timedelta(days=ours.callback_days), at - rule.AGAIN_AFTER, ours.attempts_needed)


def number(db: Database, actor: Actor, no: str, at: datetime) -> Complainant:
    """Whom to call, in clear; the look is written down before it is shown, with the call as its reason."""
    with writing(db):
        folder = _callable(db, actor, no)
        desk.log(db, actor, folder, "reveal", at, reason=REASON)
        return identity.get(db, folder.case.id)


def record(db: Database, actor: Actor, no: str, outcome: str, reason: str, redo: bool, at: datetime) -> None:
    """What came of the call. 不满意 may ask for the case to be done over: the supervisors are told, one decides."""
    with writing(db):
        folder = _callable(db, actor, no)
        rule.check_outcome(outcome, reason, redo=redo)
        case = folder.case
        callback.add(db, case.id, case.round, outcome, reason, redo=redo, at=at, by=actor.person_id)
        desk.log(db, actor, folder, "callback", at, outcome=outcome, reason=reason, redo=redo)
        if redo:
            over = planning.over(case.unit_id, planning.supervisors(db), without=actor.person_id)
            reminding.tell(db, case.id, over, "redo", at, {})
            reminding.replan(db, case.id, at, "callback")


def decide(
    db: Database, actor: Actor, no: str, seen: int, redone: bool, stages: tuple[str, ...], answer: str, at: datetime
) -> Folder:
    """重办 or not. Done over, the named stages run anew from now; the old round keeps its stamps."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        asked = pending(db, folder)
        rule.check_decide(
            folder.standing,
            pending=asked is not None,
            asked_by=asked.by if asked else 0,
            person_id=actor.person_id,
        )
        acting = requesting.authority(folder, actor, (asked.by if asked else None,))
        rule.check_answer(folder.standing, stages, answer, redone=redone)
        assert asked is not None
        if not callback.decide(db, asked.id, redone=redone, answer=answer, at=at, by=actor.person_id):
            raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
        if redone:
            closing.new_round(db, folder, stages, at)
        desk.log(db, actor, folder, "decide_redo", at, approved=redone, answer=answer, **acting)
        detail = {"act": "redo", "decision": "approved" if redone else "refused", "answer": answer}
        reminding.tell(db, folder.case.id, (asked.by,), "decided", at, detail)
    return desk.read(db, no)


def pending(db: Database, folder: Folder) -> Callback | None:
    """The call of this round that asks for the case to be done over and waits for its decision."""
    calls = (one for one in callback.of_case(db, folder.case.id) if one.round == folder.case.round)
    return next((one for one in calls if one.redo and one.redone is None), None)


def _callable(db: Database, actor: Actor, no: str) -> Folder:
    folder = desk.read(db, no)
    desk.check_access(folder.case, actor, "callback")
    calls = callback.of_case(db, folder.case.id)
    rated = any(one.round == folder.case.round and one.outcome != rule.NO_ANSWER for one in calls)
    rule.check_callable(folder.standing, rated=rated)
    return folder

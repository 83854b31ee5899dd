"""不予受理 with its notice to the citizen, and the case that comes back from the body it was handed over to."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import closing, desk, requesting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct, deciding
from tracker.rule.deciding import REFUSE
from tracker.rule.facts import Reply, complete
from tracker.rule.refusals import Refusals
from tracker.rule.replies import check_filled


def ask_refusal(db: Database, actor: Actor, no: str, seen: int, ground: str, reason: str, at: datetime) -> Folder:
    """Ask not to take the case on; another person with the supervisor role decides. The clocks run on until then."""
    with desk.acting(db, actor, no, "refuse", at, seen) as folder:
        deciding.check_ask_refusal(folder.standing, ground, reason)
        requesting.ask(db, actor, folder, REFUSE, reason, at, ground=ground)
    return desk.read(db, no)


def decide_refusal(db: Database, actor: Actor, no: str, seen: int, approved: bool, answer: str, at: datetime) -> Folder:
    """Approve 不予受理 or not. Approved, the open stages become 终止; the citizen is still to be told."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, REFUSE)
        if not approved:
            conduct.check_refusal(answer)
        requesting.decide(db, actor, folder, request, approved, answer, at, ground=request.ground)
        if approved:
            closing.end_stages(db, folder, at)
    return desk.read(db, no)


def notify(
    db: Database, actor: Actor, no: str, seen: int, given: Reply, happened_at: datetime, reason: str, at: datetime
) -> Folder:
    """告知: when and how the citizen was told that the case is not taken on, or why nobody can be told.

    It is the reply that the case owes.
    """
    desk.admit(db, actor, no, "refuse")
    complete(given)
    if left := tuple(check_filled(given.text)):
        raise Refusals(left)
    conduct.refuse_too_long(reason=reason)
    with desk.acting(db, actor, no, "refuse", at, seen) as folder:
        deciding.check_notify(folder.standing)
        closing.write_reply(db, actor, folder, given, happened_at, reason, at, "notify")
    return desk.read(db, no)


def come_back(
    db: Database, actor: Actor, no: str, seen: int, stages: tuple[str, ...], reason: str, at: datetime
) -> Folder:
    """转出后退回: a new round of the named stages, counted from now. The old round keeps its stamps."""
    with desk.acting(db, actor, no, "come_back", at, seen) as folder:
        deciding.check_come_back(folder.standing, stages, reason)
        closing.new_round(db, folder, stages, at)
        desk.log(db, actor, folder, "come_back", at, reason=reason, stages=list(stages))
    return desk.read(db, no)

"""撤销销项: what was closed a moment ago waits for its review again, as if nobody had decided."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk, reminding, visiting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import unclosing as rule
from tracker.store import cases, reminders, requests
from tracker.store.requests import JustClosed, Request


def unclose(db: Database, actor: Actor, no: str, seen: int, at: datetime) -> Folder:
    """Take back a closing of one's own, within a minute and before anything else happened to the case."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        found = _closing(folder)
        decided = (found.decided_at, found.decided_by) if found else (None, None)
        rule.check_unclose(folder.standing, *decided, actor.person_id, at)
        assert found is not None
        requests.reopen(db, found.id)
        cases.set_state(db, folder.case.id, "applied", folder.case.round, None)
        visiting.drop(db, folder.case.id, at)
        desk.log(db, actor, folder, "undo_close", at)
        _untell(db, found, at)
    return desk.read(db, no)


def mine(db: Database, actor: Actor, at: datetime) -> tuple[JustClosed, ...]:
    """What this person may still take back."""
    return requests.just_closed(db, actor.person_id, at - rule.UNDO_CLOSE)


def _closing(folder: Folder) -> Request | None:
    of_round = (one for one in reversed(folder.requests) if one.round == folder.case.round)
    return next((one for one in of_round if one.kind == "close" and one.decision == "approved"), None)


def _untell(db: Database, found: Request, at: datetime) -> None:
    """Whoever asked has not been told yet that it is closed, or is told that it is no more."""
    told = [
        one
        for one in reminders.of_case(db, found.case_id)
        if one.rung == "decided" and one.owed_at == found.decided_at and one.withdrawn_at is None
    ]
    reminders.withdraw(db, [one.id for one in told if one.waits], at, "undo_close")
    detail = {"act": "close", "decision": "withdrawn"}
    reminding.tell(db, found.case_id, (one.recipient_id for one in told if one.shown), "decided", at, detail)

"""Planning every open case anew after the people, the days or the ladder changed: a bounded share at each tick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from tracker.office import owing, reminding
from tracker.office.climbing import PEOPLE
from tracker.store import heartbeat, planning, reminders
from tracker.store.database import writing
from tracker.store.heartbeat import Replan

#: Cases in one transaction: the office goes on working meanwhile.
CHUNK = 20
#: Cases at one tick, some 0.8 ms each. What falls due is planned first, so a tick is never wrong for being cut short.
SHARE = 1000
Rest = Callable[[], object]


def no_rest() -> None:
    """Nobody waits."""


def refresh(db: Database, at: datetime, share: int = SHARE, rest: Rest = no_rest) -> bool:
    """Plan up to ``share`` open cases anew after somebody came, left or changed unit, or the calendar or the ladder
    changed; whether all are done. Where the change fell due meanwhile is not lost: each is planned from the change on.

    ``rest`` is called between two transactions: whoever waits to write gets in meanwhile.
    """
    going = _begin(db, at)
    if going is None:
        return True
    _due_first(db, going, at, rest)
    while share > 0 and (ids := planning.open_cases(db, going.after, min(CHUNK, share))):
        with writing(db):
            board = owing.board(db)
            for case_id in ids:
                reminding.replan(db, case_id, at, PEOPLE, board)
            going = Replan(going.since, going.goal, ids[-1])
            heartbeat.set_replan(db, going)
        share -= len(ids)
        rest()
    if share > 0:
        with writing(db):
            heartbeat.end_replan(db, going)
    return share > 0


def _begin(db: Database, at: datetime) -> Replan | None:
    """The planning anew that is to go on; a second change begins it again, from the first one on."""
    goal = planning.fingerprint(db)
    going, before = heartbeat.replan(db), heartbeat.last(db, heartbeat.PLANS)
    if going is None and before is not None and before.detail == goal:
        return None
    if going is None or going.goal != goal:
        going = Replan(min(at, going.since) if going else at, goal, 0)
        with writing(db):
            heartbeat.set_replan(db, going)
    return going


def _due_first(db: Database, going: Replan, at: datetime, rest: Rest) -> None:
    """Nobody is shown what an old ladder owed: the cases of what falls due now come first."""
    waiting = sorted({one.case_id for one in reminders.due(db, at) if one.case_id is not None})
    for first in range(0, len(waiting), CHUNK):
        with writing(db):
            board = owing.board(db)
            for case_id in waiting[first : first + CHUNK]:
                if case_id > going.after:
                    reminding.replan(db, case_id, at, PEOPLE, board)
        rest()

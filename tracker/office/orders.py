"""督办: ordered by a supervisor with a date of its own, answered by the handler, accepted or returned by a supervisor.

Its date runs as a clock of the case: it is shown, listed and reminded of like any other, and moves no stage. The clock
is met when the answer that was accepted came.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import clocks, desk, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.office.stages import Around, keep_evidence
from tracker.rule import orders as rule
from tracker.rule.clocks import SUPERVISE
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import OPEN
from tracker.store import facts, orders, uploads
from tracker.store.orders import Order

TOLD, ANSWERED, RETURNED = "order", "order_answered", "order_returned"


def give(db: Database, actor: Actor, no: str, seen: int, text: str, due_at: datetime | None, at: datetime) -> Folder:
    """督办: ``text`` by ``due_at``, the first instant that is late. The handler is told."""
    with desk.acting(db, actor, no, "supervise", at, seen) as folder:
        case = folder.case
        rule.check_order(folder.standing, text, due_at, at, open_already=open_of(db, folder) is not None)
        assert due_at is not None
        clock = clocks.start(db, actor, case.id, SUPERVISE, at, due_at=due_at, source=actor.name)
        by = actor.person_id
        orders.add(db, case_id=case.id, round_=case.round, text=text, due_at=due_at, deadline_id=clock, at=at, by=by)
        desk.log(db, actor, folder, "order", at, text=text, due_at=to_text(due_at))
        if case.handler_id not in (None, by):
            said = {"by": actor.name, "note": text, "until": to_text(due_at)}
            reminding.tell(db, case.id, (case.handler_id,), TOLD, at, said)
    return desk.read(db, no)


def answer(
    db: Database, home: Path, actor: Actor, no: str, seen: int, text: str, around: Around, at: datetime
) -> Folder:
    """答复 with its evidence; whoever gave the 督办 is told and another person than the answerer accepts it."""
    desk.admit(db, actor, no, "answer")
    kept = keep_evidence(home, around)
    with desk.acting(db, actor, no, "answer", at, seen) as folder:
        case, order = folder.case, open_of(db, folder)
        rule.check_answer(is_open=order is not None, waits=order is not None and order.waits, text=text)
        assert order is not None
        by = actor.person_id
        files = [facts.add_evidence(db, case_id=case.id, fact_id=None, file=one, at=at, by=by) for one in kept]
        uploads.settle(db, by, [one.id for one in around.tray], at)
        orders.answer(db, order.id, text, files, at=at, by=by)
        desk.log(db, actor, folder, "order_answer", at, text=text, evidence=len(files), late=at >= order.due_at)
        if order.by != by:
            reminding.tell(db, case.id, (order.by,), ANSWERED, at, {"by": actor.name, "note": text[:80]})
    return desk.read(db, no)


def judge(db: Database, actor: Actor, no: str, seen: int, accepted: bool, reason: str, at: datetime) -> Folder:
    """认可: the 督办 is settled, as of when it was answered; or 退回: it wants another answer by the same date."""
    with desk.acting(db, actor, no, "supervise", at, seen) as folder:
        order = open_of(db, folder)
        rule.check_judge(
            waits=order is not None and order.waits,
            answered_by=(order.answered_by or 0) if order else 0,
            handler_id=folder.case.handler_id,
            person_id=actor.person_id,
            accepted=accepted,
            reason=reason,
        )
        assert order is not None
        if accepted:
            _end(db, actor, order, "accepted", reason, at)
            if runs(folder, order) and order.deadline_id is not None:
                clocks.finish(db, actor, order.deadline_id, at, done_at=order.answered_at)
        else:
            assert order.answer_id is not None
            if not orders.send_back(db, order.answer_id, reason, at=at, by=actor.person_id):
                raise Refusal(N_("没有等待认可的督办答复，可能已由他人处理"))
            if order.answered_by is not None:
                said = {"by": actor.name, "note": reason}
                reminding.tell(db, folder.case.id, (order.answered_by,), RETURNED, at, said)
        desk.log(db, actor, folder, "order_accept" if accepted else "order_return", at, reason=reason)
    return desk.read(db, no)


def withdraw(db: Database, actor: Actor, no: str, seen: int, reason: str, at: datetime) -> Folder:
    """撤回督办, with a reason: its clock is taken back, and it does not count in 督办按期率."""
    with desk.acting(db, actor, no, "supervise", at, seen) as folder:
        order = open_of(db, folder)
        rule.check_withdraw(is_open=order is not None, reason=reason)
        assert order is not None
        _end(db, actor, order, "withdrawn", reason, at)
        if runs(folder, order) and order.deadline_id is not None:
            clocks.cancel(db, actor, order.deadline_id, reason, at)
        desk.log(db, actor, folder, "order_withdraw", at, reason=reason)
    return desk.read(db, no)


def open_of(db: Database, folder: Folder) -> Order | None:
    """The 督办 of the case that has not ended."""
    return next((one for one in orders.of_case(db, folder.case.id) if not one.ended), None)


def runs(folder: Folder, order: Order) -> bool:
    """Does its clock run still? Somebody may have met it or taken it back by hand."""
    return any(one.id == order.deadline_id and one.state == OPEN for one in folder.deadlines)


def _end(db: Database, actor: Actor, order: Order, how: str, reason: str, at: datetime) -> None:
    if not orders.end(db, order.id, how, reason, at=at, by=actor.person_id):
        raise Refusal(N_("没有等待认可的督办答复，可能已由他人处理"))

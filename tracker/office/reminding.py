"""The reminders of a case: planned and withdrawn in the transaction of the act that owes or ends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import owing
from tracker.office.actors import Actor
from tracker.office.climbing import moved, of_due, step_of
from tracker.office.owing import Board, hours
from tracker.rule.ladder import addressees, applying
from tracker.rule.reaching import on_duty, reached
from tracker.rule.reminders import RAISED, mornings, owed_key
from tracker.store import heartbeat, planning, reminders, settings
from tracker.store.database import writing
from tracker.store.planning import Standing
from tracker.store.reminders import Kept, Planned

__all__ = ["hours", "raised", "repeat", "replan", "tell"]


def replan(
    db: Database, case_id: int, at: datetime, why: str, board: Board | None = None, late: frozenset[int] | None = None
) -> None:
    """Bring the reminders of a case into line with how it stands; called at the end of every act on it.

    What nobody has been shown yet and has lost its reason (the stage is done, the limit moved, the case closed, the
    handler changed, the rung gone) is withdrawn with ``why``; what is owed from ``at`` on is planned. What lies before
    ``at`` is not owed: the dispatch notice says what is late already. ``late``: the ids of the limits that had passed
    before the act; if it made others late, that is said at once. Joins the transaction of the act.
    """
    with writing(db):
        case = planning.standing(db, case_id)
        kept = reminders.of_case(db, case_id)
        if not (case.runs or case.limits or case.questions or any(one.waits for one in kept)):
            return
        board = board or owing.board(db)
        since = _since(db, case, kept, at)
        late_now = late is not None and any(one.due_at <= at and one.id not in late for one in case.limits)
        owed = owing.owed(case, board, kept, since, at, why, late_now=late_now)
        keys, gone = {one.owed_key for one in owed}, moved(kept, owed, board.hours, since)
        ended = {one.id for one in kept if one.waits and not owing.stands(one, case, board, keys, since)} | gone
        reminders.withdraw(db, sorted(ended), at, why)
        known = {one.owed_key for one in kept if one.withdrawn_at is None and one.id not in ended}
        reminders.plan(db, (one for one in owed if one.owed_key not in known), at)


def repeat(
    db: Database, case_id: int, begun: Mapping[tuple[int, int], datetime], until: datetime, board: Board
) -> None:
    """Plan the next occurrence of what repeats, and those that a tick which came late has missed.

    ``begun``: by limit and person, since when. Whoever was given the case later has a plan of their own by then; whom
    only the repeating rung reaches begins with the first of the others, and so does, each on their day, who is on duty.
    """
    case = planning.standing(db, case_id)
    people = board.people(case)
    kept = reminders.of_case(db, case_id)
    for limit in case.limits:
        since = {person: at for (limit_id, person), at in begun.items() if limit_id == limit.id}
        if not since:
            continue
        first = min(since.values())
        planned = {one.recipient_id for one in kept if one.deadline_id == limit.id and one.rung == "weekly"}
        there = {step_of(one, board.hours) for one in kept if one.withdrawn_at is None}
        for due in mornings(limit, board.steps(case, limit), board.hours, first, until):
            if due.rung.repeats:
                duty = on_duty(due.rung, people, due.at, limit.due_at, board.hours)
                going = [
                    one
                    for one in reached(due.rung, people, due.at, limit.due_at, board.hours)
                    if one in duty or (due.at >= since.get(one, first) and (one in since or one not in planned))
                ]
                owed = of_due(case.id, limit, due, going, board.hours)
                reminders.plan(db, (one for one in owed if step_of(one, board.hours) not in there), until)


def _since(db: Database, case: Standing, kept: tuple[Kept, ...], at: datetime) -> datetime:
    """An act that is taken back in time is as if it had never been: what fell due between the two is owed. So is what
    fell due since the people, the days or the ladder changed, where that change has not reached the case yet."""
    undone_from = at - timedelta(minutes=settings.office(db).undo_minutes)
    recent = [one.withdrawn_at for one in kept if one.withdrawn_at is not None and one.withdrawn_at >= undone_from]
    going = heartbeat.replan(db)
    if going is not None and going.after < case.id and case.registered_at <= going.since:
        recent.append(going.since)
    return min((at, *recent))


def raised(db: Database, case_id: int, actor: Actor, at: datetime) -> None:
    """The case has become urgent by this person: whoever else an urgent dispatch is for hears of it at once."""
    case, board = planning.standing(db, case_id), owing.board(db)
    people, day = board.people(case), board.hours.duty_day(at)
    steps = applying(board.ladder, ("dispatch",), case.grade)
    told = (one for rung in steps for one in addressees(rung, people, day) if one != actor.person_id)
    tell(db, case_id, told, RAISED, at, {"by": actor.name})


def tell(
    db: Database, case_id: int, recipient_ids: Iterable[int], rung: str, at: datetime, detail: Mapping[str, str]
) -> None:
    """Tell people something about a case once, at ``at``: the asker of a request, what was decided.

    ``detail`` is kept and shown with it; the complaint's words and the complainant never belong there.
    """
    said = reminders.body(**detail)
    subject = sha256(said.encode()).hexdigest()[:12]
    round_ = planning.standing(db, case_id).round
    with writing(db):
        reminders.plan(
            db,
            (
                Planned(
                    owed_key(case_id, round_, subject, 0, rung, to_text(at), one), rung, one, at, case_id, body=said
                )
                for one in dict.fromkeys(recipient_ids)
            ),
            at,
        )

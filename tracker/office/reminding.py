"""The reminders of a case: planned and withdrawn in the transaction of the act that owes or ends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.rule.reminders import (
    DECIDE,
    DISPATCH,
    ENTRY,
    RUNGS,
    URGE,
    Due,
    Hours,
    Limit,
    Rung,
    addressees,
    mornings,
    owed_key,
)
from tracker.store import planning, reminders, rules, settings
from tracker.store.database import writing
from tracker.store.planning import Standing, Supervisor
from tracker.store.reminders import Kept, Planned

#: Owed by an act alone, not by how the case stands: they are not planned anew, and stand while they have a reader.
OF_AN_ACT = (DISPATCH.key, ENTRY.key, URGE.key)


def replan(db: Database, case_id: int, at: datetime, why: str) -> None:
    """Bring the reminders of a case into line with how it stands; called at the end of every act on it.

    What nobody has been shown yet and has lost its reason (the stage is done, the limit moved, the case closed, the
    handler changed) is withdrawn with ``why``; what is owed from ``at`` on is planned. What lies before ``at`` is not
    owed: the dispatch notice says what is late already. Joins the transaction of the act.
    """
    with writing(db):
        case = planning.standing(db, case_id)
        kept = reminders.of_case(db, case_id)
        since = _since(db, kept, at)
        people = planning.supervisors(db) if case.runs else ()
        owed = tuple(_owed(case, kept, people, hours(db), since, at)) if case.runs else ()
        keys = {one.owed_key for one in owed}
        ended = [one.id for one in kept if one.waits and not _stands(one, case, people, keys, since)]
        reminders.withdraw(db, ended, at, why)
        known = {one.owed_key for one in kept if one.withdrawn_at is None}
        reminders.plan(db, (one for one in owed if one.owed_key not in known), at)


def repeat(db: Database, case_id: int, begun: Mapping[tuple[int, int], datetime], until: datetime) -> None:
    """Plan the next occurrence of what repeats, and those that a tick which came late has missed.

    ``begun``: by limit and person, since when. Whoever was given the case later has a plan of their own by then.
    """
    case, clock = planning.standing(db, case_id), hours(db)
    for limit in case.limits:
        for (limit_id, person), since in begun.items():
            if limit_id == limit.id:
                for due in mornings(limit, clock, since, until):
                    if due.rung.repeats:
                        reminders.plan(db, _of_limit(case.id, limit, due, (person,), clock), until)


def _since(db: Database, kept: tuple[Kept, ...], at: datetime) -> datetime:
    """An act that is taken back in time is as if it had never been: what fell due between the two is owed."""
    undone_from = at - timedelta(minutes=settings.office(db).undo_minutes)
    recent = (one.withdrawn_at for one in kept if one.withdrawn_at is not None and one.withdrawn_at >= undone_from)
    return min((at, *recent))


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


def hours(db: Database) -> Hours:
    """The office's wall clock, working days and sending hours."""
    office = settings.office(db)
    return Hours(office.zone, rules.calendar(db), office.send_from, office.send_until)


def _owed(
    case: Standing,
    kept: tuple[Kept, ...],
    people: tuple[Supervisor, ...],
    hours: Hours,
    since: datetime,
    until: datetime,
) -> Iterator[Planned]:
    above = planning.over(case.unit_id, people)
    yield from _dispatch(case, kept, above, until)
    yield from _questions(case, people, hours)
    shown = {_once(one) for one in kept if one.shown}
    for limit in case.limits:
        for due in mornings(limit, hours, since, until):
            for one in _of_limit(case.id, limit, due, addressees(due.rung, case.handler_id, above), hours):
                if due.rung.repeats or _once(one) not in shown:
                    yield one


def _once(one: Kept | Planned) -> tuple[object, ...]:
    """A rung that does not repeat is shown once, also when a new calendar would move it to another day."""
    return one.deadline_id, one.due_version, one.rung, one.recipient_id


def _of_limit(case_id: int, limit: Limit, due: Due, recipients: Iterable[int], hours: Hours) -> Iterator[Planned]:
    day = local(due.at, hours.zone).date().isoformat()
    said = reminders.body(due_at=to_text(limit.due_at))
    for one in recipients:
        key = owed_key(case_id, limit.round, str(limit.id), limit.due_version, due.rung.key, day, one)
        yield Planned(key, due.rung.key, one, due.at, case_id, limit.id, limit.due_version, said)


def _dispatch(case: Standing, kept: tuple[Kept, ...], above: tuple[int, ...], at: datetime) -> Iterator[Planned]:
    """The notice to whoever has just been given the case; and with a case that is registered late, at once and in one
    message, what is late. Who has the notice keeps it."""
    this_round = f"{case.id}|{case.round}|"
    told = [
        one
        for one in kept
        if one.rung == DISPATCH.key and one.owed_key.startswith(this_round) and one.withdrawn_at is None
    ]
    last = max((one.owed_at for one in told), default=None)
    now_told = {one.recipient_id for one in told if one.owed_at == last}
    given_to = addressees(DISPATCH, case.handler_id, above)
    if now_told.isdisjoint(given_to):
        for recipient in given_to:
            yield _of_case(case, DISPATCH, at, recipient)
    if not kept and any(limit.due_at <= at for limit in case.limits):
        for recipient in addressees(ENTRY, None, above):
            if recipient not in given_to:
                yield _of_case(case, ENTRY, at, recipient)


def _of_case(case: Standing, rung: Rung, at: datetime, recipient: int) -> Planned:
    key = owed_key(case.id, case.round, "case", 0, rung.key, to_text(at), recipient)
    return Planned(key, rung.key, recipient, at, case.id)


def _questions(case: Standing, people: tuple[Supervisor, ...], hours: Hours) -> Iterator[Planned]:
    for asked in case.questions:
        day = local(asked.asked_at, hours.zone).date().isoformat()
        said = reminders.body(kind=asked.kind)
        for recipient in planning.over(case.unit_id, people, without=asked.asked_by):
            key = owed_key(case.id, case.round, asked.subject, asked.due_version, DECIDE.key, day, recipient)
            yield Planned(
                key, DECIDE.key, recipient, asked.asked_at, case.id, asked.deadline_id, asked.due_version, said
            )


def _stands(one: Kept, case: Standing, people: tuple[Supervisor, ...], keys: set[str], since: datetime) -> bool:
    """Is there still a reason for a reminder that waits? What fell due before ``since`` is not planned anew, so its
    reason is looked at, not its key."""
    if one.rung not in RUNGS or one.owed_key in keys:
        return True
    if one.rung == DECIDE.key or (one.owed_at >= since and one.rung not in OF_AN_ACT):
        return False
    limit = next((limit for limit in case.limits if limit.id == one.deadline_id), None)
    of_limit = one.deadline_id is None or (limit is not None and limit.due_version == one.due_version)
    return of_limit and _is_addressed(one, case, people)


def _is_addressed(one: Kept, case: Standing, people: tuple[Supervisor, ...]) -> bool:
    return case.runs and one.recipient_id in addressees(
        RUNGS[one.rung], case.handler_id, planning.over(case.unit_id, people)
    )

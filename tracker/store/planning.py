"""What the planner of reminders reads: one case with its running limits, and who stands where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from tracker.clock import from_text
from tracker.rule.reminders import DIGEST, LIST, WEEK, Limit
from tracker.store import leaders, standins
from tracker.store.database import row, rows
from tracker.store.holidays import edition

# On a closed case whoever is to see again (回头看) stands in the handler's place.
CASE = """
SELECT cases.id, cases.no, cases.round, cases.state, cases.historic, cases.unit_id, cases.grade, cases.registered_at,
    cases.dispatched_at, cases.signed_at IS NOT NULL AS signed, handler.id AS handler_id
FROM cases LEFT JOIN person AS handler ON handler.active = 1 AND handler.id = CASE WHEN cases.state = 'closed'
    THEN coalesce((SELECT person_id FROM revisit
        WHERE revisit.case_id = cases.id AND done_at IS NULL AND dropped_at IS NULL), cases.handler_id)
    ELSE cases.handler_id END
WHERE cases.id = :case_id
"""
# Every round of the case: what a later round does not count anew runs on in the earlier one.
LIMITS = """
SELECT id, round, due_at, due_day, due_version, kind, key, kind = 'outside' AND clock <> 'reply' AS outlives
FROM deadline WHERE case_id = :case_id AND state = 'open' ORDER BY due_at, id
"""
# Nobody is reminded from the grant of a suspension on; nor was what it took back before anybody was shown it.
STOOD_STILL = """
SELECT pause.deadline_id, pause.until, min(request.decided_at, coalesce((
    SELECT min(reminder.owed_at) FROM reminder
    WHERE reminder.case_id = :case_id AND reminder.deadline_id = pause.deadline_id AND reminder.rung LIKE 'late%'
    AND reminder.shown_at IS NULL AND reminder.owed_at <= reminder.withdrawn_at
    AND reminder.withdrawn_at BETWEEN request.decided_at AND pause.until
), request.decided_at)) AS since
FROM deadline JOIN pause ON pause.deadline_id = deadline.id JOIN request ON request.id = pause.request_id
WHERE deadline.case_id = :case_id AND deadline.state = 'open' AND pause.until IS NOT NULL ORDER BY pause.until
"""
SUPERVISORS = """
SELECT person.id, person.unit_id FROM person JOIN person_role ON person_role.person_id = person.id
WHERE person_role.role = 'supervisor' AND person.active = 1 ORDER BY person.id
"""
CO_HANDLERS = """
SELECT person.id FROM co_handler JOIN person ON person.id = co_handler.person_id
WHERE co_handler.case_id = :case_id AND person.active = 1
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.parties' AND value = '1') ORDER BY person.id
"""
QUESTIONS = """
SELECT 'request-' || id AS subject, kind, asked_by, asked_at, 0 AS due_version, NULL AS deadline_id
FROM request WHERE case_id = :case_id AND decision IS NULL
UNION ALL
SELECT CAST(deadline.id AS TEXT), 'backfill', fact.recorded_by, fact.recorded_at, deadline.due_version, deadline.id
FROM deadline JOIN fact ON fact.id = deadline.fact_id
WHERE deadline.case_id = :case_id AND deadline.state = 'backfill'
UNION ALL
SELECT 'return-' || id, 'order_return', returned_by, returned_at, 0, NULL
FROM order_return WHERE case_id = :case_id AND outcome IS NULL
UNION ALL
SELECT 'redo-' || callback.id, 'redo', callback.by, callback.at, 0, NULL
FROM callback JOIN cases ON cases.id = callback.case_id AND cases.round = callback.round AND cases.state = 'closed'
WHERE callback.case_id = :case_id AND callback.redo = 1
AND NOT EXISTS (SELECT 1 FROM callback_decision WHERE callback_decision.callback_id = callback.id)
UNION ALL
SELECT 'answer-' || answer.id, 'order', answer.by, answer.at, 0, NULL
FROM supervision JOIN supervision_answer AS answer ON answer.supervision_id = supervision.id
WHERE supervision.case_id = :case_id
AND NOT EXISTS (SELECT 1 FROM supervision_end WHERE supervision_end.supervision_id = supervision.id)
AND NOT EXISTS (SELECT 1 FROM supervision_return WHERE supervision_return.answer_id = answer.id)
"""
# Open cases, and closed ones on which a date of its own still runs or which are asked to be done over; each part reads
# an index of what is open, the last one that of the calls that asked.
OPEN_CASES = """
SELECT id FROM cases WHERE state = 'open' AND historic = 0 AND id > :after
UNION SELECT id FROM cases WHERE state = 'applied' AND historic = 0 AND id > :after
UNION SELECT case_id FROM deadline WHERE kind = 'outside' AND state = 'open' AND case_id > :after
UNION SELECT case_id FROM callback WHERE redo = 1 AND case_id > :after
    AND NOT EXISTS (SELECT 1 FROM callback_decision WHERE callback_decision.callback_id = callback.id)
ORDER BY 1 LIMIT :limit
"""
# Who handles something; who leads an open case.
HANDLERS = """
SELECT person.id FROM person WHERE person.active = 1
AND EXISTS (SELECT 1 FROM cases WHERE cases.handler_id = person.id AND cases.state IN ('open', 'applied'))
ORDER BY person.id
"""
LEADING = """
SELECT DISTINCT person.id FROM leader JOIN person ON person.id = leader.person_id AND person.active = 1
JOIN cases ON cases.id = leader.case_id AND cases.state IN ('open', 'applied')
WHERE leader.until_at IS NULL
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.leaders' AND value = '1') ORDER BY person.id
"""
PEOPLE = """
SELECT person.id, person.unit_id, person.active, person_role.role IS NOT NULL
FROM person LEFT JOIN person_role ON person_role.person_id = person.id AND person_role.role = 'supervisor'
ORDER BY person.id
"""
UNITS = "SELECT id FROM unit ORDER BY id"
LADDER = "SELECT max(version) FROM ladder"
#: What the office uses decides who is told beside the handler and the supervisors.
USED = """
SELECT key, value FROM setting WHERE key IN ('feature.leaders', 'feature.parties', 'feature.duty', 'duty_from')
ORDER BY key
"""
ROSTER = "SELECT max(id) FROM roster_change"
DAYS = "SELECT day, works FROM calendar_override ORDER BY day"


@dataclass(frozen=True)
class Question:
    """Something that waits for another person's decision; ``asked_by`` is who may not give it."""

    subject: str
    kind: str
    asked_by: int | None
    asked_at: datetime
    due_version: int
    deadline_id: int | None


@dataclass(frozen=True)
class Supervisor:
    id: int
    unit_id: int | None


@dataclass(frozen=True)
class Standing:
    """How a case stands for the planner. ``runs`` is false when it is closed or historic: then it owes nothing but what
    a date of its own (回头看) on a closed case owes. ``unsigned_since``: it was dispatched then and is not signed for;
    ``led_since``: its leader was named then.
    """

    id: int
    no: str
    round: int
    runs: bool
    handler_id: int | None
    unit_id: int | None
    limits: tuple[Limit, ...]
    questions: tuple[Question, ...]
    grade: str
    registered_at: datetime
    unsigned_since: datetime | None
    co_handlers: tuple[int, ...]
    leaders: tuple[int, ...]
    led_since: datetime | None

    @property
    def nearest(self) -> datetime | None:
        """The due time of the limit that runs out first."""
        return min((limit.due_at for limit in self.limits), default=None)


def standing(db: Database, case_id: int) -> Standing:
    """One case as it stands now. A handler who has left counts as none."""
    found = row(db, CASE, {"case_id": case_id})
    if found is None:
        raise LookupError(f"no case {case_id}")
    runs = found["state"] in ("open", "applied") and not found["historic"]
    one = {"case_id": case_id}
    # On a closed case a date of its own runs on; the limits of its stages and of its source end with it.
    stood = rows(db, STOOD_STILL, one)
    limits = (
        () if found["historic"] else tuple(_limit(r, stood) for r in rows(db, LIMITS, one) if runs or r["outlives"])
    )
    unsigned = runs and found["dispatched_at"] and not found["signed"]
    led = leaders.leader(db, case_id)
    return Standing(
        id=found["id"],
        no=found["no"],
        round=found["round"],
        runs=runs,
        handler_id=found["handler_id"],
        unit_id=found["unit_id"],
        limits=limits,
        questions=tuple(_question(r) for r in rows(db, QUESTIONS, one) if runs or _after_closing(r)),
        grade=found["grade"],
        registered_at=from_text(found["registered_at"]),
        unsigned_since=from_text(found["dispatched_at"]) if unsigned else None,
        co_handlers=tuple(r["id"] for r in rows(db, CO_HANDLERS, one)),
        leaders=() if led is None else (led.person_id,),
        led_since=None if led is None else led.from_at,
    )


def _limit(found: Any, stood: Iterable[Any]) -> Limit:
    return Limit(
        found["id"],
        found["round"],
        from_text(found["due_at"]),
        date.fromisoformat(found["due_day"]),
        found["due_version"],
        found["kind"],
        found["key"],
        tuple((from_text(r["since"]), from_text(r["until"])) for r in stood if r["deadline_id"] == found["id"]),
    )


def _after_closing(found: Any) -> bool:
    """Is it asked of a closed case too?"""
    return found["kind"] in ("redo", "order")


def _question(found: Any) -> Question:
    asked_at = from_text(found["asked_at"])
    return Question(
        found["subject"], found["kind"], found["asked_by"], asked_at, found["due_version"], found["deadline_id"]
    )


def supervisors(db: Database) -> tuple[Supervisor, ...]:
    """The active supervisors of the office."""
    return tuple(Supervisor(r["id"], r["unit_id"]) for r in rows(db, SUPERVISORS))


def readers(db: Database, at: datetime) -> dict[str, tuple[int, ...]]:
    """Who is owed each digest at ``at``: supervisors and their deputies the day's; handlers, and who stands in for one,
    their own unless they have that; supervisors and the leaders of open cases the week's."""
    above = tuple(one.id for one in supervisors(db))
    daily = dict.fromkeys((*above, *(one.by_id for one in standins.deputies(db, at))))
    away = standins.substitutes(db, at)
    handling = tuple(r["id"] for r in rows(db, HANDLERS))
    listed = dict.fromkeys((*handling, *(away[one] for one in handling if one in away)))
    leading = tuple(r["id"] for r in rows(db, LEADING))
    return {
        DIGEST: tuple(daily),
        LIST: tuple(one for one in listed if one not in daily),
        WEEK: tuple(dict.fromkeys((*above, *leading))),
    }


def watched(db: Database, person_ids: Iterable[int], people: Iterable[Supervisor]) -> tuple[int, ...] | None:
    """The units of whose cases one of these supervisors hears, 0 for the cases of none; None for all of them."""
    everybody, mine = tuple(people), frozenset(person_ids)
    units = (None, *(int(r["id"]) for r in rows(db, UNITS)))
    heard = tuple(unit or 0 for unit in units if mine.intersection(over(unit, everybody)))
    return None if len(heard) == len(units) else heard


def over(unit_id: int | None, people: Iterable[Supervisor], without: int | None = None) -> tuple[int, ...]:
    """Those who supervise a case of ``unit_id``: the unit's and those of no one unit; if that is nobody, everybody.

    ``without`` is left out: nobody decides what they asked for themselves.
    """
    everybody = tuple(one for one in people if one.id != without)
    near = tuple(one.id for one in everybody if one.unit_id is None or one.unit_id == unit_id)
    return near or tuple(one.id for one in everybody)


def open_cases(db: Database, after: int, limit: int) -> tuple[int, ...]:
    """The next ids of the cases that may owe reminders, in order."""
    return tuple(r["id"] for r in rows(db, OPEN_CASES, {"after": after, "limit": limit}))


def days(db: Database) -> str:
    """Changes when a day of the calendar does: by the office, or by a newly published arrangement."""
    return sha256(repr([edition(), *(tuple(r) for r in rows(db, DAYS))]).encode()).hexdigest()


def fingerprint(db: Database) -> str:
    """Changes when somebody comes, goes, changes unit or becomes supervisor, when a day of the calendar does, when the
    ladder or the roster does, and when the office begins or ceases to use leaders, co-handlers or duty officers."""
    told = [tuple(r) for sql in (PEOPLE, USED, LADDER, ROSTER) for r in rows(db, sql)]
    return sha256(repr((days(db), told)).encode()).hexdigest()

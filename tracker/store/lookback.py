"""What a stretch of time held that a ladder may remind of: the cases with their limits, questions and people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.rule.reminders import Limit
from tracker.store.database import rows

# Cases that were open at some time since :since, and closed ones on which a date of their own runs; the newest ones.
PAST = """
WITH past AS (
    SELECT id FROM cases WHERE state IN ('open', 'applied') AND historic = 0
    UNION SELECT id FROM cases WHERE state = 'closed' AND historic = 0 AND closed_at >= :since
    UNION SELECT case_id FROM deadline WHERE kind = 'outside' AND state = 'open'
    UNION SELECT case_id FROM revisit WHERE done_at >= :since
    UNION SELECT callback.case_id FROM callback LEFT JOIN callback_decision AS decision ON callback_id = callback.id
        WHERE callback.redo = 1 AND (decision.at IS NULL OR decision.at >= :since)
    ORDER BY 1 DESC LIMIT :most
)
"""
CASES = f"""{PAST}
SELECT cases.id, cases.no, cases.grade, cases.unit_id, cases.registered_at, cases.dispatched_at, cases.signed_at,
    handler.id AS handler_id
FROM past JOIN cases ON cases.id = past.id
LEFT JOIN person AS handler ON handler.active = 1 AND handler.id = CASE WHEN cases.state = 'closed'
    THEN coalesce((SELECT person_id FROM revisit
        WHERE revisit.case_id = cases.id AND dropped_at IS NULL ORDER BY id DESC LIMIT 1), cases.handler_id)
    ELSE cases.handler_id END
ORDER BY cases.id
"""  # noqa: S608
LIMITS = f"""{PAST}
SELECT deadline.case_id, deadline.id, deadline.round, deadline.due_at, deadline.due_day, deadline.due_version,
    deadline.kind, deadline.key, deadline.done_at, coalesce(deadline.set_at, cases.registered_at) AS since
FROM past JOIN deadline ON deadline.case_id = past.id JOIN cases ON cases.id = past.id
WHERE deadline.state IN ('open', 'paused') AND (cases.state <> 'closed' OR deadline.clock NOT IN ('', 'reply'))
OR deadline.done_at >= :since
ORDER BY deadline.id
"""  # noqa: S608
# Nobody is reminded of a limit from the grant of a suspension on.
PAUSES = f"""{PAST}
SELECT pause.deadline_id, request.decided_at AS since, coalesce(pause.until, :until) AS until
FROM past JOIN deadline ON deadline.case_id = past.id JOIN pause ON pause.deadline_id = deadline.id
JOIN request ON request.id = pause.request_id WHERE pause.until IS NULL OR pause.until >= :since
ORDER BY pause.until IS NULL, pause.until
"""  # noqa: S608
QUESTIONS = f"""{PAST}
SELECT request.case_id, request.kind, request.asked_by, request.asked_at, request.decided_at
FROM past JOIN request ON request.case_id = past.id WHERE request.decision IS NULL OR request.decided_at >= :since
UNION ALL
SELECT deadline.case_id, 'backfill', fact.recorded_by, fact.recorded_at, NULL
FROM past JOIN deadline ON deadline.case_id = past.id AND deadline.state = 'backfill'
JOIN fact ON fact.id = deadline.fact_id
UNION ALL
SELECT order_return.case_id, 'order_return', returned_by, returned_at, recorded_at
FROM past JOIN order_return ON order_return.case_id = past.id WHERE outcome IS NULL OR recorded_at >= :since
UNION ALL
SELECT callback.case_id, 'redo', callback.by, callback.at, decision.at
FROM past JOIN callback ON callback.case_id = past.id AND callback.redo = 1
LEFT JOIN callback_decision AS decision ON decision.callback_id = callback.id
WHERE decision.at IS NULL OR decision.at >= :since
UNION ALL
SELECT supervision.case_id, 'order', answer.by, answer.at, coalesce(back.at, done.at)
FROM past JOIN supervision ON supervision.case_id = past.id
JOIN supervision_answer AS answer ON answer.supervision_id = supervision.id
LEFT JOIN supervision_return AS back ON back.answer_id = answer.id
LEFT JOIN supervision_end AS done ON done.supervision_id = supervision.id
WHERE coalesce(back.at, done.at) IS NULL OR coalesce(back.at, done.at) >= :since
ORDER BY 1, 4
"""  # noqa: S608
PEOPLE = f"""{PAST}
SELECT co_handler.case_id, co_handler.person_id, 0 AS leads FROM past JOIN co_handler ON co_handler.case_id = past.id
JOIN person ON person.id = co_handler.person_id AND person.active = 1
UNION ALL
SELECT leader.case_id, leader.person_id, 1 FROM past JOIN leader ON leader.case_id = past.id AND leader.until_at IS NULL
JOIN person ON person.id = leader.person_id AND person.active = 1
"""  # noqa: S608


Made = TypeVar("Made")


@dataclass(frozen=True)
class PastLimit:
    """A limit that ran from ``since`` and still does, or until ``done_at``, but for the times that it stood still."""

    limit: Limit
    since: datetime
    done_at: datetime | None

    def ran(self, at: datetime) -> bool:
        """Did it run at that instant?"""
        still = any(since <= at < until for since, until in self.limit.stood_still)
        return not still and (self.done_at is None or at < self.done_at)


@dataclass(frozen=True)
class PastQuestion:
    """Something that somebody asked for, and when it was decided."""

    kind: str
    asked_by: int
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class PastCase:
    """A case as it stands now, with what ran in that time."""

    id: int
    no: str
    grade: str
    unit_id: int | None
    handler_id: int | None
    registered_at: datetime
    dispatched_at: datetime | None
    signed_at: datetime | None
    co_handlers: tuple[int, ...]
    leaders: tuple[int, ...]
    limits: tuple[PastLimit, ...]
    questions: tuple[PastQuestion, ...]


def cases(db: Database, since: datetime, until: datetime, most: int) -> tuple[PastCase, ...]:
    """The cases that ran at some time between, ``most`` at most, the newest; what stands still, does so until then."""
    asked = {"since": to_text(since), "most": most}
    still = _by("deadline_id", rows(db, PAUSES, {**asked, "until": to_text(until)}), _span)
    limits = _by("case_id", rows(db, LIMITS, asked), lambda r: _limit(r, tuple(still.get(r["id"], ()))))
    questions = _by("case_id", rows(db, QUESTIONS, asked), _question)
    people = _by("case_id", rows(db, PEOPLE, asked), lambda r: (r["person_id"], bool(r["leads"])))
    return tuple(
        PastCase(
            r["id"],
            r["no"],
            r["grade"],
            r["unit_id"],
            r["handler_id"],
            from_text(r["registered_at"]),
            _instant(r["dispatched_at"]),
            _instant(r["signed_at"]),
            tuple(one for one, leads in people.get(r["id"], ()) if not leads and one != r["handler_id"]),
            tuple(one for one, leads in people.get(r["id"], ()) if leads),
            tuple(limits.get(r["id"], ())),
            tuple(questions.get(r["id"], ())),
        )
        for r in rows(db, CASES, asked)
    )


def _by(key: str, found: list[Any], make: Callable[[Any], Made]) -> dict[int, list[Made]]:
    grouped: dict[int, list[Made]] = {}
    for r in found:
        grouped.setdefault(r[key], []).append(make(r))
    return grouped


def _span(found: Any) -> tuple[datetime, datetime]:
    return from_text(found["since"]), from_text(found["until"])


def _limit(found: Any, stood_still: tuple[tuple[datetime, datetime], ...]) -> PastLimit:
    day = date.fromisoformat(found["due_day"])
    limit = Limit(
        found["id"],
        found["round"],
        from_text(found["due_at"]),
        day,
        found["due_version"],
        found["kind"],
        found["key"],
        stood_still,
    )
    return PastLimit(limit, from_text(found["since"]), _instant(found["done_at"]))


def _question(found: Any) -> PastQuestion:
    return PastQuestion(found["kind"], found["asked_by"], from_text(found["asked_at"]), _instant(found["decided_at"]))


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None

"""交接班: what the sheet of a duty lists, and who handed it over to whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.ladder import URGENT_GRADE
from tracker.store import callback
from tracker.store.callback import TO_CALL
from tracker.store.database import execute, insert, rows, shaped, value

LINE = """
SELECT cases.id AS case_id, cases.no, cases.title, cases.grade = :grade AS urgent,
    (SELECT name FROM street WHERE street.id = cases.street_id) AS street,
    (SELECT name FROM person WHERE person.id = cases.handler_id) AS handler,
"""
# Numbers and ids come in the order of registration: from the last case back to the first one of that time.
NEW = """
FROM cases WHERE cases.id > coalesce(
    (SELECT id FROM cases WHERE registered_at < :from_at ORDER BY id DESC LIMIT 1), 0)
AND cases.registered_at >= :from_at AND cases.registered_at < :at
"""
# A range of the index deadline_due. What was open then and has been done since is listed in an earlier sheet.
DUE = """
FROM deadline JOIN cases ON cases.id = deadline.case_id
WHERE deadline.state IN ('open', 'done', 'backfill') AND deadline.due_at > :from_at AND deadline.due_at <= :until
AND (deadline.done_at IS NULL OR deadline.done_at > :at) AND cases.historic = 0 AND cases.registered_at < :at
AND (cases.state IN ('open', 'applied') OR cases.closed_at > :at)
"""
# Those who were tried in vain within some days and have not been reached; by the key of the facts, from the end.
TRIED = """
FROM (SELECT fact.case_id, count(*) AS n, max(fact.happened_at) AS last FROM fact WHERE fact.kind = 'attempt'
    AND fact.id > coalesce((SELECT id FROM fact WHERE recorded_at < :tried_since ORDER BY id DESC LIMIT 1), 0)
    AND fact.recorded_at < :at
    AND NOT EXISTS (SELECT 1 FROM fact AS undoing WHERE undoing.kind = 'undo' AND undoing.undoes = fact.id)
    GROUP BY fact.case_id) AS tried
JOIN cases ON cases.id = tried.case_id AND cases.historic = 0
JOIN deadline ON deadline.case_id = cases.id AND deadline.round = cases.round AND deadline.key = 'contact'
WHERE deadline.state IN ('open', 'done', 'backfill') AND (deadline.done_at IS NULL OR deadline.done_at > :at)
"""
# Whoever did not answer the call after closing, and is to be called again.
CALLS = TO_CALL + "AND tried.n >= 1"
URGENT = """
FROM cases WHERE cases.grade = :grade AND cases.historic = 0 AND cases.registered_at < :at
AND (cases.state IN ('open', 'applied') OR cases.closed_at > :at)
"""
WHAT = {
    "new": ("cases.registered_at AS at, cases.channel AS what, 0 AS n", NEW, "urgent DESC, cases.id"),
    "due": ("deadline.due_at AS at, deadline.key AS what, 0 AS n", DUE, "deadline.due_at, cases.id"),
    "tried": ("tried.last AS at, 'contact' AS what, tried.n", TRIED, "tried.last, cases.id"),
    "calls": ("tried.last AS at, 'callback' AS what, tried.n", CALLS, "tried.last, cases.id"),
    "urgent": ("cases.next_due_at AS at, coalesce(cases.next_limit, '') AS what, 0 AS n", URGENT, "at IS NULL, at"),
}
LISTS = {
    part: f"{LINE} {columns} {source} ORDER BY {order} LIMIT :size" for part, (columns, source, order) in WHAT.items()
}
COUNTS = {part: f"SELECT count(*) {source}" for part, (_columns, source, _order) in WHAT.items()}
GIVE = """
INSERT INTO handover (day, person_id, at, note, registered, due, calls, urgent)
VALUES (:day, :person_id, :at, :note, :registered, :due, :calls, :urgent)
"""
TAKE = "INSERT INTO takeover (handover_id, person_id, at) VALUES (:id, :person_id, :at)"
OF_DAY = """
SELECT handover.id, handover.person_id, giver.name, handover.at, handover.note, handover.registered, handover.due,
    handover.calls, handover.urgent, taker.name AS taken_by, takeover.at AS taken_at
FROM handover JOIN person AS giver ON giver.id = handover.person_id
LEFT JOIN takeover ON takeover.handover_id = handover.id LEFT JOIN person AS taker ON taker.id = takeover.person_id
WHERE handover.day = :day ORDER BY handover.id
"""


@dataclass(frozen=True)
class Asked:
    """The duty of a sheet: from ``from_at``, as it stood at ``at``; ``until``: how far it looks ahead; ``tried_since``:
    how far back for calls in vain; ``calls``: which closed cases wait for one."""

    from_at: datetime
    at: datetime
    until: datetime
    tried_since: datetime
    calls: callback.Asked


@dataclass(frozen=True)
class Line:
    """One case of the sheet. ``at`` and ``what``: when it was registered and by which channel, or when which limit is
    due, or when which call was last tried, ``n`` times by then."""

    case_id: int
    no: str
    title: str
    street: str
    handler: str
    urgent: bool
    at: datetime | None
    what: str
    n: int


@dataclass(frozen=True)
class Counts:
    """How many lines each part of a sheet had."""

    registered: int
    due: int
    calls: int
    urgent: int


@dataclass(frozen=True)
class Handover:
    """A duty handed over, with what it came to then; ``taken_at`` is None until somebody takes it."""

    id: int
    person_id: int
    name: str
    at: datetime
    note: str
    registered: int
    due: int
    calls: int
    urgent: int
    taken_by: str
    taken_at: datetime | None


def lines(db: Database, part: str, asked: Asked, size: int) -> tuple[Line, ...]:
    """The first lines of a part of the sheet."""
    found = rows(db, LISTS[part], {**_params(asked), "size": size})
    return tuple(
        Line(
            **shaped(
                r,
                ("case_id", "no", "title", "what", "n"),
                instants=("at",),
                texts=("street", "handler"),
                flags=("urgent",),
            )
        )
        for r in found
    )


def count(db: Database, part: str, asked: Asked) -> int:
    """How many lines it has."""
    return int(value(db, COUNTS[part], _params(asked)))


def give(db: Database, day: date, person_id: int, at: datetime, note: str, counts: Counts) -> int:
    """Sign a duty over; its id."""
    fields = {"day": day.isoformat(), "person_id": person_id, "at": to_text(at), "note": note}
    return insert(db, GIVE, {**fields, **asdict(counts)})


def take(db: Database, handover_id: int, person_id: int, at: datetime) -> None:
    """Sign for it."""
    execute(db, TAKE, {"id": handover_id, "person_id": person_id, "at": to_text(at)})


def of_day(db: Database, day: date) -> tuple[Handover, ...]:
    """What was handed over of the duty of that day, in order."""
    names = ("id", "person_id", "name", "note", "registered", "due", "calls", "urgent")
    return tuple(
        Handover(**shaped(r, names, instants=("at", "taken_at"), texts=("taken_by",)))
        for r in rows(db, OF_DAY, {"day": day.isoformat()})
    )


def _params(asked: Asked) -> dict[str, object]:
    names = ("from_at", "at", "until", "tried_since")
    return {
        **{name: to_text(getattr(asked, name)) for name in names},
        **callback.params(asked.calls),
        "grade": URGENT_GRADE,
    }

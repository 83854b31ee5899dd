"""What one person asked and another decides: early ends, closings, extensions and suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, rows, shaped

INSERT = """
INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by, deadline_id, days, told_at,
    receiver, handed_on, new_kind, new_grade)
VALUES (:case_id, :round, :kind, :ground, :reason, :asked_at, :asked_by, :deadline_id, :days,
    :told_at, :receiver, :handed_on, :new_kind, :new_grade)
"""
# One conditional statement: of two supervisors deciding at once, one decides.
DECIDE = """
UPDATE request SET decision = :decision, decided_at = :at, decided_by = :by, answer = :answer
WHERE id = :id AND decision IS NULL
"""
# What a closing came to is said once, by whoever closes.
MARK = "UPDATE request SET settled = :settled, model = :model WHERE id = :id AND kind = 'close'"
# 撤销销项: as if nobody had decided; the trail keeps both.
REOPEN = """
UPDATE request SET decision = NULL, decided_at = NULL, decided_by = NULL, answer = '', settled = '', model = 0
WHERE id = :id AND kind = 'close'
"""
# The index cases_closed holds the closed cases by their time: those of the last minute are few.
JUST_CLOSED = """
SELECT cases.no, cases.version FROM cases JOIN request ON request.case_id = cases.id AND request.round = cases.round
WHERE cases.state = 'closed' AND cases.historic = 0 AND cases.closed_at > :since
AND request.kind = 'close' AND request.decision = 'approved' AND request.decided_by = :person_id
ORDER BY cases.closed_at, cases.id
"""
# 已告知: once told stays told.
TELL = "UPDATE request SET told_at = :at WHERE id = :id AND kind = 'extension' AND told_at IS NULL"
OF_CASE = """
SELECT request.*, asker.name AS asked_by_name, decider.name AS decided_by_name,
    deadline.key AS stage, acted_for.for_id AS asked_for
FROM request LEFT JOIN acted_for ON acted_for.request_id = request.id
LEFT JOIN deadline ON deadline.id = request.deadline_id
LEFT JOIN person AS asker ON asker.id = request.asked_by
LEFT JOIN person AS decider ON decider.id = request.decided_by
WHERE request.case_id = :case_id ORDER BY request.id
"""


@dataclass(frozen=True)
class Request:
    """What was asked for, and what became of it.

    An extension names its stage and days; ``told_at`` is when the citizen was told of it. The ground of a suspension
    is "case", or "report" where stage 4 alone waits for the monitoring report. What is handed over says to whom and on
    which day; a correction of kind and grade says which.
    """

    id: int
    case_id: int
    round: int
    kind: str
    ground: str
    reason: str
    asked_at: datetime
    asked_by: int
    asked_by_name: str
    asked_for: int | None  # whose substitute the asker was
    decided_at: datetime | None
    decided_by: int | None
    decided_by_name: str
    decision: str
    answer: str
    deadline_id: int | None
    stage: str
    days: int | None
    told_at: datetime | None
    settled: str
    model: bool
    receiver: str
    handed_on: date | None
    new_kind: str
    new_grade: str


@dataclass(frozen=True)
class JustClosed:
    """A case that was closed a moment ago; ``version`` is that of the case now."""

    no: str
    version: int


@dataclass(frozen=True)
class More:
    """What some requests say besides: to whom a case is handed over and when, or which kind and grade it
    should have."""

    receiver: str = ""
    handed_on: date | None = None
    new_kind: str = ""
    new_grade: str = ""


def reopen(db: Database, request_id: int) -> None:
    """An application to close waits again."""
    execute(db, REOPEN, {"id": request_id})


def just_closed(db: Database, person_id: int, since: datetime) -> tuple[JustClosed, ...]:
    """What somebody closed after ``since``."""
    found = rows(db, JUST_CLOSED, {"person_id": person_id, "since": to_text(since)})
    return tuple(JustClosed(r["no"], r["version"]) for r in found)


def add(
    db: Database,
    *,
    case_id: int,
    round_: int,
    kind: str,
    reason: str,
    at: datetime,
    by: int,
    ground: str = "",
    deadline_id: int | None = None,
    days: int | None = None,
    told: bool = False,
    more: More | None = None,
) -> int:
    """Write down what is asked; its id. The schema allows one open request a case."""
    more = more or More()
    return insert(
        db,
        INSERT,
        {
            "case_id": case_id,
            "round": round_,
            "kind": kind,
            "ground": ground,
            "reason": reason,
            "asked_at": to_text(at),
            "asked_by": by,
            "deadline_id": deadline_id,
            "days": days,
            "told_at": to_text(at) if told else None,
            "receiver": more.receiver,
            "handed_on": more.handed_on.isoformat() if more.handed_on else None,
            "new_kind": more.new_kind,
            "new_grade": more.new_grade,
        },
    )


def decide(db: Database, request_id: int, decision: str, *, at: datetime, by: int | None, answer: str = "") -> bool:
    """Decide an open request; False when somebody has decided it before. The schema refuses the asker."""
    return bool(
        execute(db, DECIDE, {"id": request_id, "decision": decision, "at": to_text(at), "by": by, "answer": answer})
    )


def mark(db: Database, request_id: int, settled: str, *, model: bool) -> None:
    """What the closing came to: 实际解决, 解释说明 or "", and whether it is a model case."""
    execute(db, MARK, {"id": request_id, "settled": settled, "model": int(model)})


def tell(db: Database, request_id: int, at: datetime) -> bool:
    """The citizen was told of an extension; False when that was written down before."""
    return bool(execute(db, TELL, {"id": request_id, "at": to_text(at)}))


NAMES = (
    "id",
    "case_id",
    "round",
    "kind",
    "ground",
    "reason",
    "asked_by",
    "asked_for",
    "decided_by",
    "answer",
    "deadline_id",
    "days",
    "receiver",
    "new_kind",
    "new_grade",
)
INSTANTS = ("asked_at", "decided_at", "told_at")
TEXTS = ("asked_by_name", "decided_by_name", "decision", "stage", "settled")


def of_case(db: Database, case_id: int) -> tuple[Request, ...]:
    """The requests of a case, oldest first."""
    return tuple(
        Request(
            **shaped(r, NAMES, instants=INSTANTS, texts=TEXTS, flags=("model",)),
            handed_on=date.fromisoformat(r["handed_on"]) if r["handed_on"] else None,
        )
        for r in rows(db, OF_CASE, {"case_id": case_id})
    )

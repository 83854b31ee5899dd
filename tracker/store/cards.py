"""Yellow and red cards (亮牌): given, taken back, and which the thresholds of the rules suggest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.cards import RED, YELLOW
from tracker.store.database import execute, rows, shaped, value

# Of two ticks at once one gives the card of a limit; whoever comes second gives none.
INSERT = """
INSERT INTO card (case_id, round, colour, reason, deadline_id, due_version, given_at, given_by)
VALUES (:case_id, :round, :colour, :reason, :deadline_id, :due_version, :at, :by)
ON CONFLICT DO NOTHING
"""
TAKE_BACK = """
INSERT INTO card_taken_back (card_id, reason, at, by) VALUES (:id, :reason, :at, :by) ON CONFLICT DO NOTHING
"""
OF_CASE = """
SELECT card.id, card.round, card.colour, card.reason, card.given_at, card.given_by, giver.name AS by_name,
    coalesce(deadline.key, '') AS stage, back.at AS back_at, back.reason AS back_reason, taker.name AS back_by
FROM card LEFT JOIN person AS giver ON giver.id = card.given_by LEFT JOIN deadline ON deadline.id = card.deadline_id
LEFT JOIN card_taken_back AS back ON back.card_id = card.id LEFT JOIN person AS taker ON taker.id = back.by
WHERE card.case_id = :case_id ORDER BY card.id
"""
# A range of the index of the running limits, for one rule version: what is late enough for a yellow card by it, without
# a card for this limit that is as grave (one that was taken back has been decided on), and whose extension does not
# wait for its decision.
SUGGESTED = """
FROM cases JOIN deadline ON deadline.id = (
    SELECT late.id FROM deadline AS late
    WHERE late.case_id = cases.id AND late.kind = 'stage' AND late.state = 'open' ORDER BY late.due_at, late.id LIMIT 1)
LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person AS handler ON handler.id = cases.handler_id
WHERE cases.next_due_at <= :yellow AND cases.rule_version = :version AND deadline.due_at <= :yellow
AND NOT EXISTS (SELECT 1 FROM card WHERE card.case_id = cases.id AND card.deadline_id = deadline.id
    AND card.due_version = deadline.due_version AND (card.colour = 'red' OR deadline.due_at > :red))
AND NOT EXISTS (SELECT 1 FROM request WHERE request.case_id = cases.id AND request.decision IS NULL
    AND request.deadline_id = deadline.id)
"""
LIST = (
    """
SELECT cases.id AS case_id, cases.no, cases.title, cases.round, street.name AS street, handler.name AS handler,
    deadline.id AS deadline_id, deadline.due_version, deadline.key AS stage, deadline.due_at,
    CASE WHEN deadline.due_at <= :red THEN 'red' ELSE 'yellow' END AS colour
"""
    + SUGGESTED
    + "ORDER BY deadline.due_at, cases.id LIMIT :size"
)
COUNT = "SELECT count(*) " + SUGGESTED
VERSIONS = "SELECT version, yellow_days, red_days FROM rule ORDER BY version"


@dataclass(frozen=True)
class Card:
    """One card. ``given_by`` is None for one that the schedule gave; ``stage`` is what was late, "" for nothing."""

    id: int
    round: int
    colour: str
    reason: str
    given_at: datetime
    given_by: int | None
    by_name: str
    stage: str
    back_at: datetime | None
    back_reason: str
    back_by: str

    @property
    def stands(self) -> bool:
        """Has nobody taken it back?"""
        return self.back_at is None


@dataclass(frozen=True)
class Suggested:
    """A case that the thresholds of its rule call out for a card, by the stage that is late longest."""

    case_id: int
    no: str
    title: str
    round: int
    street: str
    handler: str
    deadline_id: int
    due_version: int
    stage: str
    due_at: datetime
    colour: str


def give(
    db: Database,
    *,
    case_id: int,
    round_: int,
    colour: str,
    reason: str,
    at: datetime,
    by: int | None,
    deadline_id: int | None = None,
    due_version: int | None = None,
) -> bool:
    """Give a card, of a stage that is late or of none; False when the schedule gave this one before."""
    fields = {"case_id": case_id, "round": round_, "colour": colour, "reason": reason, "at": to_text(at), "by": by}
    return bool(execute(db, INSERT, {**fields, "deadline_id": deadline_id, "due_version": due_version}))


def take_back(db: Database, card_id: int, *, reason: str, at: datetime, by: int) -> bool:
    """收牌; False when somebody has taken it back before."""
    return bool(execute(db, TAKE_BACK, {"id": card_id, "reason": reason, "at": to_text(at), "by": by}))


def of_case(db: Database, case_id: int) -> tuple[Card, ...]:
    """The cards of a case, oldest first, those that were taken back among them."""
    names = ("id", "round", "colour", "reason", "given_by", "stage")
    return tuple(
        Card(**shaped(r, names, instants=("given_at", "back_at"), texts=("by_name", "back_reason", "back_by")))
        for r in rows(db, OF_CASE, {"case_id": case_id})
    )


def suggested(db: Database, at: datetime, size: int) -> tuple[Suggested, ...]:
    """The cases that call for a card at ``at``, most late first, of every rule version."""
    names = ("case_id", "no", "title", "round", "deadline_id", "due_version", "stage", "colour")
    found = [
        Suggested(**shaped(r, names, instants=("due_at",), texts=("street", "handler")))
        for edges in _edges(db, at)
        for r in rows(db, LIST, {**edges, "size": size})
    ]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.case_id))[:size])


def count_suggested(db: Database, at: datetime) -> int:
    """How many there are in all."""
    return sum(int(value(db, COUNT, edges)) for edges in _edges(db, at))


def _edges(db: Database, at: datetime) -> Iterable[dict[str, object]]:
    """For each rule version, the due times before which a stage that is open at ``at`` calls for which card."""
    for rule in rows(db, VERSIONS):
        days = {YELLOW: rule["yellow_days"], RED: rule["red_days"]}
        yield {"version": rule["version"], **{name: to_text(at - timedelta(days=n)) for name, n in days.items()}}

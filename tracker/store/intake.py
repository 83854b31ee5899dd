"""受理, and the cases that wait for it: what registration left open, and what may still go back to its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.intake import CHANNELS
from tracker.store.database import execute, row, rows, shaped, value

ACCEPT = "INSERT INTO acceptance (case_id, at, by) VALUES (:case_id, :at, :by) ON CONFLICT (case_id) DO NOTHING"
ACCEPTED = """
SELECT acceptance.at, acceptance.by, person.name AS by_name
FROM acceptance JOIN person ON person.id = acceptance.by WHERE acceptance.case_id = :case_id
"""
# Open cases are few (index cases_open). What was looked into has been accepted by that; street and category are asked
# for where a rule binds the case.
WAITING = """
WITH waiting AS (
    SELECT cases.id, cases.no, cases.title, cases.received_at, cases.street_id, cases.handler_id,
        cases.rule_version IS NOT NULL AND cases.street_id IS NULL AS no_street,
        cases.rule_version IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM case_category WHERE case_id = cases.id) AS no_category,
        cases.anonymous = 0 AND cases.channel IN (SELECT value FROM json_each(:phone))
            AND NOT EXISTS (SELECT 1 FROM complainant WHERE case_id = cases.id AND phone IS NOT NULL) AS no_phone,
        cases.channel IN (SELECT value FROM json_each(:limited))
            AND NOT EXISTS (SELECT 1 FROM deadline WHERE case_id = cases.id AND clock = 'reply') AS no_limit,
        (SELECT due_at FROM deadline WHERE case_id = cases.id AND clock = 'hand_back' AND state = 'open') AS return_by
    FROM cases
    -- The words of the index cases_open come first: it alone is read, and no closed case.
    WHERE cases.state IN ('open', 'applied') AND cases.state = 'open' AND cases.historic = 0
    AND NOT EXISTS (SELECT 1 FROM acceptance WHERE case_id = cases.id)
    AND NOT EXISTS (SELECT 1 FROM order_return WHERE case_id = cases.id AND outcome IS NULL)
    AND NOT EXISTS (SELECT 1 FROM request WHERE case_id = cases.id AND round = cases.round
        AND kind IN ('end', 'refuse') AND coalesce(decision, 'approved') = 'approved')
    AND NOT EXISTS (SELECT 1 FROM deadline WHERE case_id = cases.id AND key = 'inspection'
        AND state IN ('done', 'backfill', 'ended'))
)
"""
WANTED = "WHERE (no_street OR no_category OR no_phone OR no_limit OR return_by IS NOT NULL) "
LINES = (
    WAITING
    + """
SELECT waiting.*, street.name AS street, handler.name AS handler FROM waiting
LEFT JOIN street ON street.id = waiting.street_id LEFT JOIN person AS handler ON handler.id = waiting.handler_id
"""
    + WANTED
    + "ORDER BY return_by IS NULL, return_by, received_at, waiting.id LIMIT :size"
)
COUNT = WAITING + "SELECT count(*) FROM waiting " + WANTED  # noqa: S608
ONE = "SELECT waiting.*, '' AS street, '' AS handler FROM waiting "
OF_CASE = WAITING + ONE + WANTED + "AND id = :case_id"


@dataclass(frozen=True)
class Acceptance:
    """When the case was accepted, and by whom."""

    at: datetime
    by: int
    by_name: str


@dataclass(frozen=True)
class Waiting:
    """A case that waits for its 初审, and what is left open. ``return_by``: until then it may go back to its source."""

    no: str
    title: str
    received_at: datetime
    street: str
    handler: str
    no_street: bool
    no_category: bool
    no_phone: bool
    no_limit: bool
    return_by: datetime | None


def accept(db: Database, case_id: int, by: int, at: datetime) -> bool:
    """The case is accepted; False when it was before."""
    return bool(execute(db, ACCEPT, {"case_id": case_id, "by": by, "at": to_text(at)}))


def acceptance(db: Database, case_id: int) -> Acceptance | None:
    """By whom and when the case was accepted, if it was."""
    found = row(db, ACCEPTED, {"case_id": case_id})
    return Acceptance(**shaped(found, ("by", "by_name"), instants=("at",))) if found else None


def waiting(db: Database, size: int) -> tuple[Waiting, ...]:
    """The cases that wait for their 初审: those that may soon no longer go back first, then the oldest."""
    return tuple(_waiting(r) for r in rows(db, LINES, {**_channels(), "size": size}))


def count_waiting(db: Database) -> int:
    """How many of them there are in all."""
    return int(value(db, COUNT, _channels()))


def left_open(db: Database, case_id: int) -> Waiting | None:
    """What the 初审 of this case still has to look at; None when it does not wait for it."""
    found = row(db, OF_CASE, {**_channels(), "case_id": case_id})
    return _waiting(found) if found else None


def _channels() -> dict[str, object]:
    phone = [channel.name for channel in CHANNELS if channel.phone]
    limited = [channel.name for channel in CHANNELS if channel.limited]
    return {"phone": json.dumps(phone), "limited": json.dumps(limited)}


FLAGS = ("no_street", "no_category", "no_phone", "no_limit")


def _waiting(found: object) -> Waiting:
    names, texts = ("no", "title"), ("street", "handler")
    return Waiting(**shaped(found, names, instants=("received_at", "return_by"), texts=texts, flags=FLAGS))

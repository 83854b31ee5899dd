"""What waits for one person: all that they hand over before they leave."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule import roster
from tracker.rule.leaving import Duty
from tracker.store.database import rows
from tracker.store.settings import office

# By the indexes cases_handler, absence_substitute, deputy_deputy, leader_person, co_handler_person,
# revisit_person and roster_person.
# What the office has switched off has no effect and is not asked for.
OF_PERSON = """
SELECT 'case' AS kind, no AS case_no, '' AS other FROM cases
WHERE handler_id = :id AND state IN ('open', 'applied')
UNION ALL
SELECT 'request', cases.no, '' FROM request JOIN cases ON cases.id = request.case_id
WHERE request.decision IS NULL AND request.asked_by = :id
UNION ALL
SELECT 'absence', '', person.name FROM absence JOIN person ON person.id = absence.person_id
WHERE absence.substitute_id = :id AND absence.ended_at IS NULL AND absence.until_at > :at
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.absence' AND value = '1')
UNION ALL
SELECT 'deputy', '', person.name FROM deputy JOIN person ON person.id = deputy.supervisor_id
WHERE deputy.deputy_id = :id AND deputy.ended_at IS NULL AND deputy.until_at > :at
UNION ALL
SELECT 'leader', cases.no, '' FROM leader JOIN cases ON cases.id = leader.case_id
WHERE leader.person_id = :id AND leader.until_at IS NULL AND cases.state IN ('open', 'applied')
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.leaders' AND value = '1')
UNION ALL
SELECT 'co_handler', cases.no, '' FROM co_handler JOIN cases ON cases.id = co_handler.case_id
WHERE co_handler.person_id = :id AND cases.state IN ('open', 'applied')
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.parties' AND value = '1')
UNION ALL
SELECT 'revisit', cases.no, '' FROM revisit JOIN cases ON cases.id = revisit.case_id
WHERE revisit.person_id = :id AND revisit.done_at IS NULL AND revisit.dropped_at IS NULL
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.revisits' AND value = '1')
UNION ALL
SELECT 'duty', '', day FROM roster WHERE person_id = :id AND removed IS NULL AND day >= :today
AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.duty' AND value = '1')
"""


def of_person(db: Database, person_id: int, at: datetime) -> tuple[Duty, ...]:
    """Everything that is left to hand over at ``at``."""
    ours = office(db)
    today = roster.day_of(at, ours.duty_from, ours.zone)
    found = rows(db, OF_PERSON, {"id": person_id, "at": to_text(at), "today": today.isoformat()})
    return tuple(Duty(r["kind"], r["case_no"], r["other"]) for r in found)

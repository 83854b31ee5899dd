"""The statements behind cases.py, each the answer to one question."""

from __future__ import annotations

NEXT_NUMBER = """
INSERT INTO counter (prefix, year, last) VALUES (:prefix, :year, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = last + 1 RETURNING last
"""
INSERT = """
INSERT INTO cases (no, received_at, received_from, received_month, registered_at, registered_by, channel, source_no,
    kind, grade, route, appeal_id, title, content, place, street_id, subject_unit, confidential, anonymous,
    rule_version, handler_id, unit_id, lead_case_id, state, historic, updated_at, updated_by, closed_at, entry_key,
    dispatched_at, signed_at)
VALUES (:no, :received_at, :received_from, :received_month, :registered_at, :registered_by, :channel, :source_no,
    :kind, :grade, :route, :appeal_id, :title, :content, :place, :street_id, :subject_unit, :confidential, :anonymous,
    :rule_version, :handler_id, :unit_id, :lead_case_id, :state, :historic, :registered_at, :registered_by, :closed_at,
    :entry_key, :dispatched_at, :signed_at)
"""
CATEGORY = "INSERT INTO case_category (case_id, code) VALUES (:case_id, :code) ON CONFLICT DO NOTHING"
CLEAR_CATEGORIES = "DELETE FROM case_category WHERE case_id = :case_id"
SELECT = """
SELECT cases.*, street.name AS street, handler.name AS handler, unit.name AS unit, clerk.name AS registered_by_name,
    lead_case.no AS lead_no,
    (SELECT group_concat(code, ' ') FROM case_category WHERE case_id = cases.id) AS codes,
    (SELECT group_concat(person_id, ' ') FROM co_handler WHERE case_id = cases.id
        AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.parties' AND value = '1')) AS co_handlers,
    (SELECT person_id FROM leader WHERE leader.case_id = cases.id AND until_at IS NULL
        AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.leaders' AND value = '1')) AS leader_id,
    (SELECT person_id FROM revisit
        WHERE revisit.case_id = cases.id AND done_at IS NULL AND dropped_at IS NULL
        AND EXISTS (SELECT 1 FROM setting WHERE key = 'feature.revisits' AND value = '1')) AS visitor_id,
    (SELECT name FROM grid WHERE grid.id = cases.grid_id) AS grid
FROM cases
LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
LEFT JOIN person AS clerk ON clerk.id = cases.registered_by
LEFT JOIN unit ON unit.id = cases.unit_id
LEFT JOIN cases AS lead_case ON lead_case.id = cases.lead_case_id
"""
BY_NO = SELECT + "WHERE cases.no = :no"
BY_ID = SELECT + "WHERE cases.id = :id"
COUNT = "SELECT count(*) FROM cases"
VERSION = "SELECT version FROM cases WHERE no = :no"
BY_SOURCE = "SELECT id FROM cases WHERE channel = :channel AND source_no = :source_no"
BY_ENTRY = SELECT + "WHERE cases.entry_key = :entry_key"
JOINED = SELECT + "WHERE cases.lead_case_id = :id ORDER BY cases.id"
TOUCH = """
UPDATE cases SET version = version + 1, updated_at = :at, updated_by = :by WHERE id = :id AND version = :seen
"""
LAST_CHANGE = """
SELECT cases.updated_at, person.name FROM cases LEFT JOIN person ON person.id = cases.updated_by WHERE cases.id = :id
"""
SET_STATE = "UPDATE cases SET state = :state, closed_at = :closed_at, round = :round WHERE id = :id"
SET_HANDLER = """
UPDATE cases SET handler_id = :handler_id, unit_id = :unit_id, dispatched_at = :dispatched_at, signed_at = :signed_at
WHERE id = :id
"""
SIGN = """
UPDATE cases SET signed_at = max(:at, dispatched_at)
WHERE id = :id AND dispatched_at IS NOT NULL AND signed_at IS NULL
"""
SET_TRIAGE = """
UPDATE cases SET grid_id = (SELECT id FROM grid WHERE grid.id = cases.grid_id AND grid.street_id = :street_id),
    street_id = :street_id, place = :place, subject_unit = :subject_unit WHERE id = :id
"""
CLEAR_NEXT = "UPDATE cases SET next_due_at = NULL, next_limit = NULL WHERE id = :id"
# The nearest limit that is running, the outside ones included (docs/rule.md); a closed case has none.
SET_NEXT = """
UPDATE cases SET (next_due_at, next_limit) = (
    SELECT due_at, key FROM deadline
    WHERE deadline.case_id = cases.id AND deadline.state IN ('open', 'backfill')
    ORDER BY due_at, id LIMIT 1)
WHERE id = :id AND state IN ('open', 'applied') AND historic = 0
"""

"""The statements of the overdue list (store/overdue.py): the lists of lines, their counts and their groups.

Each list comes in three orders; a page follows the place (:after, :after_id) in that order.
"""

from __future__ import annotations

FILTERS = """
AND (:handler_id IS NULL OR coalesce(cases.handler_id, 0) = :handler_id)
AND (:unit_id IS NULL OR coalesce(cases.unit_id, 0) = :unit_id)
AND (:street_id IS NULL OR coalesce(cases.street_id, 0) = :street_id)
AND (:registered_by IS NULL OR cases.registered_by = :registered_by)
AND (:card IS NULL OR EXISTS (SELECT 1 FROM card
    WHERE card.case_id = cases.id AND card.given_at <= :at AND (:card = 'any' OR card.colour = :card)
    AND NOT EXISTS (SELECT 1 FROM card_taken_back AS back WHERE back.card_id = card.id AND back.at <= :at)))
AND (:text IS NULL OR cases.no LIKE :text ESCAPE '\\' OR cases.title LIKE :text ESCAPE '\\'
    OR cases.place LIKE :text ESCAPE '\\')
"""
# A stage, a clock by its name (督办 is also 督办#2), or all clocks: rule.clocks.ALL.
ONE_LIMIT = """
AND (:limit IS NULL OR {key} = :limit OR substr({key}, 1, length(:limit) + 1) = :limit || '#'
    OR (:limit = 'clocks' AND {key} NOT IN ('contact', 'inspection', 'recheck', 'resolution')))
"""
LIVE_FILTERS = FILTERS + ONE_LIMIT.format(key="cases.next_limit")
# The gravest card is the first by its name: red before yellow. The grade is no part of the index cases_next: asked like
# this, it is looked up for the lines of the page alone.
COLUMNS = """
cases.id AS case_id, cases.no, cases.title, cases.received_at, cases.state, cases.round, cases.handler_id,
deadline.due_day, deadline.provisional, deadline.state = 'backfill' AS backfill,
EXISTS (SELECT 1 FROM request WHERE request.case_id = cases.id AND request.decision IS NULL
    AND request.deadline_id = deadline.id) AS asked,
street.name AS street, handler.name AS handler, unit.name AS unit, lead_case.no AS lead_no,
(SELECT min(card.colour) FROM card WHERE card.case_id = cases.id AND card.given_at <= :at
    AND NOT EXISTS (SELECT 1 FROM card_taken_back AS back WHERE back.card_id = card.id AND back.at <= :at)) AS card,
(SELECT grade FROM cases AS whole WHERE whole.id = cases.id) AS grade,
(SELECT count(*) FROM cases AS repeat WHERE repeat.lead_case_id = cases.id) AS joined,
(SELECT heads FROM case_group WHERE case_group.case_id = cases.id ORDER BY id DESC LIMIT 1) AS heads,
(SELECT group_concat(name, ' ') FROM (
    SELECT CASE category.parent WHEN category.name THEN category.name ELSE category.parent || '·' || category.name END
        AS name
    FROM case_category JOIN category ON category.code = case_category.code
    WHERE case_category.case_id = cases.id ORDER BY category.code)) AS categories,
(SELECT max(shown_at) FROM reminder WHERE reminder.case_id = cases.id AND shown_at <= :at) AS last_reminded_at
"""
NAMES_OF = """
LEFT JOIN street ON street.id = cases.street_id
LEFT JOIN person AS handler ON handler.id = cases.handler_id
LEFT JOIN unit ON unit.id = cases.unit_id
LEFT JOIN cases AS lead_case ON lead_case.id = cases.lead_case_id
"""
# Everything asked of `cases` is in the index cases_next; the limit is the one that SET_NEXT chose.
LIVE_HEAD = "SELECT cases.next_due_at AS due_at, cases.next_limit AS limit_key, 0 AS historic,"
FROM_RUNNING = """
FROM cases
LEFT JOIN deadline ON deadline.id = (
    SELECT running.id FROM deadline AS running
    WHERE running.case_id = cases.id AND running.state IN ('open', 'backfill')
    ORDER BY running.due_at, running.id LIMIT 1)
"""
# The range of due times: :first and :last bound it for the index; stage 1 is near due later than the other limits, so
# that its edges are its own.
EDGES = """
AND cases.next_due_at > CASE cases.next_limit WHEN 'contact' THEN :contact_since ELSE :since END
AND cases.next_due_at <= CASE cases.next_limit WHEN 'contact' THEN :contact_until ELSE :until END
"""
IN_RANGE = "WHERE cases.next_due_at > :first AND cases.next_due_at <= :last" + EDGES
LIVE_PAGE = LIVE_HEAD + COLUMNS + FROM_RUNNING + NAMES_OF
LIVE = {
    "due": LIVE_PAGE
    + "WHERE (cases.next_due_at, cases.id) > (:after, :after_id) AND cases.next_due_at <= :last"
    + EDGES
    + LIVE_FILTERS
    + "ORDER BY cases.next_due_at, cases.id LIMIT :size",
    "recent": LIVE_PAGE
    + "WHERE (cases.next_due_at, cases.id) < (:after, :after_id) AND cases.next_due_at > :first"
    + EDGES
    + LIVE_FILTERS
    + "ORDER BY cases.next_due_at DESC, cases.id DESC LIMIT :size",
    "received": LIVE_PAGE
    + IN_RANGE
    + "AND (cases.received_at, cases.id) > (:after, :after_id)"
    + LIVE_FILTERS
    + "ORDER BY cases.received_at, cases.id LIMIT :size",
}
COUNT = "SELECT count(*) FROM cases "
LIVE_COUNT = COUNT + IN_RANGE + LIVE_FILTERS
# The menu's number, asked on every page: a plain range of the index.
ALL_LATE = "SELECT count(*) FROM cases WHERE cases.next_due_at <= :at"
MINE_LATE = (
    "SELECT count(*) FROM cases WHERE handler_id = :handler_id AND next_due_at <= :at AND state IN ('open', 'applied')"
)
GROUP_OF = """
SELECT CASE :by WHEN 'stage' THEN substr(limit_key, 1, instr(limit_key || '#', '#') - 1)
    WHEN 'who' THEN coalesce(handler_id, 0) ELSE coalesce(street_id, 0) END AS key,
    count(*) AS size, min(due_at) AS worst
"""
LIMITS_OF_CASES = "FROM (SELECT next_limit AS limit_key, handler_id, street_id, next_due_at AS due_at FROM cases "
BY_KEY = ") GROUP BY key ORDER BY worst, key"
LIVE_GROUPS = GROUP_OF + LIMITS_OF_CASES + IN_RANGE + LIVE_FILTERS + BY_KEY
# A limit of each case that ran at an instant and had passed; the later arms are for what has stopped since and for what
# was ended early since. While a limit stood still it ran past nothing.
RAN_PAST = """
WITH ran AS (
    SELECT deadline.id, deadline.case_id, deadline.due_at FROM deadline
    WHERE deadline.state IN ('open', 'done', 'backfill') AND deadline.due_at <= :at AND deadline.starts_at <= :at
    AND (deadline.done_at IS NULL OR deadline.done_at > :at)
    UNION ALL
    SELECT deadline.id, deadline.case_id, deadline.due_at FROM deadline
    JOIN pause ON pause.deadline_id = deadline.id AND pause.until IS NULL
    WHERE deadline.state = 'paused' AND deadline.due_at <= :at AND deadline.starts_at <= :at AND pause.since > :at
    UNION ALL
    SELECT deadline.id, deadline.case_id, deadline.due_at FROM deadline
    JOIN (SELECT request.case_id, request.round, min(request.decided_at) AS at FROM request
        WHERE request.kind = 'end' AND request.decision = 'approved'
        GROUP BY request.case_id, request.round) AS early
    ON early.case_id = deadline.case_id AND early.round = deadline.round
    WHERE deadline.state = 'ended' AND deadline.kind = 'stage'
    AND deadline.due_at <= :at AND deadline.starts_at <= :at AND early.at > :at
),
past AS (
    SELECT id, case_id, due_at FROM ran WHERE NOT EXISTS (
        SELECT 1 FROM pause WHERE pause.deadline_id = ran.id AND pause.since <= :at
        AND (pause.until IS NULL OR pause.until > :at))
),
nearest AS (
    SELECT id, row_number() OVER (PARTITION BY case_id ORDER BY due_at, id) AS place FROM past
)
"""
# A closed case has no limit that runs: what its source was never told by a closed case is nobody's work any more.
FROM_PAST = """
FROM nearest JOIN deadline ON deadline.id = nearest.id
JOIN cases ON cases.id = deadline.case_id AND (cases.closed_at IS NULL OR cases.closed_at > :at)
"""
AS_OF_FILTERS = FILTERS + ONE_LIMIT.format(key="deadline.key")
AS_OF_PAGE = (
    RAN_PAST
    + "SELECT deadline.due_at, deadline.key AS limit_key, cases.historic,"
    + COLUMNS
    + FROM_PAST
    + NAMES_OF
    + "WHERE nearest.place = 1 AND "
)
AS_OF = {
    "due": AS_OF_PAGE
    + "(deadline.due_at, cases.id) > (:after, :after_id)"
    + AS_OF_FILTERS
    + "ORDER BY deadline.due_at, cases.id LIMIT :size",
    "recent": AS_OF_PAGE
    + "(deadline.due_at, cases.id) < (:after, :after_id)"
    + AS_OF_FILTERS
    + "ORDER BY deadline.due_at DESC, cases.id DESC LIMIT :size",
    "received": AS_OF_PAGE
    + "(cases.received_at, cases.id) > (:after, :after_id)"
    + AS_OF_FILTERS
    + "ORDER BY cases.received_at, cases.id LIMIT :size",
}
AS_OF_COUNT = RAN_PAST + "SELECT count(*)" + FROM_PAST + "WHERE nearest.place = 1" + AS_OF_FILTERS
AS_OF_GROUPS = (
    RAN_PAST
    + GROUP_OF
    + "FROM (SELECT deadline.key AS limit_key, cases.handler_id, cases.street_id, deadline.due_at"
    + FROM_PAST
    + "WHERE nearest.place = 1"
    + AS_OF_FILTERS
    + BY_KEY
)
# Near due is `due_at - hours <= at < due_at` (rule.lights), asked of the index the other way round.
LIGHTS = (
    """
SELECT count(*) AS running, count(*) FILTER (WHERE next_due_at <= :at) AS overdue,
    count(*) FILTER (WHERE next_due_at > :at
        AND next_due_at <= CASE next_limit WHEN 'contact' THEN :near_contact ELSE :near END) AS near
FROM cases WHERE next_due_at IS NOT NULL
"""
    + LIVE_FILTERS
)
# The first condition is the one of the index cases_open, word for word, or SQLite does not see that it applies.
WAITING = (
    """
SELECT count(*) FROM cases WHERE state IN ('open', 'applied') AND state = 'applied' AND next_due_at IS NULL
"""
    + FILTERS
)

"""Migration 20: rows of the ladder for 回头看, in every version that the office has had, and whose visits are open."""

from __future__ import annotations

#: As in rule/ladder.py: the working morning before, the day, the day after, then each Monday.
ROWS = "VALUES (1, 'working', 1, 0), (2, 'day', 0, 0), (3, 'late', 0, 1), (4, 'monday', 0, 1)"

MIGRATION_20 = (
    # A visit is a date from outside with rows of its own; the names of the subjects stand in a CHECK of the table.
    "ALTER TABLE ladder_rung ADD COLUMN visit INTEGER NOT NULL DEFAULT 0"
    " CHECK (visit = 0 OR (visit = 1 AND subject = 'outside'))",
    # After whatever rows the version has: a form has at most a hundred.
    f"""INSERT INTO ladder_rung (version, place, subject, visit, anchor, offset, handler, supervisor)
        WITH added (n, anchor, offset, supervisor) AS ({ROWS})
        SELECT version, 1000 + n, 'outside', 1, anchor, offset, 1, supervisor FROM ladder CROSS JOIN added
        ORDER BY version, n""",  # noqa: S608
    "CREATE INDEX revisit_person ON revisit (person_id, due_day) WHERE done_at IS NULL AND dropped_at IS NULL",
)

"""Migration 6: an index of the historic cases that wait for their reply, for the line under the overdue list."""

from __future__ import annotations

MIGRATION_6 = ("CREATE INDEX cases_historic ON cases (id) WHERE historic = 1 AND state = 'open'",)

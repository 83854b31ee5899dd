"""Migration 17: what was sent, found by the day on which it was owed; and the secret addresses of calendars."""

from __future__ import annotations

from tracker.store.schema_1 import no_delete
from tracker.store.schema_1_cases import INSTANT

MIGRATION_17 = (
    "CREATE INDEX reminder_owed ON reminder (owed_at, id)",
    # The token itself is shown once and kept nowhere.
    f"""CREATE TABLE calendar_feed (
        id INTEGER PRIMARY KEY,
        person_id INTEGER NOT NULL REFERENCES person (id),
        token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        made_at TEXT NOT NULL CHECK (made_at {INSTANT}),
        revoked_at TEXT CHECK (revoked_at {INSTANT} AND revoked_at >= made_at)
    ) STRICT""",
    "CREATE UNIQUE INDEX calendar_feed_one ON calendar_feed (person_id) WHERE revoked_at IS NULL",
    no_delete("calendar_feed"),
)

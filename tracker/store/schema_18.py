"""Migration 18: who is on duty on which day, and how one officer hands over to the next."""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"

ROSTER = (
    # One entry of however many days; `undoes`: the change that this one takes back.
    f"""CREATE TABLE roster_change (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL CHECK (at {INSTANT}),
        by INTEGER NOT NULL REFERENCES person (id),
        undoes INTEGER UNIQUE REFERENCES roster_change (id) CHECK (undoes < id)
    ) STRICT""",
    *append_only("roster_change"),
    # A duty begins on its day at the hour that the office has set. Who is taken off keeps the row.
    f"""CREATE TABLE roster (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL CHECK (day {DAY}),
        person_id INTEGER NOT NULL REFERENCES person (id),
        entered INTEGER NOT NULL REFERENCES roster_change (id),
        removed INTEGER REFERENCES roster_change (id) CHECK (removed > entered)
    ) STRICT""",
    "CREATE UNIQUE INDEX roster_day ON roster (day, person_id) WHERE removed IS NULL",
    "CREATE INDEX roster_person ON roster (person_id, day) WHERE removed IS NULL",
    "CREATE INDEX roster_entered ON roster (entered)",
    "CREATE INDEX roster_removed ON roster (removed) WHERE removed IS NOT NULL",
    """CREATE TRIGGER roster_kept BEFORE UPDATE ON roster
        WHEN OLD.removed IS NOT NULL OR NEW.day <> OLD.day OR NEW.person_id <> OLD.person_id
            OR NEW.entered <> OLD.entered
        BEGIN SELECT RAISE(ABORT, 'roster rows are kept as they were'); END""",
    no_delete("roster"),
)

HANDOVER = (
    # 交班 of the duty of a day, with what stood open then; 接班 is another person's.
    f"""CREATE TABLE handover (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL CHECK (day {DAY}),
        person_id INTEGER NOT NULL REFERENCES person (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        note TEXT NOT NULL DEFAULT '',
        registered INTEGER NOT NULL CHECK (registered >= 0),
        due INTEGER NOT NULL CHECK (due >= 0),
        calls INTEGER NOT NULL CHECK (calls >= 0),
        urgent INTEGER NOT NULL CHECK (urgent >= 0)
    ) STRICT""",
    "CREATE INDEX handover_day ON handover (day, id)",
    *append_only("handover"),
    f"""CREATE TABLE takeover (
        handover_id INTEGER PRIMARY KEY REFERENCES handover (id),
        person_id INTEGER NOT NULL REFERENCES person (id),
        at TEXT NOT NULL CHECK (at {INSTANT})
    ) STRICT""",
    *append_only("takeover"),
    """CREATE TRIGGER takeover_by_another BEFORE INSERT ON takeover
        WHEN NEW.person_id = (SELECT person_id FROM handover WHERE id = NEW.handover_id)
        BEGIN SELECT RAISE(ABORT, 'nobody takes over from themselves'); END""",
)

MIGRATION_18 = (*ROSTER, *HANDOVER)

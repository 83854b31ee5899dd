"""Migration 15: the channels, what each failed at, what people chose, and steps of the clock.

`delivery.channel_id` is NULL for messages of before, which were all mail. `recipient_id` of a message to a group is the
person whose reminder it carries first.
"""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

CHANNELS = (
    # `settings` is encrypted with the office's key; `inside`: a host of the office's own network, http allowed.
    """CREATE TABLE channel (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('mail', 'wecom', 'dingtalk', 'feishu', 'template')),
        name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        unit_id INTEGER REFERENCES unit (id),
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        personal INTEGER NOT NULL CHECK (personal IN (0, 1)),
        choosable INTEGER NOT NULL DEFAULT 1 CHECK (choosable IN (0, 1)),
        inside INTEGER NOT NULL DEFAULT 0 CHECK (inside IN (0, 1)),
        settings BLOB,
        CHECK ((kind = 'mail') = (id = 1)),
        CHECK (kind <> 'mail' OR (unit_id IS NULL AND personal = 1))
    ) STRICT""",
    "INSERT INTO channel (id, kind, name, personal) VALUES (1, 'mail', 'mail', 1)",
    no_delete("channel"),
    "ALTER TABLE delivery ADD COLUMN channel_id INTEGER REFERENCES channel (id)",
    "CREATE INDEX delivery_sent ON delivery (coalesce(channel_id, 1), sent_at) WHERE sent_at IS NOT NULL",
    # What a message of another channel than mail carries; that of a mail stands in reminder.delivery_id.
    """CREATE TABLE carried (
        delivery_id INTEGER NOT NULL REFERENCES delivery (id),
        reminder_id INTEGER NOT NULL REFERENCES reminder (id),
        PRIMARY KEY (delivery_id, reminder_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX carried_reminder ON carried (reminder_id)",
    *append_only("carried"),
    f"""CREATE TABLE channel_failure (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL REFERENCES channel (id),
        delivery_id INTEGER REFERENCES delivery (id),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        fate TEXT NOT NULL,
        answer TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX channel_failure_channel ON channel_failure (channel_id, id)",
    *append_only("channel_failure"),
    f"""CREATE TABLE channel_test (
        id INTEGER PRIMARY KEY,
        channel_id INTEGER NOT NULL REFERENCES channel (id),
        asked_by INTEGER NOT NULL REFERENCES person (id),
        asked_at TEXT NOT NULL CHECK (asked_at {INSTANT}),
        tried_at TEXT CHECK (tried_at IS NULL OR tried_at {INSTANT}),
        fate TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX channel_test_waiting ON channel_test (id) WHERE tried_at IS NULL",
    "CREATE INDEX channel_test_channel ON channel_test (channel_id, id)",
    no_delete("channel_test"),
)

CHOICES = (
    # `address`: the person's own number at a template channel. Mail has theirs with the person.
    """CREATE TABLE person_channel (
        person_id INTEGER NOT NULL REFERENCES person (id),
        channel_id INTEGER NOT NULL REFERENCES channel (id),
        wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
        address TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (person_id, channel_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE quiet_hours (
        person_id INTEGER PRIMARY KEY REFERENCES person (id),
        begins TEXT NOT NULL,
        ends TEXT NOT NULL
    ) STRICT""",
)

CLOCK = (
    # `seconds` by which the wall clock moved beyond the time that passed. A step forward holds what leaves the house
    # until `until`, unless it was confirmed or taken back before.
    f"""CREATE TABLE clock_step (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL CHECK (at {INSTANT}),
        seconds INTEGER NOT NULL,
        until TEXT CHECK (until IS NULL OR until {INSTANT}),
        ended_at TEXT CHECK (ended_at IS NULL OR ended_at {INSTANT}),
        ended_by INTEGER REFERENCES person (id),
        ended_why TEXT NOT NULL DEFAULT '' CHECK (ended_why IN ('', 'confirmed', 'passed', 'stepped_back')),
        CHECK ((ended_at IS NULL) = (ended_why = '')),
        CHECK (ended_by IS NULL OR ended_why = 'confirmed')
    ) STRICT""",
    "CREATE INDEX clock_step_holding ON clock_step (id) WHERE until IS NOT NULL AND ended_at IS NULL",
    no_delete("clock_step"),
)

MIGRATION_15 = (*CHANNELS, *CHOICES, *CLOCK)

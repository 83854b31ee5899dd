"""A few kills of the running program on every build; `make faults` does a thousand."""

from __future__ import annotations

import pytest

from tests.faults import kills
from tests.faults.kills import Figures
from tracker.store.database import execute

KILLS = 8


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.lost_writes == found.doubled_writes == 0, found
    assert found.torn == (), found
    assert found.lost_reminders == found.doubled_reminders == found.undelivered == 0, found
    assert found.duplicates <= found.bound, found
    assert found.acknowledged > sum(found.kills.values()), found


@pytest.mark.slow
def test_kills_at_random_lose_and_double_nothing(home):
    spotless(kills.run(home, KILLS))


FIRST = "(SELECT min(id) FROM reminder WHERE rung = 'dispatch')"
DAMAGE = {
    "lost_writes": "UPDATE cases SET place = 'x' WHERE id = 1",
    "doubled_writes": "UPDATE cases SET place = (SELECT place FROM cases WHERE id = 1) WHERE id = 2",
    "lost_reminders": "UPDATE reminder SET shown_at = NULL, delivery_id = NULL WHERE id = {first}",
    "doubled_reminders": "INSERT INTO reminder (owed_key, case_id, rung, recipient_id, owed_at, planned_at, shown_at)"
    " SELECT 'x', case_id, rung, recipient_id, owed_at, planned_at, owed_at FROM reminder WHERE id = {first}",
    "undelivered": "UPDATE delivery SET sent_at = NULL, dead = 1 WHERE id = 1",
    "torn": "DELETE FROM case_category WHERE case_id = 1",
}


@pytest.mark.slow
def test_what_is_lost_or_doubled_would_be_seen(home):
    """The same figures after each kind of damage: it shows under its own name."""
    seen = {}

    def count(db, *told):
        for name, sql in DAMAGE.items():
            execute(db, "BEGIN")
            execute(db, sql.format(first=FIRST))
            seen[name] = getattr(kills.figures(db, *told), name)
            execute(db, "ROLLBACK")
        return kills.figures(db, *told)

    spotless(kills.run(home, 1, count=count))
    assert all(seen.values()), seen

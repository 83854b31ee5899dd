"""Migration 18 holds what no code may write: rows of the roster that change, and a handover taken by its giver."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW, add_person
from tracker.store import features, roster
from tracker.store.database import IntegrityError, execute, value, writing

TODAY = date(2026, 6, 17)
DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    """Person 1 (handler) and 2 (handler); 1 is on duty today."""
    for _n in range(2):
        add_person(register, roles=("handler",))
    with writing(register):
        features.switch(register, ("duty",))
    roster.change(register, 1, NOW, off=(), on=[(TODAY, 1)])
    return register


def test_a_duty_holds_from_its_first_instant_to_the_last(office):
    begins = NOW.replace(hour=0, minute=30)  # 08:30 in Shanghai
    second = timedelta(seconds=1)
    held = [roster.turn(office, 1, at) for at in (begins - second, begins, begins + DAY - second, begins + DAY)]
    assert [one is not None for one in held] == [False, True, True, False]
    assert held[1].until_at == begins + DAY
    assert roster.turn(office, 2, NOW) is None
    assert [one.person_id for one in roster.on_duty(office, NOW)] == [1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET active = 0 WHERE id = 1",
        "UPDATE person_role SET role = 'admin' WHERE person_id = 1",
        "UPDATE person_role SET role = 'auditor' WHERE person_id = 1",
        "INSERT INTO person_role (person_id, role) VALUES (1, 'admin')",
        "DELETE FROM person_role WHERE person_id = 1",
        "UPDATE setting SET value = '0' WHERE key = 'feature.duty'",
    ],
)
def test_who_left_lost_the_role_or_uses_no_roster_is_not_on_duty(office, change):
    execute(office, change)
    assert roster.turn(office, 1, NOW) is None
    assert roster.on_duty(office, NOW) == ()
    assert roster.lent(office, 1, NOW) is None
    by_day = roster.by_day(office)
    assert by_day is None or by_day(TODAY) == ()


def test_nothing_is_lent_to_whoever_has_it_anyway(office):
    assert roster.lent(office, 1, NOW).day == TODAY
    execute(office, "INSERT INTO person_role (person_id, role) VALUES (1, 'supervisor')")
    assert roster.turn(office, 1, NOW)
    assert roster.lent(office, 1, NOW) is None


def test_who_is_taken_off_keeps_the_row_and_may_come_back(office):
    second = roster.change(office, 2, NOW, off=[(TODAY, 1)], on=[(TODAY, 2), (TODAY + DAY, 1)])
    assert roster.before(office, second) == {TODAY: (1,), TODAY + DAY: ()}
    roster.change(office, 2, NOW, off=[(TODAY, 2)], on=[(TODAY, 1)], undoes=second)
    assert [one.person_id for one in roster.on_day(office, TODAY)] == [1]
    assert value(office, "SELECT count(*) FROM roster") == 4
    with pytest.raises(IntegrityError, match="UNIQUE"):
        roster.change(office, 2, NOW, off=(), on=[(TODAY, 1)])
    with pytest.raises(IntegrityError, match="UNIQUE"):
        roster.change(office, 2, NOW, off=(), on=(), undoes=second)


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("are kept", "DELETE FROM roster"),
        ("as they were", "UPDATE roster SET day = '2026-06-18'"),
        ("as they were", "UPDATE roster SET person_id = 2"),
        ("append-only", "UPDATE roster_change SET by = 2"),
        ("append-only", "DELETE FROM roster_change"),
        ("CHECK", "UPDATE roster SET removed = entered"),
        ("CHECK", "INSERT INTO roster (day, person_id, entered) VALUES ('17.6.', 1, 1)"),
        ("FOREIGN KEY", "INSERT INTO roster (day, person_id, entered) VALUES ('2026-06-18', 99, 1)"),
        ("append-only", "UPDATE handover SET note = 'x'"),
        ("append-only", "DELETE FROM handover"),
        ("themselves", "INSERT INTO takeover (handover_id, person_id, at) VALUES (1, 1, '2026-06-18T00:30:00Z')"),
    ],
)
def test_what_may_not_be_is_refused_by_the_schema(office, what, sql):
    execute(
        office,
        "INSERT INTO handover (day, person_id, at, registered, due, calls, urgent)"
        " VALUES ('2026-06-17', 1, '2026-06-18T00:29:00Z', 0, 0, 0, 0)",
    )
    with pytest.raises(IntegrityError, match=what), writing(office):
        execute(office, sql)
    execute(office, "INSERT INTO takeover (handover_id, person_id, at) VALUES (1, 2, '2026-06-18T00:30:00Z')")
    with pytest.raises(IntegrityError, match="append-only"):
        execute(office, "DELETE FROM takeover")


def test_a_removed_row_is_not_brought_back(office):
    roster.change(office, 1, NOW, off=[(TODAY, 1)], on=())
    with pytest.raises(IntegrityError, match="as they were"):
        execute(office, "UPDATE roster SET removed = NULL")

"""Migration 8 holds what no code may write: who stands in, what is decided for whom, who leads, where a grid lies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW, add_person, make_case
from tracker.clock import to_text
from tracker.store import features, leaders, standins
from tracker.store.database import IntegrityError, execute, value, writing

DAY = timedelta(days=1)


@pytest.fixture
def office(register, make_actor):
    """People 1 (clerk), 2 (handler), 3 (supervisor), and case 1 of the handler's."""
    make_case(register, make_actor(), handler_id=add_person(register, roles=("handler",)).id)
    add_person(register, roles=("supervisor",))
    with writing(register):
        features.switch(register, ("absence", "leaders"))
    return register


def stand_in(db, kind, for_id, by_id, since=NOW, until=NOW + DAY):
    return standins.add(db, kind, for_id=for_id, by_id=by_id, from_at=since, until_at=until, at=NOW)


@pytest.mark.parametrize("kind", [standins.DEPUTY, standins.ABSENCE])
@pytest.mark.parametrize(("for_id", "by_id", "until"), [(3, 3, NOW + DAY), (3, 2, NOW), (3, 99, NOW + DAY)])
def test_nobody_stands_in_for_themselves_nor_for_no_time(office, kind, for_id, by_id, until):
    with pytest.raises(IntegrityError):
        stand_in(office, kind, for_id, by_id, until=until)


def test_a_deputy_holds_from_the_first_instant_to_the_last(office):
    stand_in(office, standins.DEPUTY, 3, 1)
    second = timedelta(seconds=1)
    held = {at: bool(standins.deputies(office, at)) for at in (NOW - second, NOW, NOW + DAY - second, NOW + DAY)}
    assert list(held.values()) == [False, True, True, False]
    assert standins.deputies(office, NOW, by_id=1)[0].for_id == 3
    assert standins.deputies(office, NOW, by_id=2) == ()


def test_ended_early_it_is_over_and_its_row_stays(office):
    id_ = stand_in(office, standins.DEPUTY, 3, 1)
    assert standins.end(office, standins.DEPUTY, id_, NOW + timedelta(hours=1))
    assert not standins.end(office, standins.DEPUTY, id_, NOW + timedelta(hours=2))
    assert standins.deputies(office, NOW + timedelta(hours=3)) == ()
    assert [one.id for one in standins.over(office, standins.DEPUTY, NOW + DAY, 9)] == [id_]
    with pytest.raises(IntegrityError, match="are kept"):
        execute(office, "DELETE FROM deputy")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET active = 0 WHERE id = 3",
        "UPDATE person SET active = 0 WHERE id = 1",
        "UPDATE person_role SET role = 'handler' WHERE person_id = 3",
        "UPDATE person_role SET role = 'admin' WHERE person_id = 1",
        "UPDATE person_role SET role = 'auditor' WHERE person_id = 1",
    ],
)
def test_who_lost_the_role_hands_nothing_on_and_takes_nothing(office, change):
    stand_in(office, standins.DEPUTY, 3, 1)
    execute(office, change)
    assert standins.deputies(office, NOW) == ()


def test_substitutes_are_handlers_who_are_here_while_the_office_uses_them(office):
    stand_in(office, standins.ABSENCE, 3, 2)
    assert standins.substitutes(office, NOW) == {3: 2}
    assert standins.substitutes(office, NOW + DAY) == {}
    with writing(office):
        features.switch(office, ())
    assert standins.substitutes(office, NOW) == {}
    with writing(office):
        features.switch(office, ("absence",))
    execute(office, "UPDATE person_role SET role = 'clerk' WHERE person_id = 2")
    assert standins.substitutes(office, NOW) == {}


def test_nobody_decides_what_a_substitute_asked_for_them(office):
    ask = "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by) VALUES (1, 1, 'close', '', :at, 2)"
    execute(office, ask, {"at": to_text(NOW)})
    execute(office, "INSERT INTO acted_for (for_id, request_id) VALUES (3, 1)")
    decide = "UPDATE request SET decision = 'approved', decided_at = asked_at, decided_by = :by"
    with pytest.raises(IntegrityError, match="asked for them"):
        execute(office, decide, {"by": 3})
    execute(office, decide, {"by": 1})
    with pytest.raises(IntegrityError, match="append-only"):
        execute(office, "UPDATE acted_for SET for_id = 1")


def test_a_case_has_one_leader_at_a_time_and_the_earlier_ones_stay_on_record(office):
    assert leaders.leader(office, 1) is None
    leaders.put(office, 1, 3, NOW)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        execute(office, leaders.ADD, {"case_id": 1, "person_id": 2, "at": to_text(NOW)})
    leaders.put(office, 1, 2, NOW + DAY)
    assert leaders.leader(office, 1).person_id == 2
    assert [(one.person_id, one.until_at) for one in leaders.of_case(office, 1)] == [(3, NOW + DAY), (2, None)]
    execute(office, "UPDATE person SET active = 0 WHERE id = 2")
    assert leaders.leader(office, 1) is None
    leaders.put(office, 1, None, NOW + 2 * DAY)
    with writing(office):
        features.switch(office, ())
    leaders.put(office, 1, 3, NOW + 3 * DAY)
    assert leaders.leader(office, 1) is None, "what the office does not use has no effect"


def test_a_grid_is_named_once_in_its_street(office):
    add = "INSERT INTO grid (street_id, name) VALUES (1, '第一网格')"
    execute(office, add)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        execute(office, add)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        execute(office, "UPDATE cases SET grid_id = 99")
    assert value(office, "SELECT count(*) FROM grid") == 1

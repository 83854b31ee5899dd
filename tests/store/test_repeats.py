"""查重 reads three indexes and finds what shares a phone, a place or a unit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tracker.clock import to_text
from tracker.store import repeats
from tracker.store.database import execute, rows

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    return an_office(register)


def found(db, **asked):
    return [one.no for one in repeats.look_up(db, NOW - 90 * DAY, **asked)]


def test_each_arm_is_an_index_read(office):
    params = dict.fromkeys(("phone_index", "place", "place_end", "unit", "since", "until", "but", "size"))
    plan = [r["detail"] for r in rows(office.db, "EXPLAIN QUERY PLAN " + repeats.REPEATS, params)]
    assert "SEARCH complainant USING COVERING INDEX complainant_phone (phone_index=?)" in plan
    assert any("cases_place (place>? AND place<?)" in step for step in plan)
    assert any("cases_subject (subject_unit=? AND received_at>?)" in step for step in plan)
    assert not any(step.startswith("SCAN cases") for step in plan)


def test_a_place_is_found_by_its_beginning_and_by_nothing_else(office):
    case = office.case(place="港南路88号3楼", phone="13900000000")
    office.case(place="大港南路88号", phone="13900000001")
    assert found(office.db, place="港南路88号") == [case.no]
    assert found(office.db, place="港南路88号3楼东") == []
    assert found(office.db, place="%") == []


def test_nothing_asked_finds_nothing(office):
    office.case(subject_unit="")
    assert found(office.db) == []


def test_a_case_that_shares_everything_stands_here_once(office):
    case = office.case(phone="13800000000", place="港南路88号", subject_unit="塑料厂")
    (one,) = repeats.look_up(office.db, NOW - DAY, phone="13800000000", place="港南路88号", unit="塑料厂")
    assert (one.no, one.same_phone, one.same_place, one.same_unit) == (case.no, True, True, True)


def test_closed_and_old_cases_come_last_and_those_before_the_days_not_at_all(office):
    closed, joined_to, new = (office.case(NOW - n * DAY) for n in (1, 3, 2))
    execute(
        office.db,
        "UPDATE cases SET state = 'closed', closed_at = :at, next_due_at = NULL, next_limit = NULL WHERE id = :id",
        {"at": to_text(NOW), "id": closed.id},
    )
    joined = office.case(NOW - DAY / 2, lead_no=joined_to.no)
    office.case(NOW - 91 * DAY)
    assert found(office.db, phone="13800000000") == [new.no, joined_to.no, joined.no, closed.no]
    assert [one.open for one in repeats.look_up(office.db, NOW - 90 * DAY, phone="13800000000")] == [
        True,
        True,
        True,
        False,
    ]

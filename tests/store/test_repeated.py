"""The two figures on repeats: one query, a naive count beside it, and nothing counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW, make_case
from tracker.office import deciding, linking
from tracker.rule.places import Site
from tracker.rule.repeats import worth_asking
from tracker.store import repeated
from tracker.store.database import rows

DAY = timedelta(days=1)
SINCE, UNTIL = NOW, NOW + 100 * DAY


@pytest.fixture
def clerk(make_actor):
    return make_actor(roles=("clerk",))


@pytest.fixture
def case(register, clerk):
    def make(day, **changes):
        return make_case(register, clerk, NOW + day * DAY, **changes)

    return make


def figures(db, since=SINCE, until=UNTIL):
    found = repeated.figures(db, since, until, 90)
    return found.accepted, found.person, found.place


def test_the_first_case_of_a_matter_is_new_and_the_others_repeat_it(register, case):
    case(0)
    case(1)  # the same citizen
    case(2, phone="13900000001")  # another, about the same place
    case(3, phone="13900000001", place="东湖路1999弄")  # the same citizen as the one before, elsewhere
    case(4, phone="13900000002", place="桥北路200号")  # nobody and nothing of it
    assert figures(register) == (5, 2, 1)


def test_what_was_received_before_the_period_is_repeated_too(register, case):
    case(-89)
    case(0.5)
    assert figures(register) == (1, 1, 0)


@pytest.mark.parametrize(("days", "person"), [(90, 1), (90 + 1 / 86400, 0)])
def test_an_earlier_case_counts_for_so_many_days_to_the_second(register, case, days, person):
    case(1)
    case(1 + days)
    assert figures(register, SINCE, UNTIL)[1] == person


def test_the_period_has_its_first_instant_and_not_its_last(register, case):
    case(0)
    case(100)
    assert figures(register)[0] == 1


def test_an_anonymous_case_about_the_place_is_another_person(register, case):
    case(0)
    case(1, phone="", anonymous=True)
    assert figures(register) == (2, 0, 1)


def test_a_place_that_nobody_named_makes_no_repeat(register, case):
    for n, place in enumerate(("来信未写明地点", "来信未写明地点", "桥北路", "桥北路")):
        case(n, place=place, phone=f"1390000000{n}")
    assert figures(register) == (4, 0, 0)


def test_joined_or_linked_by_hand_it_is_a_repeat_and_stays_a_case(register, case, clerk):
    lead = case(0)
    case(1, lead_no=lead.no, phone="13900000001", place="港南路西门")
    assert figures(register) == (2, 0, 1)


def test_a_link_from_the_command_line_counts_the_later_case(register, case):
    first, second = case(0, place="港南路东门厂"), case(1, phone="13900000001", place="港南路西门厂")
    for one in (first, second):
        rows(register, "UPDATE cases SET historic = 1 WHERE id = :id RETURNING id", {"id": one.id})
    site = Site("港南路", True, repeated.of_period(register, SINCE, UNTIL))
    assert [linking.link_sites(register, [site], NOW + 2 * DAY) for _time in range(2)] == [1, 0]
    assert figures(register) == (2, 0, 1)


def test_it_agrees_with_a_count_by_hand(register, case):
    made = [
        case(n, phone=f"1390000000{n % 4}", place=("港南路88号", "港南路88号3楼", "东湖路1999弄", "")[n % 3] or "x" * n)
        for n in range(12)
    ]
    person = place = 0
    for n, one in enumerate(made):
        earlier = made[:n]
        same = any(m % 4 == n % 4 for m in range(n))
        near = any(before.place.startswith(one.place) for before in earlier if worth_asking(one.place, "")[0])
        person += same
        place += near and not same
    assert figures(register) == (12, person, place)


def test_it_reads_indexes(register):
    asked = dict.fromkeys(("since", "until", "back", "end", "place_from", "no_place"), "")
    plan = [r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + repeated.FIGURES, asked)]
    assert not [step for step in plan if step.startswith("SCAN") and "asked" not in step and "judged" not in step]


def test_what_was_not_accepted_is_left_out(register, case, make_actor):
    case(0)
    refused = case(1)
    supervisor, second = make_actor(roles=("supervisor",)), make_actor(roles=("supervisor",))
    deciding.ask_refusal(register, supervisor, refused.no, refused.version, "unclear", "线索不详", NOW + DAY)
    deciding.decide_refusal(register, second, refused.no, refused.version + 1, True, "", NOW + DAY)
    assert figures(register) == (1, 0, 0)

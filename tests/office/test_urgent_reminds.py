"""An urgent case is told at once to its handler and to whoever leads it, also where it gets either of them later."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.factories import add_person
from tests.office.cases_sql import shanghai
from tracker.office import classifying, dispatch, leading
from tracker.office.raising import tick
from tracker.store import features
from tracker.store.database import rows, writing

DOMAIN = "example.gov.cn"
NIGHT = shanghai("06-27 02:00")  # of a Saturday
MINUTE = timedelta(minutes=1)


@pytest.fixture
def boss(team):
    with writing(team.db):
        features.switch(team.db, ("leaders",))
        team.db.conn.execute("UPDATE person SET email = 'p' || id || '@example.gov.cn'")
    return add_person(team.db, roles=("handler",), name="李局", email="li@example.gov.cn")


def named(team, no, person, at):
    leading.put(team.db, team.supervisor, no, team.version(no), person.id if person else None, at)


def told(team, at):
    """(name, rung) of what is shown at ``at``, each with whether its mail leaves at once."""
    return {(one.due.name, one.due.rung): one.mail_at == at for one in tick(team.db, at, DOMAIN) if one.due.case_id}


def raise_it(team, no, at):
    classifying.ask(team.db, team.clerk, no, team.version(no), "投诉举报", "紧急", "群体", at)
    tick(team.db, at, DOMAIN)
    classifying.decide(team.db, team.supervisor, no, team.version(no), True, "同意", at + MINUTE)
    return at + MINUTE


def test_a_leader_named_after_the_registration_hears_of_it_at_once(team, boss):
    no = team.case(NIGHT, grade="紧急").no
    assert told(team, NIGHT) == {("王建国", "dispatch"): True, ("李处", "dispatch"): True, ("孙敏", "dispatch"): True}
    named(team, no, boss, NIGHT + MINUTE)
    assert told(team, NIGHT + MINUTE) == {("李局", "lead"): True, ("李局", "dispatch"): True}
    mails = rows(team.db, "SELECT id FROM delivery WHERE recipient_id = :id", {"id": boss.id})
    assert len(mails) == 1, "both in one message"
    assert told(team, NIGHT + 2 * MINUTE) == {}


def test_the_handler_is_not_told_again_when_a_leader_is_named_nor_the_leader_when_the_case_goes_on(team, boss):
    no = team.case(NIGHT, grade="紧急").no
    told(team, NIGHT)
    named(team, no, boss, NIGHT + MINUTE)
    told(team, NIGHT + MINUTE)
    named(team, no, None, NIGHT + 2 * MINUTE)
    named(team, no, boss, NIGHT + 3 * MINUTE)
    assert ("李局", "dispatch") not in told(team, NIGHT + 3 * MINUTE)


def test_whoever_is_given_it_next_is_told_with_the_leader(team, boss):
    no = team.case(NIGHT, grade="紧急").no
    named(team, no, boss, NIGHT + MINUTE)
    told(team, NIGHT + MINUTE)
    dispatch.assign(team.db, team.supervisor, no, team.version(no), team.other.person_id, "出差", NIGHT + 2 * MINUTE)
    assert told(team, NIGHT + 2 * MINUTE) == {("陈晓", "dispatch"): True, ("李局", "dispatch"): True}


def test_an_ordinary_case_waits_for_the_office_to_open(team, boss):
    no = team.case(NIGHT).no
    told(team, NIGHT)
    named(team, no, boss, NIGHT + MINUTE)
    assert told(team, NIGHT + MINUTE) == {("李局", "lead"): False}


def test_a_case_that_becomes_urgent_is_told_to_handler_and_leader_at_once(team, boss):
    no = team.case(NIGHT).no
    named(team, no, boss, NIGHT)
    told(team, NIGHT)
    at = raise_it(team, no, NIGHT + MINUTE)
    found = told(team, at)
    assert {one: now for one, now in found.items() if one[1] == "raised"} == {
        ("王建国", "raised"): True,
        ("李局", "raised"): True,
    }
    assert told(team, at + MINUTE) == {}


def test_without_a_leader_the_supervisors_hear_that_it_is_urgent_beside_whom_decided_it(team):
    with writing(team.db):
        team.db.conn.execute("UPDATE person SET email = 'p' || id || '@example.gov.cn'")
    no = team.case(NIGHT).no
    told(team, NIGHT)
    at = raise_it(team, no, NIGHT + MINUTE)
    assert {name for (name, rung), now in told(team, at).items() if rung == "raised" and now} == {"王建国", "孙敏"}


def test_another_kind_of_an_urgent_case_and_another_grade_are_no_news_of_that_kind(team):
    no = team.case(NIGHT, grade="紧急").no
    classifying.ask(team.db, team.handler, no, team.version(no), "求助", "紧急", "选错", NIGHT)
    classifying.decide(team.db, team.supervisor, no, team.version(no), True, "同意", NIGHT + MINUTE)
    assert "raised" not in {rung for _, rung in told(team, NIGHT + MINUTE)}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_order_they_come_in_everybody_hears_of_it_once_and_at_once_when_it_is_urgent(team, boss, seed):
    """Handler, leader and grade change at random in one night, beside a plain account of who must be told what."""
    random, at = Random(seed), NIGHT
    other = add_person(team.db, roles=("handler",), name="钱局", email="qian@example.gov.cn")
    people, above = {one.person_id: one.name for one in (team.handler, team.other)}, {"李处", "孙敏"}
    urgent, handler, leader = random.random() < 0.5, team.handler.person_id, None
    no = team.case(at, grade="紧急" if urgent else "一般").no
    with_notice: set[str] = set()  # whoever was told of the dispatch, or that it is urgent by now
    owed = {(people[handler], "dispatch")} | ({(one, "dispatch") for one in above} if urgent else set())
    for _ in range(12):
        found = {one: now for one, now in told(team, at).items() if one[1] in ("dispatch", "lead", "raised")}
        assert set(found) == owed, (at, urgent, leader)
        assert set(found.values()) <= {urgent}
        with_notice |= {name for name, rung in owed if rung != "lead"}
        at, owed = at + MINUTE, set()
        led = {leader.name} if leader else above
        what = random.choice(["assign", "lead", "raise"])
        if what == "assign":
            handler = next(one for one in people if one != handler)
            dispatch.assign(team.db, team.supervisor, no, team.version(no), handler, "换人", at)
            owed = {(people[handler], "dispatch")} | ({(one, "dispatch") for one in led} if urgent else set())
        elif what == "lead":
            leader = random.choice([one for one in (boss, other, None) if one is not leader])
            named(team, no, leader, at)
            owed = {(leader.name, "lead")} if leader else set()
            owed |= {(leader.name, "dispatch")} if leader and urgent and leader.name not in with_notice else set()
        elif what == "raise" and not urgent:
            at, urgent = raise_it(team, no, at), True
            owed = {(one, "raised") for one in ({people[handler]} | led) - {"李处"}}

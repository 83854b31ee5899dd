"""先行联系 that fails: attempts, giving up after enough of them, and the citizen whom nobody can reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, shanghai
from tracker.rule.facts import Contact
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import settings
from tracker.store.database import writing

HOUR = timedelta(hours=1)
NOT_REACHED = replace(CONTACT, outcome="未联系上", cause="始终未接")
ANONYMOUS = Contact(outcome="不适用", cause="匿名来信，没有联系方式")


def fields_of(refusals) -> set[str]:
    return {item.field for item in refusals.value.items}


def try_at(team, no, *moments):
    for moment in moments:
        team.attempt(no, moment)


def test_an_attempt_that_fails_is_logged_and_does_not_complete_the_stage(team):
    no = team.case().no
    folder = team.attempt(no, NOW + HOUR)
    assert [fact.kind for fact in folder.facts] == ["attempt"]
    assert folder.stage("contact").state == "open"


def test_three_attempts_at_different_hours_may_end_the_stage_and_it_is_done_at_the_last_one(team):
    no = team.case().no
    tries = (NOW + HOUR, NOW + 3 * HOUR, shanghai("06-17 19:40"))
    try_at(team, no, *tries)
    folder = team.record(no, NOT_REACHED, shanghai("06-17 20:00"))
    stage = folder.stage("contact")
    assert (stage.state, stage.done_at) == ("done", tries[-1])
    assert folder.fact(stage.fact_id).happened_at == tries[-1]
    assert folder.fact(stage.fact_id).body["cause"] == "始终未接"


@pytest.mark.parametrize("tries", [(), ("06-17 11:00", "06-17 12:00"), ("06-17 11:00", "06-17 11:59", "06-17 12:00")])
def test_fewer_than_three_hours_tried_do_not_end_the_stage(team, tries):
    no = team.case().no
    try_at(team, no, *map(shanghai, tries))
    with pytest.raises(Refusals) as refused:
        team.record(no, NOT_REACHED, shanghai("06-17 20:00"))
    assert fields_of(refused) == {"outcome"}


def test_how_many_attempts_are_enough_is_a_setting(team):
    with writing(team.db):
        settings.save(team.db, {"attempts_needed": "1"})
    no = team.case().no
    try_at(team, no, NOW + HOUR)
    assert team.record(no, NOT_REACHED, NOW + 2 * HOUR).stage("contact").state == "done"


def test_giving_up_names_its_cause(team):
    no = team.case().no
    try_at(team, no, NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR)
    with pytest.raises(Refusals) as refused:
        team.record(no, replace(NOT_REACHED, cause="没空"), NOW + 4 * HOUR)
    assert fields_of(refused) == {"cause"}


def test_attempts_written_down_late_are_marked_and_say_why(team):
    no = team.case().no
    with pytest.raises(Refusals, match="补录"):
        team.attempt(no, NOW + HOUR, NOW + 26 * HOUR)
    folder = team.attempt(no, NOW + HOUR, NOW + 26 * HOUR, reason="系统停用")
    assert (folder.facts[0].backfilled, folder.facts[0].reason) == (True, "系统停用")


def test_attempts_of_days_ago_do_not_turn_an_expired_stage_green_by_themselves(team):
    """The stage is done at the last attempt: said after the limit, that is a late entry like any other."""
    no = team.case().no
    late = shanghai("06-20 09:00")
    for hours in (1, 2, 3):
        team.attempt(no, NOW + hours * HOUR, late, reason="补记")
    folder = team.record(no, NOT_REACHED, late, reason="补记")
    assert folder.stage("contact").state == "backfill"
    assert folder.case.next_limit == "contact"


def test_giving_up_on_the_last_attempt_of_yesterday_is_not_late(team):
    no = team.case().no
    try_at(team, no, NOW + HOUR, NOW + 2 * HOUR, shanghai("06-18 23:00"))
    stage = team.record(no, NOT_REACHED, shanghai("06-19 08:30")).stage("contact")
    assert stage.state == "done"
    assert stage.done_at < stage.due_at


def test_the_citizen_reached_after_attempts_is_reached(team):
    no = team.case().no
    try_at(team, no, NOW + HOUR)
    assert team.record(no, CONTACT, NOW + 2 * HOUR).stage("contact").done_at == NOW + 2 * HOUR


def test_after_the_stage_is_done_no_attempt_is_logged(team):
    no = team.case().no
    team.record(no, CONTACT)
    with pytest.raises(Refusal, match="已经完成"):
        team.attempt(no, NOW + 2 * HOUR)


def test_an_anonymous_case_without_any_contact_needs_none(team):
    no = team.case(channel="来信", phone="", anonymous=True).no
    with pytest.raises(Refusals) as refused:
        team.record(no, replace(ANONYMOUS, cause=""))
    assert fields_of(refused) == {"cause"}
    assert team.record(no, ANONYMOUS).stage("contact").state == "done"


@pytest.mark.parametrize("changes", [{"anonymous": False}, {"anonymous": True, "phone": "13800000000"}])
def test_whoever_can_be_called_is_called(team, changes):
    no = team.case(**{"channel": "来信", "phone": "", **changes}).no
    with pytest.raises(Refusals) as refused:
        team.record(no, ANONYMOUS)
    assert fields_of(refused) == {"outcome"}

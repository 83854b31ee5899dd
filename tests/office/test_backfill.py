"""补录: what is written down late, and who may make it count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, INSPECTION, RECHECK, shanghai
from tracker.office import stages
from tracker.rule.access import NotAllowed
from tracker.rule.conduct import missing_for_close
from tracker.rule.refusals import Refusal, Refusals

HOUR = timedelta(hours=1)
HAPPENED = NOW + HOUR
LATE = shanghai("06-20 09:00")  # 先行联系 was due 06-18 24:00


def decide(team, no, confirmed=True, answer="", by=None, at=LATE + HOUR, key="contact"):
    return stages.decide_backfill(team.db, by or team.supervisor, no, team.version(no), key, confirmed, answer, at)


@pytest.fixture
def no(team):
    """A case whose contact was written down after its limit had passed, as of a time before it."""
    number = team.case().no
    team.record(number, CONTACT, HAPPENED, LATE, reason="外勤，回单位补录")
    return number


def test_a_fact_written_down_within_a_day_is_no_late_entry(team):
    no = team.case().no
    folder = team.record(no, CONTACT, HAPPENED, HAPPENED + 24 * HOUR)
    assert not folder.facts[0].backfilled
    assert not folder.stage("contact").backfilled


def test_a_fact_written_down_more_than_a_day_later_carries_a_reason(team):
    no = team.case().no
    at = HAPPENED + timedelta(hours=24, seconds=1)
    with pytest.raises(Refusals) as refused:
        team.record(no, CONTACT, HAPPENED, at)
    assert [item.field for item in refused.value.items] == ["reason"]
    folder = team.record(no, CONTACT, HAPPENED, at, reason="外勤")
    assert folder.facts[0].backfilled


def test_a_late_entry_before_the_limit_completes_the_stage(team):
    no = team.case().no
    folder = team.record(no, INSPECTION, HAPPENED, shanghai("06-20 23:59"), reason="外勤")
    stage = folder.stage("inspection")
    assert (stage.state, stage.done_at, stage.backfilled) == ("done", HAPPENED, True)


def test_a_late_entry_that_was_late_anyway_is_late_and_waits_for_nobody(team):
    no = team.case().no
    folder = team.record(
        no, CONTACT, shanghai("06-19 09:00"), shanghai("06-21 09:00"), reason="外勤", late_cause="人手不足"
    )
    stage = folder.stage("contact")
    assert (stage.state, stage.done_at) == ("done", shanghai("06-19 09:00"))


def test_a_late_entry_that_would_turn_an_expired_stage_green_waits_and_stays_overdue(team, no):
    folder = team.folder(no)
    stage = folder.stage("contact")
    assert (stage.state, stage.done_at) == ("backfill", None)
    assert (folder.case.next_limit, folder.case.next_due_at) == ("contact", stage.due_at)


def test_confirmed_it_counts_as_on_time_and_as_late_entry(team, no):
    stage = decide(team, no).stage("contact")
    assert (stage.state, stage.done_at, stage.backfilled) == ("done", HAPPENED, True)


def test_refused_the_stage_was_done_when_it_was_recorded(team, no):
    stage = decide(team, no, False, "通话记录对不上").stage("contact")
    assert (stage.state, stage.done_at, stage.backfilled) == ("done", LATE, False)
    assert stage.done_at > stage.due_at


def test_refusing_says_why(team, no):
    with pytest.raises(Refusal, match="写明理由"):
        decide(team, no, False)


def test_nobody_confirms_their_own_late_entry(team):
    number = team.case(handler_id=team.second.person_id).no
    team.record(number, CONTACT, HAPPENED, LATE, reason="外勤", by=team.second)
    with pytest.raises(Refusal, match="自己的补录"):
        decide(team, number, by=team.second)
    assert decide(team, number).stage("contact").state == "done"


def test_only_a_supervisor_confirms(team, no):
    for who in (team.handler, team.clerk):
        with pytest.raises(NotAllowed):
            decide(team, no, by=who)


def test_it_is_decided_once(team, no):
    decide(team, no)
    with pytest.raises(Refusal, match="没有待核的补录"):
        decide(team, no, by=team.second)


def test_the_next_stage_need_not_wait_for_the_confirmation(team):
    number = team.case().no
    at = shanghai("06-22 09:00")
    team.record(number, INSPECTION, HAPPENED, at, reason="外勤")
    assert team.record(number, RECHECK, at).stage("recheck").state == "done"


def test_a_case_with_a_late_entry_to_be_confirmed_is_not_closed(team, no):
    assert "“先行联系”补录待核" in [str(item) for item in missing_for_close(team.folder(no).standing)]


def test_what_was_confirmed_is_not_undone(team, no):
    decide(team, no, at=LATE + timedelta(minutes=2))
    with pytest.raises(Refusal, match="已经核定"):
        stages.undo(team.db, team.handler, no, "contact", LATE + timedelta(minutes=5))
    assert team.states(no)["contact"] == "done"


def test_what_waits_for_its_confirmation_may_be_undone(team, no):
    stages.undo(team.db, team.handler, no, "contact", LATE + timedelta(minutes=5))
    assert team.states(no)["contact"] == "open"

"""并入 after registration, 关联, and what takes them back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, RECHECK, REPLY
from tracker.office import alike, closing, joining, linking, stages
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases, joins
from tracker.store.facts import evidence_of_case

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def lead(team):
    return team.case().no


@pytest.fixture
def no(team, lead):
    """A case about the same place, a day later, of another handler; its citizen has another phone."""
    return team.case(NOW + DAY, phone="13900000009", handler_id=team.other.person_id).no


def join(team, no, lead, at=NOW + DAY + HOUR, by=None):
    return joining.join(team.db, by or team.clerk, no, team.version(no), lead, at)


def unjoin(team, no, at=NOW + DAY + HOUR + MINUTE, by=None):
    return joining.undo(team.db, by or team.clerk, no, at)


def dues(team, no):
    return [(one.key, one.round, one.due_at) for one in team.folder(no).deadlines]


def test_it_shares_from_then_on_what_the_lead_case_has_and_will_have(team, lead, no):
    team.record(lead, INSPECTION, NOW + DAY + HOUR)
    before = dues(team, no)
    folder = join(team, no, lead, NOW + DAY + 2 * HOUR)
    assert (folder.case.lead_no, folder.stage("inspection").state) == (lead, "done")
    assert folder.stage("inspection").done_at == NOW + DAY + HOUR
    team.record(lead, RECHECK, NOW + DAY + 3 * HOUR)
    assert team.states(no) == {"contact": "open", "inspection": "done", "recheck": "done", "resolution": "open"}
    assert dues(team, no) == before


def test_an_inspection_from_before_is_cited(team, lead, no):
    team.record(lead, INSPECTION, NOW + HOUR)
    folder = join(team, no, lead)
    fact = folder.fact(folder.stage("inspection").fact_id)
    assert (folder.stage("inspection").done_at, fact.body["truly_at"]) == (NOW + DAY + HOUR, "2026-06-17T03:24:00Z")


def test_the_evidence_is_referred_to_and_not_copied(team, lead, no):
    team.record(lead, INSPECTION, NOW + HOUR)
    folder = join(team, no, lead)
    (there,) = evidence_of_case(team.db, team.folder(lead).case.id)
    (here,) = folder.evidence
    assert (here.id, here.sha256, here.fact_id) == (there.id, there.sha256, folder.stage("inspection").fact_id)
    unjoin(team, no)
    assert team.folder(no).evidence == ()


def test_undone_it_stands_alone_and_its_stages_fall_back(team, lead, no):
    team.record(lead, INSPECTION, NOW + HOUR)
    team.record(lead, RECHECK, NOW + 2 * HOUR)
    before = dues(team, no)
    states = team.states(no)
    join(team, no, lead)
    folder = unjoin(team, no)
    assert (folder.case.lead_no, team.states(no), dues(team, no)) == ("", states, before)
    assert [fact.kind for fact in folder.facts] == ["inspection", "recheck", "undo", "undo"]
    assert next(one.act for one in audit.of_case(team.db, folder.case.id)) == "unjoin"
    assert team.states(lead)["inspection"] == "done"
    team.record(lead, FACTS["resolution"], NOW + DAY + 2 * HOUR)
    assert team.states(no) == states


def test_joined_again_it_has_the_same_again(team, lead, no):
    team.record(lead, INSPECTION, NOW + HOUR)
    join(team, no, lead)
    unjoin(team, no)
    assert join(team, no, lead, NOW + DAY + HOUR + MINUTE).stage("inspection").state == "done"


def test_a_case_that_was_registered_as_joined_may_be_taken_out_too(team, lead):
    team.record(lead, INSPECTION, NOW + HOUR)
    at = NOW + 2 * HOUR
    joined = team.case(at, lead_no=lead).no
    assert team.states(joined)["inspection"] == "done"
    folder = unjoin(team, joined, at + 10 * MINUTE)
    assert (folder.case.lead_no, folder.stage("inspection").state) == ("", "open")


def test_it_is_undone_by_whom_joined_it_and_within_ten_minutes(team, lead, no):
    at = NOW + DAY + HOUR
    join(team, no, lead, at)
    with pytest.raises(Refusal, match="本人"):
        unjoin(team, no, at + MINUTE, team.supervisor)
    with pytest.raises(Refusal, match="已超过10分钟"):
        unjoin(team, no, at + 10 * MINUTE + timedelta(seconds=1))
    unjoin(team, no, at + 10 * MINUTE)
    with pytest.raises(Refusal, match="没有可以撤销的并入"):
        unjoin(team, no, at + 10 * MINUTE)


def test_what_rests_on_the_shared_work_keeps_the_case_joined(team, lead, no):
    team.record(lead, INSPECTION, NOW + HOUR)
    at = NOW + DAY + HOUR
    join(team, no, lead, at)
    team.record(no, RECHECK, at + MINUTE, by=team.other)
    with pytest.raises(Refusal, match="“现场检查与整改”取自首件，后续办理以此为依据，不能撤销并入"):
        unjoin(team, no, at + 2 * MINUTE)
    assert team.folder(no).case.lead_no == lead


def test_what_rests_on_none_of_the_shared_work_does_not(team, lead, no):
    at = NOW + DAY + HOUR
    join(team, no, lead, at)
    team.record(no, CONTACT, at + MINUTE, by=team.other)
    assert unjoin(team, no, at + 2 * MINUTE).stage("contact").state == "done"


def test_a_case_that_waits_for_its_closing_stays_joined(team, lead, no):
    at = NOW + DAY + HOUR
    join(team, no, lead, at)
    for fact in FACTS.values():
        team.record(lead, fact, at)
    for fact in (CONTACT, FACTS["resolution"]):
        team.record(no, fact, at, by=team.other)
    closing.reply(team.db, team.other, no, team.version(no), REPLY, at, "", at)
    with pytest.raises(Refusal, match="取自首件"):
        unjoin(team, no, at + MINUTE)


@pytest.mark.parametrize("who", ["handler", "other", "supervisor", "clerk"])
def test_a_handler_joins_her_own_cases(team, lead, no, who):
    if who == "handler":  # it is not hers, and she does not see it
        with pytest.raises(cases.NoSuchCase):
            join(team, no, lead, by=team.handler)
    else:
        assert join(team, no, lead, by=getattr(team, who)).case.lead_no == lead


def test_neither_chains_nor_strangers(team, lead, no):
    far = team.case(NOW + DAY, phone="13700000007", place="东湖路1999弄").no
    with pytest.raises(Refusal, match="都不相同，不能并入"):
        join(team, no, far)
    with pytest.raises(Refusal, match="请选择要并入的件"):
        join(team, no, "")
    with pytest.raises(Refusal, match="都不相同"):
        join(team, no, no)
    join(team, no, lead)
    third = team.case(NOW + DAY + 2 * HOUR).no
    with pytest.raises(Refusal, match="请并入首件"):
        join(team, third, no, NOW + DAY + 3 * HOUR)
    with pytest.raises(Refusal, match="已有并入件"):
        join(team, lead, third, NOW + DAY + 3 * HOUR)


def test_a_case_beyond_the_days_is_not_like_it(team, lead):
    later = team.case(NOW + 91 * DAY).no
    case = team.folder(later).case
    assert alike.of_case(team.db, case) == ()
    assert [one.no for one in alike.of_case(team.db, team.folder(lead).case)] == []
    near = team.case(NOW + 92 * DAY, phone="13900000009").no
    (one,) = alike.of_case(team.db, case)
    assert (one.no, one.same_phone, one.same_place) == (near, False, True)


def close(team, no):
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + HOUR)
    closing.close(team.db, team.supervisor, no, team.version(no), "", NOW + 2 * HOUR)


def link(team, no, other, at=NOW + DAY + HOUR, note=""):
    return linking.link(team.db, team.clerk, no, team.version(no), other, note, at)


def test_a_closed_case_is_linked_both_ways_and_shares_nothing(team, lead, no):
    close(team, lead)
    states = team.states(no)
    folder = link(team, no, lead, note="上月已处罚")
    other = team.folder(lead).case
    assert [tie.no for tie in joins.links(team.db, folder.case.id)] == [lead]
    assert [tie.no for tie in joins.links(team.db, other.id)] == [no]
    assert (folder.case.lead_no, team.states(no)) == ("", states)
    assert [one.tied for one in alike.of_case(team.db, other)] == [True]
    with pytest.raises(Refusal, match="已经关联"):
        link(team, no, lead)


def test_a_case_under_way_is_not_linked(team, lead, no):
    with pytest.raises(Refusal, match="请用“并入在办件”"):
        link(team, no, lead)
    with pytest.raises(Refusal, match="请选择要关联的件"):
        link(team, no, "")


def test_a_link_is_undone_within_ten_minutes_and_may_be_made_again(team, lead, no):
    close(team, lead)
    at = NOW + DAY + HOUR
    case = link(team, no, lead, at).case
    (tie,) = joins.links(team.db, case.id)
    with pytest.raises(Refusal, match="已超过10分钟"):
        linking.undo(team.db, team.clerk, no, tie.id, at + 11 * MINUTE)
    with pytest.raises(Refusal, match="本人"):
        linking.undo(team.db, team.supervisor, no, tie.id, at)
    linking.undo(team.db, team.clerk, no, tie.id, at + 10 * MINUTE)
    assert joins.links(team.db, case.id) == joins.links(team.db, team.folder(lead).case.id) == ()
    with pytest.raises(Refusal, match="没有可以撤销的关联"):
        linking.undo(team.db, team.clerk, no, tie.id, at)
    link(team, no, lead, at + 10 * MINUTE)
    assert len(joins.links(team.db, case.id)) == 1


def test_an_auditor_does_neither(team, lead, no, make_actor):
    auditor = make_actor(roles=("auditor",))
    for do in (join, lambda *a, by: linking.link(team.db, by, no, 1, lead, "", NOW + DAY)):
        with pytest.raises((NotAllowed, cases.NoSuchCase)):
            do(team, no, lead, by=auditor)


class TestLate:
    """A repeat that came in before its lead case may be late by a visit that is on time there."""

    @pytest.fixture
    def early(self, team, lead):
        """Joined to the lead case, and received two days before it."""
        return team.case(NOW, lead_no=lead, received_at=NOW - 2 * DAY, handler_id=team.other.person_id).no

    def test_the_cause_is_asked_for_and_names_the_case(self, team, lead, early):
        at = NOW + 2 * DAY
        with pytest.raises(Refusals, match=f"{early}：本阶段已超期，请选择超期原因") as refused:
            team.record(lead, INSPECTION, at)
        assert [item.field for item in refused.value.items] == ["late_cause"]
        assert team.states(lead)["inspection"] == "open"
        team.record(lead, INSPECTION, at, late_cause="人手不足")
        folder = team.folder(early)
        stage = folder.stage("inspection")
        assert (stage.state, stage.done_at >= stage.due_at) == ("done", True)
        assert folder.fact(stage.fact_id).late_cause == "人手不足"
        there = team.folder(lead)
        assert there.fact(there.stage("inspection").fact_id).late_cause == ""

    def test_joined_afterwards_it_is_left_open_for_its_handler_to_say_why(self, team, lead):
        team.record(lead, INSPECTION, NOW + 2 * DAY)
        at = NOW + 2 * DAY + HOUR
        early = team.case(at, lead_no=lead, received_at=NOW - 2 * DAY, handler_id=team.other.person_id).no
        assert team.states(early)["inspection"] == "open"

    def test_a_late_entry_that_is_on_time_there_waits_here_for_its_confirmation(self, team, lead, early):
        team.record(lead, INSPECTION, NOW + HOUR, NOW + 2 * DAY, reason="外勤")
        assert team.states(lead)["inspection"] == "done"
        stage = team.folder(early).stage("inspection")
        assert (stage.state, stage.done_at) == ("backfill", None)
        stages.decide_backfill(
            team.db, team.supervisor, early, team.version(early), "inspection", True, "", NOW + 3 * DAY
        )
        assert team.states(early)["inspection"] == "done"

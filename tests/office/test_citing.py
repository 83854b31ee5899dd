"""引用此前检查: done when it is cited, the true time kept, the evidence referred to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, RECHECK, REPLY
from tracker.office import citing, closing, stages
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal
from tracker.store import cases
from tracker.store.facts import evidence_of_case

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
AT = NOW + 5 * DAY + HOUR


@pytest.fixture
def earlier(team):
    """A case of the handler's, inspected on its day."""
    no = team.case().no
    team.record(no, INSPECTION, NOW + HOUR)
    return no


@pytest.fixture
def no(team, earlier):
    """Another citizen about the same place five days later."""
    return team.case(NOW + 5 * DAY, phone="13900000001", handler_id=team.other.person_id).no


def cite(team, no, fact_id=None, at=AT, by=None, cause="", reason=""):
    if fact_id is None:
        fact_id = citing.earlier(team.db, team.folder(no))[0].fact.id
    return citing.cite(team.db, by or team.other, no, team.version(no), fact_id, cause, reason, at)


def test_the_stage_is_done_when_it_is_cited_and_keeps_the_true_time(team, earlier, no):
    dues = [one.due_at for one in team.folder(no).deadlines]
    folder = cite(team, no)
    stage = folder.stage("inspection")
    fact = folder.fact(stage.fact_id)
    assert (stage.state, stage.done_at, fact.happened_at, fact.backfilled) == ("done", AT, AT, False)
    assert (fact.body["truly_at"], fact.body["shared_from"]) == ("2026-06-17T03:24:00Z", earlier)
    assert fact.body["shared_how"] == "cited"
    assert [one.due_at for one in folder.deadlines] == dues
    (there,) = evidence_of_case(team.db, team.folder(earlier).case.id)
    assert [one.id for one in folder.evidence] == [there.id]


def test_cited_too_late_it_is_late_and_wants_its_cause(team, earlier, no):
    at = NOW + 9 * DAY
    with pytest.raises(Refusal, match="请选择超期原因"):
        cite(team, no, at=at)
    folder = cite(team, no, at=at, cause="派单延误")
    stage = folder.stage("inspection")
    assert (stage.done_at, stage.done_at >= stage.due_at) == (at, True)
    assert folder.fact(stage.fact_id).late_cause == "派单延误"


def test_only_inspections_of_the_place_from_before_are_offered(team, earlier, no):
    elsewhere = team.case(place="东湖路1999弄", phone="13900000001").no
    team.record(elsewhere, INSPECTION, NOW + HOUR)
    after = team.case(phone="13900000003").no
    team.record(after, INSPECTION, NOW + 6 * DAY, late_cause="人手不足")
    taken_back = team.case(phone="13900000004").no
    team.record(taken_back, INSPECTION, NOW + 2 * HOUR)
    stages.undo(team.db, team.handler, taken_back, "inspection", NOW + 2 * HOUR)
    assert [one.source.case.no for one in citing.earlier(team.db, team.folder(no))] == [earlier]
    for fact_id in (team.folder(elsewhere).facts[0].id, team.folder(after).facts[0].id, 0, None):
        with pytest.raises(Refusal, match="请选择要引用的检查"):
            citing.cite(team.db, team.other, no, team.version(no), fact_id, "", "", AT)


def test_a_late_entry_that_nobody_has_confirmed_is_not_cited(team, no):
    waiting = team.case(phone="13900000003").no
    team.record(waiting, INSPECTION, NOW + HOUR, NOW + 4 * DAY, reason="外勤")
    assert waiting not in [one.source.case.no for one in citing.earlier(team.db, team.folder(no))]


def test_a_copy_is_not_cited_again_but_its_original_is(team, earlier, no):
    cite(team, no)
    third = team.case(NOW + 6 * DAY, phone="13900000003").no
    assert [one.source.case.no for one in citing.earlier(team.db, team.folder(third))] == [earlier]


def test_without_evidence_there_it_wants_a_reason_here(team, no):
    bare = team.case(phone="13900000003", place="港南路88号3楼").no
    team.record(bare, INSPECTION, NOW + 2 * HOUR, note="", reason="口头检查")
    (fact_id,) = [one.fact.id for one in citing.earlier(team.db, team.folder(no)) if one.source.case.no == bare]
    with pytest.raises(Refusal, match="没有佐证"):
        cite(team, no, fact_id)
    assert cite(team, no, fact_id, reason="当时未拍照").stage("inspection").state == "done"


def test_it_is_undone_by_whom_cited_it(team, earlier, no):
    cite(team, no)
    stages.undo(team.db, team.other, no, "inspection", AT + MINUTE)
    assert team.states(no)["inspection"] == "open"
    assert team.states(earlier)["inspection"] == "done"
    assert cite(team, no, at=AT + 2 * MINUTE).stage("inspection").state == "done"


def test_what_is_cited_is_not_undone(team):
    source = team.case().no
    no = team.case(NOW + 2 * HOUR, phone="13900000001").no
    team.record(source, INSPECTION, NOW + HOUR, NOW + 2 * HOUR)
    cite(team, no, at=NOW + 2 * HOUR + MINUTE, by=team.handler)
    with pytest.raises(Refusal, match=f"{no} 已引用这次检查，不能撤销"):
        stages.undo(team.db, team.handler, source, "inspection", NOW + 2 * HOUR + 2 * MINUTE)


def test_a_case_done_over_wants_an_inspection_of_its_own(team, earlier, no):
    for key in FACTS:
        team.record(no, FACTS[key], AT, by=team.other)
    closing.reply(team.db, team.other, no, team.version(no), REPLY, AT, "", AT)
    closing.apply_close(team.db, team.other, no, team.version(no), "", AT)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("inspection",), "再查", AT)
    with pytest.raises(Refusal, match="不能引用此前检查"):
        cite(team, no, at=AT + HOUR)


def test_who_may_record_the_stage_may_cite(team, earlier, no):
    for by, refusal in ((team.clerk, NotAllowed), (team.handler, cases.NoSuchCase)):
        with pytest.raises(refusal):
            cite(team, no, by=by)
    assert cite(team, no, by=team.supervisor).stage("inspection").state == "done"


def test_where_street_or_category_is_missing_they_come_first(team, earlier):
    no = team.case(NOW + 5 * DAY, phone="13900000001", street_id=None).no
    with pytest.raises(Refusal, match="请选择街道"):
        cite(team, no, by=team.handler)


def test_what_a_joined_case_is_late_by_is_taken_over_with_its_cause(team):
    lead = team.case(NOW).no
    team.record(lead, INSPECTION, NOW + 2 * DAY)
    at = NOW + 2 * DAY + HOUR
    early = team.case(at, lead_no=lead, received_at=NOW - 2 * DAY, handler_id=team.other.person_id).no
    with pytest.raises(Refusal, match="请选择超期原因"):
        cite(team, early, at=at)
    folder = cite(team, early, at=at + MINUTE, cause="派单延误")
    stage = folder.stage("inspection")
    assert (stage.done_at, folder.fact(stage.fact_id).body["shared_how"]) == (NOW + 2 * DAY, "joined")
    assert folder.fact(stage.fact_id).body["truly_at"] == ""


def test_the_work_goes_on_from_there(team, earlier, no):
    cite(team, no)
    for fact in (CONTACT, RECHECK, FACTS["resolution"]):
        team.record(no, fact, AT + HOUR, by=team.other)
    assert set(team.states(no).values()) == {"done"}


def test_of_a_place_that_is_often_inspected_the_last_ones_are_offered(team, monkeypatch):
    monkeypatch.setattr(citing, "OFFERED", 2)
    sources = [team.case(NOW + n * MINUTE, phone=f"1390000001{n}").no for n in range(3)]
    for n, source in enumerate(sources):
        team.record(source, INSPECTION, NOW + (n + 1) * HOUR)
    no = team.case(NOW + DAY, phone="13900000009").no
    assert [one.source.case.no for one in citing.earlier(team.db, team.folder(no))] == sources[:0:-1]

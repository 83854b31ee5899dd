"""One visit for several open cases about the same place: in each that is ticked, or in none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, INSPECTION, RECHECK
from tracker.office import stages, visits
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases
from tracker.store.facts import evidence_of_case

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def no(team):
    return team.case(NOW + 2 * DAY, phone="13900000001").no


@pytest.fixture
def older(team, no):
    """Another citizen about the same place, five days before: its inspection is late already."""
    return team.case(NOW + 2 * DAY, received_at=NOW - 3 * DAY, phone="13900000002").no


@pytest.fixture
def third(team, no):
    return team.case(NOW + 2 * DAY, phone="13900000003").no


def visit(team, no, *others, fact=INSPECTION, at=NOW + 2 * DAY + HOUR, happened=None, by=None, **around):
    return team.record(no, fact, happened or at, at, by=by, others=others, **around)


def test_it_is_recorded_once_and_stands_in_each_with_its_own_line(team, no, third):
    visit(team, no, third)
    at = NOW + 2 * DAY + HOUR
    for one in (no, third):
        folder = team.folder(one)
        assert (folder.stage("inspection").done_at, folder.case.next_limit) == (at, "contact")
    folder = team.folder(third)
    fact = folder.fact(folder.stage("inspection").fact_id)
    assert (fact.body["shared_from"], fact.body["shared_how"], fact.body["finding"]) == (no, "visit", "属实")
    (record,) = [one for one in audit.of_case(team.db, folder.case.id) if one.act == "shared"]
    assert (record.detail["how"], record.detail["lead"]) == ("visit", no)
    assert folder.case.lead_no == ""
    (there,) = evidence_of_case(team.db, team.folder(no).case.id)
    assert [one.id for one in folder.evidence] == [there.id]


def test_the_re_check_goes_the_same_way(team, no, third):
    visit(team, no, third)
    visit(team, no, third, fact=RECHECK, at=NOW + 3 * DAY)
    assert team.states(third)["recheck"] == "done"


def test_each_case_is_judged_by_its_own_due_time(team, no, older, third):
    with pytest.raises(Refusals, match=f"^{older}：本阶段已超期，请选择超期原因$") as refused:
        visit(team, no, third, older)
    assert [item.field for item in refused.value.items] == ["late_cause"]
    assert {team.states(one)["inspection"] for one in (no, older, third)} == {"open"}
    visit(team, no, third, older, late_cause="派单延误")
    late = {}
    for one in (no, older, third):
        folder = team.folder(one)
        stage = folder.stage("inspection")
        late[one] = (stage.done_at >= stage.due_at, folder.fact(stage.fact_id).late_cause)
    assert late == {no: (False, ""), older: (True, "派单延误"), third: (False, "")}


def test_a_late_entry_waits_in_the_case_whose_limit_had_passed_and_in_no_other(team):
    old = team.case(NOW, received_at=NOW - 2 * DAY, phone="13900000002").no
    new = team.case(NOW, phone="13900000001").no
    visit(team, new, old, happened=NOW + HOUR, at=NOW + 2 * DAY, reason="外勤")
    assert (team.states(new)["inspection"], team.states(old)["inspection"]) == ("done", "backfill")


def test_all_or_none_and_no_file_row_is_left(team, no, third):
    closed = team.case(NOW + 2 * DAY, phone="13900000004").no
    team.record(closed, INSPECTION, NOW + 2 * DAY)
    with pytest.raises(Refusals, match=f"{closed}：“现场检查与整改”已经完成"):
        visit(team, no, third, closed)
    assert (team.states(no)["inspection"], team.states(third)["inspection"]) == ("open", "open")
    assert team.folder(no).facts == team.folder(third).facts == team.folder(no).evidence == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": "东湖路1999弄"}, "与本件的地点、对象都不相同"),
        ({"street_id": None}, "请先补全该件的街道和污染类别"),
        ({"received_at": NOW + 2 * DAY + 2 * HOUR}, ".*请在该件引用此前检查"),
    ],
)
def test_what_it_cannot_serve_is_named(team, no, changes, words):
    told = {"received_at": NOW + 2 * DAY, "phone": "13900000005", **changes}
    other = team.case(NOW + 2 * DAY + 3 * HOUR, **told).no
    with pytest.raises(Refusals, match=f"{other}：{words}"):
        visit(team, no, other, happened=NOW + 2 * DAY + HOUR, at=NOW + 2 * DAY + 3 * HOUR)


def test_a_handler_takes_in_her_own_cases_alone(team, no):
    strangers = team.case(NOW + 2 * DAY, phone="13900000006", handler_id=team.other.person_id).no
    with pytest.raises(cases.NoSuchCase):
        visit(team, no, strangers)
    visit(team, no, strangers, by=team.supervisor)
    assert team.states(strangers)["inspection"] == "done"


def offered(team, no, key="inspection", by=None):
    return [one.no for one, _other in visits.others(team.db, by or team.handler, team.folder(no), key)]


def test_only_what_it_may_serve_is_offered(team, no, older, third):
    team.case(NOW + 2 * DAY, phone="13900000006", handler_id=team.other.person_id)
    team.case(NOW + 2 * DAY, phone="13900000007", place="东湖路1999弄")
    team.case(NOW + 2 * DAY, phone="13900000001", place="东湖路1999弄")  # the same citizen, elsewhere
    team.case(NOW + 2 * DAY, phone="13900000008", lead_no=no)
    assert sorted(offered(team, no)) == sorted([older, third])
    assert offered(team, no, "recheck") == offered(team, no, "contact") == []
    assert len(offered(team, no, by=team.supervisor)) == 3
    visit(team, no, third)
    assert offered(team, no) == [older]


def test_a_case_joined_to_one_of_them_has_it_too(team, no, third):
    joined = team.case(NOW + 2 * DAY, phone="13900000009", lead_no=third).no
    visit(team, no, third)
    assert team.states(joined)["inspection"] == "done"


def test_undoing_it_undoes_it_everywhere(team, no, third):
    joined = team.case(NOW + 2 * DAY, phone="13900000009", lead_no=third).no
    at = NOW + 2 * DAY + HOUR
    visit(team, no, third, at=at)
    dues = [one.due_at for one in team.folder(third).deadlines]
    stages.undo(team.db, team.handler, no, "inspection", at + MINUTE)
    assert {team.states(one)["inspection"] for one in (no, third, joined)} == {"open"}
    assert [one.due_at for one in team.folder(third).deadlines] == dues


def test_it_is_not_undone_once_one_of_them_rests_on_it(team, no, third):
    at = NOW + 2 * DAY + HOUR
    visit(team, no, third, at=at)
    team.record(third, RECHECK, at + MINUTE)
    with pytest.raises(Refusal, match=f"{third} 的后续办理以此为依据"):
        stages.undo(team.db, team.handler, no, "inspection", at + 2 * MINUTE)


def test_in_one_of_them_alone_it_may_be_undone(team, no, third):
    at = NOW + 2 * DAY + HOUR
    visit(team, no, third, at=at)
    stages.undo(team.db, team.handler, third, "inspection", at + MINUTE)
    assert (team.states(no)["inspection"], team.states(third)["inspection"]) == ("done", "open")


def test_other_stages_serve_one_citizen(team, no, third):
    visit(team, no, third, fact=replace(CONTACT))
    assert team.states(third)["contact"] == "open"


def test_with_it_each_case_is_taken_on(team, no, third):
    """As with work that was recorded on the case itself: it is signed for, and nothing has to go back any more."""
    visit(team, no, third)
    for one in (no, third):
        folder = team.folder(one)
        assert folder.standing.accepted, one
        assert not folder.case.unsigned, one

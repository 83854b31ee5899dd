"""The papers of site work that stands in several cases: the citizens of all of them are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import INSPECTION
from tracker.office import citing, sheets, stages
from tracker.store import joins

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNIT = "示例塑料制品有限公司"
TOLD = replace(INSPECTION, note="据李四光反映，电话13900000001，厂界有异味")


@pytest.fixture
def no(team):
    return team.case(name="张守密", phone="13812345678", subject_unit=UNIT).no


@pytest.fixture
def other(team, no):
    return team.case(name="李四光", phone="13900000001", subject_unit=UNIT).no


def receipt(team, no):
    return sheets.paper(team.db, team.folder(no), sheets.RECEIPT, "")


def assert_kept(team, *nos):
    for one in nos:
        paper = receipt(team, one)
        assert (paper.note, paper.withheld) == ("", ("检查情况",)), one
        hidden = sheets.hiding(team.db, team.folder(one))(TOLD.note)
        assert "李四光" not in hidden, one
        assert "13900000001" not in hidden, one


def test_one_visit_keeps_the_citizens_of_each_case_it_was_for(team, no, other):
    team.record(no, TOLD, NOW + HOUR, others=(other,))
    assert_kept(team, no, other)


def test_a_copy_taken_back_takes_no_name_out_of_the_note(team, no, other):
    team.record(no, TOLD, NOW + HOUR, others=(other,))
    stages.undo(team.db, team.handler, other, "inspection", NOW + HOUR)
    assert_kept(team, no)


def test_a_case_joined_to_one_of_the_visit_is_kept_as_well(team, no):
    second = team.case(name="王五常", phone="13900000002").no
    team.case(name="李四光", phone="13900000001", lead_no=second)
    team.record(no, TOLD, NOW + HOUR, others=(second,))
    assert_kept(team, no, second)


def test_a_case_joined_to_one_of_the_visit_is_kept_where_the_visit_was_too_late_for_it(team, no):
    second = team.case(name="王五常", phone="13900000002").no
    team.record(no, TOLD, NOW + HOUR, others=(second,))
    old = {"received_at": NOW - 9 * DAY, "lead_no": second}
    joined = team.case(NOW + 2 * HOUR, name="李四光", phone="13900000001", **old).no
    assert team.states(joined)["inspection"] == "open"
    assert_kept(team, no, second)


def test_what_was_cited_keeps_the_citizens_of_both_and_of_those_between(team, no, other):
    team.record(other, TOLD, NOW + HOUR, others=(no,))
    at = NOW + 5 * DAY
    late = team.case(at, name="赵六安", phone="13900000003", subject_unit=UNIT).no
    fact_id = citing.earlier(team.db, team.folder(late))[0].fact.id
    citing.cite(team.db, team.handler, late, team.version(late), fact_id, "", "", at + HOUR)
    assert_kept(team, no, other, late)


def test_a_citizen_of_another_matter_is_nobodys_secret_here(team, no, other):
    team.record(no, TOLD, NOW + HOUR)
    assert receipt(team, no).note == TOLD.note
    assert joins.sharing(team.db, team.folder(no).case.id) == ()

"""苗头预警: so many complaints about one place or unit, told once a window, in the transaction of the registration."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tracker.office import early, intake, raising, supervising
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import early as kept
from tracker.store import features, outbox, settings
from tracker.store.database import IntegrityError, execute, rows, writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _on(register):
    with writing(register):
        features.switch(register, {"warnings"})


def waiting(team):
    return [(one.kind, one.what, one.size, one.no) for one in kept.listed(team.db, handled=False)]


def at(n):
    return NOW + n * HOUR


def test_the_third_complaint_about_a_place_within_thirty_days_raises_one_alert(team):
    first, second = team.case(at(0)).no, team.case(at(1)).no
    assert waiting(team) == []
    third = team.case(at(2)).no
    assert waiting(team) == [("place", "港南路88号", 3, third)]
    (alert,) = kept.listed(team.db, handled=False)
    assert [one.no for one in kept.gathered(team.db, alert)] == [third, second, first]
    raising.tick(team.db, at(3), "")
    for person in (team.supervisor, team.second):
        (notice,) = [one for one in outbox.inbox(team.db, person.person_id) if one.rung == "warning"]
        assert (notice.case_no, notice.body["what"], notice.body["size"]) == (third, "港南路88号", "3")


def test_those_that_follow_in_the_window_join_it_and_alert_nobody_again(team):
    for n in range(5):
        team.case(at(n))
    (alert,) = kept.listed(team.db, handled=False)
    assert len(kept.gathered(team.db, alert)) == 5
    raising.tick(team.db, at(9), "")
    told = [one for one in outbox.inbox(team.db, team.supervisor.person_id) if one.rung == "warning"]
    assert len(told) == 1


def test_after_the_window_it_is_counted_anew(team):
    for n in range(3):
        team.case(at(n))
    team.case(at(2) + 30 * DAY)
    team.case(at(3) + 30 * DAY)
    assert len(waiting(team)) == 1
    team.case(at(4) + 30 * DAY)
    assert len(waiting(team)) == 2


def test_the_window_ends_with_its_last_day(team):
    for n in range(3):
        team.case(at(n))
    team.case(at(2) + 30 * DAY - timedelta(seconds=1))
    assert len(waiting(team)) == 1
    team.case(at(2) + 30 * DAY)  # with the third one still in its window
    assert len(waiting(team)) == 2


def test_a_complaint_that_is_older_than_the_window_does_not_count(team):
    team.case(at(0))
    team.case(at(0) + 30 * DAY)
    team.case(at(1) + 30 * DAY)
    assert waiting(team) == []


def test_a_unit_counts_over_its_places(team):
    for n, place in enumerate(("甲路1号", "乙路2号", "丙路3号")):
        team.case(at(n), place=place, subject_unit="某塑料制品厂")
    assert [one[:3] for one in waiting(team)] == [("unit", "某塑料制品厂", 3)]


def test_a_question_is_no_sign_of_trouble(team):
    for n in range(4):
        team.case(at(n), kind="咨询")
    assert waiting(team) == []


def test_a_place_that_is_filled_in_later_counts_then(team):
    team.case(at(0))
    team.case(at(1))
    no = team.case(at(2), place="港南路附近").no
    assert waiting(team) == []
    case = team.folder(no).case
    intake.triage(
        team.db,
        team.clerk,
        no,
        case.version,
        street_id=case.street_id,
        categories=case.categories,
        place="港南路88号",
        subject_unit="",
        at=at(3),
    )
    assert [one[3] for one in waiting(team)] == [no]


def test_with_the_feature_off_nothing_is_looked_for(team):
    with writing(team.db):
        features.switch(team.db, set())
    for n in range(4):
        team.case(at(n))
    assert waiting(team) == []
    with writing(team.db):
        features.switch(team.db, {"warnings"})
    team.case(at(5))
    assert [one[2] for one in waiting(team)] == [5]


def test_the_office_settles_how_many_within_how_many_days(team):
    supervising.settle(team.db, team.supervisor, {"warn_cases": "2", "warn_days": "1"}, NOW)
    team.case(at(0))
    team.case(at(25))
    assert waiting(team) == []
    team.case(at(26))
    assert [one[2] for one in waiting(team)] == [2]
    with pytest.raises(Refusals):
        supervising.settle(team.db, team.supervisor, {"warn_cases": "1"}, NOW)
    assert settings.office(team.db).warn_cases == 2


def test_it_is_settled_once_with_a_note(team):
    for n in range(3):
        team.case(at(n))
    (alert,) = kept.listed(team.db, handled=False)
    with pytest.raises(Refusal, match="请写明怎样处理"):
        early.handle(team.db, team.supervisor, alert.id, "", at(4))
    with pytest.raises(NotAllowed):
        early.handle(team.db, team.handler, alert.id, "已约谈", at(4))
    early.handle(team.db, team.supervisor, alert.id, "已约谈企业", at(4))
    (done,) = kept.listed(team.db, handled=True)
    assert (done.note, done.handled_by, done.handled_at) == ("已约谈企业", "李处", at(4))
    assert (waiting(team), kept.count_open(team.db)) == ([], 0)
    with pytest.raises(Refusal, match="这条预警已处理"):
        early.handle(team.db, team.second, alert.id, "再处理", at(5))
    with pytest.raises(Refusal, match="没有这条预警"):
        early.handle(team.db, team.second, 99, "再处理", at(5))


def test_a_registration_that_fails_raises_nothing(team):
    for n in range(2):
        team.case(at(n))
    with pytest.raises(Refusals):
        team.case(at(2), place="")
    assert waiting(team) == []


@pytest.mark.parametrize(("kind", "index"), [("place", "cases_place"), ("unit", "cases_subject")])
def test_it_is_counted_by_a_range_of_an_index_and_never_over_the_register(team, kind, index):
    asked = {"what": "x", "since": "2026-06-01T00:00:00Z", "counted": "投诉举报", "until": "", "size": 1}
    for statement in (kept.COUNTS[kind], kept.CASES[kind]):
        plan = [r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + statement, asked)]
        assert index in plan[0]
        assert "received_at>" in plan[0]
        assert not any("SCAN" in step for step in plan)
    plan = [r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + kept.WARNED, {"kind": "", "what": "", "at": ""})]
    assert any("warning_of" in step for step in plan)


@pytest.mark.parametrize("table", ["warning", "warning_handled"])
def test_an_alert_is_never_changed_or_removed(team, table):
    for n in range(3):
        team.case(at(n))
    (alert,) = kept.listed(team.db, handled=False)
    early.handle(team.db, team.supervisor, alert.id, "已约谈企业", at(4))
    for statement in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match="append-only"):
            execute(team.db, statement)

"""登记: a complaint becomes a case, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.factories import NOW
from tests.office.entries import shanghai
from tracker.office import register as registering
from tracker.office.register import NewCase
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusals
from tracker.store import audit, identity, rules
from tracker.store.database import execute, rows, value

HOUR = timedelta(hours=1)
SPOKEN = NewCase(channel="电话", received_at=NOW, content="有异味", place="港南路88号", phone="13800000000")


def try_to(team, new):
    with pytest.raises(Refusals) as refused:
        registering.register(team.db, team.clerk, new, NOW)
    return {item.field for item in refused.value.items}


def test_a_case_has_its_number_limits_trail_and_reminders_from_the_start(team):
    case = team.case()
    assert case.no == "XH2026-000001"
    assert len(team.folder(case.no).stages) == 4
    assert [record.act for record in audit.of_case(team.db, case.id)] == ["register"]
    assert value(team.db, "SELECT count(*) FROM reminder WHERE case_id = :id", {"id": case.id}) > 4
    assert (case.next_limit, case.next_due_at) == ("contact", shanghai("06-19 00:00"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "飞鸽"}, "channel"),
        ({"kind": "投诉"}, "kind"),
        ({"grade": "特急"}, "grade"),
        ({"content": ""}, "content"),
        ({"content": "长" * 20_001}, "content"),
        ({"place": ""}, "place"),
        ({"place": "长" * 201}, "place"),
        ({"name": "长" * 61}, "name"),
        ({"title": "长" * 201}, "title"),
        ({"subject_unit": "长" * 201}, "subject_unit"),
        ({"source_no": "1" * 61}, "source_no"),
        ({"phone": ""}, "phone"),
        ({"received_at": NOW + timedelta(seconds=1)}, "received_at"),
        ({"received_at": datetime(1999, 12, 31, tzinfo=UTC)}, "received_at"),
        ({"source_due_at": NOW}, "source_due_at"),
        ({"channel": "12345热线", "talked": True}, "talked"),
        ({"received_at": NOW - timedelta(hours=24, seconds=1), "talked": True}, "talked"),
        ({"street_id": 99}, "street"),
        ({"categories": ("11", "no")}, "categories"),
        ({"handler_id": 99}, "handler_id"),
        ({"lead_no": "XH2026-000099"}, "lead_no"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(team, changes, field):
    assert try_to(team, replace(SPOKEN, **changes)) == {field}


def test_everything_that_is_wrong_is_said_at_once_and_takes_no_number(team):
    assert try_to(team, replace(SPOKEN, content="", place="", phone="")) == {"content", "place", "phone"}
    assert value(team.db, "SELECT count(*) FROM cases") == 0
    assert team.case().no == "XH2026-000001"


def test_a_complaint_is_taken_with_little(team):
    case = registering.register(team.db, team.clerk, SPOKEN, NOW)
    assert (case.street, case.categories, case.handler) == ("", (), "")
    assert case.title == "有异味"


def test_the_number_follows_the_year_of_the_receipt_on_the_clock_of_the_office(team):
    new_year = shanghai("2026-01-01 00:00")
    assert team.case(received_at=new_year - timedelta(seconds=1)).no == "XH2025-000001"
    assert team.case(received_at=new_year).no == "XH2026-000001"
    assert team.case(received_at=shanghai("2025-12-31 12:00")).no == "XH2025-000002"


def test_the_month_is_that_of_the_office_and_not_of_utc(team):
    case = team.case(received_at=shanghai("06-01 00:30"))
    assert value(team.db, "SELECT received_month FROM cases WHERE id = :id", {"id": case.id}) == "2026-06"


def test_the_same_order_of_the_same_source_is_registered_once(team):
    first = team.case(source_no="20260617-1")
    assert try_to(team, replace(SPOKEN, channel="12345热线", source_no="20260617-1")) == {"source_no"}
    assert team.case(channel="12369平台", source_no="20260617-1").no != first.no


def test_a_case_keeps_the_rule_version_it_was_logged_under(team):
    case = team.case()
    assert case.rule_version == 1
    assert rules.rule(team.db, 1).name == "1-3-10-15"


def test_a_grade_with_a_rule_of_its_own_follows_it(team):
    execute(
        team.db,
        "INSERT INTO rule SELECT 2, '紧急', kind, '紧急', '2026-01-01', 'hours', NULL, near_hours, near_contact_hours,"
        " yellow_days, red_days FROM rule WHERE version = 1",
    )
    execute(team.db, "INSERT INTO rule_stage VALUES (2, 1, 'contact', 1), (2, 2, 'inspection', 1)")
    stages = team.folder(team.case(grade="紧急").no).stages
    assert [(stage.key, stage.due_at) for stage in stages] == [
        ("contact", NOW + 24 * HOUR),
        ("inspection", NOW + 24 * HOUR),
    ]
    assert len(team.folder(team.case(grade="疑难").no).stages) == 4


def test_other_kinds_have_no_limits_until_the_office_makes_them_some(team):
    case = team.case(kind="咨询")
    assert (team.folder(case.no).stages, case.next_due_at, case.rule_version) == ((), None, None)


def test_the_limit_of_the_source_stands_among_the_limits_under_its_own_day(team):
    (outside,) = team.folder(team.case(source_due_at=shanghai("06-20 00:00")).no).outside
    assert (outside.key, outside.due_at, outside.due_day.day) == ("12345热线应反", shanghai("06-20 00:00"), 19)


def test_the_complainant_is_kept_encrypted_also_of_an_anonymous_case_that_left_a_number(team):
    case = team.case(name="张三", phone="13800000042", anonymous=True)
    assert identity.get(team.db, case.id) == identity.Complainant("张三", "13800000042")


def test_a_handler_is_somebody_who_is_there_and_holds_the_role(team):
    assert try_to(team, replace(SPOKEN, handler_id=team.clerk.person_id)) == {"handler_id"}
    execute(team.db, "UPDATE person SET active = 0 WHERE id = :id", {"id": team.handler.person_id})
    assert try_to(team, replace(SPOKEN, handler_id=team.handler.person_id)) == {"handler_id"}


def test_a_case_belongs_to_the_unit_of_its_handler(team, make_actor):
    far = make_actor(roles=("handler",), unit="执法三中队")
    assert team.case(handler_id=far.person_id).unit == "执法三中队"
    assert team.case(handler_id=None).unit == "执法一中队"


@pytest.mark.parametrize("role", ["handler", "admin", "auditor"])
def test_only_clerks_and_supervisors_register(register, make_actor, role):
    with pytest.raises(NotAllowed):
        factories.make_case(register, make_actor(roles=(role,)))
    assert rows(register, "SELECT id FROM cases") == []


def test_nothing_of_a_registration_that_fails_midway_is_kept(team, monkeypatch):
    def fall(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("tracker.office.desk.follow", fall)
    with pytest.raises(ZeroDivisionError):
        team.case()
    monkeypatch.undo()
    for table in ("cases", "deadline", "complainant", "counter", "audit", "reminder"):
        assert rows(team.db, f"SELECT * FROM {table}") == [], table  # noqa: S608

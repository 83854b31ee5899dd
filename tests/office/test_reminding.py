"""What a case owes is planned and withdrawn with the act that owes or ends it."""

from __future__ import annotations

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural, reminders, shanghai
from tracker.office.reminding import replan, tell
from tracker.store.database import execute, rows, value, writing


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明").id


def sql(db, statement, **params):
    execute(db, statement, params)


def rungs(db, case_id, key):
    return [(rung, when) for limit, rung, _, when in reminders(db, case_id) if limit == key]


def test_every_open_limit_plans_its_ladder(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    # Received Wednesday 06-17; 现场检查 is due 06-20 (Saturday) 24:00, so its late rungs wait for Monday 06-22.
    assert [line for line in reminders(register, case) if line[0] == "inspection"] == [
        ("inspection", "eve", handler, "06-18 08:30"),
        ("inspection", "due_day", handler, "06-20 08:30"),
        ("inspection", "late_1", handler, "06-22 08:30"),
        ("inspection", "late_1", supervisor, "06-22 08:30"),
        ("inspection", "late_3", handler, "06-24 08:30"),
        ("inspection", "late_3", supervisor, "06-24 08:30"),
    ]
    assert reminders(register, case)[0] == ("", "dispatch", handler, "06-17 10:24")


def test_planning_twice_plans_once(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    before = rows(register, "SELECT * FROM reminder ORDER BY id")
    replan(register, case, shanghai("06-17 10:30"), "办理记录")
    assert [tuple(r) for r in rows(register, "SELECT * FROM reminder ORDER BY id")] == [tuple(r) for r in before]


def test_a_stage_that_is_done_withdraws_its_reminders_and_no_others(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    sql(register, "UPDATE deadline SET state = 'done', done_at = '2026-06-17T03:00:00Z' WHERE key = 'contact'")
    replan(register, case, shanghai("06-17 11:00"), "先行联系已完成")
    assert rungs(register, case, "contact") == []
    assert len(rungs(register, case, "inspection")) == 6
    why = rows(register, "SELECT DISTINCT withdrawn_why FROM reminder WHERE withdrawn_at IS NOT NULL")
    assert [r[0] for r in why] == ["先行联系已完成"]


def test_an_undone_stage_owes_its_reminders_again(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    before = reminders(register, case)
    sql(register, "UPDATE deadline SET state = 'done', done_at = '2026-06-17T03:00:00Z' WHERE key = 'contact'")
    replan(register, case, shanghai("06-17 11:00"), "先行联系已完成")
    sql(register, "UPDATE deadline SET state = 'open', done_at = NULL WHERE key = 'contact'")
    replan(register, case, shanghai("06-17 11:05"), "撤销")
    assert reminders(register, case) == before


def test_a_moved_limit_reminds_anew(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    sql(
        register,
        "UPDATE deadline SET due_at = '2026-06-25T16:00:00Z', due_day = '2026-06-25', due_version = 2"
        " WHERE key = 'inspection'",
    )
    replan(register, case, shanghai("06-17 11:00"), "延期")
    assert rungs(register, case, "inspection")[:2] == [("eve", "06-24 08:30"), ("due_day", "06-25 08:30")]
    versions = "SELECT count(*) FROM reminder WHERE withdrawn_at IS NULL AND due_version = 1 AND deadline_id = 2"
    assert value(register, versions) == 0


def test_a_closed_case_owes_nothing(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    sql(register, "UPDATE cases SET state = 'closed', closed_at = updated_at, next_due_at = NULL, next_limit = NULL")
    replan(register, case, shanghai("06-17 11:00"), "销项")
    assert reminders(register, case) == []


def test_another_handler_is_told_and_the_one_before_is_not(register, handler, supervisor, make_person):
    other = make_person(roles=("handler",), name="李敏").id
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    sql(register, "UPDATE cases SET handler_id = :other", other=other)
    replan(register, case, shanghai("06-17 11:00"), "改派")
    left = reminders(register, case)
    assert handler not in {person for _, _, person, _ in left}
    assert left[0] == ("", "dispatch", other, "06-17 11:00")


def test_a_case_that_comes_back_to_its_first_handler_is_dispatched_again(register, handler, make_person):
    other = make_person(roles=("handler",)).id
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    for minute, person in ((24, handler), (30, other), (40, handler)):
        sql(register, "UPDATE cases SET handler_id = :person", person=person)
        replan(register, case, shanghai(f"06-17 10:{minute}"), "改派")
    assert [line for line in reminders(register, case) if line[1] == "dispatch"] == [
        ("", "dispatch", handler, "06-17 10:40")
    ]


def test_without_a_handler_the_supervisors_stand_in(register, supervisor):
    case = add_case(register, natural("2026-06-17"))
    replan(register, case, NOW, "登记")
    assert {person for _, _, person, _ in reminders(register, case)} == {supervisor}
    assert rungs(register, case, "inspection")[0] == ("eve", "06-18 08:30")


def test_rungs_before_the_registration_are_not_owed_and_what_is_late_is_said_at_once(register, handler, supervisor):
    case = add_case(register, natural("2026-06-10"), handler_id=handler)
    replan(register, case, NOW, "登记")
    assert reminders(register, case)[:2] == [
        ("", "dispatch", handler, "06-17 10:24"),
        ("", "late_entry", supervisor, "06-17 10:24"),
    ]
    # 先行联系 was due 06-11: all its rungs lie before, but for the Mondays.
    assert rungs(register, case, "contact") == [("weekly", "06-22 08:30")] * 2
    assert rungs(register, case, "recheck")[0] == ("eve", "06-18 08:30")


def test_a_historic_case_plans_nothing(register, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler, historic=True)
    replan(register, case, NOW, "导入")
    assert value(register, "SELECT count(*) FROM reminder") == 0


def test_the_plan_falls_with_the_act_that_owed_it(register, handler):
    def act() -> None:
        with writing(register):
            replan(register, add_case(register, natural("2026-06-17"), handler_id=handler), NOW, "登记")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert value(register, "SELECT count(*) FROM reminder") == 0


def test_what_is_told_once_outlives_the_case(register, handler):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    tell(register, case, [handler, handler], "decided", NOW, {"decision": "approved"})
    sql(register, "UPDATE cases SET state = 'closed', closed_at = updated_at, next_due_at = NULL, next_limit = NULL")
    replan(register, case, NOW, "销项")
    assert reminders(register, case) == [("", "decided", handler, "06-17 10:24")]

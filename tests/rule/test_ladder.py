"""The ladder as data: which rows apply to a case, what each step is called, and whom it reaches."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rule import ladder
from tracker.rule.ladder import (
    ANCHORS,
    ENDING,
    LADDER,
    MAY_BE_TOLD,
    ROLES,
    SUBJECTS,
    People,
    Rung,
    addressees,
    applying,
    by_key,
    ends,
    family,
    of_limit,
    of_question,
    reason,
)

MONDAY = date(2026, 6, 15)
TEAM = People(7, (1, 2), (8, 9), (5,), lambda day: (4,) if day == MONDAY else ())


def keys(subjects: tuple[str, ...], grade: str = "一般") -> list[str]:
    return [rung.key for rung in applying(LADDER, subjects, grade)]


def test_the_default_ladder_is_the_promised_one():
    assert keys(of_limit("stage", "contact")) == ["eve", "due_day", "late", "late_1", "late_3", "weekly"]
    assert keys(of_limit("outside", "督办")) == keys(of_limit("stage", "contact"))
    assert keys(("dispatch",)) == ["dispatch"]
    assert keys(("entry",)) == ["late_entry"]
    assert keys(("unsigned",)) == ["unsigned_4", "unsigned_24"]
    assert keys(of_question("close")) == keys(of_question("end")) == ["decide"]


def test_an_urgent_case_reaches_the_leader_at_once_and_at_any_hour():
    (notice,) = applying(LADDER, ("dispatch",), "紧急")
    assert (notice.roles, notice.urgent) == (("handler", "leader"), True)
    (ordinary,) = applying(LADDER, ("dispatch",), "一般")
    assert (ordinary.roles, ordinary.urgent) == (("handler",), False)


def test_rows_of_one_step_add_up_where_both_apply():
    rows = (
        Rung("limit", "late", 0, ("handler",), channels=("mail",)),
        Rung("contact", "late", 0, ("leader",), channels=("wecom",), urgent=True),
    )
    assert applying(rows, of_limit("stage", "recheck"), "") == (rows[0],)
    (both,) = applying(rows, of_limit("stage", "contact"), "")
    assert (both.roles, both.channels, both.urgent) == (("handler", "leader"), ("mail", "wecom"), True)
    (every,) = applying((rows[0], Rung("limit", "late", 0, ("duty",))), of_limit("stage", "recheck"), "")
    assert every.channels == ()  # one row says: by every way


def test_a_row_that_is_off_and_one_of_another_grade_do_not_apply():
    rows = (Rung("limit", "late", 0, ("handler",), active=False), Rung("limit", "late", 1, ("handler",), grade="疑难"))
    assert applying(rows, of_limit("stage", "contact"), "一般") == ()
    assert len(applying(rows, of_limit("stage", "contact"), "疑难")) == 1


def test_a_row_that_changes_its_people_stays_the_same_step_and_one_that_changes_its_time_does_not():
    row = Rung("limit", "late", 1, ("handler",))
    assert row.key == Rung("outside", "late", 1, ("leader",), urgent=True, channels=("mail",)).key == "late_1"
    assert row.key != Rung("limit", "late", 2, ("handler",)).key


def test_the_step_of_a_reminder_is_found_by_its_key():
    found = by_key(LADDER, "late_3", "stage", "contact", "一般")
    assert found is not None
    assert "leader" in found.roles
    assert by_key(LADDER, "late_2", "stage", "contact", "一般") is None
    assert by_key(LADDER, "unsigned_4", "", "", "一般").roles == ("handler",)


def test_a_step_reaches_its_people_each_once():
    assert addressees(Rung("limit", "day", 0, ("handler",)), TEAM, MONDAY) == (7,)
    assert addressees(Rung("limit", "late", 0, tuple(ROLES)), TEAM, MONDAY) == (7, 8, 9, 1, 2, 5, 4)
    assert addressees(Rung("limit", "late", 0, ("handler", "supervisor")), People(2, (1, 2)), MONDAY) == (2, 1)


def test_the_duty_officer_is_that_of_the_day_and_nobody_where_no_roster_is_kept():
    rung = Rung("dispatch", "act", 0, ("duty",))
    assert addressees(rung, TEAM, MONDAY) == (4,)
    assert addressees(rung, TEAM, date(2026, 6, 16)) == (1, 2), "a day without anybody is the supervisors'"
    assert addressees(rung, People(7, (1, 2)), MONDAY) == ()


@pytest.mark.parametrize("role", ["handler", "leader"])
def test_where_nobody_handles_or_leads_a_case_the_supervisors_stand_in(role):
    assert addressees(Rung("dispatch", "act", 0, (role,)), People(None, (1, 2)), MONDAY) == (1, 2)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("dispatch", "派单"),
        ("late_entry", "登记或改期时已超期"),
        ("unsigned_4", "派单满4小时未签收"),
        ("eve", "到期前一个工作日"),
        ("before_3", "到期前3个工作日"),
        ("ahead_2", "到期前2天"),
        ("due_day", "到期当天"),
        ("late", "超期次日"),
        ("late_3", "超期满3天"),
        ("weekly", "超期后每周一"),
        ("decide", "等待审批"),
        ("decide_24", "等待审批满24小时"),
        ("decided", ""),
    ],
)
def test_every_step_says_why(key, said):
    assert reason(key) == said


def test_every_step_that_can_be_made_has_a_reason_and_ends_with_it():
    for anchor, one in ANCHORS.items():
        for subject in one.subjects:
            for offset in (one.lowest, one.lowest + 2, one.highest):
                if one.lowest <= offset <= one.highest:
                    key = Rung(subject, anchor, offset, ("supervisor",)).key
                    assert reason(key)
                    assert ends(key)
                    assert family(key) in ENDING


def test_what_is_told_once_does_not_end():
    assert not ends("decided")
    assert not ends("undeliverable")
    assert ends("urge")


def test_the_tables_speak_of_each_other():
    assert set(SUBJECTS) == {subject for one in ANCHORS.values() for subject in one.subjects}
    assert set(MAY_BE_TOLD) <= set(SUBJECTS)
    assert all(set(rung.roles) <= set(ROLES) and rung.subject in ANCHORS[rung.anchor].subjects for rung in LADDER)
    assert all(ANCHORS[rung.anchor].lowest <= rung.offset <= ANCHORS[rung.anchor].highest for rung in LADDER)
    assert ladder.URGENT_GRADE == "紧急"

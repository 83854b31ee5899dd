"""交接班: what the sheet of a duty lists, now and of an earlier one, and how it is signed from one to the next."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.factories import NOW, make_case
from tests.office.entries import CONTACT, shanghai
from tracker.office import callback as calling
from tracker.office import handover
from tracker.office.desk import read
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import features, identity, roster
from tracker.store.database import execute, rows, writing

TODAY = date(2026, 6, 17)
TOMORROW = TODAY + timedelta(days=1)
HOUR = timedelta(hours=1)
EVENING, CHANGE = shanghai("06-17 22:00"), shanghai("06-18 08:30")


@pytest.fixture
def team(team):
    """王建国 has today's duty, 陈晓 tomorrow's."""
    with writing(team.db):
        features.switch(team.db, ("duty",))
    on = [(TODAY, team.handler.person_id), (TOMORROW, team.other.person_id)]
    roster.change(team.db, team.supervisor.person_id, NOW, off=(), on=on)
    return team


def parts(team, day=TODAY, at=EVENING):
    return {part.key: [line.no for line in part.lines] for part in handover.sheet(team.db, day, at, 50).parts}


def test_it_lists_what_was_registered_in_the_duty_urgent_ones_first(team):
    make_case(team.db, team.clerk, shanghai("06-17 08:29"))
    plain = make_case(team.db, team.clerk, shanghai("06-17 08:30"))
    urgent = make_case(team.db, team.clerk, EVENING - HOUR, grade="紧急")
    late = make_case(team.db, team.clerk, shanghai("06-18 08:29"))
    make_case(team.db, team.clerk, CHANGE)
    assert parts(team)["new"] == [urgent.no, plain.no]
    assert parts(team, at=CHANGE)["new"] == [urgent.no, plain.no, late.no]
    assert parts(team, at=CHANGE)["urgent"] == [urgent.no]


def test_it_lists_what_falls_due_before_nine_and_is_not_done(team):
    due = make_case(team.db, team.clerk, shanghai("06-16 10:00"))  # the first limit: 06-17 24:00
    late = make_case(team.db, team.clerk, shanghai("06-15 10:00"))
    assert parts(team)["due"] == [due.no]
    assert parts(team, TOMORROW, shanghai("06-18 10:00"))["due"] == [late.no], "its second limit: 06-18 24:00"
    team.record(due.no, at=EVENING, by=team.supervisor)
    assert parts(team, at=EVENING + HOUR)["due"] == []
    assert parts(team, at=EVENING - HOUR)["due"] == [due.no], "as it stood then"


def test_it_lists_calls_in_vain_until_the_citizen_is_reached(team):
    case = team.case()
    team.attempt(case.no, NOW + HOUR)
    team.attempt(case.no, NOW + 5 * HOUR)
    (line,) = next(part for part in handover.sheet(team.db, TODAY, EVENING, 50).parts if part.key == "calls").lines
    assert (line.no, line.what, line.n, line.at) == (case.no, "contact", 2, NOW + 5 * HOUR)
    assert parts(team, TOMORROW, CHANGE + HOUR)["calls"] == [case.no]
    team.record(case.no, CONTACT, at=CHANGE + HOUR)
    assert parts(team, TOMORROW, CHANGE + 2 * HOUR)["calls"] == []
    assert parts(team, TODAY, CHANGE + 2 * HOUR)["calls"] == [case.no], "the duty before ended with it open"


def test_it_lists_calls_after_closing_that_nobody_answered(team):
    case = team.case()
    execute(
        team.db,
        "UPDATE cases SET state = 'closed', closed_at = '2026-06-17T03:00:00Z', next_due_at = NULL, next_limit = NULL",
    )
    assert parts(team)["calls"] == [], "it waits for its first call: nobody tried in vain"
    calling.record(team.db, team.clerk, case.no, "未接通", "", False, NOW + 2 * HOUR)
    (line,) = next(part for part in handover.sheet(team.db, TODAY, EVENING, 50).parts if part.key == "calls").lines
    assert (line.no, line.what, line.n) == (case.no, "callback", 1)
    calling.record(team.db, team.clerk, case.no, "满意", "", False, EVENING)
    assert parts(team, at=EVENING + HOUR)["calls"] == []


def test_a_part_counts_what_it_does_not_show(team):
    for n in range(5):
        make_case(team.db, team.clerk, NOW + n * HOUR / 4)
    (part,) = [one for one in handover.sheet(team.db, TODAY, EVENING, 3).parts if one.key == "new"]
    assert (part.count, len(part.lines)) == (5, 3)


def test_nobodys_name_or_number_is_on_it(team):
    told = "我是欧阳守密，电话 138-1234-5678，夜间异味"
    case = make_case(team.db, team.clerk, NOW, content=told, name="欧阳守密", phone="13812345678")
    assert "欧阳守密" in read(team.db, case.no).case.title
    (line,) = [one for part in handover.sheet(team.db, TODAY, EVENING, 50).parts for one in part.lines]
    assert "守密" not in line.title
    assert "1234" not in line.title
    assert "夜间异味" in line.title or "电话" in line.title
    assert identity.get(team.db, case.id).name == "欧阳守密"


# Signed


def test_it_is_handed_over_by_its_officer_and_taken_by_the_next_one_on_record(team):
    make_case(team.db, team.clerk, NOW)
    at = shanghai("06-18 08:25")
    handover.give(team.db, team.handler, TODAY, "示例：明早再联系", at)
    handover.take(team.db, team.other, TODAY, CHANGE)
    (one,) = handover.sheet(team.db, TODAY, CHANGE, 50).signed
    assert (one.name, one.at, one.note, one.registered) == ("王建国", at, "示例：明早再联系", 1)
    assert (one.taken_by, one.taken_at) == ("陈晓", CHANGE)
    found = rows(team.db, "SELECT act, person_id, detail FROM audit WHERE act LIKE 'handover.%' ORDER BY seq")
    assert [(r["act"], r["person_id"]) for r in found] == [
        ("handover.given", team.handler.person_id),
        ("handover.taken", team.other.person_id),
    ]
    assert json.loads(found[1]["detail"])["from"] == ["王建国"]
    with pytest.raises(Refusal, match="没有等待接班"):
        handover.take(team.db, team.other, TODAY, CHANGE)


def test_pressed_twice_it_is_handed_over_once_and_a_supplement_stands_beside_it(team):
    for note in ("第一次", "第一次", "补充"):
        handover.give(team.db, team.handler, TODAY, note, EVENING)
    assert [one.note for one in handover.sheet(team.db, TODAY, EVENING, 50).signed] == ["第一次", "补充"]
    handover.take(team.db, team.other, TODAY, CHANGE)
    assert all(one.taken_by == "陈晓" for one in handover.sheet(team.db, TODAY, CHANGE, 50).signed)


def test_only_its_officer_hands_over_once_it_has_begun_and_late_is_not_too_late(team):
    for actor, day, at in (
        (team.other, TODAY, EVENING),
        (team.clerk, TODAY, EVENING),
        (team.supervisor, TODAY, EVENING),
        (team.other, TOMORROW, EVENING),
    ):
        with pytest.raises(Refusal, match="本班"):
            handover.give(team.db, actor, day, "", at)
    with pytest.raises(Refusals, match="电话号码"):
        handover.give(team.db, team.handler, TODAY, "回电13800000000", EVENING)
    handover.give(team.db, team.handler, TODAY, "", CHANGE + 3 * HOUR)


def test_who_has_two_duties_in_a_row_does_not_take_over_from_themselves(team):
    change = [(TOMORROW, team.handler.person_id)]
    roster.change(team.db, team.supervisor.person_id, NOW, off=[(TOMORROW, team.other.person_id)], on=change)
    handover.give(team.db, team.handler, TODAY, "", EVENING)
    with pytest.raises(Refusal, match="交班人不能自己接班"):
        handover.take(team.db, team.handler, TODAY, CHANGE)


def test_where_nobody_follows_a_supervisor_takes_over(team):
    handover.give(team.db, team.handler, TODAY, "", EVENING)
    for actor in (team.supervisor, team.clerk):
        with pytest.raises(Refusal, match="接班由下一班值班员签"):
            handover.take(team.db, actor, TODAY, CHANGE)
    roster.change(team.db, team.supervisor.person_id, NOW, off=[(TOMORROW, team.other.person_id)], on=())
    with pytest.raises(Refusal, match="接班由下一班值班员签"):
        handover.take(team.db, team.clerk, TODAY, CHANGE)
    handover.take(team.db, team.supervisor, TODAY, CHANGE)


def test_one_comes_to_the_sheet_that_is_to_be_signed(team):
    after = CHANGE + HOUR / 4
    assert handover.first_day(team.db, team.handler, EVENING) == TODAY
    assert handover.first_day(team.db, team.handler, after) == TODAY, "he has not handed over yet"
    assert handover.first_day(team.db, team.other, after) == TOMORROW
    handover.give(team.db, team.handler, TODAY, "", after)
    assert handover.first_day(team.db, team.handler, after) == TOMORROW
    assert handover.first_day(team.db, team.other, after) == TODAY, "it waits for her"
    handover.take(team.db, team.other, TODAY, after)
    assert handover.first_day(team.db, team.other, after) == TOMORROW
    assert handover.first_day(team.db, team.clerk, after) == TOMORROW

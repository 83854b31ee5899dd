"""The other clocks of a case: set, met, moved and taken back, and nothing else moved by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import HANDED_BACK, shanghai
from tracker.clock import to_text
from tracker.office import clocks, desk
from tracker.rule.refusals import Refusal
from tracker.store import audit, reminders
from tracker.store.database import writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def start(team, no, kind, at=NOW, **wanted):
    """Set a clock in an act of its own, as a topic would."""
    with writing(team.db):
        case_id = team.folder(no).case.id
        found = clocks.start(team.db, team.supervisor, case_id, kind, at, **wanted)
        desk.follow(team.db, case_id, at, "clock")
    return found


def do(team, no, act, at=NOW):
    with writing(team.db):
        act()
        desk.follow(team.db, team.folder(no).case.id, at, "clock")


def the(team, no):
    return {one.key: one for one in team.folder(no).outside}


def test_a_clock_is_set_with_its_source_and_convention(team):
    no = team.case().no
    start(team, no, "own", label="市局专项", source="市局来函", days=3, convention="working")
    clock = the(team, no)["市局专项"]
    assert (clock.clock, clock.source, clock.convention, clock.days) == ("own", "市局来函", "working", 3)
    assert (clock.due_day.isoformat(), clock.set_by_name, clock.set_at) == ("2026-06-23", "李处", NOW)


def test_a_case_holds_several_clocks_of_one_kind(team):
    no = team.case().no
    for day in (20, 21, 22):
        start(team, no, "supervise", due_at=shanghai(f"06-{day} 12:00"))
    assert [*the(team, no)] == ["督办", "督办#2", "督办#3"]
    assert {one.convention for one in the(team, no).values()} == {""}


def test_the_nearest_limit_may_be_another_clock(team):
    no = team.case().no
    start(team, no, "supervise", due_at=NOW + HOUR)
    case = team.folder(no).case
    assert (case.next_limit, case.next_due_at) == ("督办", NOW + HOUR)


def test_a_clock_that_is_met_runs_no_more_and_leaves_the_stages_alone(team):
    no = team.case().no
    stages = team.folder(no).stages
    clock = start(team, no, "supervise", due_at=NOW + HOUR)
    do(team, no, lambda: clocks.finish(team.db, team.supervisor, clock, NOW + DAY, done_at=NOW + 2 * HOUR), NOW + DAY)
    met = the(team, no)["督办"]
    assert (met.state, met.done_at) == ("done", NOW + 2 * HOUR)
    assert team.folder(no).case.next_limit == "contact"
    assert team.folder(no).stages == stages


def test_a_clock_is_met_or_taken_back_once(team):
    no = team.case().no
    clock = start(team, no, "supervise", due_at=NOW + HOUR)
    do(team, no, lambda: clocks.cancel(team.db, team.supervisor, clock, "已撤销交办", NOW))
    assert (the(team, no)["督办"].state, the(team, no)["督办"].cancelled_why) == ("ended", "已撤销交办")
    for act in (
        lambda: clocks.finish(team.db, team.supervisor, clock, NOW),
        lambda: clocks.cancel(team.db, team.supervisor, clock, "再撤", NOW),
        lambda: clocks.move(team.db, team.supervisor, clock, NOW + DAY, "再延", NOW),
    ):
        with pytest.raises(Refusal, match="“督办”已经完成或取消"):
            act()


def test_a_moved_clock_keeps_its_first_due_time_and_reminds_anew(team):
    no = team.case().no
    clock = start(team, no, "supervise", due_at=shanghai("06-22 12:00"))
    do(team, no, lambda: clocks.move(team.db, team.supervisor, clock, shanghai("06-24 12:00"), "来函改期", NOW))
    moved = the(team, no)["督办"]
    assert (moved.first_due_at, moved.due_at) == (shanghai("06-22 12:00"), shanghai("06-24 12:00"))
    waiting = [one for one in reminders.of_case(team.db, moved.case_id) if one.deadline_id == clock and one.waits]
    assert waiting
    assert {one.due_version for one in waiting} == {2}


@pytest.mark.parametrize("reason", ["", "  "])
def test_moving_and_taking_back_want_a_reason(team, reason):
    no = team.case().no
    clock = start(team, no, "supervise", due_at=NOW + HOUR)
    for act in (
        lambda: clocks.cancel(team.db, team.supervisor, clock, reason, NOW),
        lambda: clocks.move(team.db, team.supervisor, clock, NOW + DAY, reason, NOW),
    ):
        with pytest.raises(Refusal, match="请写明理由"):
            act()


def test_a_clock_wants_days_or_an_instant(team):
    no = team.case().no
    with pytest.raises(Refusal, match="请填写天数或到期时间"):
        start(team, no, "supervise")
    assert the(team, no) == {}


def test_a_stage_is_no_clock(team):
    no = team.case().no
    stage = team.folder(no).stage("contact").id
    with pytest.raises(LookupError):
        clocks.cancel(team.db, team.supervisor, stage, "不是时限", NOW)


def test_a_clock_set_later_leaves_what_happened_before_it_recordable(team):
    no = team.case(at=NOW + 2 * HOUR, received_at=NOW).no
    start(team, no, "supervise", NOW + 2 * HOUR, days=5)
    team.record(no, happened_at=NOW + HOUR, at=NOW + 3 * HOUR)
    assert team.states(no)["contact"] == "done"
    team.reply(no, NOW + 3 * HOUR, happened_at=NOW + HOUR)
    assert team.folder(no).standing.replied


def test_a_reply_handed_back_meets_the_limit_of_the_source_alone(team):
    no = team.case(source_due_at=shanghai("06-25 17:00")).no
    start(team, no, "supervise", days=5)
    team.reply(no, NOW + HOUR, HANDED_BACK)
    assert {key: one.state for key, one in the(team, no).items()} == {"12345热线应反": "done", "督办": "open"}


class TestRoutes:
    def test_a_petition_matter_is_told_in_15_and_settled_in_60_days_from_the_receipt(self, team):
        case = team.case(received_at=NOW - 5 * HOUR)
        do(team, case.no, lambda: clocks.by_route(team.db, team.clerk, case.id, "信访事项", NOW))
        found = the(team, case.no)
        assert {key: (one.days, one.due_day.isoformat(), one.convention) for key, one in found.items()} == {
            "信访告知": (15, "2026-07-02", "natural"),
            "信访办结": (60, "2026-08-16", "natural"),
        }
        assert {one.starts_at for one in found.values()} == {case.received_at}
        assert found["信访办结"].source == "《信访工作条例》第三十四条"

    def test_said_twice_it_sets_nothing_twice(self, team):
        case = team.case()
        for _ in range(2):
            do(team, case.no, lambda: clocks.by_route(team.db, team.clerk, case.id, "信访事项", NOW))
        assert len(the(team, case.no)) == 2

    def test_another_route_takes_back_what_still_runs(self, team):
        case = team.case()
        do(team, case.no, lambda: clocks.by_route(team.db, team.clerk, case.id, "信访事项", NOW))
        told = the(team, case.no)["信访告知"].id
        do(team, case.no, lambda: clocks.finish(team.db, team.handler, told, NOW))
        do(team, case.no, lambda: clocks.by_route(team.db, team.clerk, case.id, "举报查处", NOW + HOUR))
        assert {key: one.state for key, one in the(team, case.no).items()} == {"信访告知": "done", "信访办结": "ended"}
        assert the(team, case.no)["信访办结"].cancelled_why == "办理途径已变更"


def test_every_act_of_a_clock_is_on_the_trail(team):
    no = team.case().no
    clock = start(team, no, "supervise", due_at=NOW + DAY)
    do(team, no, lambda: clocks.move(team.db, team.supervisor, clock, NOW + 2 * DAY, "改期", NOW))
    do(team, no, lambda: clocks.finish(team.db, team.supervisor, clock, NOW + HOUR))
    told = [one for one in audit.of_case(team.db, team.folder(no).case.id) if one.act.startswith("clock_")]
    assert sorted(one.act for one in told) == ["clock_finish", "clock_move", "clock_start"]
    moved = next(one for one in told if one.act == "clock_move")
    assert moved.detail["due_at"] == [to_text(NOW + DAY), to_text(NOW + 2 * DAY)]

"""重新交办: the same number with a later dispatch time is a new round; nothing that stands moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, RECHECK, REPLY, RESOLUTION, shanghai
from tracker.office import closing, moving, reordering
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases, reorders

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
SITE = ("inspection", "recheck", "resolution")
AT = NOW + 5 * DAY


@pytest.fixture
def no(team):
    return team.case(source_no="SH2026-77").no


@pytest.fixture
def closed(team, no):
    """Finished and closed on its first day."""
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + HOUR)
    closing.close(team.db, team.supervisor, no, team.version(no), "", NOW + 2 * HOUR)
    return no


def again(team, no, dispatched_at=AT, stages=SITE, reason="市民再次来电，要求复核", due=None, at=AT + HOUR, by=None):
    seen = team.version(no)
    return reordering.again(team.db, by or team.clerk, no, seen, dispatched_at, stages, reason, due, at)


def test_it_is_a_new_round_from_the_dispatch_and_the_old_one_keeps_its_stamps(team, closed):
    before = team.folder(closed).deadlines
    folder = again(team, closed)
    assert (folder.case.state, folder.case.round, folder.case.closed_at) == ("open", 2, None)
    assert [one for one in folder.deadlines if one.round == 1] == list(before)
    new = {one.key: (one.starts_at, one.due_at) for one in folder.deadlines if one.round == 2}
    assert new == {
        "inspection": (AT, shanghai("06-26 00:00")),
        "recheck": (AT, shanghai("07-03 00:00")),
        "resolution": (AT, shanghai("07-08 00:00")),
    }
    assert (folder.case.next_limit, folder.standing.replied) == ("inspection", False)
    assert reorders.of_case(team.db, folder.case.id) == {2: AT}
    record = next(one for one in audit.of_case(team.db, folder.case.id) if one.act == "reorder")
    assert (record.detail["round"], record.detail["reason"]) == (2, "市民再次来电，要求复核")


def test_the_sources_new_limit_runs_beside_the_old_one(team):
    no = team.case(source_no="SH2026-77", source_due_at=NOW + 3 * DAY).no
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    folder = again(team, no, due=AT + 4 * DAY)
    assert [(one.round, one.due_at, one.state) for one in folder.outside] == [
        (1, NOW + 3 * DAY, "open"),
        (2, AT + 4 * DAY, "open"),
    ]


def test_the_whole_way_is_gone_again_and_closed_again(team, closed):
    again(team, closed)
    later = AT + 2 * HOUR
    for fact in (INSPECTION, RECHECK, RESOLUTION):
        team.record(closed, fact, later)
    closing.reply(team.db, team.handler, closed, team.version(closed), REPLY, later, "", later)
    closing.apply_close(team.db, team.handler, closed, team.version(closed), "", later)
    folder = closing.close(team.db, team.supervisor, closed, team.version(closed), "", later)
    assert folder.case.state == "closed"


def test_what_is_not_finished_keeps_its_due_time_and_goes_on(team, no):
    for fact in (INSPECTION,):
        team.record(no, fact, NOW + HOUR)
    before = {one.key: (one.id, one.due_at) for one in team.folder(no).stages}
    with pytest.raises(Refusals, match="“现场复查与安排监测”还没有完成，按原时限继续办理"):
        again(team, no)
    folder = again(team, no, stages=("inspection",))
    now = {one.key: (one.id, one.due_at) for one in folder.stages}
    assert {key: now[key] for key in ("contact", "recheck", "resolution")} == {
        key: before[key] for key in ("contact", "recheck", "resolution")
    }
    assert now["inspection"][1] == shanghai("06-26 00:00")
    with pytest.raises(Refusal, match="请先完成“现场检查与整改”"):
        team.record(no, RECHECK, AT + 2 * HOUR)
    team.record(no, INSPECTION, AT + 2 * HOUR)
    team.record(no, RECHECK, AT + 3 * HOUR)
    assert team.states(no)["recheck"] == "done"


def test_a_contact_that_goes_on_keeps_its_attempts_and_its_own_beginning(team, no):
    team.record(no, INSPECTION, NOW + HOUR)
    for n in range(2):
        team.attempt(no, NOW + n * HOUR, NOW + n * HOUR)
    folder = again(team, no, stages=("inspection",))
    assert len(folder.standing.attempts) == 2
    happened = AT - HOUR  # before the order came again
    team.record(no, CONTACT, happened, AT + HOUR, late_cause="人手不足")
    assert team.states(no)["contact"] == "done"


def test_where_nothing_is_finished_the_round_wants_its_own_reply_alone(team, no):
    before = team.folder(no).stages
    folder = again(team, no, stages=(), due=AT + 3 * DAY)
    assert (folder.stages, folder.case.round) == (before, 2)
    assert [one.round for one in folder.outside] == [2]


def test_a_stage_of_the_new_round_did_not_happen_before_the_dispatch(team, closed):
    again(team, closed)
    with pytest.raises(Refusals, match="不能早于本轮开始的时间"):
        team.record(closed, INSPECTION, AT - MINUTE, AT + 2 * HOUR)
    team.record(closed, INSPECTION, AT, AT + 2 * HOUR)


def test_the_same_dispatch_time_or_an_earlier_one_is_there_already(team, closed):
    for dispatched_at in (NOW, NOW - HOUR):
        with pytest.raises(Refusals, match="派单时间应晚于上一次派单"):
            again(team, closed, dispatched_at)
    again(team, closed)
    with pytest.raises(Refusals, match="派单时间应晚于上一次派单"):
        again(team, closed, AT, stages=("contact",))
    assert again(team, closed, AT + MINUTE, stages=("contact",)).case.round == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dispatched_at": AT + 2 * HOUR}, "dispatched_at"),
        ({"reason": ""}, "reason"),
        ({"stages": ()}, "stages"),
        ({"stages": ("lunch",)}, "stages"),
        ({"due": AT}, "source_due_at"),
    ],
)
def test_everything_that_is_wrong_is_named(team, closed, changes, field):
    with pytest.raises(Refusals) as refused:
        again(team, closed, **changes)
    assert [item.field for item in refused.value.items] == [field]
    assert team.folder(closed).case.round == 1


def test_a_case_without_a_number_of_its_source_is_registered_anew(team):
    with pytest.raises(Refusal, match="没有来源编号"):
        again(team, team.case().no)


def test_it_waits_for_what_waits_for_a_decision_and_for_what_stands_still(team, no):
    team.record(no, INSPECTION, NOW + HOUR)
    moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "停产", NOW + HOUR)
    with pytest.raises(Refusal, match="中止申请正在等待决定"):
        again(team, no, stages=("inspection",))
    moving.decide_suspension(team.db, team.supervisor, no, team.version(no), True, "", NOW + HOUR)
    with pytest.raises(Refusal, match="请先恢复"):
        again(team, no, stages=("inspection",))


def test_a_late_entry_is_judged_first(team, no):
    team.record(no, INSPECTION, NOW + HOUR, NOW + 4 * DAY, reason="外勤")
    with pytest.raises(Refusal, match="补录待核"):
        again(team, no, stages=("inspection",))


def test_clerks_and_supervisors_record_it(team, closed):
    with pytest.raises(NotAllowed):
        again(team, closed, by=team.handler)
    with pytest.raises(cases.NoSuchCase):
        again(team, closed, by=team.other)
    assert again(team, closed, by=team.supervisor).case.round == 2


def test_a_lead_case_that_is_ordered_again_shares_its_new_visit_with_what_is_still_open(team, closed):
    again(team, closed)
    joined = team.case(AT + HOUR, lead_no=closed, phone="13900000001").no
    assert team.states(joined)["inspection"] == "open", "the old round's visit is not the new round's"
    team.record(closed, INSPECTION, AT + 2 * HOUR)
    assert team.states(joined)["inspection"] == "done"

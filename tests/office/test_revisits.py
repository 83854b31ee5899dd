"""回头看: a day after closing, a reminder on it, what was seen; and 重办 of a closed case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import FACTS, ZONE, shanghai
from tests.office.test_callback import closed
from tests.rule import naive_reminders
from tests.rule.china import CHINA
from tracker.clock import from_text
from tracker.office import closing, desk, lookback, people, raising, redo, revisits, stages
from tracker.rule.access import NotAllowed
from tracker.rule.instants import end_of
from tracker.rule.ladder import Rung
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import cases, duties, features, feeds, ladder, outbox
from tracker.store import revisits as kept
from tracker.store.database import IntegrityError, execute, rows, writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + DAY
#: A Wednesday; and its morning on the clock of the office.
VISIT = date(2026, 7, 15)
MORNING, NEXT = shanghai("07-15 08:30"), shanghai("07-16 08:30")


def set_day(team, no, day=VISIT, at=LATER, by=None):
    return revisits.set_day(team.db, by or team.supervisor, no, team.version(no), day, at)


def record(team, no, result="calm", text="现场无异味", at=MORNING, by=None):
    return revisits.record(team.db, by or team.handler, no, team.version(no), result, text, at)


def reopen(
    team, no, ground="other", stages=("inspection", "recheck", "resolution"), reason="又有异味", at=LATER, by=None
):
    return redo.reopen(team.db, by or team.supervisor, no, team.version(no), ground, stages, reason, at)


def told(team, person, at):
    """What this person has been shown of a 回头看 by then, the newest first."""
    raising.tick(team.db, at, "")
    found = outbox.inbox(team.db, person.person_id)
    return [one.rung for one in found if one.limit_key.startswith("回头看") or one.rung.startswith("revisit")]


def of_case(team, no):
    return kept.of_case(team.db, team.folder(no).case.id)


def test_a_day_is_set_after_closing_and_the_handler_is_reminded_on_its_morning(team):
    no = closed(team)
    set_day(team, no)
    (visit,) = of_case(team, no)
    assert (visit.due_day, visit.person, visit.set_by, visit.open) == (VISIT, "王建国", "李处", True)
    assert told(team, team.handler, MORNING - DAY - HOUR) == []
    assert told(team, team.handler, MORNING - DAY) == ["eve"]
    assert told(team, team.handler, MORNING) == ["due_day", "eve"]
    assert told(team, team.supervisor, MORNING) == []
    assert told(team, team.supervisor, NEXT) == ["late"]
    assert told(team, team.handler, NEXT) == ["late", "due_day", "eve"]
    assert told(team, team.supervisor, shanghai("07-19 12:00")) == ["late"]
    assert told(team, team.supervisor, shanghai("07-20 08:30")) == ["weekly", "late"]
    assert told(team, team.handler, shanghai("07-27 08:30"))[:2] == ["weekly", "weekly"]


def test_a_visit_on_a_rest_day_is_said_on_the_working_morning_before_and_on_its_own(team):
    no = closed(team)
    set_day(team, no, date(2026, 7, 18))  # a Saturday
    assert told(team, team.handler, shanghai("07-17 08:30")) == ["eve"]
    assert told(team, team.handler, shanghai("07-18 08:30")) == ["due_day", "eve"]
    assert told(team, team.supervisor, shanghai("07-19 20:00")) == []
    assert told(team, team.supervisor, shanghai("07-20 08:30")) == ["late"]


def test_a_day_that_is_set_when_its_morning_has_passed_is_told_to_whoever_goes_at_once(team):
    no = closed(team)
    set_day(team, no, at=MORNING + HOUR)
    assert told(team, team.handler, MORNING + HOUR) == ["revisit"]
    other = closed(team)
    set_day(team, other, at=MORNING + HOUR, by=team.handler)
    assert told(team, team.handler, MORNING + HOUR) == ["revisit"]


#: The rows of 回头看 as the promises have them, and as an office may change them: (anchor, n, roles).
VISITS = (
    ("working", 1, {"handler"}),
    ("day", 0, {"handler"}),
    ("late", 0, {"handler", "supervisor"}),
    ("monday", 0, {"handler", "supervisor"}),
)
OTHERS = (("day", 3, {"handler", "supervisor"}), ("late", 2, {"supervisor"}), ("monday", 0, {"supervisor"}))


@pytest.mark.parametrize("rows_", [VISITS, OTHERS])
@pytest.mark.parametrize("day", [date(2026, 7, 15), date(2026, 7, 18), date(2026, 9, 25), date(2026, 9, 30)])
def test_its_rows_are_owed_as_a_second_way_of_counting_has_them(team, rows_, day):
    kept_rows = [one for one in ladder.rungs(team.db) if one.subject != "revisit"]
    changed = (Rung("revisit", anchor, n, tuple(sorted(roles))) for anchor, n, roles in rows_)
    if rows_ is not VISITS:
        ladder.add(team.db, (*kept_rows, *changed), NOW, team.supervisor.person_id)
    no = closed(team)
    set_day(team, no, day)
    due_at = end_of(day, ZONE)
    until = shanghai(f"{day.isoformat()} 09:00") + 21 * DAY
    at = LATER
    while at < until:
        raising.tick(team.db, at, "")
        at += 12 * HOUR
    people = {"handler": {team.handler.person_id}}
    people["supervisor"] = {team.supervisor.person_id, team.second.person_id}
    roles = {naive_reminders.name(anchor, n): told_to for anchor, n, told_to in rows_}
    owed = {
        (rung, when, person)
        for rung, when in naive_reminders.owed(due_at, day, CHINA, ZONE, until, rows_)
        if when > LATER
        for role in roles[rung]
        for person in people[role]
    }
    found = rows(
        team.db,
        "SELECT rung, owed_at, recipient_id FROM reminder JOIN deadline ON deadline.id = deadline_id"
        " WHERE clock = 'revisit' AND shown_at IS NOT NULL",
    )
    assert {(r[0], from_text(r[1]), r[2]) for r in found if from_text(r[1]) <= until} == owed
    assert len(found) >= len(rows_)


def test_the_preview_and_an_edited_row_reach_it(team):
    no = closed(team)
    set_day(team, no)
    was = ladder.rungs(team.db)
    now = (*was, Rung("outside", "day", 3, ("handler",)))
    raising.tick(team.db, LATER, "")
    found = lookback.compare(team.db, was, now, shanghai("07-20 09:00"))
    lines = {(one.mark, one.line.key, one.line.limit) for one in found.lines if one.line.no == no}
    assert lines == {("", "eve", "回头看"), ("", "due_day", "回头看"), ("", "late", "回头看")}
    found = lookback.compare(team.db, was, now, shanghai("07-14 09:00"))
    assert [(one.mark, one.line.key) for one in found.lines if one.line.no == no] == [("new", "ahead_3")]
    ladder.add(team.db, now, LATER, team.supervisor.person_id)
    assert told(team, team.handler, shanghai("07-12 08:30")) == ["ahead_3"]


def test_it_stands_in_the_calendar_of_whoever_goes_until_it_was_made(team):
    no = closed(team)
    set_day(team, no)
    mine = feeds.running(team.db, team.handler.person_id, 9)
    assert [(one.no, one.key, one.due_day) for one in mine] == [(no, "回头看", VISIT)]
    assert feeds.running(team.db, team.other.person_id, 9) == ()
    record(team, no, at=MORNING - DAY)
    assert feeds.running(team.db, team.handler.person_id, 9) == ()


def test_what_was_seen_is_recorded_once_and_ends_the_reminders(team):
    no = closed(team)
    set_day(team, no)
    with pytest.raises(Refusals, match="请选择无反弹或有反弹"):
        record(team, no, "", "x")
    with pytest.raises(Refusals, match="请写明回头看的情况"):
        record(team, no, "calm", "")
    record(team, no, at=MORNING - DAY)
    (visit,) = of_case(team, no)
    assert (visit.rebound, visit.text, visit.done_by, visit.open) == (False, "现场无异味", "王建国", False)
    assert told(team, team.handler, NEXT) == []
    with pytest.raises(Refusal, match="没有等待结果的回头看"):
        record(team, no)


def test_another_day_replaces_the_first_and_both_stand_in_the_record(team):
    no = closed(team)
    set_day(team, no)
    set_day(team, no, date(2026, 7, 22))
    (visit,) = of_case(team, no)
    assert visit.due_day == date(2026, 7, 22)
    assert told(team, team.handler, NEXT) == []
    assert told(team, team.handler, shanghai("07-22 08:30")) == ["due_day", "eve"]
    (last,) = rows(team.db, "SELECT detail FROM audit WHERE act = 'revisit_set' ORDER BY seq DESC LIMIT 1")
    assert '"before":"2026-07-15"' in last["detail"]


@pytest.fixture
def visits_on(team):
    with writing(team.db):
        features.switch(team.db, ("revisits",))


def test_it_is_given_to_another_who_is_reminded_sees_the_case_and_records_it(team, visits_on):
    no = closed(team)
    set_day(team, no)
    with pytest.raises(cases.NoSuchCase):
        desk.admit(team.db, team.other, no, "see")
    revisits.set_day(team.db, team.supervisor, no, team.version(no), VISIT, LATER, who=team.other.person_id)
    desk.admit(team.db, team.other, no, "see")
    assert told(team, team.handler, NEXT) == []
    assert told(team, team.other, NEXT) == ["late", "due_day", "eve"]
    assert [one.no for one in feeds.running(team.db, team.other.person_id, 9)] == [no]
    assert feeds.running(team.db, team.handler.person_id, 9) == ()
    for act in ("contact", "stage", "reply"):
        with pytest.raises(NotAllowed):
            desk.admit(team.db, team.other, no, act)
    record(team, no, by=team.other, at=NEXT)
    with pytest.raises(cases.NoSuchCase):
        desk.admit(team.db, team.other, no, "see")
    (last,) = rows(team.db, "SELECT detail FROM audit WHERE act = 'revisit_set' ORDER BY seq DESC LIMIT 1")
    assert '"person":"陈晓"' in last["detail"]
    assert '"person_before":"王建国"' in last["detail"]


def test_whoever_goes_is_a_handler(team, visits_on):
    no = closed(team)
    for who in (team.clerk.person_id, 999):
        with pytest.raises(Refusal, match="请选择去回头看的承办人"):
            revisits.set_day(team.db, team.supervisor, no, team.version(no), VISIT, LATER, who=who)


def test_who_leaves_hands_it_over_first(team, visits_on):
    admin = team.make_actor(roles=("admin",))
    no = closed(team)
    set_day(team, no)
    (left,) = duties.of_person(team.db, team.handler.person_id, LATER)
    assert (left.kind, left.case_no) == ("revisit", no)
    with pytest.raises(Refusal, match="王建国 还有 1 件回头看要去"):
        people.deactivate(team.db, admin, team.handler.person_id, LATER)
    with pytest.raises(Refusal, match="还有 1 件回头看要去"):
        people.change_roles(team.db, admin, team.handler.person_id, ("clerk",), LATER, keep="")
    revisits.set_day(team.db, team.supervisor, no, team.version(no), VISIT, LATER, who=team.other.person_id)
    people.deactivate(team.db, admin, team.handler.person_id, LATER)
    assert told(team, team.other, MORNING) == ["due_day", "eve"]


def test_of_who_left_all_the_same_the_supervisors_hear_on_the_day_and_set_another(team):
    no = closed(team)
    set_day(team, no)
    raising.tick(team.db, LATER, "")
    execute(team.db, "UPDATE person SET active = 0 WHERE id = :id", {"id": team.handler.person_id})
    raising.tick(team.db, LATER + HOUR, "")
    assert told(team, team.supervisor, MORNING) == ["due_day", "eve"]
    with pytest.raises(Refusal, match="请选择去回头看的承办人"):
        set_day(team, no, date(2026, 7, 22), at=MORNING)


def test_it_is_set_with_the_closing_both_or_neither(team):
    def applied():
        no = team.case().no
        for fact in FACTS.values():
            team.record(no, fact, NOW + HOUR)
        team.reply(no, NOW + 2 * HOUR)
        closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + 3 * HOUR)
        return no

    def close(no, day):
        return revisits.close_with_visit(
            team.db, team.supervisor, no, team.version(no), "", day, NOW + 4 * HOUR, settled="实际解决"
        )

    no = applied()
    with pytest.raises(Refusal, match="不能早于今天"):
        close(no, date(2026, 6, 16))
    assert team.folder(no).case.state == "applied"
    assert close(no, VISIT).case.state == "closed"
    assert [one.due_day for one in of_case(team, no)] == [VISIT]
    other = applied()
    assert close(other, None).case.state == "closed"
    assert of_case(team, other) == ()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, "请填写回头看的日期"),
        (date(2026, 6, 17), "回头看的日期不能早于今天"),
        (date(2036, 1, 1), "回头看的日期不能超过三年"),
    ],
)
def test_a_day_that_cannot_be_is_refused(team, day, words):
    no = closed(team)
    with pytest.raises(Refusal, match=words):
        set_day(team, no, day)


def test_an_open_case_has_none_and_others_may_not_set_one(team):
    with pytest.raises(Refusal, match="本件尚未销项"):
        set_day(team, team.case().no)
    no = closed(team)
    with pytest.raises(NotAllowed):
        set_day(team, no, by=team.clerk)
    set_day(team, no, by=team.handler)


def test_a_relapse_offers_doing_it_over_and_the_old_round_keeps_its_stamps(team):
    no = closed(team)
    set_day(team, no)
    record(team, no, "rebound", "夜间又有异味")
    assert revisits.relapsed(team.db, team.folder(no))
    old = team.folder(no).deadlines
    folder = reopen(team, no, "revisit", at=MORNING + HOUR)
    assert (folder.case.state, folder.case.round) == ("open", 2)
    assert [one for one in folder.deadlines if one.round == 1] == list(old)
    assert all(one.starts_at == MORNING + HOUR for one in folder.deadlines if one.round == 2)
    assert not revisits.relapsed(team.db, folder)
    (row,) = rows(team.db, "SELECT round, ground, reason FROM reopening")
    assert tuple(row) == (2, "revisit", "又有异味")


def test_the_stages_of_a_new_round_keep_their_order_though_one_between_them_is_done(team):
    no = closed(team)
    reopen(team, no, stages=("inspection", "resolution"))
    with pytest.raises(Refusal, match="请先完成“现场检查与整改”"):
        team.record(no, FACTS["resolution"], LATER + HOUR)
    team.record(no, FACTS["inspection"], LATER + HOUR)
    team.record(no, FACTS["resolution"], LATER + HOUR)
    with pytest.raises(Refusal, match="后面的阶段已经完成"):
        stages.undo(team.db, team.handler, no, "inspection", LATER + HOUR)
    assert set(team.states(no).values()) == {"done"}


def test_a_case_done_over_drops_the_visit_that_its_closing_was_owed(team):
    no = closed(team)
    set_day(team, no)
    reopen(team, no)
    (visit,) = of_case(team, no)
    assert (visit.open, visit.dropped_at) == (False, LATER)
    assert [(one.state, one.cancelled_why) for one in team.folder(no).outside] == [("ended", "已重办")]
    assert told(team, team.handler, NEXT) == []
    assert kept.listed(team.db, done=False) == ()


def test_only_a_closed_case_is_done_over_by_a_supervisor_with_ground_stages_and_reason(team):
    with pytest.raises(Refusal, match="本件尚未销项，无需重办"):
        reopen(team, team.case().no)
    no = closed(team)
    for changes, words in (
        ({"ground": ""}, "请选择重办的理由"),
        ({"stages": ()}, "请勾选需要重办的阶段"),
        ({"stages": ("lunch",)}, "请勾选需要重办的阶段"),
        ({"reason": ""}, "请写明退回重办的理由"),
    ):
        with pytest.raises(Refusal, match=words):
            reopen(team, no, **changes)
    with pytest.raises(NotAllowed):
        reopen(team, no, by=team.handler)
    assert team.folder(no).case.state == "closed"


def test_the_handler_hears_of_a_case_done_over(team):
    no = closed(team)
    raising.tick(team.db, LATER - HOUR, "")
    reopen(team, no)
    raising.tick(team.db, LATER, "")
    assert outbox.inbox(team.db, team.handler.person_id)[0].rung == "dispatch"


def test_the_list_begins_with_the_earliest_day(team):
    first, second = closed(team), closed(team)
    set_day(team, first, date(2026, 7, 20))
    set_day(team, second)
    assert [one.no for one in kept.listed(team.db, done=False)] == [second, first]
    assert kept.listed(team.db, done=False, person_id=team.other.person_id) == ()
    counts = [kept.count_due(team.db, day) for day in (date(2026, 7, 14), VISIT, date(2026, 7, 20))]
    assert counts == [0, 1, 2]
    record(team, second)
    assert [one.no for one in kept.listed(team.db, done=True)] == [second]
    plan = " ".join(
        r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + kept.OPEN, {"person_id": None, "size": 1})
    )
    assert "revisit_due" in plan


def test_a_visit_moves_no_due_time_and_no_stage(team):
    no = closed(team)
    before = team.folder(no).deadlines
    set_day(team, no)
    record(team, no, "rebound", "夜间又有异味")
    (clock,) = (one for one in team.folder(no).deadlines if one not in before)
    assert (clock.clock, clock.state, clock.done_at) == ("revisit", "done", MORNING)
    assert [one for one in team.folder(no).deadlines if one != clock] == list(before)


@pytest.mark.parametrize("statement", ["DELETE FROM revisit", "DELETE FROM reopening", "UPDATE reopening SET at = at"])
def test_nothing_of_it_is_removed(team, statement):
    no = closed(team)
    set_day(team, no)
    reopen(team, no)
    with pytest.raises(IntegrityError, match=r"append-only|are kept"):
        execute(team.db, statement)

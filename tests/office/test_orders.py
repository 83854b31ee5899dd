"""督办: ordered with a date, answered with evidence, accepted or returned by another person, counted for its rate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS
from tracker.office import closing, orders, raising
from tracker.office.stages import Around, Upload
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import orders as kept
from tracker.store import outbox
from tracker.store.database import IntegrityError, execute, rows
from tracker.store.register import attachments

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = NOW + 2 * DAY
JPG = Upload("现场.jpg", b"\xff\xd8\xff\xe0jpeg")


def give(team, no, text="三日内书面说明", due_at=DUE, at=NOW + HOUR, by=None):
    return orders.give(team.db, by or team.supervisor, no, team.version(no), text, due_at, at)


def answer(team, no, text="已停产整改", files=(), at=NOW + DAY, by=None):
    around, home = Around(at, files), attachments(team.home)
    return orders.answer(team.db, home, by or team.handler, no, team.version(no), text, around, at)


def judge(team, no, accepted=True, reason="", at=NOW + DAY + HOUR, by=None):
    return orders.judge(team.db, by or team.supervisor, no, team.version(no), accepted, reason, at)


def of_case(team, no):
    return kept.of_case(team.db, team.folder(no).case.id)


def clocks(team, no):
    return [(one.key, one.state, one.due_at, one.done_at) for one in team.folder(no).outside]


def told(team, person, at):
    raising.tick(team.db, at, "")
    return [one.rung for one in outbox.inbox(team.db, person.person_id) if one.rung.startswith("order")]


def stages(team, no):
    return team.folder(no).stages


def test_it_says_by_whom_when_what_and_by_when_and_its_date_runs_with_the_case(team):
    no = team.case().no
    before = stages(team, no)
    folder = give(team, no)
    (one,) = of_case(team, no)
    assert (one.by_name, one.at, one.text, one.due_at, one.ended) == ("李处", NOW + HOUR, "三日内书面说明", DUE, "")
    assert clocks(team, no) == [("督办", "open", DUE, None)]
    assert stages(team, no) == before
    assert folder.case.next_limit == "contact"
    team.record(no, CONTACT, NOW + HOUR)
    assert (team.folder(no).case.next_limit, team.folder(no).case.next_due_at) == ("督办", DUE)


def test_the_handler_is_told_and_reminded_by_itself(team):
    no = team.case().no
    give(team, no)
    assert told(team, team.handler, NOW + HOUR) == ["order"]
    raising.tick(team.db, DUE + 2 * DAY, "")
    late = [one for one in outbox.inbox(team.db, team.handler.person_id) if one.limit_key == "督办"]
    assert late


def test_the_answer_comes_with_evidence_and_another_person_accepts_it(team):
    no = team.case().no
    give(team, no)
    answer(team, no, files=(JPG,))
    (one,) = of_case(team, no)
    assert (one.waits, one.answered_at) == (True, NOW + DAY)
    (said,) = kept.answers(team.db, one.case_id)
    assert (said.text, said.by_name, len(said.evidence)) == ("已停产整改", "王建国", 1)
    assert [file.name for file in team.folder(no).evidence] == ["现场.jpg"]
    (waiting,) = outbox.waiting_for_decision(team.db, team.supervisor.person_id)
    assert (waiting.kind, waiting.case_no, waiting.reason) == ("order", no, "已停产整改")
    assert told(team, team.supervisor, NOW + DAY) == ["order_answered"]
    judge(team, no)
    (one,) = of_case(team, no)
    assert (one.ended, one.ended_by) == ("accepted", "李处")
    assert clocks(team, no) == [("督办", "done", DUE, NOW + DAY)]
    assert outbox.waiting_for_decision(team.db, team.supervisor.person_id) == ()


def test_a_returned_answer_says_why_and_the_same_date_runs_on(team):
    no = team.case().no
    give(team, no)
    answer(team, no)
    with pytest.raises(Refusal, match="退回答复的，请写明理由"):
        judge(team, no, False)
    judge(team, no, False, "没有附整改照片")
    assert told(team, team.handler, NOW + DAY + HOUR)[0] == "order_returned"
    assert clocks(team, no) == [("督办", "open", DUE, None)]
    (one,) = of_case(team, no)
    assert not one.waits
    answer(team, no, "附照片", (JPG,), DUE + HOUR)
    judge(team, no, at=DUE + DAY)
    assert clocks(team, no) == [("督办", "done", DUE, DUE + HOUR)]
    first, second = kept.answers(team.db, one.case_id)
    assert (first.returned_why, first.returned_by, second.returned_why) == ("没有附整改照片", "李处", "")


def test_nobody_accepts_their_own_answer(team):
    no = team.case(handler_id=team.second.person_id).no
    give(team, no)
    answer(team, no, by=team.second)
    with pytest.raises(Refusal, match="不能认可自己的答复"):
        judge(team, no, by=team.second)
    assert [one.kind for one in outbox.waiting_for_decision(team.db, team.second.person_id)] == []
    judge(team, no)


def test_one_at_a_time_and_then_another(team):
    no = team.case().no
    give(team, no)
    with pytest.raises(Refusal, match="本件已有未了结的督办"):
        give(team, no)
    answer(team, no)
    with pytest.raises(Refusal, match="督办已经答复"):
        answer(team, no)
    judge(team, no)
    give(team, no, due_at=NOW + 9 * DAY, at=NOW + 2 * DAY)
    assert [key for key, *_ in clocks(team, no)] == ["督办", "督办#2"]


def test_it_is_withdrawn_with_a_reason_and_its_clock_with_it(team):
    no = team.case().no
    give(team, no)
    with pytest.raises(Refusal, match="请写明撤回督办的理由"):
        orders.withdraw(team.db, team.supervisor, no, team.version(no), "", NOW + DAY)
    orders.withdraw(team.db, team.supervisor, no, team.version(no), "发错件", NOW + DAY)
    assert clocks(team, no) == [("督办", "ended", DUE, None)]
    assert of_case(team, no)[0].ended == "withdrawn"
    with pytest.raises(Refusal, match="没有可以撤回的督办"):
        orders.withdraw(team.db, team.supervisor, no, team.version(no), "再撤", NOW + DAY)


@pytest.mark.parametrize(
    ("text", "due_at", "words"),
    [
        ("", DUE, "请写明督办要求"),
        ("x", None, "请填写督办期限"),
        ("x", NOW + HOUR, "督办期限应晚于现在"),
        ("x", NOW + 400 * DAY, "督办期限不能超过一年"),
    ],
)
def test_what_is_missing_is_named(team, text, due_at, words):
    no = team.case().no
    with pytest.raises(Refusals, match=words):
        give(team, no, text, due_at)
    assert of_case(team, no) == ()


def test_roles_and_cases_of_others(team):
    no = team.case().no
    with pytest.raises(NotAllowed):
        give(team, no, by=team.handler)
    give(team, no)
    with pytest.raises(Exception, match="没有这个编号"):
        answer(team, no, by=team.other)
    with pytest.raises(NotAllowed):
        answer(team, no, by=team.clerk)
    answer(team, no)
    with pytest.raises(NotAllowed):
        judge(team, no, by=team.handler)


def test_an_answer_needs_words_and_something_to_answer(team):
    no = team.case().no
    with pytest.raises(Refusal, match="没有等待答复的督办"):
        answer(team, no)
    give(team, no)
    with pytest.raises(Refusal, match="请写明督办答复"):
        answer(team, no, "")
    with pytest.raises(Refusal, match="没有等待认可的督办答复"):
        judge(team, no)


def test_a_closed_case_takes_no_order_and_an_open_order_holds_the_closing(team):
    no = team.case().no
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + 2 * HOUR)
    give(team, no)
    with pytest.raises(Refusals, match="“督办”的时限还在走"):
        closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + 3 * HOUR)
    answer(team, no)
    judge(team, no)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + 2 * DAY)
    closing.close(team.db, team.supervisor, no, team.version(no), "", NOW + 2 * DAY)
    with pytest.raises(Refusal, match="本件已销项，不能再督办"):
        give(team, no, due_at=NOW + 9 * DAY, at=NOW + 3 * DAY)


def test_the_list_is_most_urgent_first_and_filtered(team):
    second, first = team.case().no, team.case(handler_id=team.other.person_id).no
    give(team, second, due_at=NOW + 5 * DAY)
    give(team, first, due_at=DUE)

    def nos(state="", **wanted):
        return [one.no for one in kept.listed(team.db, state, **wanted)]

    assert nos() == [first, second]
    assert nos(handler_id=team.other.person_id) == [first]
    assert nos(street_id=0) == []
    assert (kept.count_open(team.db), kept.count_open(team.db, team.handler.person_id)) == (2, 1)
    answer(team, second)
    assert (nos("open"), nos("waits"), nos("ended")) == ([first], [second], [])
    judge(team, second)
    assert (nos(), nos("ended")) == ([first], [second])


def test_the_rate_counts_what_was_due_and_what_still_waits_past_its_date(team):
    def rate(at):
        return kept.on_time(team.db, NOW - DAY, NOW + 30 * DAY, at)

    in_time, late, waits, withdrawn, later = (team.case().no for _ in range(5))
    for no in (in_time, late, waits, withdrawn):
        give(team, no)
    give(team, later, due_at=NOW + 20 * DAY)
    assert rate(NOW + HOUR) == (0, 0)  # nothing was due yet
    answer(team, in_time, at=NOW + DAY)
    judge(team, in_time)
    answer(team, late, at=DUE)  # the due instant is late
    judge(team, late, at=DUE + HOUR)
    orders.withdraw(team.db, team.supervisor, withdrawn, team.version(withdrawn), "发错件", NOW + DAY)
    assert rate(DUE - HOUR) == (1, 2)
    assert rate(DUE) == (1, 3)
    assert kept.on_time(team.db, DUE + HOUR, NOW + 30 * DAY, NOW + 30 * DAY) == (0, 1)


@pytest.mark.parametrize(
    "table",
    ["supervision", "supervision_answer", "supervision_evidence", "supervision_return", "supervision_end"],
)
def test_nothing_of_it_is_changed_or_removed(team, table):
    no = team.case().no
    give(team, no)
    answer(team, no, files=(JPG,))
    judge(team, no, False, "重答")
    answer(team, no, at=NOW + DAY + 2 * HOUR)
    judge(team, no, at=NOW + DAY + 3 * HOUR)
    column = rows(team.db, f"PRAGMA table_info({table})")[1]["name"]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match="append-only"):
            execute(team.db, statement)


def test_nor_the_answer_that_another_gave_in_their_place(team):
    no = team.case(handler_id=team.second.person_id).no
    give(team, no)
    answer(team, no, by=team.supervisor)
    with pytest.raises(Refusal, match="不能认可自己的答复"):
        judge(team, no, by=team.second)

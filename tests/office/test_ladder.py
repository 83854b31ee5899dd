"""Changing the ladder: versions, records, and what it would have sent last week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural, shanghai
from tracker.office import ladder as office
from tracker.office import lookback
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.ladder import LADDER, Rung
from tracker.rule.laddering import typed
from tracker.rule.refusals import Refusal
from tracker.store import ladder
from tracker.store.audit import of_case
from tracker.store.database import execute, rows

DAY = timedelta(days=1)


@pytest.fixture
def admin(make_actor):
    return make_actor(roles=("admin",))


def as_typed(rungs):
    return [typed(place, rung) for place, rung in enumerate(rungs)]


def records(db):
    return [r["detail"] for r in rows(db, "SELECT detail FROM audit WHERE act = 'ladder.changed' ORDER BY seq")]


def test_a_change_is_a_new_version_on_record(register, admin):
    wanted = (*LADDER[:-1], replace(LADDER[-1], roles=("supervisor", "leader")))
    assert office.save(register, admin, as_typed(wanted), 1, NOW) == 2
    assert ladder.rungs(register) == wanted
    (said,) = records(register)
    assert '"added":[["revisit","weekly","",["supervisor","leader"],[],false,true]]' in said
    assert office.save(register, admin, as_typed(wanted), 2, NOW) == 2  # nothing new: no version, no record
    assert len(records(register)) == 1


def test_a_former_version_comes_back_as_a_new_one(register, admin):
    office.save(register, admin, as_typed(LADDER[:3]), 1, NOW)
    assert office.restore(register, admin, 1, 2, NOW) == 3
    assert ladder.rungs(register) == LADDER
    assert '"restores":1' in records(register)[-1]
    with pytest.raises(Refusal, match="没有这个版本：9"):
        office.restore(register, admin, 9, 3, NOW)


def test_a_form_for_a_former_version_is_refused(register, admin):
    office.save(register, admin, as_typed(LADDER[:3]), 1, NOW)
    for act in (
        lambda: office.save(register, admin, as_typed(LADDER[:4]), 1, NOW),
        lambda: office.restore(register, admin, 1, 1, NOW),
    ):
        with pytest.raises(Refusal, match="修改了提醒阶梯"):
            act()
    assert ladder.latest(register) == 2


def test_the_stored_ladder_would_have_sent_what_it_did_send(register, make_person):
    """A week of ticks beside what is worked out afterwards: they agree where nothing was changed by hand."""
    handler = make_person(roles=("handler",)).id
    make_person(roles=("supervisor",))
    start = shanghai("06-08 09:00")
    for n, day in enumerate(("06-05", "06-06", "06-07", "06-08")):
        case = add_case(register, natural(f"2026-{day}"), handler_id=handler, at=start)
        execute(
            register,
            "UPDATE cases SET dispatched_at = registered_at, grade = :grade WHERE id = :id",
            {"id": case, "grade": ("一般", "紧急")[n % 2]},
        )
        replan(register, case, start, "登记")
    at = start
    while at < shanghai("06-15 00:00"):
        tick(register, at)
        at += timedelta(minutes=30)
    shown = rows(
        register,
        "SELECT owed_at, rung, recipient_id, case_id FROM reminder WHERE shown_at IS NOT NULL AND case_id IS NOT NULL",
    )
    compared = lookback.compare(register, LADDER, LADDER, shanghai("06-15 10:00"))
    found = [(one.line.at.strftime("%Y-%m-%dT%H:%M:%SZ"), one.line.key, one.line.person_id) for one in compared.lines]
    assert compared.before == compared.after == len(shown) > 30
    assert sorted(found) == sorted((r["owed_at"], r["rung"], r["recipient_id"]) for r in shown)
    assert {one.mark for one in compared.lines} == {""}


def test_what_an_edited_ladder_adds_and_leaves_out_stands_first(register, make_person):
    handler = make_person(roles=("handler",)).id
    case = add_case(register, {"contact": shanghai("06-16 00:00")}, handler_id=handler, at=shanghai("06-10 09:00"))
    execute(register, "UPDATE cases SET dispatched_at = registered_at, signed_at = registered_at")
    edited = (*(rung for rung in LADDER if rung.key != "due_day"), Rung("limit", "day", 4, ("handler",)))
    compared = lookback.compare(register, LADDER, edited, NOW)
    assert [(one.mark, one.line.key) for one in compared.lines] == [
        ("new", "ahead_4"),
        ("gone", "due_day"),
        ("", "dispatch"),
        ("", "eve"),
        ("", "late"),
    ]
    assert {one.of: (one.before, one.after) for one in compared.steps}["ahead_4"] == (0, 1)
    assert [(one.of, one.before, one.after) for one in compared.people] == [(handler, 4, 4)]
    assert of_case(register, case) == ()


def test_a_stage_that_was_done_before_the_morning_would_not_have_reminded(register, make_person):
    handler = make_person(roles=("handler",)).id
    add_case(register, {"contact": shanghai("06-16 00:00")}, handler_id=handler, at=shanghai("06-10 09:00"))
    execute(
        register,
        "UPDATE deadline SET state = 'done', done_at = :at",
        {"at": shanghai("06-15 08:00").strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    compared = lookback.compare(register, LADDER, LADDER, NOW)
    assert [one.line.key for one in compared.lines] == ["eve"]


def test_a_request_and_a_signature_that_waited_are_counted(register, make_person):
    handler, supervisor = make_person(roles=("handler",)).id, make_person(roles=("supervisor",)).id
    add_case(register, {}, handler_id=handler, at=shanghai("06-10 09:00"))
    execute(register, "UPDATE cases SET dispatched_at = registered_at, signed_at = '2026-06-10T06:00:00Z'")
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
        " VALUES (1, 1, 'close', '', '已答复', '2026-06-11T02:24:00Z', :by)",
        {"by": handler},
    )
    compared = lookback.compare(register, LADDER, (*LADDER, Rung("review", "hours", 24, ("supervisor",))), NOW)
    told = [(one.mark, one.line.key, one.line.person_id) for one in compared.lines]
    assert told == [
        ("new", "decide_24", supervisor),
        ("", "dispatch", handler),
        ("", "unsigned_4", handler),
        ("", "decide", supervisor),
    ]

"""Nothing that is owed still is thought withdrawn, and nothing goes to whoever has no part in it any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.mail_server import plain
from tests.office import test_orders
from tests.office.cases_sql import shanghai
from tests.office.entries import CONTACT
from tests.office.test_callback import closed
from tracker.office import callback, choosing, dispatch, leading, moving, parties, reminding, returning, standins
from tracker.rule.ladder import ANCHORS, ENDING, MAY_BE_TOLD, ROLES, Rung, family
from tracker.rule.reminders import DIGESTS, QUESTIONS, REASONS, UNDELIVERABLE
from tracker.store import features, ladder
from tracker.store.channels import MAIL_ID
from tracker.store.database import execute, rows, writing

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STEPS = tuple(
    Rung(subject, key, max(anchor.lowest, min(offset, anchor.highest)), MAY_BE_TOLD.get(subject, tuple(ROLES)))
    for key, anchor in ANCHORS.items()
    for subject in anchor.subjects
    for offset in (0, 2)
)


def unneeded(db):
    """What was withdrawn: the step, its reader and the reason."""
    return [
        tuple(r)
        for r in rows(
            db,
            "SELECT reminder.rung, person.name, delivery.answer FROM delivery JOIN reminder ON"
            " reminder.delivery_id = delivery.id JOIN person ON person.id = delivery.recipient_id"
            " WHERE delivery.dead = 1 ORDER BY delivery.id, reminder.id",
        )
    ]


def sent_rungs(db):
    found = "SELECT DISTINCT rung FROM reminder JOIN delivery ON delivery.id = delivery_id WHERE sent_at IS NOT NULL"
    return {r["rung"] for r in rows(db, found)}


# What still holds goes: every step of the ladder, every question, everything that is told.


def test_no_step_of_any_ladder_is_thought_withdrawn_while_nothing_changes(team, post):
    with writing(team.db):
        features.switch(team.db, ("leaders", "parties"))
        ladder.add(team.db, tuple(dict.fromkeys(STEPS)), NOW, team.supervisor.person_id)
    no = team.case(NOW, received_at=NOW - 2 * DAY).no  # one limit has passed already
    leading.put(team.db, team.supervisor, no, team.version(no), team.second.person_id, NOW)
    parties.add_co_handler(team.db, team.clerk, no, team.version(no), team.other.person_id, NOW)
    moving.ask_extension(team.db, team.handler, no, team.version(no), "recheck", 3, "等待设备", False, NOW)
    team.case(NOW)  # and nobody signs for this one
    at = NOW
    while at < NOW + timedelta(days=30):
        post.tick(at)
        at += 6 * HOUR
    assert unneeded(team.db) == []
    assert {family(rung.key) for rung in STEPS} | {"lead", "co_handler"} <= set(map(family, sent_rungs(team.db)))


GROUNDS = {"end": "not_ours", "suspension": "case", "refuse": "unclear"}
REQUEST = """
INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by, deadline_id, days, new_kind, new_grade)
SELECT cases.id, 1, :kind, :ground, '理由', :at, :by, CASE :kind WHEN 'extension' THEN deadline.id END,
    CASE :kind WHEN 'extension' THEN 3 END, CASE :kind WHEN 'reclassify' THEN '投诉举报' ELSE '' END,
    CASE :kind WHEN 'reclassify' THEN '疑难' ELSE '' END
FROM cases JOIN deadline ON deadline.case_id = cases.id AND deadline.key = 'recheck' WHERE cases.no = :no
"""


def requested(kind):
    def ask(team):
        no = team.case(NOW).no
        fields = {"kind": kind, "ground": GROUNDS.get(kind, ""), "at": "2026-06-17T02:24:00Z", "no": no}
        execute(team.db, REQUEST, {**fields, "by": team.handler.person_id})
        reminding.replan(team.db, team.folder(no).case.id, NOW, kind)

    return ask


def sent_back(team):
    no = team.case(NOW).no
    returning.send(team.db, team.clerk, no, team.version(no), "area", "", NOW)


def entered_late(team):
    no = team.case(NOW - 3 * DAY).no
    team.record(no, CONTACT, NOW - 3 * DAY + HOUR, NOW, reason="外勤")


def redone(team):
    callback.record(team.db, team.clerk, closed(team, NOW - DAY), "不满意", "仍有异味", True, NOW)


def answered(team):
    no = team.case(NOW - DAY).no
    test_orders.give(team, no, due_at=NOW + 20 * DAY, at=NOW - HOUR)
    test_orders.answer(team, no, at=NOW)


ASKED = {
    **{kind: requested(kind) for kind in ("end", "close", "extension", "suspension", "refuse", "reclassify")},
    "order_return": sent_back,
    "backfill": entered_late,
    "redo": redone,
    "order": answered,
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_question_is_asked_by_mail_while_it_waits(team, post, kind):
    with writing(team.db):
        features.switch(team.db, ("supervision",))
    ASKED[kind](team)
    post.tick(NOW)
    assert unneeded(team.db) == []
    told = {"redo": "待审批", "order": "督办答复待认可"}.get(kind, QUESTIONS[kind])
    mails = [plain(message) for message in post.server.got if message["To"] == post.box(team.supervisor)]
    assert any(told in text for text in mails), mails


#: What is told by an act, and to whom in these tests.
TOLD = {
    **dict.fromkeys(("decided", "card", "order", "order_returned", "revisit", "revisit_late", "raised"), "handler"),
    **dict.fromkeys(("redo", "order_answered", "warning"), "supervisor"),
    **{"co_handler": "other", "lead": "second"},
}


@pytest.mark.parametrize("rung", [one for one in REASONS if one not in (*DIGESTS, UNDELIVERABLE, "urge")])
def test_what_is_told_once_is_told_by_mail_too(team, post, rung):
    with writing(team.db):
        features.switch(team.db, ("leaders", "parties"))
    no = team.case(NOW).no
    leading.put(team.db, team.supervisor, no, team.version(no), team.second.person_id, NOW)
    parties.add_co_handler(team.db, team.clerk, no, team.version(no), team.other.person_id, NOW)
    post.tick(NOW)
    to = getattr(team, TOLD[rung])
    reminding.tell(team.db, team.folder(no).case.id, (to.person_id,), rung, NOW + HOUR, {"by": "李处", "at": "2"})
    assert [one for one, _subject in post.tick(NOW + HOUR)] == [post.box(to)]
    assert unneeded(team.db) == []


def test_every_step_that_ends_is_in_these_tests():
    assert {family(rung.key) for rung in STEPS} | {"urge"} >= ENDING


# What holds no more does not go, and its reason is kept.


@pytest.fixture
def waiting(team, post):
    """A case of the handler's whose morning reminder waits for noon, and the others have no mailbox."""
    post.reach(team.handler)
    choosing.choose(team.db, team.handler, {MAIL_ID}, {}, "08:00", "12:00")
    no = team.case(shanghai("06-24 13:00")).no
    post.tick("06-24 13:00")
    assert post.tick("06-25 08:30") == []
    return no


def test_what_was_reassigned_meanwhile_goes_to_the_former_handler_no_more(team, post, waiting):
    dispatch.assign(
        team.db, team.supervisor, waiting, team.version(waiting), team.other.person_id, "出差", shanghai("06-25 09:30")
    )
    assert post.tick("06-25 12:00") == []
    assert {answer for _rung, _name, answer in unneeded(team.db)} == {"withdrawn:handed_on"}


def test_what_was_done_meanwhile_is_ended(team, post, waiting):
    execute(team.db, "UPDATE cases SET signed_at = dispatched_at")
    for key in ("contact", "inspection", "recheck", "resolution"):
        execute(
            team.db,
            "UPDATE deadline SET state = 'done', done_at = '2026-06-25T01:00:00Z' WHERE key = :key",
            {"key": key},
        )
    assert post.tick("06-25 12:00") == []
    assert {answer for _rung, _name, answer in unneeded(team.db)} == {"withdrawn:ended"}


def test_what_came_back_to_its_handler_goes(team, post, waiting):
    for who, at in ((team.other, "06-25 09:30"), (team.handler, "06-25 09:40")):
        dispatch.assign(team.db, team.supervisor, waiting, team.version(waiting), who.person_id, "换人", shanghai(at))
    assert {to for to, _subject in post.tick("06-25 12:00")} == {post.box(team.handler)}


def test_of_several_questions_the_one_that_was_decided_is_asked_no_more(team, post):
    post.reach(team.supervisor)
    case = team.case(shanghai("06-22 10:00"))
    post.tick("06-22 10:00")
    team.record(case.no, CONTACT, shanghai("06-22 11:00"))
    moving.ask_extension(
        team.db, team.handler, case.no, team.version(case.no), "recheck", 3, "等待设备", False, shanghai("06-22 21:00")
    )
    post.tick("06-22 21:01")
    moving.decide_extension(
        team.db, team.second, case.no, team.version(case.no), True, "同意", True, shanghai("06-22 21:30")
    )
    returning.send(team.db, team.clerk, case.no, team.version(case.no), "area", "", shanghai("06-22 21:40"))
    post.tick("06-22 21:41")
    ((_to, subject),) = post.tick("06-23 08:00")
    assert subject == f"[待审批] {case.no} 退单待来源确认"


def test_a_supervisor_of_another_unit_is_told_no_more_once_the_case_has_left_theirs(team, post, make_actor):
    theirs = make_actor(roles=("supervisor",), unit="执法二中队")
    handler = make_actor(roles=("handler",), unit="执法二中队")
    no = team.case(shanghai("06-22 10:00"), handler_id=handler.person_id).no
    post.tick("06-22 10:00")
    post.reach(theirs)
    choosing.choose(team.db, theirs, {MAIL_ID}, {}, "09:00", "13:00")
    post.tick("06-23 08:30")
    post.tick("06-23 10:00")  # nobody has signed for it for a day
    dispatch.assign(
        team.db, team.supervisor, no, team.version(no), team.handler.person_id, "属地", shanghai("06-23 11:00")
    )
    assert post.tick("06-23 13:00") == []
    assert unneeded(team.db) == [("unsigned_24", theirs.name, "withdrawn:ended")]


@pytest.mark.parametrize("what", ["lead", "co_handler"])
def test_who_leads_or_helps_no_more_is_not_told_that_they_do(team, post, what):
    with writing(team.db):
        features.switch(team.db, ("leaders", "parties"))
    post.reach(team.second)
    no = team.case(shanghai("06-22 10:00")).no
    post.tick("06-22 10:00")
    night, later = shanghai("06-22 21:00"), shanghai("06-22 22:00")
    if what == "lead":
        leading.put(team.db, team.supervisor, no, team.version(no), team.second.person_id, night)
    else:
        parties.add_co_handler(team.db, team.clerk, no, team.version(no), team.second.person_id, night)
    post.tick(night)
    if what == "lead":
        leading.put(team.db, team.supervisor, no, team.version(no), None, later)
    else:
        parties.drop_co_handler(team.db, team.clerk, no, team.version(no), team.second.person_id, later)
    assert post.tick("06-23 08:00") == []
    assert unneeded(team.db) == [(what, "孙敏", "withdrawn:handed_on")]


def test_a_substitute_whose_time_is_over_gets_no_more(team, post):
    with writing(team.db):
        features.switch(team.db, ("absence",))
    post.reach(team.other)
    team.case(shanghai("06-24 10:00"))
    post.tick("06-24 10:00")
    away = (team.handler.person_id, team.other.person_id, date(2026, 6, 24), date(2026, 6, 25))
    standins.begin(team.db, team.handler, standins.ABSENCE, *away, shanghai("06-24 11:00"))
    choosing.choose(team.db, team.other, {MAIL_ID}, {}, "08:00", "12:00")
    post.tick("06-25 08:30")
    assert post.tick("06-25 11:59") == []
    assert post.tick("06-26 12:00") == []
    assert {(rung, why) for rung, _name, why in unneeded(team.db)} >= {("due_day", "withdrawn:handed_on")}


def test_a_digest_goes_to_whoever_supervises_still(team, post):
    post.reach(team.supervisor)
    choosing.choose(team.db, team.supervisor, {MAIL_ID}, {}, "08:00", "12:00")
    team.case(shanghai("06-24 10:00"))
    post.tick("06-24 13:00")
    post.tick("06-25 08:30")
    execute(team.db, "DELETE FROM person_role WHERE person_id = :id", {"id": team.supervisor.person_id})
    assert post.send("06-25 12:00") == []
    assert ("digest", "李处", "withdrawn:handed_on") in unneeded(team.db)

"""等待审批满 n 小时: whatever waits for another person's decision is said again, and stops when it is decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.mail_server import plain
from tests.office import test_backfill, test_callback, test_classifying, test_deciding, test_orders, test_returning
from tests.office.entries import FACTS
from tests.office.test_callback import closed
from tracker.config import Config
from tracker.notify.letters import compose
from tracker.office import closing, lookback, moving, owing
from tracker.office.raising import tick
from tracker.rule.ladder import LADDER, Rung
from tracker.rule.reminders import QUESTIONS
from tracker.store import deliveries, features, ladder, outbox, settings
from tracker.store.database import execute, rows, writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGAIN = 24 * HOUR


def end(team):
    no = team.case().no
    closing.ask_end(
        team.db, team.handler, no, team.version(no), "not_ours", "属水务职责", NOW + HOUR, receiver="区水务局"
    )
    return no


def close(team):
    no = team.case().no
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + HOUR)
    return no


def extension(team):
    no = team.case().no
    moving.ask_extension(team.db, team.handler, no, team.version(no), "recheck", 3, "等待监测", False, NOW + HOUR)
    return no


def suspension(team):
    no = team.case().no
    moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "台风", NOW + HOUR)
    return no


def refuse(team):
    no = team.case().no
    test_deciding.ask(team, no)
    return no


def reclassify(team):
    no = team.case().no
    test_classifying.ask(team, no)
    return no


def order_return(team):
    no = team.case().no
    test_returning.send(team, no)
    return no


def backfill(team):
    no = team.case().no
    team.record(no, FACTS["contact"], NOW + HOUR, test_backfill.LATE, reason="外勤，回单位补录")
    return no


def redo(team):
    no = closed(team)
    test_callback.call(team, no, "不满意", "仍有异味", redo=True)
    return no


def order(team):
    no = team.case().no
    test_orders.give(team, no)
    test_orders.answer(team, no, at=NOW + 2 * HOUR)
    return no


#: One of each kind of question, and the act that decides it.
ASKED = {
    "end": (end, lambda t, no, at: closing.decide_end(t.db, t.supervisor, no, t.version(no), False, "不符", at)),
    "close": (close, lambda t, no, at: closing.close(t.db, t.supervisor, no, t.version(no), "", at)),
    "extension": (
        extension,
        lambda t, no, at: moving.decide_extension(t.db, t.supervisor, no, t.version(no), False, "不符", False, at),
    ),
    "suspension": (
        suspension,
        lambda t, no, at: moving.decide_suspension(t.db, t.supervisor, no, t.version(no), False, "不符", at),
    ),
    "refuse": (refuse, lambda t, no, at: test_deciding.decide(t, no, False, "请核实", at=at)),
    "reclassify": (reclassify, lambda t, no, at: test_classifying.decide(t, no, False, "不符", at=at)),
    "order_return": (order_return, lambda t, no, at: test_returning.answered(t, no, at=at)),
    "backfill": (backfill, lambda t, no, at: test_backfill.decide(t, no, at=at)),
    "redo": (redo, lambda t, no, at: test_callback.decide(t, no, False)),
    "order": (order, lambda t, no, at: test_orders.judge(t, no, at=at)),
}


@pytest.fixture(autouse=True)
def _again_after_a_day(team):
    with writing(team.db):
        features.switch(team.db, ("supervision",))
    rungs = (*LADDER, Rung("decide", "hours", 24, ("supervisor",)))
    ladder.add(team.db, rungs, NOW - DAY, team.make_actor(roles=("admin",)).person_id)
    tick(team.db, NOW - HOUR)


def said_again(team, no):
    """Who was shown that this case has waited for a day."""
    found = rows(
        team.db,
        "SELECT person.name FROM reminder JOIN person ON person.id = recipient_id JOIN cases ON cases.id = case_id"
        " WHERE rung = 'decide_24' AND shown_at IS NOT NULL AND no = :no ORDER BY person.id",
        {"no": no},
    )
    return [r["name"] for r in found]


def test_every_kind_of_question_is_here():
    assert set(ASKED) == set(QUESTIONS)


@pytest.mark.parametrize("kind", ASKED)
def test_what_has_waited_for_a_day_is_said_again_and_once(team, kind):
    no = ASKED[kind][0](team)
    (asked,) = [one for one in outbox.waiting_for_decision(team.db, team.supervisor.person_id) if one.case_no == no]
    assert asked.kind == kind
    tick(team.db, asked.asked_at)
    tick(team.db, asked.asked_at + AGAIN - timedelta(seconds=1))
    assert said_again(team, no) == []
    tick(team.db, asked.asked_at + AGAIN)
    tick(team.db, asked.asked_at + 2 * AGAIN)
    assert said_again(team, no) == ["李处", "孙敏"]


@pytest.mark.parametrize("kind", ASKED)
def test_what_was_decided_in_time_is_not_said_again(team, kind):
    ask, decide = ASKED[kind]
    no = ask(team)
    (asked,) = [one for one in outbox.waiting_for_decision(team.db, team.supervisor.person_id) if one.case_no == no]
    tick(team.db, asked.asked_at)
    decide(team, no, asked.asked_at + HOUR)
    tick(team.db, asked.asked_at + 2 * AGAIN)
    assert said_again(team, no) == []


def mailed(team, home, at):
    """What leaves by mail for the supervisor at ``at``."""
    config = Config(home=home, smtp_host="localhost", mail_from="xinfang@example.gov.cn")
    found = []
    while (claimed := deliveries.claim(team.db, at, at + 99 * DAY)) is not None:
        letter = compose(team.db, claimed, at, settings.office(team.db), config, owing.board(team.db))
        found += [] if letter is None else [plain(letter.message)]
        deliveries.sent(team.db, claimed.id, at, "250")
    return found


@pytest.mark.parametrize("kind", ASKED)
def test_it_is_mailed_while_it_waits_and_not_after(team, home, kind):
    execute(team.db, "UPDATE person SET email = 'li@example.gov.cn' WHERE id = :id", {"id": team.supervisor.person_id})
    ask, decide = ASKED[kind]
    no, other = ask(team), ask(team)
    (asked,) = [one for one in outbox.waiting_for_decision(team.db, team.supervisor.person_id) if one.case_no == no]
    tick(team.db, asked.asked_at + AGAIN - timedelta(seconds=1))
    tick(team.db, asked.asked_at + AGAIN, "example.gov.cn")
    decide(team, other, asked.asked_at + AGAIN)
    told = " ".join(mailed(team, home, asked.asked_at + 6 * DAY))
    assert f"{no} {QUESTIONS[kind]}" in told
    assert other not in told


@pytest.mark.parametrize("kind", ASKED)
def test_the_preview_of_last_week_says_it_too(team, kind):
    no = ASKED[kind][0](team)
    (asked,) = [one for one in outbox.waiting_for_decision(team.db, team.supervisor.person_id) if one.case_no == no]
    was = ladder.rungs(team.db)
    rungs = (*was, Rung("decide", "hours", 48, ("supervisor",)))
    found = lookback.compare(team.db, was, rungs, asked.asked_at + 5 * DAY).lines
    assert {(one.mark, one.line.key) for one in found if one.mark} == {("new", "decide_48")}

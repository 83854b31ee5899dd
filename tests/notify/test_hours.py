"""The hours hold at the moment of sending: after an outage, a restart, a change of the hours, on a rest day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.mail_server import plain
from tests.office.cases_sql import add_case, shanghai
from tests.office.entries import CONTACT
from tracker.clock import to_text
from tracker.notify.sender import Sender
from tracker.office import choosing, raising, reminding, standins
from tracker.store import features, settings
from tracker.store.channels import MAIL_ID
from tracker.store.database import execute, value, writing

TEN_MINUTES = timedelta(minutes=10)


def first_mail(post, since, until):
    """When the first mail after ``since`` leaves, with a tick every ten minutes."""
    at = shanghai(since)
    while at < shanghai(until):
        if post.tick(at):
            return at
        at += TEN_MINUTES
    return None


def test_what_an_outage_held_back_waits_for_the_morning_when_the_server_returns_at_night(team, post):
    post.reach(team.handler)
    post.server.stop()
    team.case(shanghai("06-17 19:50"))
    assert first_mail(post, "06-17 19:50", "06-18 01:00") is None
    tried = post.kept()[0][1]
    post.server.start()
    assert first_mail(post, "06-18 01:00", "06-18 12:00") == shanghai("06-18 08:00")
    ((_waits, tries, failed, _dead, _answer),) = [one for one in post.kept() if one[0] < "2026-06-18T00:20"]
    assert (tries, failed) == (tried + 1, tried)  # waiting for the morning is no try


def test_what_a_killed_scheduler_had_shown_waits_for_the_morning(team, post, config):
    post.reach(team.handler)
    at = shanghai("06-17 19:59")
    team.case(at)
    raising.tick(team.db, at, "example.gov.cn")
    assert Sender(config, lambda: shanghai("06-17 23:30")).send_waiting(team.db) == 0
    assert post.kept() == [("2026-06-18T00:00:00Z", 0, 0, 0, "")]
    assert len(post.tick("06-18 08:00")) == 1


def test_a_digest_that_a_killed_scheduler_had_shown_reads_as_of_the_day_on_which_it_leaves(team, post):
    post.reach(team.supervisor)
    add_case(team.db, {"contact": shanghai("06-19 00:00"), "recheck": shanghai("06-28 00:00")})
    add_case(team.db, {"contact": shanghai("06-23 00:00")})
    post.tick("06-17 10:24")
    raising.tick(team.db, shanghai("06-18 08:30"), "example.gov.cn")
    assert [subject for _to, subject in post.send("06-22 08:00")] == ["[督办日报] 06-22 超期 1 今日到期 1"]


def test_the_digest_of_a_server_that_is_back_says_for_which_mornings_it_stands(team, post):
    post.reach(team.supervisor)
    add_case(team.db, {"contact": shanghai("06-19 00:00")})
    post.tick("06-17 10:24")
    post.server.stop()
    assert first_mail(post, "06-18 08:30", "06-22 09:00") is None
    post.server.start()
    assert first_mail(post, "06-22 09:00", "06-22 10:00") is not None
    (message,) = [one for one in post.server.got if "督办日报" in one["Subject"]]
    assert message["Subject"].startswith("[督办日报] 06-22 超期 1")
    assert "本清单也代替未能发出的：06-18 08:30" in plain(message)


def test_a_message_that_may_have_left_waits_for_the_morning_as_it_is(team, post):
    post.reach(team.handler)
    post.server.lose_replies = 1
    team.case(shanghai("06-17 19:59"))
    assert len(post.tick("06-17 19:59")) == 1  # taken, and the reply lost
    assert post.tick("06-17 20:30") == []
    assert any("派单" in subject for _to, subject in post.tick("06-18 08:00"))
    first, *others = post.server.ids()
    assert first in others
    assert value(team.db, "SELECT tries - failed FROM delivery ORDER BY id LIMIT 1") == 2


def test_a_server_that_returns_on_a_rest_day_gets_only_what_presses(team, post):
    post.reach(team.handler, team.supervisor)
    post.server.stop()
    case = add_case(
        team.db,
        {"contact": shanghai("06-24 00:00"), "inspection": shanghai("06-29 00:00")},
        handler_id=team.handler.person_id,
        at=shanghai("06-22 10:00"),
    )
    reminding.replan(team.db, case, shanghai("06-22 10:00"), "登记")
    for at in ("06-22 10:00", "06-26 08:30", "06-26 18:00"):
        assert post.tick(at) == []
    post.server.start()
    assert post.tick("06-27 03:00") == []
    assert {to for to, _subject in post.tick("06-27 08:00")} == {post.box(team.handler)}  # due on Sunday
    told = {to for at in ("06-29 08:00", "06-29 08:30") for to, _subject in post.tick(at)}
    assert post.box(team.supervisor) in told  # late since Tuesday


def test_the_hours_that_hold_are_those_of_the_moment_of_sending(team, post):
    post.reach(team.handler)
    team.case(shanghai("06-22 20:30"))
    assert post.tick("06-22 20:30") == []
    with writing(team.db):
        settings.save(team.db, {"send_from": "10:00"})
    assert post.tick("06-23 08:00") == []
    assert post.tick("06-23 09:59") == []
    assert len(post.tick("06-23 10:00")) == 1


def test_a_day_that_became_a_rest_day_is_one_for_what_waits(team, post):
    post.reach(team.handler)
    case = team.case(shanghai("06-21 20:30"))
    team.record(case.no, CONTACT, shanghai("06-21 20:40"))
    post.tick("06-21 20:50")
    execute(team.db, "INSERT INTO calendar_override (day, works) VALUES ('2026-06-22', 0)")
    assert post.tick("06-22 08:00") == []
    assert len([one for at in ("06-23 08:00", "06-23 08:30") for one in post.tick(at)]) == 1
    assert "[派单]" in plain(post.server.got[0])


def test_quiet_hours_chosen_meanwhile_hold(team, post):
    post.reach(team.handler)
    team.case(shanghai("06-22 20:30"))
    post.tick("06-22 20:30")
    choosing.choose(team.db, team.handler, {MAIL_ID}, {}, "08:00", "12:00")
    assert post.tick("06-23 08:00") == []
    assert len(post.tick("06-23 12:00")) == 1


def test_an_urgent_one_leaves_at_any_hour_after_an_outage_too(team, post):
    post.reach(team.handler)
    post.server.stop()
    team.case(shanghai("06-26 23:30"), grade="紧急")
    assert post.tick("06-26 23:30") == []
    post.server.start()
    assert first_mail(post, "06-27 00:00", "06-27 04:00") <= shanghai("06-27 00:30")


@pytest.mark.parametrize(("tried", "urgent"), [("06-17 19:55", "06-18 02:00"), ("06-18 10:55", "06-18 12:20")])
def test_an_urgent_one_does_not_wait_for_the_hours_with_what_failed_before(team, post, tried, urgent):
    post.reach(team.handler)
    choosing.choose(team.db, team.handler, {MAIL_ID}, {}, "11:00", "15:00")
    post.server.stop()
    team.case(shanghai(tried))
    assert first_mail(post, tried, urgent) is None
    ((waits, *_),) = post.kept()
    assert waits > to_text(shanghai(urgent))  # put off by the night, or by quiet hours
    post.server.start()
    team.case(shanghai(urgent), grade="紧急")
    assert [to for to, _subject in post.tick(urgent)] == [post.box(team.handler)]
    assert len(post.kept()) == 1  # and what waited goes with it


def test_what_may_not_leave_yet_delays_nobody(team, post):
    post.reach(team.handler, team.other)
    post.server.stop()
    for _ in range(20):
        team.case(shanghai("06-17 19:50"))
        raising.tick(team.db, shanghai("06-17 19:50"), "example.gov.cn")
        execute(team.db, "UPDATE delivery SET tries = 1, failed = 0 WHERE tries = 0")  # each in a message of its own
    post.server.start()
    team.case(shanghai("06-17 22:00"), grade="紧急", handler_id=team.other.person_id)
    assert [to for to, _subject in post.tick("06-17 22:00")] == [post.box(team.other)]


@pytest.mark.parametrize("until", ["06-30", "06-26"])
def test_on_a_rest_day_the_substitute_gets_what_the_handler_gets(team, post, until):
    with writing(team.db):
        features.switch(team.db, ("absence",))
    post.reach(team.handler, team.other)
    case = team.case(shanghai("06-24 10:00"))  # Wednesday: the inspection is due on Saturday
    team.record(case.no, CONTACT, shanghai("06-24 11:00"))
    last = date.fromisoformat(f"2026-{until}")
    away = (team.handler.person_id, team.other.person_id, date(2026, 6, 24), last)
    standins.begin(team.db, team.handler, standins.ABSENCE, *away, shanghai("06-24 11:00"))
    for at in ("06-24 11:30", "06-25 08:30", "06-26 08:30", "06-26 19:00"):
        post.tick(at)
    told = {to for at in ("06-27 08:00", "06-27 08:30", "06-27 12:00") for to, _subject in post.tick(at)}
    absent = last >= date(2026, 6, 27)
    assert told == {post.box(one) for one in ((team.handler, team.other) if absent else (team.handler,))}

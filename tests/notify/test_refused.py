"""A refusal of ourselves is no refusal of a recipient: nothing is lost, and it is said once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.mail_server import MailServer
from tests.notify.post import Post
from tests.office.cases_sql import shanghai
from tracker.notify.mail import OF_SENDER
from tracker.store import channel_log
from tracker.store.channels import MAIL_ID
from tracker.store.database import value

MORNING = shanghai("06-22 09:00")


def ticks(post, since, span, step=timedelta(minutes=10)):
    """What arrived over that time."""
    found, at = [], since
    while at < since + span:
        found += post.tick(at)
        at += step
    return found


def refusing(verb):
    async def handle(self, server, session, envelope, *more):
        return "553 5.7.1 sender not allowed"

    return f"handle_{verb}", handle


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_sender_that_is_refused_loses_nothing_and_alarms_once(team, post, monkeypatch, verb):
    post.reach(team.handler, team.other)
    name, handle = refusing(verb)
    with monkeypatch.context() as refuses:
        refuses.setattr(MailServer, name, handle, raising=False)
        for handler in (team.handler, team.other) * 3:
            team.case(MORNING, handler_id=handler.person_id)
        assert post.tick(MORNING) == []
        assert len(post.alarms()) == len((team.supervisor, team.second))  # at once
        assert ticks(post, MORNING, timedelta(hours=8)) == []
    assert {json.loads(body)["answer"] for body in post.alarms()} == {"553 5.7.1 sender not allowed"}
    assert len(post.alarms()) == 2
    assert value(team.db, "SELECT count(*) FROM delivery WHERE dead = 1") == 0
    told = ticks(post, MORNING + timedelta(hours=8), timedelta(minutes=40))
    assert {to for to, _subject in told} == {post.box(team.handler), post.box(team.other)}
    assert value(team.db, "SELECT count(*) FROM delivery WHERE sent_at IS NULL") == 0


def test_the_command_to_send_refused_is_no_fault_of_the_recipient(team, post, monkeypatch):
    post.reach(team.handler)
    team.case(MORNING)
    with monkeypatch.context() as refuses:
        refuses.setattr("aiosmtpd.smtp.SMTP.smtp_DATA", _no_data)
        assert post.tick(MORNING) == []
    assert len(post.alarms()) == 2
    assert len(post.tick(MORNING + timedelta(minutes=1))) == 1


async def _no_data(self, arg):
    await self.push("554 no service")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("good", [False, True])
def test_an_account_that_is_refused_alarms_at_once_and_loses_nothing(team, config, good):
    server = MailServer()

    def judge(*_):
        return AuthResult(success=good, handled=False)

    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, authenticator=judge, auth_require_tls=False, auth_required=True
    )
    controller.start()
    try:
        account = replace(config, smtp_port=server.port, smtp_user="xf", smtp_password="wrong")
        post = Post(team.db, account, server)
        post.reach(team.handler)
        team.case(MORNING)
        assert len(post.tick(MORNING)) == good
    finally:
        controller.stop()
    assert len(post.alarms()) == (0 if good else 2)
    if not good:
        assert json.loads(post.alarms()[0])["answer"].startswith("535")
        (failure,) = channel_log.standing(team.db, MAIL_ID).failures
        assert failure.fate == "barred"
        assert value(team.db, "SELECT dead FROM delivery") == 0


def test_a_recipient_who_is_refused_is_still_given_up_and_the_others_go(team, post):
    post.reach(team.handler, team.other)
    post.server.answers[post.box(team.handler)] = "550 5.1.1 no such user"
    for handler in (team.handler, team.other):
        team.case(MORNING, handler_id=handler.person_id)
    assert [to for to, _subject in post.tick(MORNING)] == [post.box(team.other)]
    assert value(team.db, "SELECT count(*) FROM delivery WHERE dead = 1") == 1
    assert len(post.alarms()) == 2


def test_a_recipient_who_does_not_take_our_sender_holds_nobody_up(team, post):
    post.reach(team.handler, team.other)
    post.server.answers[post.box(team.handler)] = "550 5.7.1 not from you"
    for handler in (team.handler, team.other):
        team.case(MORNING, handler_id=handler.person_id)
    assert [to for to, _subject in post.tick(MORNING)] == [post.box(team.other)]
    assert value(team.db, "SELECT count(*) FROM delivery WHERE dead = 1") == 0


def test_who_is_put_off_for_a_day_is_told_of_once(team, post):
    post.reach(team.handler, team.other)
    post.server.answers[post.box(team.handler)] = "452 mailbox full"
    for handler in (team.handler, team.other):
        team.case(MORNING, handler_id=handler.person_id)
    ticks(post, MORNING, timedelta(hours=23), timedelta(minutes=20))
    assert post.alarms() == []
    ticks(post, MORNING + timedelta(hours=23), timedelta(hours=26), timedelta(minutes=20))
    assert [json.loads(body)["name"] for body in post.alarms()] == ["王建国", "王建国"]  # to each supervisor
    assert json.loads(post.alarms()[0])["answer"] == "452 mailbox full"
    assert post.box(team.other) in post.server.recipients
    ticks(post, shanghai("06-24 10:00"), timedelta(days=2), timedelta(minutes=20))
    assert len(post.alarms()) == 2


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        ("530 Authentication required", True),
        ("553 5.7.1 <xf@a.cn>: Sender address rejected: not owned by user", True),
        ("550 5.1.8 bad sender's system", True),
        ("550 5.1.1 no such user", False),
        ("552 5.2.2 mailbox full", False),
        ("550 no 5.7.1 in here", False),
        ("554 5.6.0 bad content", False),
    ],
)
def test_what_is_said_of_our_sender(answer, ours):
    assert bool(OF_SENDER.match(answer)) == ours

"""From the register to the recipient's mailbox: claimed, sent, recorded, and again when it failed."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.factories import NOW
from tests.mail_server import plain
from tests.office.cases_sql import add_case, natural, shanghai
from tracker.notify import mail
from tracker.notify.sender import LEASE, Sender, pause
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store import heartbeat, outbox
from tracker.store.database import execute, row, rows, value
from tracker.store.deliveries import LONGEST_PAUSE

DOMAIN = "example.gov.cn"


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明", email="zhou@example.gov.cn").id


@pytest.fixture
def sender(config, clock):
    return Sender(config, clock)


@pytest.fixture
def dispatched(register, clock):
    """``dispatched(handler)``: a case given to somebody just now and raised, so that a message waits."""

    def dispatch(handler_id: int) -> int:
        case = add_case(register, natural("2026-06-17"), handler_id=handler_id, at=clock())
        replan(register, case, clock(), "登记")
        tick(register, clock(), DOMAIN)
        return case

    return dispatch


def deliveries(db):
    return rows(db, "SELECT * FROM delivery ORDER BY id")


def test_a_message_arrives_and_the_answer_is_recorded(register, clock, sender, mail_server, handler, dispatched):
    dispatched(handler)
    assert sender.send_waiting(register) == 1
    (message,), (kept,) = mail_server.got, deliveries(register)
    assert mail_server.recipients == ["wang@example.gov.cn"]
    assert message["Message-ID"] == kept["message_id"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "示例区生态环境局 <xinfang@example.gov.cn>"
    assert (kept["tries"], kept["answer"], kept["sent_at"]) == (1, "250 taken", "2026-06-17T02:24:00Z")
    assert sender.send_waiting(register) == 0
    assert len(mail_server.got) == 1


def test_the_subject_names_the_case_its_limit_and_the_due_time(
    register, clock, sender, mail_server, handler, supervisor
):
    case = add_case(register, {"inspection": shanghai("06-17 00:00")}, handler_id=handler, at=shanghai("06-15 09:00"))
    execute(register, "UPDATE cases SET no = 'XH2026-000669'")
    replan(register, case, shanghai("06-15 09:00"), "登记")
    tick(register, shanghai("06-16 20:00"), "")
    clock.at = shanghai("06-17 08:30")
    tick(register, clock(), DOMAIN)
    sender.send_waiting(register)
    message = next(m for m in mail_server.got if "wang" in m["To"])
    assert message["Subject"] == "[超期] XH2026-000669 2 现场检查与整改 应 06-16 24:00前"
    text = plain(message)
    assert "应完成 06-16（周二）24:00前" in text
    assert "超期 8小时30分" in text
    assert "http://tracker.example/case/XH2026-000669" in text


def test_the_words_of_the_complaint_never_leave_the_house(register, sender, mail_server, handler, dispatched):
    dispatched(handler)
    sender.send_waiting(register)
    for words in ("塑料厂", "异味", "刺鼻", "港南路"):
        assert words not in plain(mail_server.got[0])
        assert words not in mail_server.got[0]["Subject"]


def test_a_recipient_who_is_refused_for_now_is_tried_again_and_delays_nobody(
    register, clock, sender, mail_server, handler, supervisor, dispatched, make_person
):
    other = make_person(roles=("handler",), email="li@example.gov.cn").id
    mail_server.answers["wang@example.gov.cn"] = "451 later"
    dispatched(handler)
    dispatched(other)
    assert sender.send_waiting(register) == 1
    assert mail_server.recipients == ["li@example.gov.cn"]
    waiting = deliveries(register)[0]
    assert (waiting["tries"], waiting["failed"], waiting["answer"], waiting["dead"]) == (1, 1, "451 later", 0)
    assert sender.send_waiting(register) == 0  # not before its time
    del mail_server.answers["wang@example.gov.cn"]
    clock.forward(seconds=30)
    assert sender.send_waiting(register) == 1
    assert mail_server.ids()[-1] == waiting["message_id"]


def test_a_recipient_who_is_refused_for_good_is_given_up_and_the_supervisors_are_alarmed(
    register, clock, sender, mail_server, handler, supervisor, dispatched
):
    mail_server.answers["wang@example.gov.cn"] = "550 no such user"
    dispatched(handler)
    assert sender.send_waiting(register) == 0
    assert value(register, "SELECT dead FROM delivery") == 1
    clock.forward(days=1)
    tick(register, clock(), DOMAIN)
    (alarm,) = [notice for notice in outbox.inbox(register, supervisor) if notice.rung == "undeliverable"]
    assert alarm.body == {"name": "王建国", "answer": "550 no such user"}
    assert outbox.inbox(register, handler)[-1].rung == "dispatch"  # it stands in the app all the same
    assert value(register, "SELECT tries FROM delivery WHERE dead = 1") == 1


@pytest.mark.parametrize("email", ["not an address", "王@例子.中国", "a@b@c", "wang@example.gov.cn\nBcc: x@y.z"])
def test_an_address_that_no_mail_takes_is_given_up(register, sender, mail_server, supervisor, dispatched, email):
    person = value(register, "SELECT id FROM person")
    execute(register, "UPDATE person SET email = :email WHERE id = :id", {"email": email, "id": person})
    dispatched(person)
    sender.send_waiting(register)
    assert value(register, "SELECT dead FROM delivery") == 1
    assert mail_server.got == []


def test_a_message_refused_for_good_is_given_up(register, sender, mail_server, handler, supervisor, dispatched):
    mail_server.data_answer = "554 no"
    dispatched(handler)
    sender.send_waiting(register)
    assert row(register, "SELECT dead, answer FROM delivery")["answer"] == "554 no"


def test_a_lost_reply_repeats_the_message_under_the_same_id(register, clock, sender, mail_server, handler, dispatched):
    mail_server.lose_replies = 1
    dispatched(handler)
    assert sender.send_waiting(register) == 0
    dispatched(handler)  # what comes later goes in a message of its own, for the first may have arrived
    clock.forward(minutes=1)
    assert sender.send_waiting(register) == 2
    first, *others = mail_server.ids()
    assert sorted(mail_server.ids()).count(first) == 2
    assert len(set(others)) == 2
    assert value(register, "SELECT count(*) FROM delivery WHERE sent_at IS NULL") == 0


def test_a_server_that_looks_at_the_contents_for_long_gets_them_once(
    register, sender, mail_server, handler, dispatched, monkeypatch
):
    taken = type(mail_server).handle_DATA

    async def slowly(*told):
        await asyncio.sleep(1)
        return await taken(*told)

    monkeypatch.setattr(type(mail_server), "handle_DATA", slowly)
    monkeypatch.setattr(mail, "TIMEOUT", 0.5)
    dispatched(handler)
    assert sender.send_waiting(register) == 1
    assert len(mail_server.got) == 1


def test_a_server_that_never_says_whether_it_took_a_message_is_told_of(
    register, clock, sender, mail_server, handler, supervisor, dispatched
):
    mail_server.lose_replies = 1000
    dispatched(handler)
    for _ in range(3 * 24):
        assert sender.send_waiting(register) == 0
        clock.forward(minutes=20)
    assert len(set(mail_server.ids())) == 1
    tick(register, clock(), "")
    alarms = [one.body["name"] for one in outbox.inbox(register, supervisor) if one.rung == "undeliverable"]
    assert alarms == []  # not before it has waited for a day
    for clock.at in (shanghai("06-18 10:24"), shanghai("06-18 10:54"), shanghai("06-18 11:24")):
        sender.send_waiting(register)
    tick(register, clock(), "")
    alarms = [one.body["name"] for one in outbox.inbox(register, supervisor) if one.rung == "undeliverable"]
    assert alarms == ["王建国"]


def test_a_message_that_may_have_arrived_goes_no_more_when_nothing_in_it_holds(
    register, clock, sender, mail_server, handler, dispatched, make_person
):
    mail_server.lose_replies = 1
    case = dispatched(handler)
    sender.send_waiting(register)
    other = make_person(roles=("handler",)).id
    execute(register, "UPDATE cases SET handler_id = :other WHERE id = :case", {"other": other, "case": case})
    clock.forward(minutes=1)
    assert sender.send_waiting(register) == 0
    assert len(mail_server.got) == 1
    assert row(register, "SELECT dead, answer FROM delivery")["answer"] == "withdrawn:handed_on"


def test_a_server_that_is_down_for_a_day_gets_everything_within_half_an_hour_of_its_return(
    register, clock, sender, mail_server, make_person
):
    people = [make_person(roles=("handler",), email=f"p{n}@example.gov.cn").id for n in range(12)]
    for person in people:
        replan(register, add_case(register, natural("2026-06-17"), handler_id=person), NOW, "登记")
    mail_server.stop()
    while clock() < NOW + timedelta(hours=24):
        tick(register, clock(), DOMAIN)
        assert sender.send_waiting(register) == 0
        clock.forward(minutes=5)
    mail_server.start()
    back = clock()
    while value(register, "SELECT count(*) FROM delivery WHERE sent_at IS NULL"):
        tick(register, clock(), DOMAIN)
        sender.send_waiting(register)
        clock.forward(seconds=20)
        assert clock() <= back + timedelta(minutes=30)
    # One message a person, however many mornings it took.
    assert sorted(mail_server.recipients) == sorted(f"p{n}@example.gov.cn" for n in range(12))
    for message in mail_server.got:
        assert "[派单]" in plain(message)
        assert message["Subject"].startswith("[今日到期]")


def test_a_server_that_takes_the_call_and_says_nothing_holds_nobody_up(
    register, clock, config, handler, dispatched, monkeypatch
):
    assert LEASE.total_seconds() > 20 * mail.TIMEOUT + mail.CONTENT_TIMEOUT  # a dozen answers make a dialogue
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    dispatched(handler)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = replace(config, smtp_port=silent.getsockname()[1])
        assert Sender(mute, clock).send_waiting(register) == 0
    kept = deliveries(register)[0]
    assert (kept["tries"], kept["failed"], kept["sent_at"]) == (1, 1, None)


def test_a_sender_that_is_at_it_for_long_is_alive_and_spends_no_tick(
    register, clock, sender, mail_server, handler, dispatched
):
    """The red line comes after three ticks; the digests of a morning are owed since the last tick that raised."""
    dispatched(handler)
    raised = heartbeat.last(register, heartbeat.TICK)
    at = clock.forward(minutes=2)
    assert sender.send_waiting(register) == 1
    assert heartbeat.alive_at(register) == at
    assert heartbeat.last(register, heartbeat.TICK) == raised


def test_a_server_that_does_not_answer_is_left_alone_for_longer_each_time(
    register, clock, sender, mail_server, handler, dispatched
):
    dispatched(handler)
    mail_server.stop()
    tries = []
    for _ in range(180):
        before = value(register, "SELECT tries FROM delivery")
        sender.send_waiting(register)
        if value(register, "SELECT tries FROM delivery") > before:
            tries.append(clock())
        clock.forward(seconds=20)
    gaps = [later - sooner for sooner, later in pairwise(tries)]
    assert 3 < len(tries) < 15
    assert gaps[-1] > gaps[0]


def test_what_lost_its_reason_while_it_waited_is_not_sent(
    register, clock, sender, mail_server, handler, dispatched, make_person
):
    other = make_person(roles=("handler",)).id
    case = dispatched(handler)
    execute(register, "UPDATE cases SET handler_id = :other WHERE id = :case", {"other": other, "case": case})
    assert sender.send_waiting(register) == 0
    assert mail_server.got == []
    assert row(register, "SELECT dead, answer FROM delivery")["answer"] == "withdrawn:handed_on"


def test_a_stage_done_meanwhile_is_left_out_of_the_message(register, clock, sender, mail_server, handler):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    tick(register, NOW, "")
    clock.at = shanghai("06-18 08:30")
    tick(register, clock(), DOMAIN)
    execute(register, "UPDATE deadline SET state = 'done', done_at = '2026-06-18T00:00:00Z' WHERE key = 'contact'")
    sender.send_waiting(register)
    (message,) = mail_server.got
    assert "先行联系" not in plain(message)
    assert message["Subject"] == "[临期] XH2026-000001 2 现场检查与整改 应 06-20 24:00前"


def test_without_a_mail_server_nothing_is_claimed(register, config, clock, mail_server, handler, dispatched):
    dispatched(handler)
    assert Sender(replace(config, smtp_host=""), clock).send_waiting(register) == 0
    assert value(register, "SELECT tries FROM delivery") == 0


def test_pauses_double_up_to_half_an_hour_and_are_never_in_step():
    assert all(pause(n) <= LONGEST_PAUSE for n in range(1, 2000, 37))
    assert pause(1) <= timedelta(seconds=30)
    assert min(pause(12) for _ in range(50)) >= LONGEST_PAUSE / 2
    assert len({pause(12) for _ in range(50)}) > 1


def test_a_sender_that_is_told_to_stop_claims_nothing_more(register, config, clock, mail_server, handler, dispatched):
    dispatched(handler)
    assert Sender(config, clock, stopped=lambda: True).send_waiting(register) == 0
    assert value(register, "SELECT tries FROM delivery") == 0

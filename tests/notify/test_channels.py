"""From the register into the groups: one row per channel, claimed, sent, recorded, and again when it failed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.factories import NOW
from tests.mail_server import plain
from tests.notify.test_sending import DOMAIN
from tests.office.cases_sql import add_case, natural, shanghai
from tests.robot_server import Says, robot, saying
from tracker.notify import outgoing
from tracker.notify.sender import FAULTS_TO_TELL, LEASE, MOST_UNSURE, Sender
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.channels import DINGTALK, FEISHU, TEMPLATE, WECOM, Settings
from tracker.store import channel_log, channels, choosing, outbox, people
from tracker.store.channels import Channel
from tracker.store.choosing import Choice
from tracker.store.database import execute, row, rows, value

SMS_BODY = '{"to": "%(to)s", "no": "%(no)s", "limit": "%(limit)s", "due": "%(due)s", "link": "%(link)s"}'


@pytest.fixture
def group():
    with robot() as server:
        yield server


@pytest.fixture
def add(register, group):
    """``add(WECOM)``: a channel that speaks to the local server; its id."""

    def added(kind, name="值班群", *, unit=None, personal=False, **settings):
        unit_id = people.unit_named(register, unit) if unit else None
        channel = Channel(0, kind, name, unit_id, "", True, personal, True, True)
        secret = "s3cret" if kind in (DINGTALK, FEISHU) else ""
        return channels.add(register, channel, Settings(**{"url": group.url, "secret": secret, **settings}))

    return added


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明", email="zhou@example.gov.cn").id


@pytest.fixture
def given(register, clock):
    """``given(handler)``: a case with four limits, planned; shown by ``raised``."""

    def case(handler_id, received="2026-06-17"):
        found = add_case(register, natural(received), handler_id=handler_id, at=clock())
        replan(register, found, clock(), "登记")
        return found

    return case


@pytest.fixture
def sender(config, clock):
    return Sender(config, clock)


@pytest.fixture
def at_once(register, clock, sender):
    """A tick and what the sender does in it."""

    def do():
        tick(register, clock(), DOMAIN)
        return sender.send_waiting(register)

    return do


def of(db, kind):
    return rows(db, "SELECT * FROM delivery WHERE channel = :kind ORDER BY id", {"kind": kind})


def test_a_group_reads_once_what_is_owed_to_several(register, clock, add, group, given, handler, supervisor, at_once):
    add(WECOM)
    given(handler, "2026-06-10")
    at_once()
    ((kept,),) = [of(register, WECOM)]
    (got,) = group.got
    text = got.json["text"]["content"]
    assert text.count("[派单·超期] XH2026-000001") == 1
    assert "1 先行联系  应完成 06-11（周四）24:00前  超期 5天10小时" in text
    assert "http://tracker.example/case/XH2026-000001/do/sign" in text
    assert (kept["sent_at"], kept["tries"]) == ("2026-06-17T02:24:00Z", 1)
    assert kept["answer"] == '200 {"errcode": 0, "errmsg": "ok"}'
    given(handler, "2026-06-16")
    clock.at = shanghai("06-18 08:30")
    at_once()
    later = group.got[1].json["text"]["content"]
    assert later.count("[超期] XH2026-000002  1 先行联系") == 1  # it is owed to the handler and to the supervisor
    assert "王建国" not in text + later


def test_a_group_reads_once_of_a_case_that_nobody_handles(register, add, group, given, make_person, at_once):
    add(WECOM)
    for _ in range(3):
        make_person(roles=("supervisor",))
    given(None)
    at_once()
    assert group.got[0].json["text"]["content"].count("[待派单]") == 1
    assert value(register, "SELECT count(*) FROM carried") == 3  # and it is on record for each of them


def test_a_robot_that_fails_does_not_send_the_mail_again(
    register, clock, add, group, given, handler, at_once, mail_server
):
    add(WECOM)
    group.answer(saying(-1), saying(0))
    given(handler)
    at_once()
    assert len(mail_server.got) == len(group.got) == 1
    clock.forward(minutes=1)
    at_once()
    assert (len(mail_server.got), len(group.got)) == (1, 2)
    assert group.got[0].body == group.got[1].body
    assert [r["sent_at"] is None for r in rows(register, "SELECT sent_at FROM delivery")] == [False, False]


def test_a_mail_that_fails_does_not_say_it_to_the_group_again(
    register, clock, add, group, given, handler, at_once, mail_server
):
    add(WECOM)
    mail_server.stop()
    given(handler)
    at_once()
    assert len(group.got) == 1
    mail_server.start()
    clock.forward(minutes=11)
    at_once()
    assert (len(mail_server.got), len(group.got)) == (1, 1)


def test_neither_the_words_nor_any_person_leave_for_a_group(register, clock, add, group, given, handler, at_once):
    for n, kind in enumerate((WECOM, DINGTALK, FEISHU)):
        add(kind, f"群{n}")
    add(TEMPLATE, "接口", body='{"t": "%(no)s|%(limit)s|%(due)s|%(link)s"}')
    case = given(handler)
    execute(
        register,
        "UPDATE cases SET title = '塑料厂异味', content = '刺鼻', place = '港南路88号' WHERE id = :id",
        {"id": case},
    )
    at_once()
    assert len(group.got) == 4
    for got in group.got:
        told = got.path + got.body.decode() + json.dumps(got.headers)
        for words in ("塑料", "异味", "刺鼻", "港南路", "王建国", "s3cret"):
            assert words not in told


def test_a_group_of_a_unit_hears_of_its_own_cases_alone(register, add, group, given, handler, make_person, at_once):
    other = make_person(roles=("handler",), unit="执法二中队").id
    add(WECOM, "一中队", unit="执法一中队")
    given(other)
    at_once()
    assert group.got == []
    given(handler)
    at_once()
    assert "XH2026-000002" in group.got[0].json["text"]["content"]
    assert "XH2026-000001" not in group.got[0].json["text"]["content"]


def test_a_group_hears_no_more_of_a_case_that_went_to_another_unit_while_it_waited(
    register, clock, add, group, given, handler, make_person, at_once
):
    other = make_person(roles=("handler",), unit="执法二中队").id
    add(WECOM, "一中队", unit="执法一中队")
    given(handler)
    goes = given(handler)
    at_once()
    group.answer(saying(-1))
    clock.at = shanghai("06-18 08:30")
    at_once()
    execute(register, "UPDATE cases SET handler_id = :other WHERE id = :case", {"other": other, "case": goes})
    group.answer(saying(0))
    clock.forward(minutes=1)
    at_once()
    text = group.got[-1].json["text"]["content"]
    assert "XH2026-000001" in text
    assert "XH2026-000002" not in text


def test_a_channel_that_is_off_is_silent_and_what_waited_there_goes_when_it_is_on_again(
    register, clock, add, group, given, handler, at_once
):
    channel = add(WECOM)
    group.answer(saying(-1))
    given(handler)
    at_once()
    channels.switch(register, channel, False)
    clock.forward(minutes=5)
    at_once()
    given(handler)
    at_once()
    assert len(group.got) == 1
    (kept,) = of(register, WECOM)  # nothing new is put on it
    assert (kept["dead"], kept["sent_at"], kept["tries"]) == (0, None, 1)
    channels.switch(register, channel, True)
    group.answer(saying(0))
    at_once()
    (kept,) = of(register, WECOM)
    assert kept["sent_at"] is not None


def test_too_many_messages_close_the_channel_for_a_while_and_lose_none(
    register, clock, add, group, given, handler, at_once
):
    add(DINGTALK)
    group.answer(saying(130101), saying(0))
    given(handler)
    at_once()
    for _ in range(28):
        clock.forward(seconds=20)
        at_once()
    assert len(group.got) == 1
    clock.forward(minutes=1)
    at_once()
    assert len(group.got) == 2
    (kept,) = of(register, DINGTALK)
    assert (kept["tries"], kept["failed"], kept["sent_at"] is None) == (2, 1, False)


def test_a_gateway_that_asks_to_be_left_alone_is_not_asked_for_the_others(
    register, clock, add, group, given, handler, make_person, at_once
):
    channel = add(TEMPLATE, "短信", personal=True, body=SMS_BODY)
    for person in (handler, make_person(roles=("handler",)).id):
        choosing.choose(register, person, channel, Choice(True, "139"))
        given(person)
    group.answer(Says(429, b"", {"Retry-After": "300"}), Says(200))
    at_once()
    clock.forward(seconds=299)
    at_once()
    assert len(group.got) == 1
    clock.forward(minutes=2)
    at_once()
    assert len(group.got) == 3


def test_a_refusal_for_good_is_a_dead_letter_and_one_alarm_a_day(
    register, clock, add, group, given, handler, supervisor, at_once
):
    add(WECOM, "执法群")
    group.answer(saying(93000))
    for _ in range(2):
        given(handler)
        at_once()
        clock.forward(minutes=1)
    at_once()
    assert [(r["dead"], r["tries"]) for r in of(register, WECOM)] == [(1, 1), (1, 1)]
    alarms = [one for one in outbox.inbox(register, supervisor) if one.rung == "undeliverable"]
    assert [one.body for one in alarms] == [
        {"channel": "执法群", "kind": "wecom", "answer": '200 {"errcode": 93000, "errmsg": "said so"}'}
    ]
    failures = rows(register, "SELECT fate, answer FROM channel_failure")
    assert [r["fate"] for r in failures] == ["refused", "refused"]


def test_a_lost_reply_is_repeated_a_few_times_and_then_given_up(
    register, clock, add, group, given, handler, supervisor, at_once
):
    add(WECOM)
    group.answer(Says(drop=True))
    given(handler)
    for _ in range(400):
        at_once()
        clock.forward(minutes=1)
    assert len(group.got) == MOST_UNSURE
    assert len({got.body for got in group.got}) == 1
    assert of(register, WECOM)[0]["dead"] == 1
    assert any("channel" in one.body for one in outbox.inbox(register, supervisor))


def test_a_gateway_that_is_down_is_left_alone_and_gets_everything_when_it_is_back(
    register, clock, config, add, given, handler, supervisor, monkeypatch
):
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.2)
    add(WECOM, url="http://127.0.0.1:9/send")
    tries = []

    def resolve(host, port):
        tries.append(clock())
        return ["127.0.0.1"]

    sender = Sender(config, clock, resolve=resolve)
    given(handler)
    for _ in range(3 * 180):
        tick(register, clock(), DOMAIN)
        sender.send_waiting(register)
        clock.forward(seconds=20)
    assert FAULTS_TO_TELL < len(tries) < 30
    alarms = [one for one in outbox.inbox(register, supervisor) if one.rung == "undeliverable"]
    assert len(alarms) == 1
    with robot() as back:
        channels.keep(register, 2, Settings(url=back.url))
        for _ in range(3 * 31):
            tick(register, clock(), DOMAIN)
            sender.send_waiting(register)
            clock.forward(seconds=20)
        assert len(back.got) == 1


def test_a_refusal_for_good_alarms_on_a_day_on_which_the_channel_was_out_of_reach(
    register, clock, add, group, given, handler, supervisor, at_once
):
    channel = add(WECOM, url="http://127.0.0.1:9/send")
    given(handler)
    for _ in range(3 * 40):
        at_once()
        clock.forward(seconds=20)
    group.answer(saying(93000))
    channels.keep(register, channel, Settings(url=group.url))
    for _ in range(3 * 31):
        at_once()
        clock.forward(seconds=20)
    assert of(register, WECOM)[0]["dead"] == 1
    alarms = [one.body["answer"] for one in outbox.inbox(register, supervisor) if one.rung == "undeliverable"]
    assert len(alarms) == 2
    assert "93000" in alarms[0]


def test_one_channel_that_is_down_delays_no_other(register, clock, add, group, given, handler, at_once):
    add(WECOM, "坏群", url="http://127.0.0.1:9/send")
    add(WECOM, "好群")
    given(handler)
    at_once()
    assert len(group.got) == 1


def test_a_name_that_leads_into_the_house_is_refused(register, clock, config, add, given, handler, supervisor):
    channel = add(WECOM, url="https://robot.example/send")
    execute(register, "UPDATE channel SET inside = 0 WHERE id = :id", {"id": channel})
    given(handler)
    tick(register, clock(), DOMAIN)
    Sender(config, clock, resolve=lambda *_: ["169.254.169.254"]).send_waiting(register)
    (kept,) = of(register, WECOM)
    assert (kept["dead"], kept["answer"]) == (1, "not allowed: 169.254.169.254")


def test_a_redirect_is_a_refusal(register, add, group, given, handler, at_once):
    add(WECOM)
    group.answer(Says(302, b"", {"Location": "http://127.0.0.1/"}))
    given(handler)
    at_once()
    assert of(register, WECOM)[0]["dead"] == 1
    assert len(group.got) == 1


def test_a_secret_that_does_not_open_gives_its_message_up_and_says_so(
    register, add, group, given, handler, supervisor, at_once, clock
):
    channel = add(WECOM)
    execute(register, "UPDATE channel SET settings = zeroblob(60) WHERE id = :id", {"id": channel})
    given(handler)
    at_once()
    assert group.got == []
    assert "打不开" in of(register, WECOM)[0]["answer"]


def test_more_cases_than_a_message_takes_are_counted(register, clock, add, group, given, handler, at_once):
    add(WECOM)
    for _ in range(40):
        given(handler)
    at_once()
    text = group.got[0].json["text"]["content"]
    assert len(text.encode()) <= 2048
    shown = text.count("[派单]")
    assert 2 < shown < 40
    assert f"另有 {40 - shown} 项" in text


# A gateway that reaches each person


def test_a_gateway_tells_each_person_who_gave_a_number(
    register, clock, add, group, given, handler, make_person, at_once
):
    other = make_person(roles=("handler",)).id
    channel = add(TEMPLATE, "短信", personal=True, body=SMS_BODY)
    choosing.choose(register, handler, channel, Choice(True, "13900000001"))
    given(handler)
    given(other)
    at_once()
    (got,) = group.got
    assert got.json == {
        "to": "13900000001",
        "no": "XH2026-000001",
        "limit": "派单 1 先行联系",
        "due": "06-18（周四）24:00前",
        "link": "http://tracker.example/case/XH2026-000001/do/sign",
    }
    clock.at = shanghai("06-18 08:30")
    at_once()
    assert group.got[1].json["no"] == "XH2026-000001 等2项"
    assert group.got[1].json["link"] == "http://tracker.example/inbox"


def test_what_waited_for_a_group_tells_nobody_of_the_cases_of_others_when_it_goes_to_each_alone(
    register, clock, add, group, given, handler, make_person, at_once
):
    other = make_person(roles=("handler",)).id
    channel = add(TEMPLATE, "接口", body='{"no": "%(no)s"}')
    for person in (handler, other):
        choosing.choose(register, person, channel, Choice(True, f"139{person}"))
        given(person)
    group.answer(Says(500))
    at_once()
    execute(register, "UPDATE channel SET personal = 1 WHERE id = :id", {"id": channel})
    channels.keep(register, channel, Settings(url=group.url, body='{"to": "%(to)s", "no": "%(no)s"}'))
    group.answer(Says(200))
    clock.forward(minutes=1)
    at_once()
    assert group.got[-1].json == {"to": f"139{handler}", "no": "XH2026-000001"}


def test_the_key_of_a_message_is_the_same_on_every_try(register, clock, add, group, given, handler, at_once):
    channel = add(TEMPLATE, "短信", personal=True, body=SMS_BODY)
    choosing.choose(register, handler, channel, Choice(True, "13900000001"))
    group.answer(Says(500), Says(drop=True), Says(200))
    given(handler)
    for _ in range(4):
        at_once()
        clock.forward(minutes=2)
    keys = [got.headers["Idempotency-Key"] for got in group.got]
    assert len(keys) == 3
    assert set(keys) == {f'"{of(register, TEMPLATE)[0]["message_id"].strip("<>").partition("@")[0]}"'}
    given(handler)
    at_once()
    assert group.got[-1].headers["Idempotency-Key"] not in keys


def test_who_does_without_a_channel_is_left_alone_unless_the_office_says_no(
    register, add, group, given, handler, at_once, mail_server, clock
):
    choosing.choose(register, handler, channels.MAIL_ID, Choice(False))
    given(handler)
    at_once()
    assert mail_server.got == []
    execute(register, "UPDATE channel SET choosable = 0 WHERE id = 1")
    given(handler)
    at_once()
    assert len(mail_server.got) == 1


def test_who_gives_mail_up_meanwhile_gets_none(register, given, handler, clock, sender, mail_server):
    given(handler)
    tick(register, clock(), DOMAIN)
    choosing.choose(register, handler, channels.MAIL_ID, Choice(False))
    sender.send_waiting(register)
    assert mail_server.got == []
    assert row(register, "SELECT answer FROM delivery")["answer"] == "withdrawn:not_wanted"


def test_what_is_urgent_goes_to_whoever_switched_mail_off(register, given, handler, clock, sender, mail_server):
    choosing.choose(register, handler, channels.MAIL_ID, Choice(False))
    execute(register, "UPDATE cases SET grade = '紧急' WHERE id = :id", {"id": given(handler)})
    tick(register, clock(), DOMAIN)
    sender.send_waiting(register)
    assert mail_server.recipients == [value(register, "SELECT email FROM person WHERE id = :id", {"id": handler})]


def test_what_is_urgent_waits_for_nobody_who_switches_mail_off(register, given, handler, clock, sender, mail_server):
    execute(register, "UPDATE cases SET grade = '紧急' WHERE id = :id", {"id": given(handler)})
    tick(register, clock(), DOMAIN)
    choosing.choose(register, handler, channels.MAIL_ID, Choice(False))
    sender.send_waiting(register)
    assert len(mail_server.got) == 1


def test_mail_that_is_switched_off_stays_in_the_house(register, given, handler, at_once, mail_server):
    channels.switch(register, channels.MAIL_ID, False)
    given(handler)
    at_once()
    assert mail_server.got == []
    assert value(register, "SELECT count(*) FROM delivery") == 0


def test_a_kill_between_sending_and_recording_is_taken_up_after_the_lease(
    register, clock, add, group, given, handler, sender, monkeypatch
):
    add(WECOM)
    given(handler)
    tick(register, clock(), DOMAIN)

    class Killed(BaseException):
        pass

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_record", killed)
        for _ in range(2):
            with pytest.raises(Killed):
                sender.send_waiting(register)
    assert len(group.got) == 1
    clock.forward(seconds=20)
    sender.send_waiting(register)
    assert len(group.got) == 1
    clock.at = NOW + LEASE
    sender.send_waiting(register)
    assert len(group.got) == 2
    assert group.got[0].body == group.got[1].body
    assert of(register, WECOM)[0]["sent_at"] is not None


# Test messages


def test_a_test_message_brings_back_what_the_server_said(register, clock, add, group, handler, sender):
    channel = add(FEISHU)
    group.answer(saying(19021, "code"))
    channel_log.ask(register, channel, handler, clock())
    sender.send_waiting(register)
    told = channel_log.last_test(register, channel)
    assert (told.fate, told.answer) == ("refused", '200 {"code": 19021, "errmsg": "said so"}')
    assert "测试消息" in group.got[0].json["content"]["text"]
    assert [one.answer for one in channel_log.standing(register, channel).failures] == [told.answer]
    sender.send_waiting(register)
    assert len(group.got) == 1


def test_a_test_that_gets_through_wakes_a_channel_that_rested(register, clock, add, group, given, handler, at_once):
    channel = add(DINGTALK)
    group.answer(saying(130101), saying(0))
    given(handler)
    at_once()
    execute(register, "UPDATE delivery SET try_after = :at", {"at": "2026-06-17T02:24:00Z"})
    channel_log.ask(register, channel, handler, clock())
    at_once()
    assert len(group.got) == 3


def test_a_test_of_mail_goes_to_whoever_asked(register, clock, handler, sender, mail_server):
    channel_log.ask(register, channels.MAIL_ID, handler, clock())
    sender.send_waiting(register)
    assert mail_server.recipients == ["wang@example.gov.cn"]
    assert "测试消息" in plain(mail_server.got[0])
    assert channel_log.last_test(register, channels.MAIL_ID).answer == "250 taken"


def test_a_test_without_a_server_says_so(register, config, clock, handler):
    channel_log.ask(register, channels.MAIL_ID, handler, clock())
    Sender(replace(config, smtp_host=""), clock).send_waiting(register)
    assert "没有设置邮件服务器" in channel_log.last_test(register, channels.MAIL_ID).answer


def test_settings_are_kept_encrypted_and_bound_to_their_row(register, home, add):
    first, second = add(WECOM, "一"), add(WECOM, "二", url="https://robot.example/other")
    sealed = value(register, "SELECT settings FROM channel WHERE id = :id", {"id": first})
    assert b"secret-key-1234" not in sealed
    for file in home.iterdir():
        assert b"secret-key-1234" not in file.read_bytes()
    execute(register, "UPDATE channel SET settings = :sealed WHERE id = :id", {"sealed": sealed, "id": second})
    with pytest.raises(Exception, match="打不开"):
        channels.settings(register, second)


def test_the_alarm_of_yesterday_is_none_of_today(register, clock, add, group, given, handler, supervisor, at_once):
    add(WECOM)
    group.answer(saying(93000))
    for _ in range(2):
        given(handler)
        at_once()
        clock.forward(days=1)
    at_once()
    assert len([one for one in outbox.inbox(register, supervisor) if "channel" in one.body]) == 2

"""提醒渠道: set up, tested and switched off by the administrator; what proves who we are is never shown again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.office.cases_sql import add_case, natural
from tests.robot_server import robot, saying
from tracker.notify.sender import Sender
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store import channel_log, channels, choosing
from tracker.store.database import execute, row, rows, value
from tracker.web import context

HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4"
ROBOT = {"kind": "wecom", "name": "执法一中队群", "url": HOOK}
SMS = {
    "kind": "template",
    "name": "短信",
    "url": "https://sms.example.com/v1/send",
    "secret": "pass-1234",
    "method": "POST",
    "headers": "Authorization: Bearer %(secret)s",
    "body": '{"to": "%(to)s", "text": "%(no)s"}',
    "field": "code",
    "value": "0",
    "again": "7",
    "choosable": "1",
}


@pytest.fixture
def admin(client, sign_in, make_person):
    return sign_in(client, make_person(roles=("admin",), name="吴管理", email="wu@example.gov.cn"))


@pytest.fixture
def group():
    with robot() as server:
        yield server


def test_the_page_is_in_the_menu_and_begins_with_mail(admin):
    page = admin.get("/channels").text
    assert 'href="/channels"' in page
    assert "电子邮件" in page
    assert "未设置" in page
    assert "企业微信群机器人" in page


def test_a_robot_is_added_and_its_address_is_never_shown_again(admin, register, home):
    answer = admin.post("/channels/new", data=ROBOT)
    assert (answer.status_code, answer.location) == (303, "/channels/2?saved=added")
    page = admin.get(answer.location).text
    assert "已添加。请发一条测试消息试试" in page
    assert "https://qyapi.weixin.qq.com/…4bc4" in page
    assert "693a91f6" not in page + admin.get("/channels").text
    assert channels.settings(register, 2).url == HOOK
    told = row(register, "SELECT act, detail FROM audit ORDER BY seq DESC")
    assert told["act"] == "channel.added"
    assert "693a91f6" not in told["detail"]
    assert json.loads(told["detail"])["url"] == "https://qyapi.weixin.qq.com/…4bc4"
    assert all(b"693a91f6" not in file.read_bytes() for file in home.iterdir())


def test_every_field_at_fault_is_named_and_what_was_typed_is_kept(admin, register):
    page = admin.post(
        "/channels/new", data={**SMS, "url": "http://127.0.0.1/x", "body": "{", "headers": "Host: a", "name": ""}
    )
    assert page.status_code == 422
    for words in ("请填写渠道名称", "地址应以 https:// 开头", "至少写一个", "请求头 Host 由系统填写"):
        assert words in page.text
    assert 'value="http://127.0.0.1/x"' in page.text
    assert "pass-1234" not in page.text
    assert value(register, "SELECT count(*) FROM channel") == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "请填写渠道名称"),
        ({"kind": "dingtalk"}, "请填写加签密钥"),
        ({"kind": "feishu"}, "请填写加签密钥"),
        ({"unit": "99"}, "没有这个科室或中队"),
        ({"url": "https://2130706433/x"}, "应为域名"),
    ],
)
def test_what_a_channel_needs_is_asked_for(admin, changed, said):
    page = admin.post("/channels/new", data={**ROBOT, **changed})
    assert page.status_code == 422
    assert said in page.text


def test_two_channels_have_two_names(admin):
    admin.post("/channels/new", data=ROBOT)
    assert "已有名为“执法一中队群”的渠道" in admin.post("/channels/new", data=ROBOT).text


def test_there_is_no_other_kind(admin):
    assert admin.get("/channels/new?kind=mail").status_code == 404
    assert admin.get("/channels/new?kind=fax").status_code == 404
    assert admin.get("/channels/99").status_code == 404
    assert admin.post("/channels/99/active").status_code == 404


def test_an_empty_field_keeps_the_address_and_the_secret(admin, register):
    admin.post("/channels/new", data=SMS)
    answer = admin.post("/channels/2", data={**SMS, "url": "", "secret": "", "name": "短信网关"})
    assert answer.status_code == 303
    kept = channels.settings(register, 2)
    assert (kept.url, kept.secret) == (SMS["url"], "pass-1234")
    assert channels.one(register, 2).name == "短信网关"
    page = admin.get("/channels/2").text
    assert "pass-1234" not in page
    assert "Bearer %(secret)s" in page


def test_a_secret_does_not_follow_its_channel_to_another_host(admin, register):
    admin.post("/channels/new", data=SMS)
    page = admin.post("/channels/2", data={**SMS, "url": "https://evil.example.com/", "secret": ""})
    assert page.status_code == 422
    assert "请重新填写密钥" in page.text
    assert channels.settings(register, 2).url == SMS["url"]
    assert (
        admin.post("/channels/2", data={**SMS, "url": "https://new.example.com/", "secret": "other"}).status_code == 303
    )


def test_inside_the_office_http_is_allowed_and_that_is_on_record(admin, register):
    data = {**ROBOT, "url": "http://192.168.1.20:8080/hook"}
    assert admin.post("/channels/new", data=data).status_code == 422
    assert admin.post("/channels/new", data={**data, "inside": "1"}).status_code == 303
    assert json.loads(row(register, "SELECT detail FROM audit ORDER BY seq DESC")["detail"])["inside"] is True
    assert admin.post("/channels/2", data={**ROBOT, "url": ""}).status_code == 422  # and not taken back by itself


def test_a_channel_is_switched_off_and_on(admin, register):
    admin.post("/channels/new", data=ROBOT)
    admin.post("/channels/2/active", data={"active": "0"})
    assert "恢复使用" in admin.get("/channels/2").text
    assert "已停用" in admin.get("/channels").text
    admin.post("/channels/2/active", data={"active": "1"})
    assert channels.one(register, 2).active
    assert [r["act"] for r in rows(register, "SELECT act FROM audit")][-2:] == ["channel.switched"] * 2


def test_a_test_shows_what_the_server_really_said(admin, register, group, config, clock):
    admin.post("/channels/new", data={**ROBOT, "url": group.url, "inside": "1"})
    group.answer(saying(93000))
    answer = admin.post("/channels/2/test")
    assert answer.location == "/channels/2#h-test"
    assert group.got == []  # the page sends nothing itself
    waiting = admin.get("/channels/2")
    assert "正在发送" in waiting.text
    assert waiting.headers["Refresh"] == "3; url=/channels/2"
    admin.post("/channels/2/test")  # the button pressed twice
    Sender(config, clock).send_waiting(register)
    page = admin.get("/channels/2")
    assert "Refresh" not in page.headers
    assert re.search(r"被拒绝.*200 \{&#34;errcode&#34;: 93000, &#34;errmsg&#34;: &#34;said so&#34;\}", page.text, re.S)
    assert len(group.got) == 1
    assert "被拒绝" in admin.get("/channels").text


def test_a_test_on_its_way_is_no_failure_yet(admin, register, group, clock):
    admin.post("/channels/new", data={**ROBOT, "url": group.url, "inside": "1"})
    admin.post("/channels/2/test")
    test = channel_log.claim(register, clock())
    page = admin.get("/channels/2")
    assert "正在发送" in page.text
    assert "没有收到答复" not in page.text
    assert page.headers["Refresh"] == "3; url=/channels/2"
    channel_log.answered(register, test.id, "unsure", "127.0.0.1: timed out")
    assert re.search(r"没有收到答复.*timed out", admin.get("/channels/2").text, re.S)


def test_a_test_whose_sender_died_got_no_answer(admin, register, group, clock):
    admin.post("/channels/new", data={**ROBOT, "url": group.url, "inside": "1"})
    admin.post("/channels/2/test")
    channel_log.claim(register, clock())
    clock.forward(minutes=3)
    page = admin.get("/channels/2")
    assert "没有收到答复" in page.text
    assert "发送测试消息" in page.text
    assert "Refresh" not in page.headers


@pytest.mark.parametrize("place", ["headers", "body"])
def test_a_template_that_speaks_of_its_secret_has_one(admin, register, place):
    """The field of a secret comes back empty after an error, and is forgotten easily."""
    plain = {"headers": "", "body": '{"to": "%(to)s", "text": "%(no)s"}'}
    secret = {"headers": "Authorization: Bearer %(secret)s", "body": '{"key": "%(secret)s", "text": "%(no)s"}'}
    page = admin.post("/channels/new", data={**SMS, "secret": "", **plain, place: secret[place]})
    assert page.status_code == 422
    assert "模板里写了 %(secret)s，请填写密钥" in page.text
    assert len(channels.every(register)) == 1
    assert admin.post("/channels/new", data={**SMS, "secret": "", **plain}).status_code == 303


def test_what_was_refused_goes_again_once_it_was_mended(admin, register, clock, make_person):
    handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
    replan(register, add_case(register, natural("2026-06-17"), handler_id=handler, at=clock()), clock(), "登记")
    tick(register, clock(), "example.gov.cn")
    execute(register, "UPDATE delivery SET dead = 1, tries = 1, failed = 1, answer = '535 no'")
    page = admin.get("/channels/1").text
    assert "重新发送 1 条" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    done = admin.post("/channels/1/again", data={"csrf_token": token})
    assert done.location == "/channels/1?again=1&needless=0#h-log"
    page = admin.get(done.location).text
    assert "1 条将重新发送" in page
    assert "被拒绝、不再自动重试" not in page
    assert row(register, "SELECT dead FROM delivery")["dead"] == 0
    assert rows(register, "SELECT act FROM audit")[-1]["act"] == "resend"
    assert admin.post("/channels/1/again", data={"csrf_token": token}).status_code == 422


def test_a_test_that_nobody_sends_says_that_the_scheduler_does_not_run(admin, register, clock, group):
    admin.post("/channels/new", data={**ROBOT, "url": group.url, "inside": "1"})
    admin.post("/channels/2/test")
    clock.forward(minutes=3)
    page = admin.get("/channels/2")
    assert "提醒程序没有运行" in page.text
    assert "Refresh" not in page.headers


def test_the_failures_of_a_channel_stand_on_its_page(admin, register, clock):
    admin.post("/channels/new", data=ROBOT)
    for n in range(25):
        channel_log.fail(register, 2, None, clock() + timedelta(minutes=n), "unreachable", f"<b>fault {n}</b>")
    page = admin.get("/channels/2").text
    assert "06-17 10:48" in page
    assert "连接不上" in page
    assert "&lt;b&gt;fault 24&lt;/b&gt;" in page
    assert "fault 4&" not in page  # the last twenty


def test_of_mail_only_the_choice_of_people_is_set_here(admin, register):
    assert "TRACKER_SMTP_HOST" in admin.get("/channels/1").text
    admin.post("/channels/1", data={"url": "https://evil.example.com", "name": "x"})
    kept = channels.one(register, 1)
    assert (kept.kind, kept.choosable, kept.name) == ("mail", False, "mail")


def test_a_secret_that_does_not_open_is_asked_for_again(admin, register):
    admin.post("/channels/new", data=ROBOT)
    with_other_key = "UPDATE channel SET settings = zeroblob(60) WHERE id = 2"
    register.conn.execute(with_other_key)
    page = admin.get("/channels/2")
    assert page.status_code == 200
    assert "渠道的密钥打不开" in page.text


@pytest.mark.parametrize("role", ["clerk", "handler", "supervisor", "auditor"])
def test_nobody_but_the_administrator_sees_channels(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/channels").status_code == 403
    assert client.post("/channels/1/test").status_code == 403


# 我的设置


@pytest.fixture
def me(client, sign_in, make_person):
    person = make_person(roles=("handler",), email="wang@example.gov.cn")
    sign_in(client, person)
    return person


def test_a_person_chooses_channels_and_quiet_hours(client, me, register):
    channels.add(
        register,
        channels.Channel(0, "template", "短信", None, "", True, True, True, False),
        channels.Settings(url="https://sms.example.com/"),
    )
    page = client.get("/me/reminders").text
    assert "电子邮件" in page
    assert "短信" in page
    answer = client.post(
        "/me/reminders", data={"wanted-2": "1", "number-2": "13900000000", "begins": "12:00", "ends": "14:00"}
    )
    assert answer.status_code == 303
    assert choosing.chosen(register, me.id) == {
        1: choosing.Choice(False, ""),
        2: choosing.Choice(True, "13900000000"),
    }
    assert f"{choosing.quiet(register, me.id).begins:%H:%M}" == "12:00"
    page = client.get("/me/reminders").text
    assert 'value="13900000000"' in page
    assert 'value="14:00"' in page
    client.post("/me/reminders", data={"begins": "", "ends": ""})
    assert choosing.quiet(register, me.id) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"begins": "08:00", "ends": "20:00"}, "至少要留 4 小时"),
        ({"begins": "12:00"}, "请填写两个时刻"),
        ({"begins": "25:00", "ends": "26:00"}, "请填写两个时刻"),
        ({"begins": "12:00", "ends": "12:00"}, "不能是同一时刻"),
    ],
)
def test_quiet_hours_leave_enough_of_the_day(client, me, register, data, said):
    page = client.post("/me/reminders", data=data)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{data["begins"]}"' in page.text
    assert choosing.quiet(register, me.id) is None


def test_a_number_is_a_number(client, me, register):
    channels.add(
        register,
        channels.Channel(0, "template", "短信", None, "", True, True, True, False),
        channels.Settings(url="https://sms.example.com/"),
    )
    page = client.post("/me/reminders", data={"number-2": '"1"', "begins": "", "ends": ""})
    assert page.status_code == 422
    assert "接收号码只能用" in page.text
    assert choosing.chosen(register, me.id) == {} or not choosing.chosen(register, me.id)[2].address


def test_a_number_may_be_written_in_groups(client, me, register):
    channels.add(
        register,
        channels.Channel(0, "template", "短信", None, "", True, True, True, False),
        channels.Settings(url="https://sms.example.com/"),
    )
    answer = client.post("/me/reminders", data={"number-2": " 139 0000 0000 ", "begins": "", "ends": ""})
    assert answer.status_code == 303
    assert choosing.chosen(register, me.id)[2].address == "13900000000"


def test_what_the_office_does_not_allow_stays_on(client, me, register):
    register.conn.execute("UPDATE channel SET choosable = 0 WHERE id = 1")
    assert "本单位不允许关闭" in client.get("/me/reminders").text
    client.post("/me/reminders", data={"begins": "", "ends": ""})
    assert choosing.chosen(register, me.id)[1].wanted


def test_links_that_lead_every_machine_to_itself_are_warned_of(admin, app, config):
    assert "提醒里的链接以 http://127.0.0.1:8000 开头" in admin.get("/channels").text
    there = replace(config, base_url="https://xinfang.example.gov.cn")
    app.extensions[context.EXTENSION].config = there
    assert "提醒里的链接以" not in admin.get("/channels").text

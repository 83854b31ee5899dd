"""How the pages of channels look, and a test message with the scheduler's sender at work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.factories import NOW
from tests.robot_server import robot, saying
from tracker.notify.sender import Sender
from tracker.rule.channels import Settings
from tracker.store import channel_log, channels, clock_steps, people
from tracker.store.channels import Channel


@pytest.fixture
def admin(make_person):
    return make_person(roles=("admin",), name="吴管理", email="wu@example.gov.cn")


@pytest.fixture
def set_up(register):
    unit = people.unit_named(register, "执法一中队")
    hook = Settings(url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa")
    channels.add(register, Channel(0, "wecom", "执法一中队群", unit, "", True, False, True, False), hook)
    body = '{"mobile": "%(to)s", "text": "%(no)s %(limit)s 应于%(due)s完成 %(link)s"}'
    sms = Settings(
        url="https://sms.example.com/v1/send", secret="x", headers="Authorization: Bearer %(secret)s", body=body
    )
    channels.add(register, Channel(0, "template", "短信", None, "", True, True, True, False), sms)
    answer = (
        '200 {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1700000000123456789012345], from ip: 1.2.3.4"}'
    )
    channel_log.fail(register, 2, None, NOW, "refused", answer)
    channel_log.fail(register, 2, None, NOW, "unreachable", "qyapi.weixin.qq.com: timed out")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_of_channels_break_no_rule_of_axe_and_fit(open_page, enter, admin, set_up, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), admin)
    paths = ("/channels", "/channels/1", "/channels/2", "/channels/3", "/channels/new?kind=feishu", "/me/reminders")
    for path in paths:
        page.goto(path)
        shot(page, path.replace("?kind=", "-"), sight)
        assert axe(page) == [], path
        assert fits(page), path
    page.goto("/channels/new?kind=template")
    page.click("button:has-text('添加')")
    page.wait_for_selector("[role=alert]")
    shot(page, "/channels/new-errors", sight)
    assert axe(page) == []
    assert fits(page)


def test_a_robot_is_set_up_and_tried_without_javascript(open_page, enter, admin, register, config, clock):
    with robot() as group:
        group.answer(saying(0))
        page = enter(open_page("/login", javascript=False), admin)
        page.goto("/channels")
        page.click("text=企业微信群机器人")
        page.fill("[name=name]", "值班群")
        page.fill("[name=url]", group.url)
        page.check("[name=inside]")
        page.click("button:has-text('添加')")
        page.click("text=发送测试消息")
        page.wait_for_selector("text=正在发送")
        Sender(config, clock).send_waiting(register)
        page.wait_for_selector("text=对方答复", timeout=60_000)  # the page asks again by itself
        assert '200 {"errcode": 0' in page.inner_text("main")
        assert "测试消息" in group.got[0].json["text"]["content"]


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_page_of_the_clock_breaks_no_rule_of_axe_and_fits(open_page, enter, admin, register, axe, fits, sight):
    clock_steps.add(register, NOW - timedelta(minutes=1), timedelta(hours=2), NOW + timedelta(minutes=29))
    page = enter(open_page("/login", sight=sight), admin)
    page.goto("/me")
    shot(page, "/clock-line", sight)
    assert axe(page) == []
    page.click("text=核对并确认")
    shot(page, "/clock", sight)
    assert axe(page) == []
    assert fits(page)
    page.click("text=时间对，继续发出")
    page.wait_for_selector("text=已确认")
    assert axe(page) == []

"""What may be typed to set up a channel."""

from __future__ import annotations

import re

import pytest

from tracker.rule.channels import (
    DINGTALK,
    FEISHU,
    MAIL,
    TEMPLATE,
    WECOM,
    Settings,
    check_body,
    check_headers,
    check_name,
    check_secret,
    check_url,
    is_personal,
    masked,
)
from tracker.rule.refusals import Refusal

GOOD = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-aaaa"


def test_an_address_of_a_named_host_is_taken():
    assert check_url(f" {GOOD} ", inside=False) == GOOD
    assert check_url("https://sms.xn--fiqs8s:8443/x", inside=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "qyapi.weixin.qq.com/send",
        "http://robot.example/x",
        "ftp://robot.example/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0x7f.1/x",
        "https://0177.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/x",
        "https://robot/x",
        "https://robot.example./x",
        "https://a@robot.example/x",
        "https://robot.example@127.0.0.1/x",
        "https://robot.example/x#part",
        "https://robot.example/a b",
        "https://robot.example\\@127.0.0.1/",
        "https://robot.example/\r\nHost: evil",
        "https://机器人.example/x",
        "https://robot.example:99999/x",
        "https://[broken/x",
        f"https://robot.example/{'x' * 2000}",
    ],
)
def test_an_address_that_is_no_named_host_is_refused(url):
    with pytest.raises(Refusal) as refused:
        check_url(url, inside=False)
    assert refused.value.field == "url"


def test_inside_the_office_a_number_and_http_are_taken():
    assert check_url("http://192.168.1.20:8080/sms", inside=True)
    assert check_url("http://gateway/sms", inside=True)
    with pytest.raises(Refusal):
        check_url("http://user@192.168.1.20/sms", inside=True)


def test_a_robot_is_not_sought_at_another_vendors_address():
    url = "https://oapi.dingtalk.com/robot/send?access_token=1"
    assert check_url(url, inside=False, kind="dingtalk") == url
    assert check_url(url, inside=False) == url  # a template speaks to whom it likes
    assert check_url("https://robots.example.com/1", inside=False, kind="wecom")
    for kind in ("wecom", "feishu"):
        with pytest.raises(Refusal, match="核对地址") as refused:
            check_url(url, inside=False, kind=kind)
        assert refused.value.field == "url"


def test_an_address_is_shown_by_its_host_and_end_alone():
    assert masked(GOOD) == "https://qyapi.weixin.qq.com/…aaaa"
    assert masked("https://robot.example/short") == "https://robot.example/…"


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\nb"])
def test_a_channel_has_a_name(name):
    with pytest.raises(Refusal, match="名称"):
        check_name(name)


def test_signed_robots_want_their_secret():
    for kind in (DINGTALK, FEISHU):
        with pytest.raises(Refusal, match="加签密钥"):
            check_secret(kind, " ")
        assert check_secret(kind, " SEC1 ") == "SEC1"
    assert check_secret(WECOM, "") == ""
    with pytest.raises(Refusal, match="一行"):
        check_secret(TEMPLATE, "密码")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "请填写内容模板"),
        ('{"a": "%(name)s"}', r"没有 %\(name\)s 这个占位符"),
        ('{"a": "%(content)s %(no)s"}', r"没有 %\(content\)s"),
        ('{"a": "%()s %(no)s"}', r"没有 %\(\)s"),
        ('{"a": "b"}', "至少写一个"),
        ('{"a": %(no)s', "应为 JSON"),
        ('{"a": %(no)s}', "应为 JSON"),
        ('{"a": "%(no)s"' + " " * 4000 + "}", "4000"),
    ],
)
def test_a_template_names_only_what_may_leave(body, said):
    with pytest.raises(Refusal) as refused:
        check_body(body, "")
    assert refused.value.field == "body"
    assert re.search(said, refused.value.message % refused.value.params)


def test_a_gateway_that_wants_the_number_of_the_colleague_as_a_number_may_have_it():
    body = '{"mobile": %(to)s, "text": "%(no)s"}'
    assert check_body(body, "") == body


def test_a_form_need_not_be_json():
    assert check_body("t=%(no)s", "content-type: application/x-www-form-urlencoded") == "t=%(no)s"


@pytest.mark.parametrize(
    "line", ["no colon", "Name:", "Host: evil", "content-length: 3", "A b: c", "X: 值", "X: %(no)s", ": x"]
)
def test_a_header_is_one_line_of_its_own_and_frames_nothing(line):
    with pytest.raises(Refusal) as refused:
        check_headers(line)
    assert refused.value.field == "headers"


def test_headers_may_hold_the_secret():
    assert check_headers("Authorization: Bearer %(secret)s\n\nX-A: 1\n") == "Authorization: Bearer %(secret)s\n\nX-A: 1"


def test_what_names_a_number_reaches_each_person_alone():
    assert is_personal(MAIL, Settings())
    assert is_personal(TEMPLATE, Settings(body='{"to": "%(to)s"}'))
    assert not is_personal(TEMPLATE, Settings(body='{"no": "%(no)s"}'))
    assert not is_personal(WECOM, Settings())

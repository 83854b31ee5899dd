"""Group robots: what they are sent, how it is signed, and what their answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tracker.notify import robots, template
from tracker.notify.outcome import Fate
from tracker.notify.outgoing import Reply
from tracker.notify.template import Content
from tracker.rule.channels import DINGTALK, FEISHU, WECOM, Settings

AT = datetime.fromtimestamp(1599360473, UTC)


def test_the_signatures_are_those_of_an_independent_program():
    """Made with openssl dgst -sha256 -hmac, and for the second one with the text as the key of an empty message."""
    assert robots.dingtalk_sign(1599360473000, "SECabc123") == "zPiRhFHbs6hvQMT6vnOwLuhNLM0lhNirboHN8TT2CvE="
    assert robots.feishu_sign(1599360473, "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_wecom_is_told_a_text():
    settings = Settings(url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K")
    request = robots.request(WECOM, settings, "到期", AT, inside=False)
    assert request.url == settings.url
    assert json.loads(request.body) == {"msgtype": "text", "text": {"content": "到期"}}
    assert dict(request.headers)["Content-Type"] == "application/json; charset=utf-8"


def test_dingtalk_is_signed_in_its_address():
    settings = Settings(url="https://oapi.dingtalk.com/robot/send?access_token=T", secret="SECabc123")
    request = robots.request(DINGTALK, settings, "到期", AT, inside=False)
    assert parse_qs(urlsplit(request.url).query) == {
        "access_token": ["T"],
        "timestamp": ["1599360473000"],
        "sign": ["zPiRhFHbs6hvQMT6vnOwLuhNLM0lhNirboHN8TT2CvE="],
    }
    assert json.loads(request.body) == {"msgtype": "text", "text": {"content": "到期"}}


def test_dingtalk_is_signed_where_the_address_had_no_question():
    settings = Settings(url="https://robot.example.gov.cn/send/T", secret="SECabc123")
    request = robots.request(DINGTALK, settings, "到期", AT, inside=False)
    assert request.url.startswith("https://robot.example.gov.cn/send/T?timestamp=1599360473000&sign=")


def test_feishu_is_signed_in_its_body():
    settings = Settings(url="https://open.feishu.cn/open-apis/bot/v2/hook/x", secret="demo")
    request = robots.request(FEISHU, settings, "到期", AT, inside=False)
    assert json.loads(request.body) == {
        "timestamp": "1599360473",
        "sign": "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
        "msg_type": "text",
        "content": {"text": "到期"},
    }


@pytest.mark.parametrize(
    ("kind", "body", "fate"),
    [
        (WECOM, {"errcode": 0, "errmsg": "ok"}, Fate.SENT),
        (WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}, Fate.BUSY),
        (WECOM, {"errcode": -1, "errmsg": "system busy"}, Fate.FAILED),
        (WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, Fate.REFUSED),
        (DINGTALK, {"errcode": 0}, Fate.SENT),
        (DINGTALK, {"errcode": 130101, "errmsg": "send too fast"}, Fate.BUSY),
        (DINGTALK, {"status": 1111, "wait": 5, "errcode": 130101}, Fate.BUSY),
        (DINGTALK, {"errcode": 410100}, Fate.BUSY),
        (DINGTALK, {"errcode": -1}, Fate.FAILED),
        (DINGTALK, {"errcode": 310000, "errmsg": "sign not match"}, Fate.REFUSED),
        (DINGTALK, {"errcode": 300001, "errmsg": "token is not exist"}, Fate.REFUSED),
        (FEISHU, {"code": 0, "msg": "success", "StatusCode": 0}, Fate.SENT),
        (FEISHU, {"StatusCode": 0, "StatusMessage": "success"}, Fate.SENT),
        (FEISHU, {"code": 11232, "msg": "frequency limited"}, Fate.BUSY),
        (FEISHU, {"code": 9499, "msg": "Bad Request"}, Fate.REFUSED),
        (FEISHU, {"code": 19021, "msg": "sign match fail"}, Fate.REFUSED),
        (FEISHU, {"code": 19024, "msg": "Key Words Not Found"}, Fate.REFUSED),
        (WECOM, ["no object"], Fate.UNSURE),
        (WECOM, {"errmsg": "no code"}, Fate.UNSURE),
        (WECOM, {"errcode": "0"}, Fate.UNSURE),
    ],
)
def test_the_code_in_the_body_decides(kind, body, fate):
    told = robots.outcome(kind, Reply(200, json.dumps(body).encode()))
    assert told.fate is fate
    assert told.answer.startswith("200 ")


def test_a_robot_that_is_closed_for_a_while_says_for_how_long():
    assert robots.outcome(DINGTALK, Reply(200, b'{"errcode": 130101}')).rest == timedelta(minutes=10)
    assert robots.outcome(WECOM, Reply(200, b'{"errcode": 45009}')).rest == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((one, Fate.REFUSED) for one in (301, 302, 307, 400, 401, 403, 404, 410)),
        *((one, Fate.FAILED) for one in (408, 500, 502, 503, 504)),
        (429, Fate.BUSY),
    ],
)
def test_a_status_that_is_not_200_decides_before_the_body(status, fate):
    assert robots.outcome(WECOM, Reply(status, b'{"errcode": 0}')).fate is fate


@pytest.mark.parametrize("page", [b"<html>please sign in</html>", b"[" * 65536])
def test_a_page_of_something_in_between_is_no_answer_of_the_robot(page):
    assert robots.outcome(WECOM, Reply(200, page)).fate is Fate.UNSURE


def test_an_answer_is_kept_in_one_line_of_limited_length():
    told = robots.outcome(WECOM, Reply(400, b"line\nline " + b"x" * 9000))
    assert told.answer.startswith("400 line line x")
    assert len(told.answer) == 500


# The template channel

SMS = Settings(
    url="https://sms.example/v1/send",
    secret="pass-1234",
    headers="Authorization: Bearer %(secret)s\nX-Office: 1",
    body='{"to": "%(to)s", "text": "%(no)s %(limit)s %(due)s %(link)s", "key": "%(secret)s"}',
    field="result.code",
    value="0",
    again="7 8",
)
CONTENT = Content('XH"1\\', "超期 1 先行联系", "06-16（周二）24:00前", "http://t.example/case/XH1/do/contact")


def test_a_template_is_filled_in_and_escaped():
    request = template.request(SMS, CONTENT, "13900000000", "k1", inside=False)
    assert json.loads(request.body) == {
        "to": "13900000000",
        "text": 'XH"1\\ 超期 1 先行联系 06-16（周二）24:00前 http://t.example/case/XH1/do/contact',
        "key": "pass-1234",
    }
    assert dict(request.headers) == {
        "Authorization": "Bearer pass-1234",
        "X-Office": "1",
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": '"k1"',
    }


def test_a_template_that_is_a_form_is_escaped_as_one():
    form = Settings(
        url="https://sms.example/",
        headers="Content-Type: application/x-www-form-urlencoded",
        body="n=%(no)s&l=%(link)s",
    )
    request = template.request(form, Content("a&b=c %", "", "", "x"), "", "k", inside=False)
    assert request.body == b"n=a%26b%3Dc%20%25&l=x"
    assert dict(request.headers)["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, '{"result": {"code": 0}}', Fate.SENT),
        (202, '{"result": {"code": "0"}}', Fate.SENT),
        (200, '{"result": {"code": 7}}', Fate.FAILED),
        (200, '{"result": {"code": 5}}', Fate.REFUSED),
        (200, '{"result": []}', Fate.UNSURE),
        (200, "no json", Fate.UNSURE),
        (200, '{"a":' * 13000, Fate.UNSURE),
        (401, '{"result": {"code": 0}}', Fate.REFUSED),
        (302, "", Fate.REFUSED),
        (500, "", Fate.FAILED),
    ],
)
def test_the_answer_is_held_against_what_is_expected(status, body, fate):
    assert template.outcome(SMS, Reply(status, body.encode())).fate is fate


def test_without_an_expected_field_the_status_decides():
    bare = Settings(body="%(no)s")
    assert template.outcome(bare, Reply(204, b"")).fate is Fate.SENT
    assert template.outcome(bare, Reply(404, b"")).fate is Fate.REFUSED

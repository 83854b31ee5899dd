"""Group robots: what each wants to be sent, how it is signed, and what its answers mean.

* 企业微信 群机器人配置说明, developer.work.weixin.qq.com/document/path/91770: POST of ``msgtype`` text, at most 2,048
  bytes, 20 messages a minute; ``errcode`` 0, 45009 too often, -1 busy, 93000 no such webhook.
* 钉钉 自定义机器人接入 and 安全设置, open.dingtalk.com/document/orgapp/custom-robot-access: ``timestamp`` in
  milliseconds and ``sign`` = Base64(HMAC-SHA-256(secret, timestamp \\n secret)) in the address, good for an hour;
  20 messages a minute, more and it is closed for ten; ``errcode`` 0, 130101 and 410100 too often, -1 busy, 310000
  signature, keyword or address wrong, 300001 no such token.
* 飞书 自定义机器人使用指南, open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: ``timestamp`` in seconds and
  ``sign`` = Base64(HMAC-SHA-256(timestamp \\n secret, "")) in the body, good for an hour; 100 messages a minute, 5 a
  second, 20 KB; ``code`` 0 (once ``StatusCode``), 11232 too often, 9499 bad request, 19021 signature, 19022 address,
  19024 keyword.

A code that is not known is a refusal for good: somebody has to look at it, and the alarm says so.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from tracker.notify.outcome import LONGEST_ANSWER, Fate, Outcome
from tracker.notify.outgoing import Reply, Request
from tracker.rule.channels import DINGTALK, FEISHU, WECOM, Settings

JSON = (("Content-Type", "application/json; charset=utf-8"),)
#: The names under which a robot tells its code, the present one first.
CODES = ("errcode", "code", "StatusCode")


@dataclass(frozen=True)
class Manner:
    """``longest``: bytes of text that it takes; ``busy``: the codes for “too often”, and for how long it is ``closed``
    then; ``later``: codes of a passing fault."""

    longest: int
    busy: tuple[int, ...]
    closed: timedelta
    later: tuple[int, ...] = (-1,)


MANNERS = {
    WECOM: Manner(2048, (45009, 45033), timedelta(minutes=1)),
    DINGTALK: Manner(5000, (130101, 410100), timedelta(minutes=10)),
    FEISHU: Manner(10_000, (11232, 11233, 99991400), timedelta(minutes=1)),
}


def request(kind: str, settings: Settings, text: str, at: datetime, *, inside: bool) -> Request:
    """The request that says ``text`` to the group, signed as of ``at``."""
    url, body = settings.url, _body(kind, text)
    if kind == DINGTALK:
        stamp = int(at.timestamp() * 1000)
        url += "&" if "?" in url else "?"
        url += f"timestamp={stamp}&sign={quote(dingtalk_sign(stamp, settings.secret), safe='')}"
    elif kind == FEISHU:
        seconds = int(at.timestamp())
        body = {"timestamp": str(seconds), "sign": feishu_sign(seconds, settings.secret), **body}
    return Request("POST", url, JSON, json.dumps(body, ensure_ascii=False).encode(), inside)


def _body(kind: str, text: str) -> dict[str, Any]:
    if kind == FEISHU:
        return {"msg_type": "text", "content": {"text": text}}
    return {"msgtype": "text", "text": {"content": text}}


def dingtalk_sign(stamp: int, secret: str) -> str:
    """``stamp`` in milliseconds."""
    return _base64(secret.encode(), f"{stamp}\n{secret}".encode())


def feishu_sign(stamp: int, secret: str) -> str:
    """``stamp`` in seconds. Here the text is the key, and nothing is signed with it."""
    return _base64(f"{stamp}\n{secret}".encode(), b"")


def _base64(key: bytes, text: bytes) -> str:
    return b64encode(hmac.new(key, text, sha256).digest()).decode()


def outcome(kind: str, reply: Reply) -> Outcome:
    """What a robot's answer means: its status first, then the code in its body."""
    answer, manner = said(reply), MANNERS[kind]
    if reply.status != 200:
        return by_status(reply)
    code = _code(reply.body)
    if code is None:  # 200 and no word of the robot's: something stands in between, and nobody knows who took it
        return Outcome(Fate.UNSURE, answer)
    if code == 0:
        return Outcome(Fate.SENT, answer)
    if code in manner.busy:
        return Outcome(Fate.BUSY, answer, manner.closed)
    return Outcome(Fate.FAILED if code in manner.later else Fate.REFUSED, answer)


def by_status(reply: Reply) -> Outcome:
    """What a status means that is not the expected one. A redirect is not followed: the address is wrong."""
    if reply.status == 429 or (reply.status == 503 and reply.rest):
        return Outcome(Fate.BUSY, said(reply), reply.rest or timedelta(minutes=1))
    passing = reply.status >= 500 or reply.status in (408, 425)
    return Outcome(Fate.FAILED if passing else Fate.REFUSED, said(reply))


def said(reply: Reply) -> str:
    """Status and body in one line, as they are kept and shown."""
    text = " ".join(reply.body.decode("utf-8", "replace").split())
    return f"{reply.status} {text}".strip()[:LONGEST_ANSWER]


def _code(body: bytes) -> int | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, or brackets without end
        return None
    codes = [found[name] for name in CODES if name in found] if isinstance(found, dict) else []
    return codes[0] if codes and isinstance(codes[0], int) else None

"""The ways out of the house by which a reminder may reach people, and what may be typed to set one up.

A group robot speaks to a chat group; the template channel speaks to any HTTP interface, an SMS gateway for example.
What goes out is a case number, its limit, the due time and a link, never more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from tracker.rule.refusals import N_, Refusal

MAIL, WECOM, DINGTALK, FEISHU, TEMPLATE = "mail", "wecom", "dingtalk", "feishu", "template"
KINDS = {
    MAIL: N_("电子邮件"),
    WECOM: N_("企业微信群机器人"),
    DINGTALK: N_("钉钉群机器人"),
    FEISHU: N_("飞书群机器人"),
    TEMPLATE: N_("短信或其他接口（HTTP 模板）"),
}
ROBOTS = (WECOM, DINGTALK, FEISHU)
SIGNED = (DINGTALK, FEISHU)
#: Whose robots live where, in public; an office's own installation may live anywhere.
HOSTS = {
    "qyapi.weixin.qq.com": WECOM,
    "oapi.dingtalk.com": DINGTALK,
    "open.feishu.cn": FEISHU,
    "open.larksuite.com": FEISHU,
}
METHODS = ("POST", "PUT")

NAME_LENGTH = 40
URL_LENGTH = 2000
BODY_LENGTH = 4000
#: What a template may name: the case, its limit, the due time and the link; the colleague's own number at the gateway;
#: and the secret that is kept apart.
CONTENT = ("no", "limit", "due", "link")
TO, SECRET = "to", "secret"
PLACEHOLDERS = (*CONTENT, TO, SECRET)
NAMED = re.compile(r"%\((\w*)\)s")
FORM = "application/x-www-form-urlencoded"
#: Headers that frame the message itself; a template that sets them could cut one message in two (RFC 9112).
FRAMING = ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "idempotency-key")


@dataclass(frozen=True)
class Settings:
    """How to speak to a channel. ``url`` and ``secret`` are never shown again. Of a template: ``headers``, one
    ``Name: value`` a line, ``body``, and what is expected of the answer: ``field`` is the path of a body field
    (``result.code``), ``value`` what it holds when the message was taken, ``again`` what it holds when it may be tried
    later (separated by blanks).
    """

    url: str = ""
    secret: str = ""
    method: str = "POST"
    headers: str = ""
    body: str = ""
    field: str = ""
    value: str = ""
    again: str = ""

    @property
    def is_form(self) -> bool:
        """Does the body go as a form, not as JSON?"""
        return any(name.lower() == "content-type" and FORM in value for name, value in headers(self.headers))


def is_personal(kind: str, settings: Settings) -> bool:
    """Does it reach each person alone, and not a group?"""
    return kind == MAIL or (kind == TEMPLATE and f"%({TO})s" in settings.body)


def masked(url: str) -> str:
    """A URL as it may be shown: the host, and the last four characters of what proves who we are."""
    parts = urlsplit(url)
    tail = url[len(f"{parts.scheme}://{parts.netloc}") :]
    return f"{parts.scheme}://{parts.netloc}/…{tail[-4:] if len(tail) > 12 else ''}"


def check_name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise Refusal(N_("请填写渠道名称，%(n)s 个字以内"), field="name", n=NAME_LENGTH)
    return name


def check_url(text: str, *, inside: bool, kind: str = TEMPLATE) -> str:
    """An address to send to: https and a named host; inside the office network also http and numbers. That of a robot
    is none of another vendor's: it would take no message of this ``kind``."""
    url = text.strip()
    if not url:
        raise Refusal(N_("请填写地址（URL）"), field="url")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise Refusal(N_("地址（URL）不对，请整个复制，例如 https://example.com/send"), field="url") from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= URL_LENGTH
    if not plain or not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.fragment:
        raise Refusal(N_("地址（URL）不对，请整个复制，例如 https://example.com/send"), field="url")
    if not inside and parts.scheme != "https":
        raise Refusal(N_("地址应以 https:// 开头。仅在本单位网内的接口可勾选“单位内网接口”后使用 http"), field="url")
    if not inside and not is_named(host):
        raise Refusal(N_("地址中应为域名，不能是 IP 地址或本机。单位内网的接口请勾选“单位内网接口”"), field="url")
    if kind in ROBOTS and (whose := HOSTS.get(host, kind)) != kind:
        says = N_("这是%(other)s的地址，不是%(kind)s的。请核对地址，或另建渠道")
        raise Refusal(says, field="url", other=KINDS[whose], kind=KINDS[kind])
    return url


def is_named(host: str) -> bool:
    """Is it a name with a domain, and no number in any guise (127.1, 2130706433, 0x7f.1, [::1])?"""
    labels = host.split(".")
    good = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels)
    return len(labels) > 1 and good and labels[-1][0].isalpha() and len(host) <= 253


def check_secret(kind: str, text: str) -> str:
    secret = text.strip()
    if kind in SIGNED and not secret:
        raise Refusal(N_("请填写加签密钥。机器人的安全设置请选“加签”（钉钉）或“签名校验”（飞书）"), field="secret")
    if len(secret) > URL_LENGTH or not secret.isprintable() or not secret.isascii():
        raise Refusal(N_("密钥应为一行英文字母、数字和符号"), field="secret")
    return secret


def headers(text: str) -> Iterator[tuple[str, str]]:
    """The header lines of a template, name and value."""
    for line in text.splitlines():
        if line.strip():
            name, _colon, value = line.partition(":")
            yield name.strip(), value.strip()


def check_headers(text: str) -> str:
    for name, value in headers(text):
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or not value or not value.isprintable():
            raise Refusal(N_("请求头每行应为“名称: 值”，不对的是：%(line)s"), field="headers", line=f"{name}:"[:40])
        if name.lower() in FRAMING:
            raise Refusal(N_("请求头 %(name)s 由系统填写，请删去"), field="headers", name=name)
        if not value.isascii():
            raise Refusal(N_("请求头只能用英文字母、数字和符号：%(line)s"), field="headers", line=f"{name}:"[:40])
        _check_names(value, "headers", (SECRET,))
    return text.strip()


def check_body(text: str, header_lines: str) -> str:
    """The body of a template: every placeholder known, and JSON (unless it goes as a form) once they are filled in:
    each in a string, but for the number of the colleague, which gateways may want bare."""
    body = text.strip()
    if not body or len(body) > BODY_LENGTH:
        raise Refusal(N_("请填写内容模板，%(n)s 个字以内"), field="body", n=BODY_LENGTH)
    _check_names(body, "body", PLACEHOLDERS)
    if not any(f"%({name})s" in body for name in CONTENT):
        raise Refusal(N_("内容模板里至少写一个 %(names)s"), field="body", names="%(no)s %(limit)s %(due)s %(link)s")
    if not Settings(headers=header_lines).is_form:
        try:
            json.loads(filled(body, {**dict.fromkeys(PLACEHOLDERS, 'A"1'), TO: "1"}, form=False))
        except ValueError:
            example = '{"text": "%(no)s"}'
            raise Refusal(N_("内容模板应为 JSON，例如 %(example)s"), field="body", example=example) from None
    return body


def _check_names(text: str, field: str, known: tuple[str, ...]) -> None:
    for name in NAMED.findall(text):
        if name not in known:
            raise Refusal(
                N_("没有 %(wrong)s 这个占位符，可用的是 %(names)s"),
                field=field,
                wrong=f"%({name})s",
                names=" ".join(f"%({one})s" for one in known),
            )


def filled(template: str, values: Mapping[str, str], *, form: bool) -> str:
    """The template with its placeholders filled in, each escaped for the place where it stands."""

    def escaped(match: re.Match[str]) -> str:
        value = values[match[1]]
        return quote(value, safe="") if form else json.dumps(value, ensure_ascii=False)[1:-1]

    return NAMED.sub(escaped, template)

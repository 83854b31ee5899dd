"""What the office sets from outside: ``TRACKER_*`` environment variables, read once and frozen.

Every value has its default in ``Config``; a wrong one is refused by the name of its key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tracker.rule.refusals import N_, Refusal, Refusals

PREFIX = "TRACKER_"
LOCALES = ("zh_Hans_CN", "en")
#: The customary port of each way to speak to a mail server (RFC 5321, 6409, 8314).
SMTP_PORTS = {"none": 25, "starttls": 587, "ssl": 465}

WRONG = {
    "folder": N_("%(key)s 的值“%(value)s”不能用：该处是文件，不是文件夹。请改为一个文件夹的路径，例如 ./var"),
    "number": N_("%(key)s 的值“%(value)s”不对：应为 %(least)s 到 %(most)s 之间的整数"),
    "choice": N_("%(key)s 的值“%(value)s”不对：只能是 %(choices)s"),
    "host": N_("%(key)s 的值“%(value)s”不对：应为主机名或 IP 地址，不带端口和空格，例如 127.0.0.1"),
    "mail": N_("%(key)s 的值“%(value)s”不是电子邮箱地址。请改为例如 xinfang@example.gov.cn"),
    "url": N_("%(key)s 的值“%(value)s”不对：应以 http:// 或 https:// 开头，例如 http://192.168.1.10:8000"),
    "unknown": N_("没有 %(key)s 这个设置项。您是否要写 %(near)s"),
    "missing": N_("设置了 %(given)s，还需要设置 %(key)s。请补上，或去掉 %(given)s"),
}


class ConfigError(Refusals):
    """Every key that is wrong, each with its own sentence; ``field`` of each item is the key."""


def _refuse(why: str, key: str, value: str, **params: object) -> Refusal:
    return Refusal(WRONG[why], field=key, key=key, value=value, **params)


Parse = Callable[[str, str], Any]


def _folder(key: str, value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise _refuse("folder", key, value)
    return path


def _number(least: int, most: int) -> Parse:
    def parse(key: str, value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise _refuse("number", key, value, least=least, most=most)
        return int(value)

    return parse


def _choice(*choices: str) -> Parse:
    def parse(key: str, value: str) -> str:
        if value not in choices:
            raise _refuse("choice", key, value, choices=" / ".join(choices))
        return value

    return parse


def _matching(pattern: str, why: str) -> Parse:
    def parse(key: str, value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise _refuse(why, key, value)
        return value

    return parse


def _url(key: str, value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise _refuse("url", key, value)
    return value.rstrip("/")


def _text(_key: str, value: str) -> str:
    return value


KEYS: dict[str, Parse] = {
    "home": _folder,
    "host": _matching(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", "host"),
    "port": _number(1, 65535),
    "locale": _choice(*LOCALES),
    "smtp_host": _matching(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", "host"),
    "smtp_port": _number(1, 65535),
    "smtp_user": _text,
    "smtp_password": _text,
    "smtp_security": _choice(*SMTP_PORTS),
    "mail_from": _matching(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", "mail"),
    "base_url": _url,
    "tick_seconds": _number(1, 300),
    "workers": _number(1, 64),
    "proxies": _number(0, 9),
}
#: Keys that are of no use alone: the first needs the second.
NEEDS = (("smtp_host", "mail_from"), ("smtp_user", "smtp_password"), ("smtp_password", "smtp_user"))


@dataclass(frozen=True)
class Config:
    """The settings of this process. ``home`` holds the register, its key and the attachments."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    locale: str = "zh_Hans_CN"
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_security: str = "none"
    mail_from: str = ""
    base_url: str = ""
    tick_seconds: int = 20
    workers: int = 2
    proxies: int = 0

    def __post_init__(self) -> None:
        # The two defaults that follow from another value.
        if not self.smtp_port:
            object.__setattr__(self, "smtp_port", SMTP_PORTS[self.smtp_security])
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://{_reachable(self.host)}:{self.port}")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """The settings in ``environ``; an empty value is no value. Raises ConfigError with every wrong key at once."""
        given = {key: text.strip() for key, text in environ.items() if key.startswith(PREFIX) and text.strip()}
        given.setdefault(_key("home"), "./var")
        values: dict[str, Any] = {}
        refusals: list[Refusal] = []
        for key, text in sorted(given.items()):
            name = key.removeprefix(PREFIX).lower()
            try:
                values[name] = _parse(key, name, text)
            except Refusal as refusal:
                refusals.append(refusal)
        for name, needed in NEEDS:
            if _key(name) in given and _key(needed) not in given:
                refusals.append(Refusal(WRONG["missing"], field=_key(needed), key=_key(needed), given=_key(name)))
        if refusals:
            raise ConfigError(refusals)
        return cls(**values)


def locale_of(environ: Mapping[str, str]) -> str:
    """The language to refuse in, which must be known even while another key is wrong."""
    wanted = environ.get(_key("locale"), "").strip()
    return wanted if wanted in LOCALES else LOCALES[0]


def _key(name: str) -> str:
    return PREFIX + name.upper()


def _parse(key: str, name: str, text: str) -> Any:
    if key != _key(name) or name not in KEYS:
        near = get_close_matches(key.upper(), map(_key, KEYS), n=1, cutoff=0)
        raise _refuse("unknown", key, text, near=near[0])
    return KEYS[name](key, text)


def _reachable(host: str) -> str:
    """An address that a browser on this machine can open: a server on all addresses is also on this one."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host

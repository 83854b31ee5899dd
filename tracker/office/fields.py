"""What people type about people, checked once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from tracker.rule.refusals import N_, Refusal, Refusals

NAME_LENGTH = 40


def name_of(text: str, *, field: str = "name") -> str:
    """A name without spaces around it; a Refusal when it is empty, too long or holds control characters."""
    name = text.strip()
    if not name:
        raise Refusal(N_("请填写姓名"), field=field)
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Refusal(N_("姓名应在 %(n)s 个字以内，且不含控制字符"), field=field, n=NAME_LENGTH)
    return name


def account_of(text: str, *, field: str = "account") -> str:
    """An account: 2 to 40 letters, digits, dots, dashes or underscores; full-width ones are made plain."""
    account = unicodedata.normalize("NFKC", text).strip()
    if not account:
        raise Refusal(N_("请填写账号"), field=field)
    if not re.fullmatch(r"[A-Za-z0-9._@-]{2,40}", account):
        raise Refusal(N_("账号应为 2 到 40 个英文字母、数字或 . _ - @"), field=field)
    return account


def email_of(text: str, *, field: str = "email") -> str:
    """An e-mail address, or "" for none."""
    email = unicodedata.normalize("NFKC", text).strip()
    if email and (len(email) > 254 or not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+", email)):
        raise Refusal(N_("电子邮箱不对，例如 xinfang@example.gov.cn"), field=field)
    return email


def unit_of(text: str, *, field: str = "unit") -> str:
    """The name of a unit, or "" for none."""
    name = text.strip()
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Refusal(N_("所属应在 %(n)s 个字以内，且不含控制字符"), field=field, n=NAME_LENGTH)
    return name


def collect(**readers: Callable[[], Any]) -> dict[str, Any]:
    """What each reader returns; Refusals with what every one of them refused, so that a form shows all at once."""
    values: dict[str, Any] = {}
    bad: list[Refusal] = []
    for name, read in readers.items():
        try:
            values[name] = read()
        except Refusal as refusal:
            bad.append(refusal)
        except Refusals as refusals:
            bad.extend(refusals.items)
    if bad:
        raise Refusals(bad)
    return values

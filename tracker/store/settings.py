"""What the office has decided for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from sqlite_utils import Database

from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store.database import execute, rows

DEFAULT_ZONE = "Asia/Shanghai"
LOCALES = ("zh_Hans_CN", "en")
NAME_LENGTH = 60

SETTINGS = "SELECT key, value FROM setting"
PUT = "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True)
class Office:
    """The office that this register belongs to. ``name`` is empty until the first run is done."""

    name: str = ""
    prefix: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_ZONE))
    locale: str = "zh_Hans_CN"
    undo_minutes: int = 10
    send_from: time = time(8)
    send_until: time = time(20)
    duty_from: time = time(8, 30)  # a duty runs from then to the same hour of the next day
    repeat_days: int = 90
    attempts_needed: int = 3
    callback_days: int = 30
    auto_cards: int = 0  # 1: the schedule gives the cards that the thresholds call for
    warn_cases: int = 3
    warn_days: int = 30
    spot_percent: int = 10
    revisit_days: int = 30
    retention_years: int = 10
    letterhead: str = ""  # at the head of papers for outside, where it is not the name


#: What each is called in an error, as on the page that keeps it.
NAMES = {
    "undo_minutes": N_("撤销时限（分钟）"),
    "repeat_days": N_("查重天数"),
    "attempts_needed": N_("未联系上须联系几次"),
    "callback_days": N_("回访天数"),
    "auto_cards": N_("自动亮牌"),
    "warn_cases": N_("满多少件"),
    "warn_days": N_("多少天之内"),
    "spot_percent": N_("抽查比例"),
    "revisit_days": N_("回头看天数"),
    "retention_years": N_("保管年限"),
    "send_from": N_("消息最早几点发出"),
    "send_until": N_("消息最晚几点发出"),
    "duty_from": N_("值班从几点起"),
}
#: field → (lowest, highest)
NUMBERS = {
    "undo_minutes": (0, 60),
    "repeat_days": (1, 3650),
    "attempts_needed": (1, 9),
    "callback_days": (0, 365),
    "auto_cards": (0, 1),
    "warn_cases": (2, 99),
    "warn_days": (1, 365),
    "spot_percent": (1, 100),
    "revisit_days": (1, 1000),
    "retention_years": (1, 100),
}
HOURS = ("send_from", "send_until", "duty_from")


def office(db: Database) -> Office:
    """The settings as they stand; what nobody has decided has its default."""
    return parsed({row["key"]: row["value"] for row in rows(db, SETTINGS)})


def save(db: Database, changed: Mapping[str, str]) -> Office:
    """Keep the changed settings, given as text; all of them, or none and Refusals that name the fields at fault."""
    wanted = checked(changed)
    after = parsed({row["key"]: row["value"] for row in rows(db, SETTINGS)} | wanted)
    if after.send_until <= after.send_from:  # or no message would ever leave
        opens, shuts = f"{after.send_from:%H:%M}", f"{after.send_until:%H:%M}"
        words = N_("消息最晚发出的时刻 %(shuts)s 应晚于最早的时刻 %(opens)s，最晚可填 23:59")
        raise Refusals([Refusal(words, field="send_until", opens=opens, shuts=shuts)])
    for key, text in wanted.items():
        execute(db, PUT, {"key": key, "value": text})
    return office(db)


def parsed(kept: Mapping[str, str]) -> Office:
    """The Office that ``save`` wrote."""
    values: dict[str, object] = {key: kept[key] for key in ("name", "prefix", "locale", "letterhead") if key in kept}
    if "zone" in kept:
        values["zone"] = ZoneInfo(kept["zone"])
    values.update({key: int(kept[key]) for key in NUMBERS if key in kept})
    values.update({key: time.fromisoformat(kept[key]) for key in HOURS if key in kept})
    return Office(**values)  # type: ignore[arg-type]


def checked(changed: Mapping[str, str]) -> dict[str, str]:
    """The settings in the form in which they are kept; raises Refusals with one Refusal for each field at fault."""
    good: dict[str, str] = {}
    bad: list[Refusal] = []
    for key, text in changed.items():
        try:
            good[key] = _check(key, text.strip())
        except Refusal as refusal:
            bad.append(refusal)
    if bad:
        raise Refusals(bad)
    return good


def _check(key: str, text: str) -> str:
    if key == "name":
        return _name(text)
    if key == "letterhead":
        return _name(text) if text else ""
    if key == "prefix":
        return _prefix(text)
    if key == "zone":
        return _zone(text)
    if key == "locale":
        return _locale(text)
    if key in NUMBERS:
        return _number(key, text)
    if key in HOURS:
        return _hour(key, text)
    raise Refusal(N_("没有这项设置：%(name)s"), field=key, name=key)


def _name(text: str) -> str:
    if not text:
        raise Refusal(N_("请填写单位名称"), field="name")
    if len(text) > NAME_LENGTH or not text.isprintable():
        raise Refusal(N_("单位名称应在 %(n)s 个字以内，且不含控制字符"), field="name", n=NAME_LENGTH)
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,6}", text):
        raise Refusal(N_("编号前缀应为 2 到 6 个英文字母，例如 XH"), field="prefix")
    return text.upper()


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise Refusal(N_("没有这个时区：%(zone)s。例如 Asia/Shanghai"), field="zone", zone=text[:40])
    return text


def _locale(text: str) -> str:
    if text not in LOCALES:
        raise Refusal(N_("界面语言只有中文和英文"), field="locale")
    return text


def _number(key: str, text: str) -> str:
    lowest, highest = NUMBERS[key]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
        words = N_("%(name)s“%(value)s”不对，应为 %(lowest)s 到 %(highest)s 的整数")
        raise Refusal(words, field=key, name=NAMES[key], value=text[:20], lowest=lowest, highest=highest)
    return str(int(text))


def _hour(key: str, text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        words = N_("%(name)s“%(value)s”不对，应为时刻，例如 08:00")
        raise Refusal(words, field=key, name=NAMES[key], value=text[:20]) from None

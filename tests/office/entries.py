"""Complete facts of each stage, and instants on the clock of Shanghai, for tests to change in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tracker.office.stages import Around
from tracker.rule.facts import Contact, Inspection, Recheck, Reply, Resolution

ZONE = ZoneInfo("Asia/Shanghai")
CONTACT = Contact(method="电话", outcome="已联", who="王建国", note="已告知办理安排")
INSPECTION = Inspection(
    officers=("王建国", "周明"),
    mode="现场",
    finding="属实",
    note="厂界有明显异味",
    demand="密闭车间，加装收集设施",
    demand_until=date(2026, 12, 31),
)
RECHECK = Recheck(officers=("王建国",), rectified="已整改", note="已加装", no_monitoring="现场已无异味")
RESOLUTION = Resolution(who="王建国", result="无监测", finding="属实", next_step="办结")
GO_ON = replace(RESOLUTION, next_step="继续整改", until=date(2026, 12, 31))
REPLY = Reply(form="电话答复", text="已责令整改，现已无异味")
HANDED_BACK = Reply(form="平台答复", text="已责令整改，现已无异味", handed_back=True)
FACTS = {"contact": CONTACT, "inspection": INSPECTION, "recheck": RECHECK, "resolution": RESOLUTION}


def entry_of(happened_at: datetime, **around: object) -> Around:
    """What surrounds a fact: a written record unless the test says otherwise."""
    return Around(happened_at, **{"note": "通话记录", **around})


def shanghai(text: str) -> datetime:
    """``06-17 10:24`` of 2026 on the clock of Shanghai, as an instant in UTC."""
    full = text if len(text) > 11 else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=ZONE).astimezone(UTC)

"""What is asked around the cases of the sample office: an extension, a suspension, a 催办, and how content they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from tracker.office import callback, moving, urging
from tracker.office.actors import Actor
from tracker.office.sample_acts import Desk
from tracker.office.sample_plan import Plan
from tracker.rule.asking import REPORT

_HOUR = timedelta(hours=1)
HAPPY = {"满意": 70, "基本满意": 18, "未接通": 12}


def asked(desk: Desk, plan: Plan, no: str, handler: Actor, due: Mapping[str, datetime]) -> Iterator[datetime]:
    """What is asked of a case that stands still."""
    if plan.asks == "urge":
        yield desk.office_hour(due[plan.stuck] + 26 * _HOUR)
        urging.urge(desk.db, desk.any_of("supervisor"), [no], "请尽快办理，并在系统中补记。", desk.at)
    elif plan.asks == "extension":
        yield desk.office_hour(desk.at + 20 * _HOUR)
        reason = "整改设备已订货，到货安装需要时间。"
        moving.ask_extension(desk.db, handler, no, desk.version(no), plan.stuck, 5, reason, True, desk.at)
    elif plan.asks == "suspension":
        yield desk.office_hour(desk.at + 3 * _HOUR)
        reason = "已采样，等待监测站出具报告。"
        moving.ask_suspension(desk.db, handler, no, desk.version(no), REPORT, reason, desk.at)
        yield desk.office_hour(desk.at + 2 * _HOUR)
        supervisor = desk.supervisor_beside(handler)
        moving.decide_suspension(desk.db, supervisor, no, desk.version(no), True, "", desk.at)


def call_back(desk: Desk, no: str) -> None:
    """The office asks the citizen how it was."""
    clerk = desk.any_of("clerk")
    callback.number(desk.db, clerk, no, desk.at)
    callback.record(desk.db, clerk, no, desk.draw.one(HAPPY), "", False, desk.at)

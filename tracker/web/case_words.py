"""The words of the case page for what the register keeps as keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from tracker.rule.intake import BY_NAME
from tracker.rule.refusals import N_
from tracker.store.cases import Case

#: As long as it takes to fill in a form: what happened longer ago tells its own time.
JUST_NOW = timedelta(minutes=15)
#: What the clock of a case started from (received_from).
STARTS = {
    "dispatch": N_("派单时间"),
    "registration": N_("登记时间"),
    "call": N_("来电时间"),
    "letter": N_("来信时间"),
}
RECEIVED, AGAIN, REORDERED = N_("收到时间"), N_("退回重办时间"), N_("重新交办的派单时间")
#: The facts of each kind in the order in which they are told: name in the register → its word.
FACTS: dict[str, dict[str, str]] = {
    "contact": {
        "outcome": N_("结果"),
        "method": N_("方式"),
        "who": N_("联系人"),
        "cause": N_("原因"),
        "note": N_("联系情况"),
    },
    "attempt": {"outcome": N_("结果"), "method": N_("方式"), "note": N_("联系情况")},
    "inspection": {
        "officers": N_("检查人"),
        "mode": N_("方式"),
        "visit": N_("检查类型"),
        "finding": N_("初步认定"),
        "note": N_("检查情况"),
        "demand": N_("整改要求"),
        "demand_until": N_("整改期限"),
        "no_demand": N_("无需整改的理由"),
    },
    "recheck": {
        "officers": N_("复查人"),
        "rectified": N_("整改情况"),
        "note": N_("复查情况"),
        "body_name": N_("监测单位"),
        "planned": N_("计划监测日期"),
        "items": N_("监测项目"),
        "no_monitoring": N_("不监测的理由"),
    },
    "resolution": {
        "who": N_("办理人"),
        "result": N_("监测结果"),
        "report_no": N_("报告编号"),
        "report_date": N_("报告日期"),
        "finding": N_("最终认定"),
        "next_step": N_("后续处理"),
        "until": N_("下次查看"),
        "note": N_("处理情况"),
    },
    "reply": {"form": N_("方式"), "text": N_("答复内容"), "nobody": N_("无法答复的理由")},
}
#: Facts whose values are words of the product and are translated.
CHOSEN = frozenset(
    {"outcome", "method", "mode", "visit", "finding", "rectified", "result", "next_step", "form", "nobody"}
)
KINDS_OF_FILE = {"jpg": N_("照片"), "png": N_("照片"), "pdf": "PDF", "text": N_("文字记录")}
STATES = {"open": N_("在办"), "applied": N_("待审核"), "closed": N_("已销项")}
#: What a reminder was about, by its rung.
REMINDER = N_("提醒")
REMINDERS = {
    "dispatch": N_("派单提醒"),
    "eve": N_("临期提醒"),
    "due_day": N_("今日到期提醒"),
    "late": N_("超期提醒"),
    "late_1": N_("超期满1天提醒"),
    "late_3": N_("超期满3天提醒"),
    "weekly": N_("超期每周提醒"),
    "late_entry": N_("登记或改期时已超期提醒"),
    "raised": N_("升为紧急"),
    "decide": N_("待审批提醒"),
    "decided": N_("审批结果通知"),
    "urge": N_("催办"),
    "redo": N_("待审批提醒"),
    "card": N_("亮牌督办"),
    "order": N_("督办"),
    "order_answered": N_("督办答复待认可"),
    "order_returned": N_("督办答复退回"),
    "warning": N_("苗头预警"),
    "revisit": N_("回头看"),
    "revisit_late": N_("回头看未完成"),
}


def start_of(case: Case, round_: int = 1, reordered: Collection[int] = ()) -> str:
    """What the clocks of a round started from. Only another body dispatches; the office itself receives.

    ``reordered``: the rounds that an order from the source began."""
    if round_ > 1:
        return REORDERED if round_ in reordered else AGAIN
    if case.received_from == "dispatch" and not (case.channel in BY_NAME and BY_NAME[case.channel].dispatched):
        return RECEIVED
    return STARTS[case.received_from]

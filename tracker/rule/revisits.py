"""回头看: going to see again after closing whether the trouble has come back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tracker.rule.conduct import refuse_too_long
from tracker.rule.instants import local
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.reminders import Hours
from tracker.rule.standing import Standing

FURTHEST = timedelta(days=3 * 366)
RESULTS = {"calm": N_("无反弹"), "rebound": N_("有反弹")}
#: The rungs of its reminder: on the day, to whoever goes; on the first working morning after it, the supervisors too.
DUE, LATE = "revisit", "revisit_late"
_DAY = timedelta(days=1)


def check_set(standing: Standing, day: date | None, today: date) -> None:
    """A closed case, and a day that is not over."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state != "closed":
        raise Refusal(N_("本件尚未销项，销项之后再定回头看"))
    check_day(day, today)


def check_day(day: date | None, today: date) -> None:
    """The day is said, is not over, and is no slip of the pen."""
    if day is None:
        raise Refusal(N_("请填写回头看的日期"), field="day")
    if day < today:
        raise Refusal(N_("回头看的日期不能早于今天"), field="day")
    if day > today + FURTHEST:
        raise Refusal(N_("回头看的日期不能超过三年"), field="day")


def check_result(*, open_: bool, result: str, text: str) -> None:
    """What was seen, once, in words."""
    if not open_:
        raise Refusal(N_("本件没有等待结果的回头看，可能已由他人处理"))
    problems = []
    if result not in RESULTS:
        problems.append(Refusal(N_("请选择无反弹或有反弹"), field="result"))
    if not text:
        problems.append(Refusal(N_("请写明回头看的情况"), field="text"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(text=text)


def mornings(day: date, set_at: datetime, hours: Hours) -> dict[str, datetime]:
    """When each rung is owed for a visit on ``day`` that was set at ``set_at``: the day's morning (a working one), or
    the next if that has passed, and the first working morning after the day."""
    due = max(hours.working_morning(day), set_at)
    late = hours.working_morning(max(day, local(due, hours.zone).date()) + _DAY)
    return {DUE: due, LATE: late}

"""回头看: going to see again after closing whether the trouble has come back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import Standing

FURTHEST = timedelta(days=3 * 366)
RESULTS = {"calm": N_("无反弹"), "rebound": N_("有反弹")}
#: Told beside the ladder: that it is due today, where its day is set on that day. LATE is of former times.
DUE, LATE = "revisit", "revisit_late"


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


def check_who(person_id: int, handlers: Collection[int]) -> None:
    """Whoever goes is one of the handlers who work here."""
    if person_id not in handlers:
        raise Refusal(N_("请选择去回头看的承办人"), field="who")


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

"""督办: what a supervisor orders about a case with a date of its own, the answer, and what becomes of it.

A 督办 is answered in writing; a supervisor other than whoever answered accepts it or returns it with a reason. Its date
is a limit beside those of the rule and moves none of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import Standing

#: Against a slip of the pen in the year.
FURTHEST = timedelta(days=366)


def check_order(standing: Standing, text: str, due_at: datetime | None, at: datetime, *, open_already: bool) -> None:
    """A case under way, one 督办 at a time, what is wanted, and a date to come."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state == "closed":
        raise Refusal(N_("本件已销项，不能再督办；需要再办的，请重办"))
    if open_already:
        raise Refusal(N_("本件已有未了结的督办，了结之后再发新的督办"))
    problems = []
    if not text:
        problems.append(Refusal(N_("请写明督办要求"), field="text"))
    if due_at is None:
        problems.append(Refusal(N_("请填写督办期限"), field="due_at"))
    elif due_at <= at:
        problems.append(Refusal(N_("督办期限应晚于现在"), field="due_at"))
    elif due_at > at + FURTHEST:
        problems.append(Refusal(N_("督办期限不能超过一年"), field="due_at"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(text=text)


def check_answer(*, is_open: bool, waits: bool, text: str) -> None:
    """Answered while it is open and no answer of it waits for its acceptance."""
    if not is_open:
        raise Refusal(N_("没有等待答复的督办，可能已由他人处理"))
    if waits:
        raise Refusal(N_("督办已经答复，正在等待督办人员认可"))
    if not text:
        raise Refusal(N_("请写明督办答复"), field="text")
    refuse_too_long(text=text)


def check_judge(
    *, waits: bool, answered_by: int, handler_id: int | None, person_id: int, accepted: bool, reason: str
) -> None:
    """Accepted or returned by another person than the one who answered or handles the case: a substitute answers in the
    handler's place. Returned with a reason."""
    if not waits:
        raise Refusal(N_("没有等待认可的督办答复，可能已由他人处理"))
    if person_id in (answered_by, handler_id):
        raise Refusal(N_("不能认可自己的答复，请其他督办人员办理"))
    if not accepted and not reason:
        raise Refusal(N_("退回答复的，请写明理由"), field="reason")
    refuse_too_long(reason=reason)


def check_withdraw(*, is_open: bool, reason: str) -> None:
    """撤回督办: while it is open, with a reason; it stays on record."""
    if not is_open:
        raise Refusal(N_("没有可以撤回的督办，可能已由他人处理"))
    if not reason:
        raise Refusal(N_("请写明撤回督办的理由"), field="reason")
    refuse_too_long(reason=reason)

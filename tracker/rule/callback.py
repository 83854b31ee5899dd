"""回访: what may be recorded of a call after closing, and who decides on a case that is to be done over."""

from __future__ import annotations

from datetime import timedelta

from tracker.rule.conduct import check_send_back, refuse_too_long
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import Standing

UNHAPPY, NO_ANSWER = N_("不满意"), N_("未接通")
#: In the order of the keys 1 to 4.
OUTCOMES = (N_("满意"), N_("基本满意"), UNHAPPY, NO_ANSWER)
#: Who did not answer is not called again sooner.
AGAIN_AFTER = timedelta(hours=1)


def check_callable(standing: Standing, *, rated: bool) -> None:
    """A citizen is called once the case is closed, and says once a round how satisfied they are."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state != "closed":
        raise Refusal(N_("本件尚未销项，销项之后再回访"))
    if rated:
        raise Refusal(N_("本件已经回访"))


def check_outcome(outcome: str, reason: str, *, redo: bool) -> None:
    """不满意 says why, and alone asks for the case to be done over."""
    if outcome not in OUTCOMES:
        raise Refusal(N_("请选择回访结果"), field="outcome")
    if outcome == UNHAPPY and not reason:
        raise Refusal(N_("不满意的，请写明原因"), field="reason")
    if redo and outcome != UNHAPPY:
        raise Refusal(N_("只有不满意的件才能申请重办"), field="redo")
    refuse_too_long(reason=reason)


def check_decide(standing: Standing, *, pending: bool, asked_by: int, person_id: int) -> None:
    """Another person than the one who asked decides, while the case is closed."""
    if not pending or standing.state != "closed":
        raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
    if asked_by == person_id:
        raise Refusal(N_("不能审批自己的申请，请其他督办人员办理"))


def check_answer(standing: Standing, stages: tuple[str, ...], answer: str, *, redone: bool) -> None:
    """重办 names the stages that run anew; whoever refuses it says why."""
    if redone:
        check_send_back(standing, stages, answer)
    elif not answer:
        raise Refusal(N_("不同意的，请写明理由"), field="answer")
    refuse_too_long(answer=answer)

"""受理, and 退单: the order that goes back to the body that sent it, within its limit, until that body has answered.

Sources: docs/rule.md (other clocks, early end) and the practice of the bureaus. 退单 is not 退回派单
(rule/dispatch.py): that one stays inside the office. The clocks of the stages run on until the source has confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.rule.conduct import check_nothing_asked, check_open, refuse_too_long
from tracker.rule.intake import BY_NAME, CHANNELS
from tracker.rule.refusals import N_, Refusal, Refusals, Word
from tracker.rule.standing import BACKFILL, DONE, Standing

CONFIRMED, REFUSED, WITHDRAWN = "confirmed", "refused", "withdrawn"
GROUNDS = {
    "scope": N_("非受理范围"),
    "duty": N_("非本单位职能"),
    "area": N_("非本辖区"),
    "incomplete": N_("要素不全"),
    "double": N_("重复派单"),
    "other": N_("其他"),
}
#: The channels whose orders can go back.
SOURCES = tuple(channel.name for channel in CHANNELS if channel.dispatched)
HOURS, WORKING = "hours", "working"
UNITS = {HOURS: N_("小时"), WORKING: N_("个工作日")}
#: Against a slip of the pen.
MOST = {HOURS: 24 * 60, WORKING: 60}


@dataclass(frozen=True)
class Limit:
    """Within how many hours or working days from its receipt an order of a channel may go back."""

    channel: str
    amount: int
    unit: str


def check_limit(limit: Limit) -> None:
    """A limit of a channel that sends orders, in whole hours or working days."""
    if limit.channel not in SOURCES:
        raise Refusal(N_("“%(channel)s”不派发工单，没有退单期限"), field="channel", channel=Word(limit.channel))
    if limit.unit not in UNITS:
        raise Refusal(N_("请选择小时或工作日"), field="unit")
    if not 1 <= limit.amount <= MOST[limit.unit]:
        raise Refusal(N_("应为 %(lowest)s 到 %(highest)s 的整数"), field="amount", lowest=1, highest=MOST[limit.unit])


def check_accept(standing: Standing) -> None:
    """受理: once, while nobody else has the order."""
    check_open(standing)
    if standing.accepted:
        raise Refusal(N_("本件已经受理"))
    if standing.returned:
        raise Refusal(N_("本件已退单，正在等来源单位确认"))
    if standing.ended:
        raise Refusal(N_("本件已终止，无需受理"))


def check_may_return(standing: Standing, channel: str) -> None:
    """May the order still go back?"""
    check_open(standing)
    check_nothing_asked(standing)
    if channel not in BY_NAME or not BY_NAME[channel].dispatched:
        raise Refusal(N_("“%(channel)s”不派发工单，不能退单；可申请不予受理"), channel=Word(channel))
    if standing.returned:
        raise Refusal(N_("本件已退单，正在等来源单位确认"))
    if standing.ended:
        raise Refusal(N_("本件已终止，不能退单"))
    inspection = standing.stage("inspection")
    if standing.accepted or (inspection is not None and inspection.state in (DONE, BACKFILL)):
        raise Refusal(N_("本件已经受理，不能退单；不属本单位职责的，可申请终止后续环节（转出）"))


def check_return(standing: Standing, channel: str, ground: str, reason: str) -> None:
    """退单 to the source, with its ground; another ground is told."""
    check_may_return(standing, channel)
    problems = []
    if ground not in GROUNDS:
        problems.append(Refusal(N_("请选择退单的理由"), field="ground"))
    if ground == "other" and not reason:
        problems.append(Refusal(N_("请写明退单的理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


@dataclass(frozen=True)
class Answer:
    """What the source said to an order that went back, and when."""

    outcome: str
    answered_at: datetime
    text: str = ""


def check_answer(
    standing: Standing, answer: Answer, *, returned_at: datetime, returned_by: int, person_id: int, at: datetime
) -> None:
    """The answer of the source. That it has confirmed is written down by another person than the one who sent the
    order back, since it ends the stages; that it refuses, or that the order is taken back, needs no second person."""
    if not standing.returned:
        raise Refusal(N_("没有等待确认的退单，可能已由他人处理"))
    if answer.outcome not in (CONFIRMED, REFUSED, WITHDRAWN):
        raise Refusal(N_("请选择来源单位的答复"), field="outcome")
    if answer.outcome == CONFIRMED:
        check_nothing_asked(standing)
        if returned_by == person_id:
            raise Refusal(N_("不能确认自己的退单，请其他督办人员办理"))
    if answer.outcome == WITHDRAWN and returned_by != person_id:
        raise Refusal(N_("只有退单人本人可以撤回退单"))
    problems = []
    if answer.outcome != CONFIRMED and not answer.text:
        problems.append(Refusal(N_("请写明不同意或撤回的理由"), field="answer"))
    if answer.answered_at < returned_at:
        words = N_("答复时间不能早于退单时间（%(returned)s）")
        problems.append(Refusal(words, field="happened_at", returned=returned_at))
    if answer.answered_at > at:
        problems.append(Refusal(N_("答复时间不能晚于现在"), field="happened_at"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(answer=answer.text)


def given_until(limit: Limit, received_at: datetime) -> datetime | None:
    """The first instant that is late, of a limit in hours; None for one in working days, which the calendar counts."""
    return received_at + timedelta(hours=limit.amount) if limit.unit == HOURS else None

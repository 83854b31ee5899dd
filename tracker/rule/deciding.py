"""What intake decides, and the words that refuse it: 不予受理, handing over to another body, and what comes back.

Sources: docs/rule.md (early end, new rounds) and the practice of the bureaus. None of it moves a due time that stands:
不予受理 and a transfer end the open stages once another person has approved; what comes back begins a new round.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tracker.rule.conduct import check_nothing_asked, check_open, refuse_too_long
from tracker.rule.intake import PLACE_MAX
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.rule.rounds import stages_left_out
from tracker.rule.standing import BACKFILL, DONE, STAGE_NAMES, Standing

REFUSE = "refuse"
#: 不予受理.
REFUSE_GROUNDS = {
    "unclear": N_("线索不详，无法核实"),
    "duty": N_("不属本单位职责"),
    "legal": N_("已进入复议、诉讼或仲裁程序"),
    "settled": N_("同一事项已办结，没有新情况"),
    "other": N_("其他"),
}
TRANSFER = "not_ours"
#: How far from today the day of a transfer may lie: against a slip of the pen.
AROUND = timedelta(days=60)


def check_ask_refusal(standing: Standing, ground: str, reason: str) -> None:
    """不予受理: before anybody has looked into the matter, on a ground that is told."""
    check_may_refuse(standing)
    problems = []
    if ground not in REFUSE_GROUNDS:
        problems.append(Refusal(N_("请选择不予受理的理由"), field="ground"))
    if not reason:
        problems.append(Refusal(N_("请写明不予受理的具体理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def check_may_refuse(standing: Standing) -> None:
    """Is it still open whether the case is taken on?"""
    check_open(standing)
    check_nothing_asked(standing)
    if standing.ended:
        raise Refusal(N_("本件已终止，不能再不予受理"))
    inspection = standing.stage("inspection")
    if inspection is not None and inspection.state in (DONE, BACKFILL):
        raise Refusal(N_("“%(stage)s”已经完成，不能再不予受理，可申请终止后续环节"), stage=STAGE_NAMES["inspection"])


def check_notify(standing: Standing) -> None:
    """告知: of a case that was not taken on, once."""
    check_open(standing)
    if not standing.refused:
        raise Refusal(N_("本件没有不予受理，请记录答复"))
    if standing.replied:
        raise Refusal(N_("本件已经记录告知"))


def check_transfer(receiver: str, handed_on: date, received_on: date, today: date) -> None:
    """移送、转办: to whom, and on which day."""
    found = tuple(_transfer(receiver, handed_on, received_on, today))
    if found:
        raise Refusals(found)


def _transfer(receiver: str, handed_on: date, received_on: date, today: date) -> Iterator[Refusal]:
    if not receiver:
        yield Refusal(N_("请填写接收单位"), field="receiver")
    yield from too_long("receiver", receiver, PLACE_MAX)
    if handed_on < received_on:
        yield Refusal(N_("移送日期不能早于收到日期（%(day)s）"), field="handed_on", day=received_on.isoformat())
    if handed_on > today + AROUND:
        yield Refusal(N_("移送日期离今天太远，请核对"), field="handed_on")


def check_come_back(standing: Standing, stages: tuple[str, ...], reason: str) -> None:
    """转出后退回: what had gone to another body is ours again; the stages that run anew, and why."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    check_nothing_asked(standing)
    if not standing.gone:
        raise Refusal(N_("本件没有转出，或已退回本单位"))
    problems = []
    if not reason:
        problems.append(Refusal(N_("请写明退回的情况"), field="reason"))
    known = {stage.key for stage in standing.stages}
    if (known and not stages) or not known.issuperset(stages):
        problems.append(Refusal(N_("请勾选重新办理的阶段"), field="stages"))
    problems += stages_left_out(standing, stages)
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)

"""When an extension, a suspension, a resumption or a corrected receipt may be, and the words that refuse it.

Source: docs/rule.md, “What may move a deadline”. What they do to the due times is in moving.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tracker.rule.conduct import check_nothing_asked, check_open, refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import BACKFILL, DONE, OPEN, PAUSED, STAGE_NAMES, StageStanding, Standing

EXTENSION, SUSPENSION = "extension", "suspension"
CASE, REPORT = "case", "report"
#: What a suspension holds: the whole case, or stage 4 alone while the laboratory works.
GROUNDS = {CASE: N_("全部未完成的阶段"), REPORT: N_("后续处理，等待监测报告")}
REPORT_STAGE = "resolution"
#: Against a slip of the pen (a year for a day); what may be granted is for the decider to judge.
MOST_DAYS = 60


def extendable(standing: Standing, at: datetime) -> tuple[str, ...]:
    """The stages for which an extension may be asked at ``at``."""
    if not standing.under_way or standing.open_request:
        return ()
    return tuple(stage.key for stage in standing.stages if _why_not_extended(stage, at) is None)


def check_ask_extension(standing: Standing, key: str, days: int | None, reason: str, at: datetime) -> None:
    """延期: of an open stage, before it expires, once, with days and reason."""
    check_open(standing)
    check_nothing_asked(standing)
    stage = standing.stage(key)
    if stage is None:
        raise Refusal(N_("请选择要延期的阶段"), field="stage")
    problems = [refusal for refusal in (_why_not_extended(stage, at),) if refusal]
    if days is None or not 1 <= days <= MOST_DAYS:
        problems.append(Refusal(N_("延期天数应为 1 到 %(most)s 的整数"), field="days", most=MOST_DAYS))
    problems += _reason(reason, N_("请写明延期的理由"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def _why_not_extended(stage: StageStanding, at: datetime) -> Refusal | None:
    name = STAGE_NAMES[stage.key]
    if stage.state == PAUSED:
        return Refusal(N_("“%(stage)s”已中止，恢复后再申请延期"), field="stage", stage=name)
    if stage.state != OPEN:
        return Refusal(N_("“%(stage)s”已经完成或终止，不能延期"), field="stage", stage=name)
    if stage.extended:
        return Refusal(N_("“%(stage)s”已经延期一次，不能再延"), field="stage", stage=name)
    if at >= stage.due_at:
        return Refusal(N_("“%(stage)s”已经超期，延期应在到期前申请"), field="stage", stage=name)
    return None


def check_grant_extension(standing: Standing, key: str) -> None:
    """What was asked may be granted while the stage is open, or was finished late while the request waited."""
    stage = standing.stage(key)
    if stage is None:
        raise Refusal(N_("本件没有“%(stage)s”这一阶段"), stage=STAGE_NAMES.get(key, key))
    name = STAGE_NAMES[key]
    if stage.state == BACKFILL:
        raise Refusal(N_("“%(stage)s”补录待核，请先核定"), stage=name)
    if stage.state == DONE and stage.done_at is not None and stage.done_at < stage.due_at:
        raise Refusal(N_("“%(stage)s”已按时完成，不需要延期，请选“不同意”"), stage=name)


def check_ask_suspension(standing: Standing, ground: str, reason: str, *, monitored: bool) -> None:
    """中止 of the case, or of stage 4 alone while it waits for the report that stage 3 has arranged (``monitored``)."""
    check_open(standing)
    check_nothing_asked(standing)
    check_stands(standing, ground, monitored=monitored)
    problems = tuple(_reason(reason, N_("请写明中止的理由")))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def check_stands(standing: Standing, ground: str, *, monitored: bool) -> None:
    """Is there anything to suspend on this ground? Asked again when it is granted: the work goes on meanwhile."""
    if ground not in GROUNDS:
        raise Refusal(N_("请选择中止的范围"), field="ground")
    if standing.paused:
        raise Refusal(N_("本件已经中止，请先恢复"))
    if ground == REPORT:
        _check_waits_for_report(standing, monitored)
        return
    if not any(stage.state == OPEN for stage in standing.stages):
        raise Refusal(N_("没有未完成的阶段，无需中止"), field="ground")
    for stage in standing.stages:
        if stage.state == BACKFILL:
            raise Refusal(N_("“%(stage)s”补录待核，请先核定"), stage=STAGE_NAMES[stage.key])


def _check_waits_for_report(standing: Standing, monitored: bool) -> None:
    stage = standing.stage(REPORT_STAGE)
    if stage is None or stage.state != OPEN:
        raise Refusal(N_("“%(stage)s”已经完成或终止，无需等待报告"), field="ground", stage=STAGE_NAMES[REPORT_STAGE])
    if before := standing.waits_for(REPORT_STAGE):
        raise Refusal(N_("请先完成“%(stage)s”"), field="ground", stage=STAGE_NAMES[before])
    if not monitored:
        raise Refusal(N_("现场复查时没有安排监测，不能等待监测报告"), field="ground")


def check_resume(standing: Standing) -> None:
    """恢复: of what is suspended."""
    check_open(standing)
    if not standing.paused:
        raise Refusal(N_("本件没有中止，可能已由他人恢复"))


def check_withdraw(standing: Standing, person_id: int) -> None:
    """撤回申请: of an extension or a suspension, by whom asked for it."""
    if standing.open_request not in (EXTENSION, SUSPENSION):
        raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
    if person_id not in (standing.asked_by, standing.asked_for):
        raise Refusal(N_("只有申请人本人可以撤回申请"))


def check_correct(
    standing: Standing,
    received_at: datetime,
    reason: str,
    *,
    registered_at: datetime,
    recorded: Iterable[datetime],
) -> None:
    """更正收到时间: to an instant before the registration and before everything that ``recorded`` says happened."""
    check_open(standing)
    earliest = min(recorded, default=registered_at)
    problems = list(_reason(reason, N_("请写明更正的理由")))
    if received_at == standing.received_at:
        problems.append(Refusal(N_("收到时间没有变化"), field="received_at"))
    if received_at > registered_at:
        problems.append(
            Refusal(N_("收到时间不能晚于登记时间（%(registered)s）"), field="received_at", registered=registered_at)
        )
    elif received_at > earliest:
        problems.append(
            Refusal(N_("收到时间不能晚于已记录的办理（%(happened)s）"), field="received_at", happened=earliest)
        )
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def _reason(reason: str, words: str) -> Iterator[Refusal]:
    if not reason.strip():
        yield Refusal(words, field="reason")

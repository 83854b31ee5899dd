"""重新交办: the source orders the same matter again, under its old number with a later dispatch time.

A new round, counted from that dispatch, of the stages that are named. A stage that is not finished keeps the due time
that stands and goes on. Source: docs/rule.md. Decides; acts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tracker.rule.conduct import check_nothing_asked, refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.rounds import stages_left_out
from tracker.rule.standing import BACKFILL, OPEN, PAUSED, STAGE_NAMES, Standing


def may_run_anew(standing: Standing) -> tuple[str, ...]:
    """The stages of which a new round may begin: those that are done, or have ended."""
    return tuple(stage.key for stage in standing.stages if stage.state not in (OPEN, PAUSED, BACKFILL))


def check_case(standing: Standing, source_no: str) -> None:
    """Whether the case can be ordered again as it stands."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if not source_no:
        raise Refusal(N_("本件没有来源编号，不能登记重新交办；另有编号的请登记新件"))
    check_nothing_asked(standing)
    if standing.returned:
        raise Refusal(N_("本件已退单，来源单位还没有答复，请先记录答复"))
    if standing.paused:
        raise Refusal(N_("本件已中止，请先恢复"))
    for stage in standing.stages:
        if stage.state == BACKFILL:
            raise Refusal(N_("“%(stage)s”补录待核，请先核定"), stage=STAGE_NAMES[stage.key])


def check(
    standing: Standing,
    source_no: str,
    *,
    dispatched_at: datetime,
    before: datetime,
    stages: tuple[str, ...],
    reason: str,
    source_due_at: datetime | None,
    at: datetime,
) -> None:
    """Everything that keeps the order from being recorded at ``at``. ``before``: when it was dispatched last."""
    check_case(standing, source_no)
    problems = [
        *_when(dispatched_at, before, source_due_at, at),
        *_which(standing, stages),
    ]
    if not reason:
        problems.append(Refusal(N_("请写明来源重新交办的理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def _when(dispatched_at: datetime, before: datetime, due_at: datetime | None, at: datetime) -> Iterator[Refusal]:
    if dispatched_at > at:
        yield Refusal(N_("派单时间不能晚于现在"), field="dispatched_at")
    elif dispatched_at <= before:
        yield Refusal(
            N_("派单时间应晚于上一次派单（%(before)s）；同一时间的已经登记"), field="dispatched_at", before=before
        )
    if due_at is not None and due_at <= dispatched_at:
        yield Refusal(N_("应反时间应晚于派单时间"), field="source_due_at")


def _which(standing: Standing, stages: tuple[str, ...]) -> Iterator[Refusal]:
    offered = may_run_anew(standing)
    known = {stage.key for stage in standing.stages}
    if (offered and not stages) or not known.issuperset(stages):
        yield Refusal(N_("请勾选重新办理的阶段"), field="stages")
        return
    for key in stages:
        if key not in offered:
            yield Refusal(
                N_("“%(stage)s”还没有完成，按原时限继续办理，不另起一轮"), field="stages", stage=STAGE_NAMES[key]
            )
    yield from stages_left_out(standing, stages)

"""What may happen to a case next, what refuses it and in which words. Decides; acts nowhere.

Sources: docs/rule.md (stages, early end, closing) and the table of roles in SECURITY.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tracker.rule.facts import TEXT_MAX
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.rule.rounds import stages_left_out
from tracker.rule.standing import (
    BACKFILL,
    BACKFILL_AFTER,
    DONE,
    ENDED,
    NEEDS,
    OPEN,
    PAUSED,
    STAGE_NAMES,
    STAGE_ORDER,
    UNDO_WITHIN,
    StageStanding,
    Standing,
    forerunners,
)
from tracker.rule.standins import check_not_asker

__all__ = [
    "BACKFILL",
    "BACKFILL_AFTER",
    "DONE",
    "ENDED",
    "END_GROUNDS",
    "NEEDS",
    "OPEN",
    "STAGE_NAMES",
    "STAGE_ORDER",
    "UNDO_WITHIN",
    "StageStanding",
    "Standing",
]

END_GROUNDS = {
    "not_ours": N_("非本单位职责（转出）"),
    "withdrawn": N_("撤回投诉"),
    "unfounded": N_("不属实"),
}
REQUEST_NAMES = {
    "end": N_("终止"),
    "close": N_("销项"),
    "extension": N_("延期"),
    "suspension": N_("中止"),
    "refuse": N_("不予受理"),
    "reclassify": N_("更正类型"),
}
#: The work goes on while these wait for their decision.
WORK_GOES_ON = ("", "extension", "suspension", "reclassify")


def recordable(standing: Standing) -> tuple[str, ...]:
    """The stages that may be recorded now: open ones whose forerunners are in, and stage 4 again after 继续整改."""
    if not standing.under_way or standing.open_request not in WORK_GOES_ON:
        return ()
    return tuple(
        stage.key for stage in standing.stages if _wanted(standing, stage) and not standing.waits_for(stage.key)
    )


def _wanted(standing: Standing, stage: StageStanding) -> bool:
    return stage.state == OPEN or (stage.key == "resolution" and standing.goes_on)


def check_open(standing: Standing) -> None:
    """Refuse any act on a case that is closed, historic or waiting for a decision."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state == "closed":
        raise Refusal(N_("本件已销项。需要再办的，请督办人员退回重办"))
    if standing.state == "applied":
        raise Refusal(N_("本件已申请销项，正在等待审核"))
    if standing.open_request == "end":
        raise Refusal(N_("本件已申请终止，正在等待审批"))
    if standing.open_request == "refuse":
        raise Refusal(N_("本件已申请不予受理，正在等待审批"))


def check_nothing_asked(standing: Standing) -> None:
    """A case has one open request at a time."""
    if standing.open_request:
        name = REQUEST_NAMES[standing.open_request]
        raise Refusal(N_("本件的%(request)s申请正在等待决定，决定之后再申请"), request=name)


def check_stage(standing: Standing, key: str) -> StageStanding:
    """The stage ``key`` if it may be recorded now; Refusal in words otherwise."""
    check_open(standing)
    stage = standing.stage(key)
    if stage is None:
        raise Refusal(N_("本件没有“%(stage)s”这一阶段"), stage=STAGE_NAMES.get(key, key))
    if stage.state == ENDED:
        raise Refusal(N_("“%(stage)s”已终止"), stage=STAGE_NAMES[key])
    if stage.state == PAUSED:
        raise Refusal(N_("“%(stage)s”已中止，请先恢复"), stage=STAGE_NAMES[key])
    if not _wanted(standing, stage):
        raise Refusal(N_("“%(stage)s”已经完成，不能重复记录"), stage=STAGE_NAMES[key])
    if before := standing.waits_for(key):
        raise Refusal(N_("请先完成“%(stage)s”"), stage=STAGE_NAMES[before])
    return stage


def check_times(
    standing: Standing, happened_at: datetime, recorded_at: datetime, stage: StageStanding | None = None
) -> Iterator[Refusal]:
    """A fact is never in the future, never before the case was received, and of a new round never before it began: of
    a ``stage``, before its own limit began to run."""
    own = stage.starts_at if stage is not None and stage.state == OPEN else None
    since = own or standing.since
    if happened_at > recorded_at:
        yield Refusal(N_("办理时间不能晚于现在"), field="happened_at")
    if happened_at < standing.received_at:
        yield Refusal(
            N_("办理时间不能早于收到时间（%(received)s）"), field="happened_at", received=standing.received_at
        )
    elif since is not None and happened_at < since:
        yield Refusal(N_("办理时间不能早于本轮开始的时间（%(since)s）"), field="happened_at", since=since)


def check_late_record(happened_at: datetime, recorded_at: datetime, reason: str) -> bool:
    """Whether a fact other than a stage's is 补录; Refusal when it is and nobody says why."""
    backfilled = recorded_at - happened_at > BACKFILL_AFTER
    if backfilled and not reason:
        raise Refusal(N_("办理已超过24小时才记录（补录），请写明原因"), field="reason")
    return backfilled


def hours_tried(standing: Standing) -> int:
    """How many different hours the failed attempts fall into."""
    return len({attempt.replace(minute=0, second=0, microsecond=0) for attempt in standing.attempts})


def may_give_up(standing: Standing) -> bool:
    """Whether stage 1 may end as 未联系上: enough failed attempts at different hours."""
    return hours_tried(standing) >= standing.attempts_needed


def check_reply(standing: Standing) -> None:
    """A reply may be recorded once a round, whenever the case is under way."""
    check_open(standing)
    if standing.replied:
        raise Refusal(N_("本件已经记录答复"))


def check_ask_end(standing: Standing, ground: str, reason: str) -> None:
    """Ending early: 转出 at any time; 撤回投诉 and 不属实 only after an inspection."""
    check_open(standing)
    check_nothing_asked(standing)
    if ground not in END_GROUNDS:
        choices = tuple(END_GROUNDS.values())
        raise Refusal(N_("请选择终止的理由：%(choices)s"), field="ground", choices=choices)
    if standing.ended or not any(stage.state in (OPEN, PAUSED) for stage in standing.stages):
        raise Refusal(N_("没有未完成的阶段，无需终止"))
    if ground != "not_ours" and standing.stage("inspection") and not _inspected(standing):
        raise Refusal(
            N_("“%(ground)s”须在现场检查之后才能申请：撤回投诉不免除检查职责"),
            field="ground",
            ground=END_GROUNDS[ground],
        )
    if not reason:
        raise Refusal(N_("请写明终止的具体理由"), field="reason")
    refuse_too_long(reason=reason)


def _inspected(standing: Standing) -> bool:
    stage = standing.stage("inspection")
    return stage is not None and stage.state in (DONE, BACKFILL)


def missing_for_close(standing: Standing) -> tuple[Refusal, ...]:
    """What 办结 still wants: stages done or lawfully ended, a final next step, the reply."""
    found = [
        Refusal(N_("“%(stage)s”尚未完成"), stage=STAGE_NAMES[stage.key])
        for stage in standing.stages
        if stage.state in (OPEN, PAUSED)
    ]
    found += [
        Refusal(N_("“%(stage)s”补录待核"), stage=STAGE_NAMES[stage.key])
        for stage in standing.stages
        if stage.state == BACKFILL
    ]
    if standing.goes_on:
        found.append(Refusal(N_("后续处理为“继续整改”，还没有最终处理")))
    if not standing.replied:
        found.append(Refusal(N_("尚未记录答复")))
    if standing.lead_open:
        found.append(Refusal(N_("首件尚未销项，并入件与首件同时或之后销项")))
    found += [
        Refusal(N_("“%(clock)s”的时限还在走，请先记录完成，或由督办人员取消"), clock=one) for one in standing.clocks
    ]
    if standing.returned:
        found.append(Refusal(N_("本件已退单，来源单位还没有答复，请先记录答复")))
    return tuple(found)


def check_apply_close(standing: Standing) -> None:
    """申请销项: only when nothing is missing."""
    check_open(standing)
    check_nothing_asked(standing)
    check_close(standing)


def check_close(standing: Standing) -> None:
    """Nothing may be missing when it is applied for, nor when it is closed: a 督办 may have come in between."""
    missing = missing_for_close(standing)
    if missing:
        raise Refusals(missing)


def check_decider(standing: Standing, kind: str, person_id: int) -> None:
    """A request is decided by another person than the one who asked."""
    if standing.open_request != kind:
        raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
    check_not_asker((standing.asked_by, standing.asked_for), person_id)


def check_refusal(answer: str) -> None:
    """Whoever refuses what was asked says why."""
    if not answer:
        raise Refusal(N_("不同意的，请写明理由"), field="answer")


def check_send_back(standing: Standing, stages: tuple[str, ...], reason: str) -> None:
    """退回重办: a reason, and the stages that run anew (none where the case has none)."""
    if not reason:
        raise Refusal(N_("请写明退回重办的理由"), field="answer")
    known = {stage.key for stage in standing.stages}
    if (known and not stages) or not known.issuperset(stages):
        raise Refusal(N_("请勾选需要重办的阶段"), field="stages")
    if left_out := tuple(stages_left_out(standing, stages)):
        raise Refusals(left_out)


def check_undo(standing: Standing, key: str, person_id: int, at: datetime) -> None:
    """Undo of a stage: by whom recorded it, within 10 minutes (a setting), while nothing rests on it."""
    check_open(standing)
    stage = standing.stage(key)
    if stage is None or stage.state not in (DONE, BACKFILL) or stage.fact_at is None or _stamped(standing, stage):
        raise Refusal(N_("没有可以撤销的记录"))
    if stage.fact_by != person_id:
        raise Refusal(N_("只有记录人本人可以撤销"))
    if at - stage.fact_at > standing.undo_within:
        minutes = int(standing.undo_within.total_seconds()) // 60
        raise Refusal(N_("已超过%(n)s分钟，不能撤销。需要更正的，请写一条办理记录"), n=minutes)
    if stage.judged:
        raise Refusal(N_("补录已经核定，不能撤销"))
    if standing.paused:
        raise Refusal(N_("本件已中止，不能撤销，请先恢复"))
    if standing.ended:
        raise Refusal(N_("本件已批准终止，不能撤销"))
    if rests_on(standing, stage):
        raise Refusal(N_("后面的阶段已经完成，不能撤销"))


def _stamped(standing: Standing, stage: StageStanding) -> bool:
    """Whether the stage keeps its stamps: it is an old round's, or a further next step followed 继续整改."""
    of_old_round = standing.since is not None and stage.fact_at is not None and stage.fact_at < standing.since
    return of_old_round or (stage.key == "resolution" and standing.steps > 1)


def rests_on(standing: Standing, stage: StageStanding) -> bool:
    """Whether a later stage has been completed on the strength of this one."""
    later = (one for one in standing.stages if stage.key in forerunners(one.key))
    return any(one.fact_at is not None and stage.fact_at is not None and one.fact_at >= stage.fact_at for one in later)


def check_backfill_decision(standing: Standing, key: str, person_id: int) -> None:
    """补录 is held against its evidence by another person than the one who recorded it."""
    stage = standing.stage(key)
    if stage is None or stage.state != BACKFILL:
        raise Refusal(N_("没有待核的补录，可能已由他人处理"))
    if person_id in (stage.fact_by, stage.fact_for):
        raise Refusal(N_("不能核定自己的补录，请其他督办人员办理"))


def refuse_too_long(**texts: str) -> None:
    """Refusals for every text, given by its field, that nobody would read to its end."""
    found = [item for field, text in texts.items() for item in too_long(field, text, TEXT_MAX)]
    if found:
        raise Refusals(found)

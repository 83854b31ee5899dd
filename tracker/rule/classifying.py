"""Kind, grade and route of a case, put right after its registration, and what that moves.

A case keeps the rule version that it was logged under (docs/rule.md). Where it was logged under a wrong kind or grade,
this is put right like a wrong receipt time: asked with a reason, seen before it is decided, decided by another person,
old and new on record. It takes away nothing that was granted, makes nothing late, and turns nothing that is late green.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.conduct import check_nothing_asked, check_open, refuse_too_long
from tracker.rule.intake import GRADES, KINDS, ROUTES
from tracker.rule.lights import State
from tracker.rule.moving import Limit
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.stages import Due, Rule, due
from tracker.rule.standing import Standing

RECLASSIFY = "reclassify"
MOVED, KEPT, ENDED, ADDED, AGAIN = "moved", "kept", "ended", "added", "again"
#: What becomes of a stage.
CHANGES = {
    MOVED: N_("按新规则重算"),
    KEPT: N_("保留原时限"),
    ENDED: N_("终止"),
    ADDED: N_("新增"),
    AGAIN: N_("恢复"),
}


@dataclass(frozen=True)
class Change:
    """What becomes of one stage: its due time now (None when it has none) and then."""

    key: str
    what: str
    before: Due | None
    after: Due | None


def check_ask(standing: Standing, now: tuple[str, str], wanted: tuple[str, str], reason: str) -> None:
    """Kind and grade, as they are (``now``) and as they should be."""
    check_open(standing)
    check_nothing_asked(standing)
    if standing.ended:
        raise Refusal(N_("本件已终止，不再更正类型和等级"))
    if standing.paused:
        raise Refusal(N_("本件已中止，请先恢复"))
    problems = []
    if wanted[0] not in KINDS:
        problems.append(Refusal(N_("请选择类型：%(choices)s"), field="kind", choices=KINDS))
    if wanted[1] not in GRADES:
        problems.append(Refusal(N_("请选择等级：%(choices)s"), field="grade", choices=GRADES))
    if wanted == now:
        problems.append(Refusal(N_("类型和等级没有变化"), field="kind"))
    if not reason:
        problems.append(Refusal(N_("请写明更正的理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def check_grant(standing: Standing) -> None:
    """Asked again when it is granted: the work goes on meanwhile."""
    if standing.paused:
        raise Refusal(N_("本件已中止，请先恢复"))


def check_route(standing: Standing, now: str, wanted: str, reason: str) -> None:
    """Another route, with its reason. It moves no stage; it picks the other clocks."""
    check_open(standing)
    problems = []
    if wanted not in ROUTES:
        problems.append(Refusal(N_("请选择途径：%(choices)s"), field="route", choices=ROUTES))
    if wanted == now:
        problems.append(Refusal(N_("途径没有变化"), field="route"))
    if not reason:
        problems.append(Refusal(N_("请写明改变途径的理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def may_run_again(standing: Standing, this_round: Iterable[str]) -> frozenset[str]:
    """The stages, of those that have a limit in the case's present round, that an earlier correction had ended: what
    else ends a stage ends the case's round with it. What ended in a round before keeps its stamps."""
    ended = {stage.key for stage in standing.stages if stage.state == State.ENDED}
    return frozenset() if standing.ended else frozenset(ended.intersection(this_round))


def changes(
    limits: Iterable[Limit],
    rule: Rule | None,
    received_at: datetime,
    at: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    *,
    again: frozenset[str],
) -> tuple[Change, ...]:
    """What another rule (None: the kind has none) makes of the stages in their latest round, in their order. Of those
    that have ended, only the ones in ``again`` (see may_run_again) may run again."""
    return tuple(_changes(tuple(limits), rule, received_at, at, calendar, zone, again))


def _changes(
    limits: tuple[Limit, ...],
    rule: Rule | None,
    received_at: datetime,
    at: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    again: frozenset[str],
) -> Iterator[Change]:
    wanted = {stage.key: stage for stage in rule.stages} if rule else {}
    have = {limit.key: limit for limit in limits}
    for key, limit in have.items():
        if key not in wanted:
            yield Change(key, ENDED if limit.state == State.OPEN else KEPT, limit.due, None)
        elif key in again:
            assert rule is not None
            yield Change(key, AGAIN, limit.due, due(rule, wanted[key], limit.starts_at, calendar, zone))
        else:
            assert rule is not None
            yield _recounted(limit, due(rule, wanted[key], limit.starts_at, calendar, zone), at)
    for key, stage in wanted.items():
        if key not in have:
            assert rule is not None
            yield Change(key, ADDED, None, due(rule, stage, received_at, calendar, zone))


def _recounted(limit: Limit, fresh: Due, at: datetime) -> Change:
    """An open stage that is not late, and to which nothing was granted, is counted anew, unless that made it late."""
    stands = limit.state != State.OPEN or at >= limit.due.due_at or limit.moved or fresh.due_at <= at
    if stands or fresh == limit.due:
        return Change(limit.key, KEPT, limit.due, limit.due)
    return Change(limit.key, MOVED, limit.due, replace(fresh, key=limit.key))

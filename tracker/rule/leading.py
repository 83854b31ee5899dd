"""责任领导 and 下访: whom a case may be given to as its leader, and what a visit has to say."""

from __future__ import annotations

from datetime import datetime

from tracker.rule.refusals import N_, Refusal, Refusals, too_long

LINE_MAX, TEXT_MAX = 100, 1000


def check_leader(person_id: int | None, before: int | None, *, allowed: bool) -> None:
    """Somebody of the office who may see cases (``allowed``), and another than the one before; None for nobody."""
    if person_id is not None and not allowed:
        raise Refusal(N_("请选择责任领导；须是在岗人员，且有登记员、承办人或督办角色"), field="person_id")
    if person_id == before:
        words = N_("责任领导没有变化") if before is not None else N_("请选择责任领导")
        raise Refusal(words, field="person_id")


def check_visit(
    happened_at: datetime, received_at: datetime, at: datetime, *, leader: bool, met: str, said: str, promised: str
) -> None:
    """A visit by the leader of the case: when, whom they met, what was said; a promise may be none."""
    found = [] if leader else [Refusal(N_("请先指定责任领导"))]
    if happened_at > at:
        found.append(Refusal(N_("下访时间不能晚于现在"), field="happened_at"))
    if happened_at < received_at:
        words = N_("下访时间不能早于收到时间（%(received)s）")
        found.append(Refusal(words, field="happened_at", received=received_at))
    if not met:
        found.append(Refusal(N_("请填写见了谁，例如投诉人、经营者、居委会"), field="met"))
    if not said:
        found.append(Refusal(N_("请填写下访情况"), field="said"))
    found += [*too_long("met", met, LINE_MAX), *too_long("said", said, TEXT_MAX)]
    found += too_long("promised", promised, TEXT_MAX)
    if found:
        raise Refusals(found)

"""重办: a supervisor opens a closed case for a new round, with its ground and the stages that run anew.

Source: docs/rule.md, “What may move a deadline”: the old round keeps its stamps, and on-time rates judge the first.
"""

from __future__ import annotations

from tracker.rule.conduct import check_send_back, refuse_too_long
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import Standing

GROUNDS = {"spot": N_("抽查不合格"), "revisit": N_("回头看有反弹"), "other": N_("其他")}


def check_reopen(standing: Standing, ground: str, stages: tuple[str, ...], reason: str) -> None:
    """Only a closed case is opened again; the ground is one of three, and why is said in words."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state != "closed":
        raise Refusal(N_("本件尚未销项，无需重办"))
    if ground not in GROUNDS:
        raise Refusal(N_("请选择重办的理由：%(choices)s"), field="ground", choices=tuple(GROUNDS.values()))
    check_send_back(standing, stages, reason)
    refuse_too_long(answer=reason)

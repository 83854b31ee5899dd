"""Which role may do which act, on which cases (the table in SECURITY.md; docs/acts.md is made from it)."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal

#: Their names, in the order in which they are shown.
ROLES = {
    "clerk": N_("登记员"),
    "handler": N_("承办人"),
    "supervisor": N_("督办"),
    "admin": N_("系统管理员"),
    "auditor": N_("审计员"),
}
OFFICE, OWN = "office", "own"
#: What a deputy may do for the supervisor who named them (代行审批).
DEPUTISED = frozenset({"see", "decide", "backfill"})
#: What a co-handler may do on the case of another.
CO_HANDLED = frozenset({"see", "note"})
#: What the responsible leader may do on a case, whatever their role.
LED = frozenset({"see", "note", "visit"})
#: What a handler may do on the closed case of another to which they go again (回头看).
REVISITED = frozenset({"see", "note", "revisit"})


@dataclass(frozen=True)
class Act:
    """One act: its key, its name, and for each role the cases it reaches: the office's, or one's own."""

    key: str
    name: str
    reach: dict[str, str]


ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        Act("register", N_("登记"), {"clerk": OFFICE, "supervisor": OFFICE}),
        Act("see", N_("查看"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("triage", N_("补全登记"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("join", N_("并入、关联重复件"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("group", N_("标记群体件"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("reorder", N_("登记重新交办"), {"clerk": OFFICE, "supervisor": OFFICE}),
        Act("sign", N_("签收、退回派单"), {"handler": OWN, "supervisor": OFFICE}),
        Act("reassign", N_("派单"), {"clerk": OFFICE, "supervisor": OFFICE}),
        Act("parties", N_("协办人和参与方"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("lead", N_("指定责任领导"), {"supervisor": OFFICE}),
        Act("visit", N_("记录下访"), {"handler": OWN, "supervisor": OFFICE}),
        Act("contact", N_("先行联系"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("stage", N_("记录办理阶段"), {"handler": OWN, "supervisor": OFFICE}),
        Act("note", N_("写办理记录"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("undo", N_("撤销"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("reply", N_("答复"), {"handler": OWN, "supervisor": OFFICE}),
        Act("hand_back", N_("反馈来源单位"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("ask_end", N_("申请终止"), {"handler": OWN, "supervisor": OFFICE}),
        Act("apply_close", N_("申请销项"), {"handler": OWN, "supervisor": OFFICE}),
        Act("ask_move", N_("申请延期、中止"), {"handler": OWN, "supervisor": OFFICE}),
        Act("resume", N_("恢复办理"), {"handler": OWN, "supervisor": OFFICE}),
        Act("clock", N_("其他时限"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("clock_change", N_("调整、取消时限"), {"supervisor": OFFICE}),
        Act("correct", N_("更正收到时间"), {"supervisor": OFFICE}),
        Act("refuse", N_("不予受理"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("accept", N_("初审"), {"clerk": OFFICE, "supervisor": OFFICE}),
        Act("classify", N_("改途径、申请更正类型等级"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("return_order", N_("退单"), {"clerk": OFFICE, "handler": OWN, "supervisor": OFFICE}),
        Act("come_back", N_("转出后退回"), {"supervisor": OFFICE}),
        Act("decide", N_("审批与审核"), {"supervisor": OFFICE}),
        Act("backfill", N_("核定补录"), {"supervisor": OFFICE}),
        Act("urge", N_("催办"), {"supervisor": OFFICE}),
        Act("supervise", N_("督办"), {"supervisor": OFFICE}),
        Act("answer", N_("督办答复"), {"handler": OWN, "supervisor": OFFICE}),
        Act("card", N_("亮牌"), {"supervisor": OFFICE}),
        Act("warn", N_("苗头预警"), {"supervisor": OFFICE}),
        Act("spot", N_("抽查"), {"supervisor": OFFICE}),
        Act("revisit", N_("回头看"), {"handler": OWN, "supervisor": OFFICE}),
        Act("reopen", N_("重办"), {"supervisor": OFFICE}),
        Act("callback", N_("回访"), {"clerk": OFFICE, "supervisor": OFFICE}),
        Act("penalty", N_("登记处罚"), {"handler": OWN, "supervisor": OFFICE}),
        Act("units", N_("评级、合并被投诉单位"), {"supervisor": OFFICE}),
        Act("archive", N_("归档"), {"supervisor": OFFICE}),
        Act("resend", N_("重新发送提醒"), {"supervisor": OFFICE}),
        Act("reveal", N_("查看投诉人"), {"clerk": OWN, "handler": OWN, "supervisor": OFFICE}),
    )
}


class NotAllowed(Refusal):
    """The act is another role's."""


def reach(roles: frozenset[str], act: str) -> str:
    """How far ``act`` reaches for somebody with ``roles``: "office", "own", or "" for nowhere."""
    reaches = {ACTS[act].reach.get(role, "") for role in roles}
    return OFFICE if OFFICE in reaches else OWN if OWN in reaches else ""


def may(roles: frozenset[str], act: str, *, own: bool) -> bool:
    """Whether somebody with ``roles`` may do ``act`` on a case that is their own, or is not."""
    far = reach(roles, act)
    return far == OFFICE or (far == OWN and own)


def check(roles: frozenset[str], act: str, *, own: bool) -> None:
    """Refuse an act that is not theirs."""
    if not may(roles, act, own=own):
        raise NotAllowed(N_("您没有“%(act)s”的权限，请联系督办人员"), act=ACTS[act].name)

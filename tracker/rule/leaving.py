"""What a colleague hands over before they leave, or before they stop handling cases, and the words that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal


@dataclass(frozen=True)
class Duty:
    """Something that waits for this person. ``case_no`` or ``other``, the colleague or the day, says which."""

    kind: str  # "case", "request", "absence", "deputy", "leader", "co_handler", "revisit", "duty"
    case_no: str = ""
    other: str = ""


#: In the order in which they are handed over; what each is called in a list.
NAMES = {
    "case": N_("在办件，请改派"),
    "request": N_("申请等待决定，请撤回或请督办人员决定"),
    "absence": N_("代班，请另选代班人或提前结束"),
    "deputy": N_("代行审批，请由督办人员提前结束"),
    "leader": N_("责任领导，请另行指定"),
    "co_handler": N_("协办人，请移除"),
    "revisit": N_("回头看，请改由他人去"),
    "duty": N_("值班，请在值班表换人"),
}
#: What goes with the role of a handler alone.
HANDLING = ("case", "absence", "co_handler", "revisit")
#: What goes with the last role that may be on duty.
ON_DUTY = ("duty",)
#: So many colleagues or days are named.
NAMED = 10
WORDS = {
    "case": N_("%(name)s 还有 %(n)s 件在办，请先办结或改派"),
    "request": N_("%(name)s 有 %(n)s 件申请等待决定，请先撤回或请督办人员决定"),
    "absence": N_("%(name)s 正为 %(others)s 代班，请先另选代班人"),
    "deputy": N_("%(name)s 正代 %(others)s 审批，请先由其提前结束"),
    "leader": N_("%(name)s 是 %(n)s 件的责任领导，请先另行指定"),
    "co_handler": N_("%(name)s 是 %(n)s 件的协办人，请先移除"),
    "revisit": N_("%(name)s 还有 %(n)s 件回头看要去，请先在本件“定回头看”改由他人去"),
    "duty": N_("%(name)s 还有 %(n)s 天值班（%(others)s），请先在值班表换人"),
}


def problems(
    name: str, duties: tuple[Duty, ...], *, field: str, kinds: tuple[str, ...] = tuple(NAMES)
) -> Iterator[Refusal]:
    """One refusal for each kind of duty that is left."""
    for kind in kinds:
        left = [duty for duty in duties if duty.kind == kind]
        if left:
            others = tuple(dict.fromkeys(duty.other for duty in left))[:NAMED]
            yield Refusal(WORDS[kind], field=field, name=name, n=len(left), others=others)

"""The sentences of the timeline for what intake decides."""

from __future__ import annotations

from tracker.clock import from_text
from tracker.rule import returning
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.deciding import REFUSE_GROUNDS
from tracker.rule.refusals import N_
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import view
from tracker.web.case_sentences import GOOD, WARN, Told
from tracker.web.case_topic import Sentence
from tracker.web.words import gettext as _
from tracker.web.words import listed


def _answer(record: Record) -> tuple[tuple[str, str], ...]:
    answer = record.detail.get("answer")
    return ((_("意见"), answer),) if answer else ()


def _ask_refuse(record: Record, _fact: Fact | None) -> Told:
    key = record.detail["ground"]
    title = _("申请不予受理：%(ground)s", ground=_(REFUSE_GROUNDS[key]))
    return Told(title, ((_("理由"), record.detail["reason"]),), WARN)


def _decide_refuse(record: Record, _fact: Fact | None) -> Told:
    approved = record.detail["approved"]
    return Told(_("同意不予受理") if approved else _("不同意不予受理"), _answer(record), GOOD if approved else WARN)


def _notify(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("告知不予受理"), tone=GOOD)


def _come_back(record: Record, _fact: Fact | None) -> Told:
    stages = listed(_(STAGE_NAMES[key]) for key in record.detail["stages"])
    again = ((_("重新办理"), stages),) if stages else ()
    return Told(_("转出后退回"), ((_("理由"), record.detail["reason"]), *again), WARN)


def _accept(record: Record, _fact: Fact | None) -> Told:
    detail, lines = record.detail, []
    for name, word in (("street", _("街道")), ("categories", _("污染类别"))):
        if name in detail:
            before, after = ((listed(one) if isinstance(one, list) else one) or _("空") for one in detail[name])
            lines.append((word, f"{before} → {after}"))
    if "route" in detail:
        lines.append((_("途径"), " → ".join(_(one) for one in detail["route"])))
    if "appeal" in detail:
        lines.append((_("诉求"), detail["appeal"]))
    if detail.get("phone"):
        lines.append((_("来电号码"), _("已补")))
    if detail.get("source_due_at"):
        lines.append((_("应反时间"), view.stamp(from_text(detail["source_due_at"]))))
    return Told(_("受理"), tuple(lines), GOOD)


def _return_order(record: Record, _fact: Fact | None) -> Told:
    key, reason = record.detail["ground"], record.detail["reason"]
    title = _("退单：%(ground)s", ground=_(returning.GROUNDS[key]))
    return Told(title, ((_("说明"), reason),) if reason else (), WARN)


ANSWERED = {
    returning.CONFIRMED: N_("来源单位已确认退单"),
    returning.REFUSED: N_("来源单位不同意退单"),
    returning.WITHDRAWN: N_("撤回退单"),
}


def _return_answered(record: Record, _fact: Fact | None) -> Told:
    outcome, answer = record.detail["outcome"], record.detail.get("answer")
    tone = GOOD if outcome == returning.CONFIRMED else WARN
    return Told(_(ANSWERED[outcome]), ((_("答复内容"), answer),) if answer else (), tone)


def _class_of(kind: str, grade: str) -> str:
    return f"{_(kind)} · {_(grade)}"


def _ask_reclassify(record: Record, _fact: Fact | None) -> Told:
    detail = record.detail
    title = _("申请更正为 %(wanted)s", wanted=_class_of(detail["new_kind"], detail["new_grade"]))
    return Told(title, ((_("理由"), detail["reason"]),), WARN)


def _decide_reclassify(record: Record, _fact: Fact | None) -> Told:
    detail = record.detail
    wanted = _class_of(detail["kind"], detail["grade"])
    if not detail["approved"]:
        return Told(_("不同意更正为 %(wanted)s", wanted=wanted), _answer(record), WARN)
    kind, grade, _version = detail["before"]
    lines = [*_answer(record)]
    for key, pair in detail["moved"].items():
        before, after = (view.due_short(from_text(one)) if one else "—" for one in pair)
        lines.append((_(STAGE_NAMES[key]), f"{before} → {after}"))
    title = _("更正类型、等级：%(before)s → %(after)s", before=_class_of(kind, grade), after=wanted)
    return Told(title, tuple(lines), GOOD)


def _undo_close(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销销项"))


def _route(record: Record, _fact: Fact | None) -> Told:
    before, after = (_(one) for one in record.detail["route"])
    return Told(
        _("改途径：%(before)s → %(after)s", before=before, after=after), ((_("理由"), record.detail["reason"]),)
    )


SENTENCES: dict[str, Sentence] = {
    "ask_refuse": _ask_refuse,
    "decide_refuse": _decide_refuse,
    "notify": _notify,
    "ask_reclassify": _ask_reclassify,
    "decide_reclassify": _decide_reclassify,
    "undo_close": _undo_close,
    "route": _route,
    "accept": _accept,
    "return_order": _return_order,
    "return_answered": _return_answered,
    "come_back": _come_back,
}

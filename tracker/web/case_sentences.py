"""The acts of a case as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.rule.conduct import BACKFILL, END_GROUNDS, STAGE_NAMES
from tracker.rule.dispatch import RETURN_GROUNDS
from tracker.rule.refusals import N_
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import case_checks, view
from tracker.web.case_words import CHOSEN, FACTS, JUST_NOW
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: The colours of the dot before a line of the record.
GOOD, WARN, BAD, PLAIN = "g", "y", "r", ""
#: The acts whose line tells the whole fact.
RECORDS = frozenset({"stage", "attempt", "note", "reply", "notify", "shared", "import", "clock_finish"})


@dataclass(frozen=True)
class Told:
    """What a sentence says: its title, its lines and its colour."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    tone: str = PLAIN
    marks: tuple[str, ...] = ()


def sentence(record: Record, fact: Fact | None) -> Told:
    """What is told of one act; ``fact`` is the one that it speaks of."""
    return SENTENCES.get(record.act, _other)(record, fact)


def of_fact(fact: Fact) -> Iterator[tuple[str, str]]:
    """Everything that a fact says: pairs of a word ("" for none) and a text."""
    if fact.recorded_at - fact.happened_at > JUST_NOW:
        yield _("办理时间"), view.stamp(fact.happened_at)
    if fact.body.get("truly_at"):
        yield _("实际检查时间"), view.stamp(datetime.fromisoformat(fact.body["truly_at"]))
    for name, word in FACTS.get(fact.kind, {}).items():
        if text := _said(name, fact.body.get(name)):
            yield _(word), text
    yield from case_checks.told(fact)
    if fact.kind == "note":
        yield "", fact.body["text"]
    if fact.kind == "reply" and fact.body.get("handed_back"):
        yield "", _("已反馈来源单位")
    if fact.late_cause:
        yield _("超期原因"), _(fact.late_cause)
    if fact.reason:
        yield _("原因说明"), _(fact.reason)


def _said(name: str, value: Any) -> str:
    if not value:
        return ""
    if isinstance(value, list):
        return listed(value)
    if name in CHOSEN:
        return _(value)
    if name in ("demand_until", "planned", "report_date", "until"):
        return view.day(date.fromisoformat(value))
    return str(value)


def marks(fact: Fact) -> tuple[str, ...]:
    """What is to be known of a fact at a glance."""
    return tuple(mark for mark, on in ((_("补录"), fact.backfilled), (_("已撤销"), fact.undone)) if on)


def _stage_name(record: Record) -> str:
    name = STAGE_NAMES[record.detail["stage"]]
    return _(name)


def _register(record: Record, _fact: Fact | None) -> Told:
    detail = record.detail
    channel = detail.get("channel")
    lines = [(_("来源"), _(channel))] if channel else []
    if detail.get("handler"):
        by = " · ".join(_(word) for word in detail.get("by_table", ()) if word)
        said = _("%(name)s（按派单表：%(by)s）", name=detail["handler"], by=by) if by else detail["handler"]
        lines.append((_("派单"), said))
    if detail.get("lead"):
        lines.append((_("并入"), detail["lead"]))
    if detail.get("heads"):
        lines.append((_("群体件人数"), str(detail["heads"])))
    return Told(_("登记"), tuple(lines))


def _import(record: Record, _fact: Fact | None) -> Told:
    where = _("%(file)s 第 %(row)s 行", file=record.detail["file"], row=record.detail["row"])
    return Told(_("导入历史件"), ((_("来源"), where),))


def _stage(record: Record, fact: Fact | None) -> Told:
    late = bool(record.detail.get("late"))
    waits = record.detail.get("state") == BACKFILL
    marks = (_("补录待核"),) if waits else (_("超期完成"),) if late else ()
    return Told(_stage_name(record), tone=BAD if late or waits else GOOD, marks=marks)


def _attempt(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("联系未成"), tone=WARN)


def _note(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("办理记录"))


def _reply(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("答复"), tone=GOOD)


def _undo(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销：%(stage)s", stage=_stage_name(record)), tone=WARN)


def _backfill(record: Record, _fact: Fact | None) -> Told:
    confirmed = record.detail["confirmed"]
    words = _("确认补录：%(stage)s，按时完成（补录）") if confirmed else _("未确认补录：%(stage)s，按记录时间算完成")
    return Told(words % {"stage": _stage_name(record)}, _answer(record), GOOD if confirmed else BAD)


def _ask_end(record: Record, _fact: Fact | None) -> Told:
    ground = END_GROUNDS[record.detail["ground"]]
    title, detail = _("申请终止：%(ground)s", ground=_(ground)), record.detail
    told = ((_("接收单位"), detail.get("receiver")), (_("移送日期"), detail.get("handed_on")))
    return Told(title, (*((word, said) for word, said in told if said), (_("理由"), detail["reason"])), WARN)


def _ask_close(record: Record, _fact: Fact | None) -> Told:
    reason = record.detail.get("reason")
    return Told(_("申请销项"), ((_("办理小结"), reason),) if reason else (), WARN)


def _decide_end(record: Record, _fact: Fact | None) -> Told:
    approved = record.detail["approved"]
    return Told(_("同意终止") if approved else _("不同意终止"), _answer(record), GOOD if approved else WARN)


def _decide_close(record: Record, _fact: Fact | None) -> Told:
    approved = record.detail["approved"]
    settled = record.detail.get("settled", "")
    said = ((_("办理结果"), _(settled)),) if settled else ()
    marks = (_("优秀案例"),) if record.detail.get("model") else ()
    return Told(_("销项") if approved else _("退回重办"), (*said, *_answer(record)), GOOD if approved else WARN, marks)


def _assign(record: Record, _fact: Fact | None) -> Told:
    before, after = record.detail["handler"]
    title = _("改派：%(before)s → %(after)s", before=before, after=after) if before else _("派单：%(name)s", name=after)
    reason = record.detail.get("reason")
    return Told(title, ((_("理由"), reason),) if reason else ())


def _sign(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("签收"), tone=GOOD)


def _give_back(record: Record, _fact: Fact | None) -> Told:
    ground, reason = record.detail["ground"], record.detail["reason"]
    lines = ((_("理由"), _(RETURN_GROUNDS[ground])), (_("说明"), reason))
    return Told(_("退回派单"), tuple(line for line in lines if line[1]), WARN)


FILLED = {"street": N_("街道"), "categories": N_("污染类别"), "place": N_("地点"), "subject_unit": N_("投诉对象")}


def _triage(record: Record, _fact: Fact | None) -> Told:
    lines = []
    for name, word in FILLED.items():
        if name in record.detail:
            before, after = (_said(name, value) or _("空") for value in record.detail[name])
            lines.append((_(word), f"{before} → {after}"))
    return Told(_("补全登记"), tuple(lines))


def _reveal(record: Record, _fact: Fact | None) -> Told:
    reason = record.detail["reason"]
    return Told(_("查看投诉人"), ((_("理由"), _(reason)),), WARN)


def _urge(record: Record, _fact: Fact | None) -> Told:
    note = record.detail.get("note")
    return Told(_("催办 %(name)s", name=record.detail["to"]), ((_("附言"), note),) if note else (), WARN)


def _urge_undo(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销催办"))


def _callback(record: Record, _fact: Fact | None) -> Told:
    outcome, reason = record.detail["outcome"], record.detail.get("reason")
    said = [(_("原因"), reason)] if reason else []
    marks = (_("申请重办"),) if record.detail.get("redo") else ()
    tone = {"不满意": BAD, "未接通": WARN}.get(outcome, GOOD)
    return Told(_("回访：%(outcome)s", outcome=_(outcome)), tuple(said), tone, marks)


def _decide_redo(record: Record, _fact: Fact | None) -> Told:
    return Told(_("重办") if record.detail["approved"] else _("不同意重办"), _answer(record), WARN)


def _other(record: Record, _fact: Fact | None) -> Told:
    return Told(record.act)


def _answer(record: Record) -> tuple[tuple[str, str], ...]:
    answer = record.detail.get("answer")
    return ((_("意见"), answer),) if answer else ()


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "register": _register,
    "import": _import,
    "stage": _stage,
    "attempt": _attempt,
    "note": _note,
    "reply": _reply,
    "undo": _undo,
    "backfill": _backfill,
    "ask_end": _ask_end,
    "ask_close": _ask_close,
    "decide_end": _decide_end,
    "decide_close": _decide_close,
    "assign": _assign,
    "sign": _sign,
    "give_back": _give_back,
    "triage": _triage,
    "reveal": _reveal,
    "callback": _callback,
    "decide_redo": _decide_redo,
    "urge": _urge,
    "urge_undo": _urge_undo,
}

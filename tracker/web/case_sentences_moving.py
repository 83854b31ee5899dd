"""The sentences of the timeline for what moves a due time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracker.clock import from_text
from tracker.rule.asking import GROUNDS
from tracker.rule.conduct import STAGE_NAMES
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import case_sentences, view
from tracker.web.case_sentences import GOOD, WARN, Told
from tracker.web.words import gettext as _
from tracker.web.words import listed

Lines = tuple[tuple[str, str], ...]


def _stage(record: Record) -> str:
    return view.limit_name(record.detail["stage"])


def _said(record: Record, name: str, word: str) -> Lines:
    said = record.detail.get(name)
    return ((word, said),) if said else ()


def _moved(record: Record) -> Iterator[tuple[str, str]]:
    """The due times of before and after: stage by stage, then those of the other clocks."""
    moved = record.detail.get("moved") or {}
    for key in sorted(moved, key=lambda key: (*STAGE_NAMES, key).index(key)):
        before, after = (view.due_short(from_text(text)) for text in moved[key])
        yield view.limit_name(key), f"{before} → {after}"


def _was_told(record: Record) -> Lines:
    return (("", _("已告知投诉人")),) if record.detail.get("told") else ()


def _ask_extension(record: Record, _fact: Fact | None) -> Told:
    title = _("申请延期：%(stage)s，%(days)s", stage=_stage(record), days=view.days(record.detail["days"]))
    return Told(title, (*_said(record, "reason", _("理由")), *_was_told(record)), WARN)


def _decide_extension(record: Record, _fact: Fact | None) -> Told:
    approved = record.detail["approved"]
    words = _("同意延期：%(stage)s") if approved else _("不同意延期：%(stage)s")
    lines = (*_said(record, "answer", _("意见")), *_moved(record), *_was_told(record))
    return Told(words % {"stage": _stage(record)}, lines, GOOD if approved else WARN)


def _withdraw_extension(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤回延期申请：%(stage)s", stage=_stage(record)), tone=WARN)


def _told(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("已将延期告知投诉人"), tone=GOOD)


def _ask_suspension(record: Record, _fact: Fact | None) -> Told:
    key = record.detail["ground"]
    return Told(_("申请中止：%(ground)s", ground=_(GROUNDS[key])), _said(record, "reason", _("理由")), WARN)


def _decide_suspension(record: Record, _fact: Fact | None) -> Told:
    approved = record.detail["approved"]
    stopped = listed(_(STAGE_NAMES[key]) for key in record.detail.get("stopped", ()))
    lines = (*_said(record, "answer", _("意见")), *(((_("停止计时"), stopped),) if stopped else ()))
    return Told(_("同意中止") if approved else _("不同意中止"), lines, GOOD if approved else WARN)


def _withdraw_suspension(_record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤回中止申请"), tone=WARN)


def _resume(record: Record, _fact: Fact | None) -> Told:
    return Told(_("恢复办理"), (*_said(record, "note", _("说明")), *_moved(record)), GOOD)


def _correct(record: Record, _fact: Fact | None) -> Told:
    before, after = (view.stamp(from_text(text)) for text in record.detail["received_at"])
    title = _("更正收到时间：%(before)s → %(after)s", before=before, after=after)
    return Told(title, (*_said(record, "reason", _("理由")), *_moved(record)), WARN)


def sentence(record: Record, fact: Fact | None) -> Told:
    """What is told of any act; ``fact`` is the one that it speaks of."""
    return SENTENCES.get(record.act, case_sentences.sentence)(record, fact)


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "ask_extension": _ask_extension,
    "decide_extension": _decide_extension,
    "withdraw_extension": _withdraw_extension,
    "told": _told,
    "ask_suspension": _ask_suspension,
    "decide_suspension": _decide_suspension,
    "withdraw_suspension": _withdraw_suspension,
    "resume": _resume,
    "correct": _correct,
}

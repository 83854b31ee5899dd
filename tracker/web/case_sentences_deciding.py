"""The sentences of the timeline for what intake decides."""

from __future__ import annotations

from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.deciding import REFUSE_GROUNDS
from tracker.store.audit import Record
from tracker.store.facts import Fact
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


SENTENCES: dict[str, Sentence] = {
    "ask_refuse": _ask_refuse,
    "decide_refuse": _decide_refuse,
    "notify": _notify,
    "come_back": _come_back,
}

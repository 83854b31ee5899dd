"""The sentences of the timeline for supervision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.clock import from_text
from tracker.rule.cards import COLOURS
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.early import KINDS
from tracker.rule.redo import GROUNDS
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import view
from tracker.web.case_sentences import BAD, GOOD, PLAIN, WARN, Told
from tracker.web.words import gettext as _
from tracker.web.words import listed

Lines = tuple[tuple[str, str], ...]


def _said(record: Record, name: str, word: str) -> Lines:
    said = record.detail.get(name)
    return ((word, said),) if said else ()


def _card(record: Record, _fact: Fact | None) -> Told:
    colour = record.detail["colour"]
    stage = record.detail.get("stage")
    about: Lines = ((_("超期阶段"), _(STAGE_NAMES[stage])),) if stage else ()
    word = COLOURS[colour]
    title = _("亮牌督办：%(card)s", card=_(word))
    marks = () if record.person else (_("按超期天数由系统亮牌"),)
    return Told(title, (*about, *_said(record, "reason", _("理由"))), BAD if colour == "red" else WARN, marks)


def _card_back(record: Record, _fact: Fact | None) -> Told:
    word = COLOURS[record.detail["colour"]]
    return Told(_("收回%(card)s", card=_(word)), _said(record, "reason", _("理由")), PLAIN)


def _order(record: Record, _fact: Fact | None) -> Told:
    due = (_("期限"), view.due(from_text(record.detail["due_at"])))
    return Told(_("发出督办"), (due, *_said(record, "text", _("督办要求"))), WARN)


def _order_answer(record: Record, _fact: Fact | None) -> Told:
    size = record.detail["evidence"]
    files: Lines = ((_("佐证"), _("%(n)s 份", n=size)),) if size else ()
    marks = (_("超期答复"),) if record.detail["late"] else ()
    return Told(_("答复督办"), (*_said(record, "text", _("答复")), *files), PLAIN, marks)


def _order_accept(record: Record, _fact: Fact | None) -> Told:
    return Told(_("认可督办答复"), _said(record, "reason", _("意见")), GOOD)


def _order_return(record: Record, _fact: Fact | None) -> Told:
    return Told(_("退回督办答复"), _said(record, "reason", _("理由")), WARN)


def _order_withdraw(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤回督办"), _said(record, "reason", _("理由")), PLAIN)


def _warning(record: Record, _fact: Fact | None) -> Told:
    kind = KINDS[record.detail["kind"]]
    counted = _("%(days)s天内%(n)s件", days=record.detail["days"], n=record.detail["size"])
    return Told(_("苗头预警"), ((_(kind), record.detail["what"]), ("", counted)), WARN)


def _spot_check(record: Record, _fact: Fact | None) -> Told:
    passed = record.detail["passed"]
    title = _("抽查合格") if passed else _("抽查不合格")
    return Told(title, _said(record, "text", _("抽查情况")), GOOD if passed else BAD)


def _revisit_set(record: Record, _fact: Fact | None) -> Told:
    day, before = record.detail["day"], record.detail.get("before")
    told = view.day(date.fromisoformat(day))
    if before:
        told = f"{view.day(date.fromisoformat(before))} → {told}"
    goes, went = record.detail.get("person", ""), record.detail.get("person_before", "")
    who = f"{went} → {goes}" if went and went != goes else goes
    return Told(_("定回头看"), ((_("日期"), told), *(((_("谁去"), who),) if who else ())), PLAIN)


def _revisit(record: Record, _fact: Fact | None) -> Told:
    rebound = record.detail["rebound"]
    title = _("回头看：有反弹") if rebound else _("回头看：无反弹")
    return Told(title, _said(record, "text", _("看到的情况")), BAD if rebound else GOOD)


def _reopen(record: Record, _fact: Fact | None) -> Told:
    ground = GROUNDS[record.detail["ground"]]
    stages = listed(_(STAGE_NAMES[key]) for key in record.detail["stages"])
    again: Lines = ((_("重办的阶段"), stages),) if stages else ()
    return Told(_("重办"), ((_("理由"), _(ground)), *_said(record, "reason", _("具体理由")), *again), WARN)


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "card": _card,
    "card_back": _card_back,
    "order": _order,
    "spot_check": _spot_check,
    "revisit_set": _revisit_set,
    "revisit": _revisit,
    "reopen": _reopen,
    "warning": _warning,
    "order_answer": _order_answer,
    "order_accept": _order_accept,
    "order_return": _order_return,
    "order_withdraw": _order_withdraw,
}

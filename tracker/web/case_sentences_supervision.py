"""The sentences of the timeline for supervision."""

from __future__ import annotations

from collections.abc import Callable

from tracker.clock import from_text
from tracker.rule.cards import COLOURS
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.early import KINDS
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import view
from tracker.web.case_sentences import BAD, GOOD, PLAIN, WARN, Told
from tracker.web.words import gettext as _

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
    return Told(_("督办"), (due, *_said(record, "text", _("督办要求"))), WARN)


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


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "card": _card,
    "card_back": _card_back,
    "order": _order,
    "warning": _warning,
    "order_answer": _order_answer,
    "order_accept": _order_accept,
    "order_return": _order_return,
    "order_withdraw": _order_withdraw,
}

"""The sentences of the timeline for supervision."""

from __future__ import annotations

from collections.abc import Callable

from tracker.rule.cards import COLOURS
from tracker.rule.conduct import STAGE_NAMES
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web.case_sentences import BAD, PLAIN, WARN, Told
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


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "card": _card,
    "card_back": _card_back,
}

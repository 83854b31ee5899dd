"""The sentences of the timeline for the other clocks of a case."""

from __future__ import annotations

from collections.abc import Callable

from tracker.clock import from_text
from tracker.rule import clocks
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import view
from tracker.web.case_sentences import GOOD, PLAIN, WARN, Told
from tracker.web.words import gettext as _

Lines = tuple[tuple[str, str], ...]


def _name(record: Record) -> str:
    return clocks.name(record.detail["clock"], _)


def _start(record: Record, _fact: Fact | None) -> Told:
    due = (_("应完成"), view.due(from_text(record.detail["due_at"])))
    return Told(
        _("新增时限：%(name)s", name=_name(record)),
        (due, *_said(record, "source", _("依据")), *_said(record, "reason", _("理由"))),
        PLAIN,
    )


def _finish(record: Record, fact: Fact | None) -> Told:
    marks = (_("超期完成"),) if record.detail.get("late") else ()
    done_at = from_text(record.detail["done_at"])
    lines = () if fact or done_at == record.at else ((_("完成时间"), view.stamp(done_at)),)
    return Told(_("完成时限：%(name)s", name=_name(record)), lines, WARN if marks else GOOD, marks)


def _move(record: Record, _fact: Fact | None) -> Told:
    before, after = (view.due_short(from_text(text)) for text in record.detail["due_at"])
    lines = ((_("应完成"), f"{before} → {after}"), *_said(record, "reason", _("理由")))
    return Told(_("调整时限：%(name)s", name=_name(record)), lines, WARN)


def _cancel(record: Record, _fact: Fact | None) -> Told:
    return Told(_("取消时限：%(name)s", name=_name(record)), _said(record, "reason", _("理由")), WARN)


def _said(record: Record, name: str, word: str) -> Lines:
    said = record.detail.get(name)
    return ((word, _(said)),) if said else ()


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "clock_start": _start,
    "clock_finish": _finish,
    "clock_move": _move,
    "clock_cancel": _cancel,
}

"""What a notice of supervision says beside its kind: the card, what is ordered, where complaints gather."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.clock import from_text
from tracker.rule.cards import COLOURS
from tracker.rule.early import KINDS
from tracker.web import view
from tracker.web.words import gettext as _


def _card(body: dict[str, Any]) -> tuple[str, ...]:
    word = COLOURS[body["colour"]]
    return _(word), body["by"] or _("按超期天数由系统亮牌"), body["note"]


def _order(body: dict[str, Any]) -> tuple[str, ...]:
    return body["by"], _("期限 %(due)s", due=view.due(from_text(body["until"]))), body["note"]


def _warning(body: dict[str, Any]) -> tuple[str, ...]:
    counted = _("%(days)s天内%(n)s件", days=body["days"], n=body["size"])
    kind = KINDS[body["kind"]]
    return _(kind), body["what"], counted


def _plain(body: dict[str, Any]) -> tuple[str, ...]:
    return body.get("by", ""), body.get("note", "")


#: By rung.
RUNGS: dict[str, Callable[[dict[str, Any]], tuple[str, ...]]] = {
    "card": _card,
    "order": _order,
    "order_answered": _plain,
    "order_returned": _plain,
    "warning": _warning,
    "revisit": _plain,
    "revisit_late": _plain,
}


def says(rung: str, body: dict[str, Any]) -> str:
    """``黄牌　李处　两次未办``: what the reminder keeps beside its rung, in words."""
    return "　".join(part for part in RUNGS[rung](body) if part)

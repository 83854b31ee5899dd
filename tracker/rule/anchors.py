"""Where on the page of a case the act that a reminder asks for is done: a link opens the act, not a page about it."""

from __future__ import annotations

from tracker.rule.ladder import family
from tracker.rule.stages import STAGE_WORDS

#: Where what is not about a stage is done.
_PLACES = {"dispatch": "#h-sign", "unsigned": "#h-sign", "redo": "#h-calls", "card": "#h-cards"}

#: Where what waits for a decision is decided, if it is no request that is reviewed.
_ASKED = {"refuse": "#h-refusal", "redo": "#h-calls", "order": "#h-order"}


def place(rung: str, limit_key: str, kind: str) -> str:
    """The fragment of the case's page for a reminder of this step; ``kind`` is that of the request that waits."""
    stem = family(rung)
    if stem == "decide" and kind == "backfill":
        return f"#h-backfill-{limit_key}"
    if stem == "decide":
        return _ASKED.get(kind, "#h-review")
    if limit_key in STAGE_WORDS:
        return "#h-act"
    return _PLACES.get(stem, "")


def of_question(kind: str, limit_key: str) -> str:
    """The fragment where what waits for a decision is decided."""
    return place("decide", limit_key, kind)

"""What a reminder asks its reader to do, and the address that opens it: a link opens the act, not a page about it.

The address names the act (``/case/XH2026-000001/do/recheck``) and no place on a page: a sign-in keeps it, and what it
opens is settled when it is opened, by how the case stands then and by who reads (web/case_way.py).
"""

from __future__ import annotations

from urllib.parse import urlencode

from tracker.rule.ladder import family
from tracker.rule.stages import STAGE_WORDS

SIGN, NEXT, NOTE, VISIT, CLOCK = "sign", "next", "note", "visit", "clock"
ANSWER, VISITED, WARNED = "answer", "visited", "warning"
BACKFILL, REDO, JUDGE = "decide-backfill", "decide-redo", "decide-order"

#: In the table of the steps: what the limit asks for, what the question asks for.
BY_LIMIT, BY_QUESTION = "limit", "question"
#: What each step of a reminder asks for, by its family. ``next`` is whatever the case wants next of its reader.
STEPS = {
    **dict.fromkeys(("eve", "before", "ahead", "due_day", "late", "weekly", "urge"), BY_LIMIT),
    "dispatch": SIGN,
    "unsigned": SIGN,
    "late_entry": NEXT,
    "decide": BY_QUESTION,
    "decided": NEXT,
    "redo": REDO,
    "co_handler": NOTE,
    "lead": VISIT,
    "raised": NEXT,
    "card": NEXT,
    "order": ANSWER,
    "order_answered": JUDGE,
    "order_returned": ANSWER,
    "warning": WARNED,
    "revisit": VISITED,
    "revisit_late": VISITED,
}
#: What each question asks for; a late entry is one of a stage.
QUESTIONS = {
    "end": "decide-end",
    "close": "decide-close",
    "extension": "decide-extension",
    "suspension": "decide-suspension",
    "refuse": "decide-refuse",
    "reclassify": "decide-reclassify",
    "order_return": "decide-order_return",
    "backfill": BACKFILL,
    "redo": REDO,
    "order": JUDGE,
}
#: Every act that an address may name; to a limit from outside and to a late entry the address adds which one.
ACTS = frozenset({*STEPS.values(), *QUESTIONS.values(), *STAGE_WORDS, CLOCK} - {BY_LIMIT, BY_QUESTION})


def way(no: str, rung: str, limit_key: str = "", kind: str = "") -> str:
    """The address of what a reminder of this step asks for; ``kind`` is that of the question that waits."""
    act = STEPS.get(family(rung), NEXT)
    if act == BY_QUESTION:
        return to_question(no, kind, limit_key)
    if act == BY_LIMIT:
        return to_limit(no, limit_key)
    return to_act(no, act)


def to_limit(no: str, limit_key: str) -> str:
    """The address where a limit is met: a stage by its key, a limit from outside by its name."""
    if limit_key in STAGE_WORDS:
        return to_act(no, limit_key)
    return to_act(no, CLOCK, limit_key) if limit_key else to_act(no, NEXT)


def to_question(no: str, kind: str, limit_key: str = "") -> str:
    """The address where what waits is decided."""
    return to_act(no, QUESTIONS.get(kind, NEXT), limit_key if kind == "backfill" else "")


def to_act(no: str, act: str, of: str = "") -> str:
    """The address of an act of ACTS on a case; ``of`` says of which limit, where it is not the act itself."""
    return f"/case/{no}/do/{act}" + (f"?{urlencode({'of': of})}" if of else "")

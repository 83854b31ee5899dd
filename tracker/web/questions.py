"""What waits for the decision of the one signed in, and how it may be decided in its row without opening the case.

In the row stands what can be judged from it: a request with its whole reason and its effect. A late entry (补录) is
held against its evidence, so that its row leads to the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.office import desk, moving
from tracker.rule.anchors import to_question
from tracker.rule.asking import GROUNDS
from tracker.rule.conduct import END_GROUNDS, STAGE_ORDER
from tracker.rule.deciding import REFUSE_GROUNDS
from tracker.rule.refusals import N_
from tracker.store import outbox
from tracker.store.outbox import Waiting
from tracker.web import context, lines, view
from tracker.web.notices import question
from tracker.web.words import gettext as _

#: A longer reason is read on the page of the case.
READ_IN_ROW = 160
#: 重办 starts from the inspection unless somebody ticks otherwise on the page of the case.
AGAIN = STAGE_ORDER[1:]


@dataclass(frozen=True)
class Way:
    """How one kind of question is decided: the act, the name of its form, and its two buttons with their values."""

    endpoint: str
    key: str
    yes: str = "approve"
    yes_word: str = N_("同意")
    no: str = "refuse"
    no_word: str = N_("不同意")
    yes_stages: bool = False
    no_stages: bool = False
    settled: bool = False
    yes_answer: str = ""  # what is answered with one press, where an answer is asked for


WAYS = {
    "end": Way("case.decide_end", "decide"),
    "extension": Way("case.decide_extension", "decide-extension"),
    "suspension": Way("case.decide_suspension", "decide-suspension"),
    "refuse": Way("case.decide_refusal", "decide-refusal"),
    "close": Way(
        "case.review",
        "review",
        yes="close",
        yes_word=N_("销项"),
        no="back",
        no_word=N_("退回重办"),
        no_stages=True,
        settled=True,
    ),
    "redo": Way(
        "case.decide",
        "redo",
        yes="redo",
        yes_word=N_("重办"),
        no_word=N_("不重办"),
        yes_stages=True,
        yes_answer=N_("按回访意见重办"),
    ),
}


@dataclass(frozen=True)
class Question:
    """One row. ``way`` is None where the case has to be opened; ``seen`` is the version of the case that is listed."""

    question: str
    about: tuple[str, ...]
    no: str
    href: str
    title: str
    reason: str
    asked_by: str
    asked_at: datetime
    acting: str
    seen: int
    way: Way | None
    stages: tuple[str, ...]


def waiting(size: int, came_from: str) -> tuple[Question, ...]:
    """What waits for the decision of the one signed in, oldest first."""
    found = outbox.waiting_for_decision(context.db(), context.actor().person_id, context.now())[:size]
    return tuple(_question(one, came_from) for one in found)


def _question(one: Waiting, came_from: str) -> Question:
    way = WAYS.get(one.kind) if len(one.reason) <= READ_IN_ROW else None
    stages: tuple[str, ...] = ()
    if way is not None and (way.yes_stages or way.no_stages):
        has = {stage.key for stage in desk.read_id(context.db(), one.case_id).stages}
        stages = tuple(key for key in AGAIN if key in has)
    return Question(
        question=" ".join(filter(None, (question(one.kind, one.limit_key), view.days(one.days) if one.days else ""))),
        about=_about(one),
        no=one.case_no,
        href=lines.onward(to_question(one.case_no, one.kind, one.limit_key), came_from),
        title=one.title,
        reason=one.reason,
        asked_by=one.asked_by_name,
        asked_at=one.asked_at,
        acting=one.acting,
        seen=one.version,
        way=way,
        stages=stages,
    )


def _about(one: Waiting) -> tuple[str, ...]:
    """What exactly is asked for: the ground, or what would move to when."""
    if one.kind == "end":
        return (_(END_GROUNDS[one.ground]),)
    if one.kind == "suspension":
        return (_(GROUNDS[one.ground]),)
    if one.kind == "refuse":
        return (_(REFUSE_GROUNDS[one.ground]),)
    if one.kind == "extension":
        moves = moving.preview(context.db(), desk.read_id(context.db(), one.case_id))
        return tuple(f"{lines.limit_name(key)} {view.due_short(a)} → {view.due_short(b)}" for key, a, b in moves)
    return ()

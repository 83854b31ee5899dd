"""Whether a reminder still has its reason, and its recipient still the part in the case for which it was owed.

The planner asks it of what nobody has been shown yet, the sender of what was shown and waits to leave the house.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from tracker.rule.ladder import (
    DUTY,
    HANDLER,
    ROLES,
    SUPERVISOR,
    People,
    Rung,
    addressees,
    asking,
    by_key,
    ends,
    family,
)
from tracker.rule.reaching import reached
from tracker.rule.refusals import N_
from tracker.rule.reminders import LEAD, RAISED, URGE, Hours, Limit

#: Why a message is not needed any more, as it is kept, and in words.
ENDED, HANDED_ON, NO_ADDRESS, NOT_WANTED, EMPTY = "ended", "handed_on", "no_address", "not_wanted", "empty"
UNNEEDED = {
    ENDED: N_("事项已完成或时限已变"),
    HANDED_ON: N_("已不由其办理"),
    NO_ADDRESS: N_("账号已停用或没有接收地址"),
    NOT_WANTED: N_("本人已关闭此渠道"),
    EMPTY: N_("没有内容"),
}
NEEDLESS, NEEDLESS_BECAUSE = N_("%(name)s 已不需要发送"), N_("%(name)s 已不需要发送：%(why)s")
#: Who has a part in a case without being on duty.
STANDING = tuple(role for role in ROLES if role != DUTY)
#: What is told once stays told, to whoever has the same part still; the rest of it (“decided”) answers a person.
_TOLD_TO = {
    **{"card": (HANDLER, SUPERVISOR), "order": (HANDLER,), "redo": (SUPERVISOR,), "warning": (SUPERVISOR,)},
    RAISED: STANDING,
}


def needless(name: str, why: str, translate: Callable[[str], str]) -> str:
    """That a message by a channel of this name was not needed any more, with the reason where it is known."""
    if why not in UNNEEDED:
        return translate(NEEDLESS) % {"name": name}
    return translate(NEEDLESS_BECAUSE) % {"name": name, "why": translate(UNNEEDED[why])}


class Question(Protocol):
    """What waits for a decision, under the name that it has in what is owed."""

    @property
    def subject(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def due_version(self) -> int: ...
    @property
    def asked_by(self) -> int | None: ...


class Case(Protocol):
    """How a case stands: whether it runs, its limits that do, since when nobody has signed for it, what waits."""

    @property
    def runs(self) -> bool: ...
    @property
    def grade(self) -> str: ...
    @property
    def limits(self) -> tuple[Limit, ...]: ...
    @property
    def nearest(self) -> datetime | None: ...
    @property
    def unsigned_since(self) -> datetime | None: ...
    @property
    def questions(self) -> tuple[Question, ...]: ...


class Owed(Protocol):
    """A reminder. ``owed_key`` names its subject and occurrence, ``body`` is what it says as JSON."""

    @property
    def rung(self) -> str: ...
    @property
    def owed_key(self) -> str: ...
    @property
    def recipient_id(self) -> int: ...
    @property
    def owed_at(self) -> datetime: ...
    @property
    def deadline_id(self) -> int | None: ...
    @property
    def due_version(self) -> int | None: ...
    @property
    def body(self) -> str: ...


def step(one: Owed, case: Case, ladder: tuple[Rung, ...]) -> Rung | None:
    """The step of the ladder that a reminder was planned by; None when there is no reason for it any more. What the
    ladder has no more stands while its reader has a part in the case."""
    limit = _limit(one, case)
    of_limit_still = case.runs if one.deadline_id is None else limit is not None
    if not of_limit_still or (limit is not None and limit.due_version != one.due_version):
        return None
    if family(one.rung) == "unsigned" and not _unsigned_still(one, case):
        return None
    kind, key = (limit.kind, limit.key) if limit is not None else ("", "")
    rung = by_key(ladder, one.rung, kind, key, case.grade)
    return rung or Rung("dispatch", "act", 0, (HANDLER,) if one.rung == URGE else STANDING)


def due_at(one: Owed, case: Case) -> datetime | None:
    """The due time that a reminder speaks of: of its limit, else the nearest one of the case."""
    limit = _limit(one, case)
    return limit.due_at if limit is not None else case.nearest


def _limit(one: Owed, case: Case) -> Limit | None:
    return next((limit for limit in case.limits if limit.id == one.deadline_id), None)


def _unsigned_still(one: Owed, case: Case) -> bool:
    return case.unsigned_since == datetime.fromisoformat(one.owed_key.split("|")[5])


def why_gone(
    one: Owed,
    case: Case,
    people: Callable[[int | None], People],
    stands_in: Callable[[str, Collection[int]], Collection[int]],
    ladder: tuple[Rung, ...],
    hours: Hours,
    *,
    to_group: bool,
) -> str:
    """Why a reminder that was shown has nothing more to say outside; "" while it has.

    ``people(without)``: who stands where on the case, but for who asked · ``stands_in(rung, of)``: who is told this
    step in the place of these · ``to_group``: nobody in particular reads it, so that its reason alone counts.
    """
    stem = family(one.rung)
    if stem == "decide":
        asked = next(
            (q for q in case.questions if q.subject == _subject(one) and q.due_version == one.due_version), None
        )
        if asked is None:
            return ENDED
        asks = asking(ladder, asked.kind, case.grade)
        rung = next((rung for rung in asks if rung.key == one.rung), Rung("decide", "act", 0, (SUPERVISOR,)))
        told: Collection[int] = addressees(rung, people(asked.asked_by), hours.duty_day(one.owed_at))
    elif not ends(one.rung):
        told = _told_once(stem, people(None), one)
    else:
        found = step(one, case, ladder)
        if found is None:
            return ENDED
        there = people(None)
        if stem == "dispatch" and _handler_told(one) != there.handler:
            return HANDED_ON
        told = reached(found, there, one.owed_at, due_at(one, case), hours)
    has_part = to_group or one.recipient_id in told or one.recipient_id in stands_in(one.rung, told)
    return "" if has_part else HANDED_ON


def _subject(one: Owed) -> str:
    """What it is about, in the name under which it is owed (see ``owed_key``)."""
    return one.owed_key.split("|")[2]


def _handler_told(one: Owed) -> int | None:
    """Who was given the case by a notice of dispatch; None when nobody was."""
    handler: int | None = json.loads(one.body).get("handler", one.recipient_id)
    return handler


def _told_once(stem: str, people: People, one: Owed) -> Collection[int]:
    if stem == "co_handler":
        return people.co_handlers
    if stem == LEAD:
        return people.leaders
    if stem in _TOLD_TO:
        return addressees(Rung("dispatch", "act", 0, _TOLD_TO[stem]), people, one.owed_at.date())
    return (one.recipient_id,)

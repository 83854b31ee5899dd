"""The ladder: which reminder is owed when, to whom and by which way. It is data, and the office edits it.

A rung of the ladder has a key that says what it is (``eve``, ``late_3``, ``unsigned_4``). The key goes into the name
under which a reminder is owed: a row that changes its people or its ways stays the same rung, and what was shown under
it is not shown again; a row that changes its time is another rung.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from tracker.rule import clocks
from tracker.rule.refusals import N_

HANDLER, CO_HANDLER, SUPERVISOR, LEADER, DUTY = "handler", "co_handler", "supervisor", "leader", "duty"
#: Who may be reminded. 责任领导 and 值班员 are assignments: a person on a case, a person on a date.
ROLES = {
    HANDLER: N_("承办人"),
    CO_HANDLER: N_("协办人"),
    SUPERVISOR: N_("督办"),
    LEADER: N_("责任领导"),
    DUTY: N_("值班员"),
}
#: What the office has to use before there is anybody in such a part.
ROLE_FEATURES = {CO_HANDLER: "parties", LEADER: "leaders", DUTY: "duty"}
URGENT_GRADE = "紧急"


@dataclass(frozen=True)
class Rung:
    """One row of the ladder.

    ``subject``: what it is about (SUBJECTS) · ``anchor`` and ``offset``: when (ANCHORS) · ``grade``: of which cases, ""
    for all · ``channels``: by which ways besides the app, () for all that the office and the person chose · ``urgent``:
    leaves at any hour of any day.
    """

    subject: str
    anchor: str
    offset: int
    roles: tuple[str, ...]
    grade: str = ""
    channels: tuple[str, ...] = ()
    urgent: bool = False
    active: bool = True

    @property
    def key(self) -> str:
        """The name of this step in what is owed; rows of one key are one step where they apply together."""
        return _key(self.subject, self.anchor, self.offset)

    @property
    def repeats(self) -> bool:
        return self.anchor == "monday"


@dataclass(frozen=True)
class Anchor:
    """From where a rung counts; ``says`` names it for a form, ``lowest`` and ``highest`` bound its offset."""

    says: str
    lowest: int
    highest: int
    subjects: tuple[str, ...]


LIMITS = ("limit", "stage", "contact", "inspection", "recheck", "resolution", "outside", "revisit")
QUESTION = ("decide", "review")
SUBJECTS = {
    "limit": N_("各项时限"),
    "stage": N_("四个阶段"),
    "contact": N_("先行联系"),
    "inspection": N_("现场检查与整改"),
    "recheck": N_("现场复查与安排监测"),
    "resolution": N_("后续处理"),
    "outside": N_("外部时限（应反、督办、回头看）"),
    "revisit": N_("回头看"),
    "dispatch": N_("派单"),
    "entry": N_("登记或改期时已超期"),
    "unsigned": N_("派单未签收"),
    "decide": N_("等待审批"),
    "review": N_("等待销项审核"),
}
#: Everything that counts in days comes at 08:30. ``late`` is the first 08:30 that comes so many full days or more after
#: the limit, put off to a working day; ``monday`` each Monday after the last ``late`` rung, put off likewise.
ANCHORS = {
    "act": Anchor(N_("当时"), 0, 0, ("dispatch", "entry", *QUESTION)),
    "hours": Anchor(N_("满 n 小时"), 1, 720, ("unsigned", *QUESTION)),
    "working": Anchor(N_("到期前 n 个工作日"), 1, 30, LIMITS),
    "day": Anchor(N_("到期前 n 天，0 为当天"), 0, 60, LIMITS),
    "late": Anchor(N_("超期满 n 天，0 为次日"), 0, 365, LIMITS),
    "monday": Anchor(N_("末次超期提醒后每周一"), 0, 0, LIMITS),
}
#: Nobody else decides or signs.
MAY_BE_TOLD = {"decide": (SUPERVISOR, LEADER), "review": (SUPERVISOR, LEADER)}

# Item 9 of the promises: dispatch, the working morning before, the due day, the day after, one full day late, three,
# then each Monday; what is late on registration at once. Urgent cases reach the leader at once, at any hour. 回头看 has
# fewer steps: nothing is at stake but the visit.
LADDER = (
    Rung("dispatch", "act", 0, (HANDLER,)),
    Rung("dispatch", "act", 0, (HANDLER, LEADER), grade=URGENT_GRADE, urgent=True),
    Rung("entry", "act", 0, (SUPERVISOR,)),
    Rung("unsigned", "hours", 4, (HANDLER,)),
    Rung("unsigned", "hours", 24, (HANDLER, SUPERVISOR)),
    Rung("limit", "working", 1, (HANDLER,)),
    Rung("limit", "day", 0, (HANDLER,)),
    Rung("limit", "day", 0, (HANDLER,), grade=URGENT_GRADE, urgent=True),
    Rung("limit", "late", 0, (HANDLER, SUPERVISOR)),
    Rung("limit", "late", 0, (HANDLER, SUPERVISOR, LEADER), grade=URGENT_GRADE, urgent=True),
    Rung("limit", "late", 1, (HANDLER, SUPERVISOR)),
    Rung("limit", "late", 3, (HANDLER, SUPERVISOR, LEADER)),
    Rung("limit", "monday", 0, (HANDLER, SUPERVISOR)),
    Rung("decide", "act", 0, (SUPERVISOR,)),
    Rung("revisit", "working", 1, (HANDLER,)),
    Rung("revisit", "day", 0, (HANDLER,)),
    Rung("revisit", "late", 0, (HANDLER, SUPERVISOR)),
    Rung("revisit", "monday", 0, (HANDLER, SUPERVISOR)),
)

_FIXED = {("dispatch", "act"): "dispatch", ("entry", "act"): "late_entry"}
_FIRST = {"working": (1, "eve"), "day": (0, "due_day"), "late": (0, "late"), "monday": (0, "weekly")}
_STEM = {"working": "before", "day": "ahead", "late": "late"}
_NUMBERED = re.compile(r"(.+)_(\d+)")


def _key(subject: str, anchor: str, offset: int) -> str:
    if subject in LIMITS:
        first, word = _FIRST[anchor]
        return word if offset == first else f"{_STEM[anchor]}_{offset}"
    word = _FIXED.get((subject, anchor), "decide" if subject in QUESTION else subject)
    return f"{word}_{offset}" if anchor == "hours" else word


@lru_cache(maxsize=512)
def applying(ladder: tuple[Rung, ...], subjects: tuple[str, ...], grade: str) -> tuple[Rung, ...]:
    """The rungs of these subjects for a case of this grade, each step once: rows of one key add up their people."""
    found: dict[str, Rung] = {}
    for rung in ladder:
        if rung.active and rung.subject in subjects and rung.grade in ("", grade):
            found[rung.key] = _both(found[rung.key], rung) if rung.key in found else rung
    return tuple(found.values())


def _both(one: Rung, other: Rung) -> Rung:
    every_way = not (one.channels and other.channels)
    return replace(
        one,
        roles=tuple(role for role in ROLES if role in one.roles + other.roles),
        channels=() if every_way else tuple(dict.fromkeys(one.channels + other.channels)),
        urgent=one.urgent or other.urgent,
    )


def in_use(role: str, features: Collection[str]) -> bool:
    """May the office have anybody in such a part, by the features that it has switched on?"""
    return role not in ROLE_FEATURES or ROLE_FEATURES[role] in features


def of_limit(kind: str, key: str) -> tuple[str, ...]:
    """The subjects that a limit belongs to, for ``applying``. 回头看 is a date after the case: it goes by its own rows
    and by those of the dates from outside."""
    if kind == "outside" and clocks.base(key) == clocks.KINDS[clocks.REVISIT].name:
        return kind, "revisit"
    return "limit", kind, key


def of_question(kind: str) -> tuple[str, ...]:
    """Those of a request: 申请销项 waits for its review."""
    return QUESTION if kind == "close" else QUESTION[:1]


#: What waits for a decision and is said at once by the act that asks, in words of its own.
SAID_BY_THE_ACT = ("redo", "order")


def asking(ladder: tuple[Rung, ...], kind: str, grade: str) -> tuple[Rung, ...]:
    """The steps for what waits for a decision: at once, unless the act that asks says so itself, and after hours."""
    steps = applying(ladder, of_question(kind), grade)
    return tuple(rung for rung in steps if rung.offset or kind not in SAID_BY_THE_ACT)


def by_key(ladder: tuple[Rung, ...], key: str, kind: str, limit_key: str, grade: str) -> Rung | None:
    """The step of this key for one limit (or, without one, for the case); None when the ladder has it no more."""
    about = (*of_limit(kind, limit_key), "dispatch", "entry", "unsigned", *QUESTION)
    return next((rung for rung in applying(ladder, about, grade) if rung.key == key), None)


def family(key: str) -> str:
    """The kind of a step: ``late`` for ``late_3``, ``unsigned`` for ``unsigned_4``."""
    found = _NUMBERED.fullmatch(key)
    return found[1] if found else key


#: Steps that end with their reason, by family. What is told once (“decided”) and the digests are not here.
ENDING = frozenset(
    {
        *("dispatch", "late_entry", "unsigned", "eve", "before", "ahead", "due_day"),
        *("late", "weekly", "decide", "urge"),
    }
)
_REASONS = {
    "dispatch": N_("派单"),
    "late_entry": N_("登记或改期时已超期"),
    "unsigned": N_("派单满%(n)s小时未签收"),
    "eve": N_("到期前一个工作日"),
    "before": N_("到期前%(n)s个工作日"),
    "ahead": N_("到期前%(n)s天"),
    "due_day": N_("到期当天"),
    "weekly": N_("超期后每周一"),
}
#: What the notice of a dispatch says of a case that nobody handles yet: it is owed to whoever dispatches.
UNDISPATCHED = N_("待派单")
_LATE, _LATE_DAYS = N_("超期次日"), N_("超期满%(n)s天")
_DECIDE, _DECIDE_HOURS = N_("等待审批"), N_("等待审批满%(n)s小时")


def ends(key: str) -> bool:
    """Does a reminder of this step lose its reason when what it is about is done?"""
    return family(key) in ENDING


def reason(key: str, translate: Callable[[str], str] = str) -> str:
    """Why a step is owed, in words: ``超期满3天``; "" for what is no step of a ladder."""
    stem = family(key)
    n = key[len(stem) + 1 :]
    words = {"late": _LATE_DAYS if n else _LATE, "decide": _DECIDE_HOURS if n else _DECIDE, **_REASONS}.get(stem)
    return translate(words) % {"n": n} if words else ""


@dataclass(frozen=True)
class People:
    """Who stands where on a case: ids of persons. ``duty`` tells who has the duty of a day; None where the office keeps
    no roster."""

    handler: int | None = None
    supervisors: tuple[int, ...] = ()
    co_handlers: tuple[int, ...] = ()
    leaders: tuple[int, ...] = ()
    duty: Callable[[date], tuple[int, ...]] | None = None


def addressees(rung: Rung, people: People, day: date) -> tuple[int, ...]:
    """The people whom a rung is for on that day, each once. Where nobody handles or leads the case, or is on duty, the
    supervisors stand in."""
    handler = (people.handler,) if people.handler is not None else people.supervisors
    told: dict[str, Iterable[int]] = {
        HANDLER: handler,
        CO_HANDLER: people.co_handlers,
        SUPERVISOR: people.supervisors,
        LEADER: people.leaders or people.supervisors,
        DUTY: (people.duty(day) or people.supervisors) if people.duty and DUTY in rung.roles else (),
    }
    return tuple(dict.fromkeys(one for role in rung.roles for one in told[role]))

"""The other clocks of a case: named limits from outside the rule, each with its source and its way of counting.

Sources: docs/rule.md, “Other clocks on the same case”; 信访工作条例 (2022) 第二十三条 (15 days to tell the petitioner)
and 第三十四条 (60 days, at most 30 more, the petitioner told why).
A clock keeps a key that is its name: ``督办``, ``督办#2`` for the second one of a round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.instants import last_day
from tracker.rule.intake import clean, is_outside, outside_name
from tracker.rule.refusals import N_, Refusal, Word, filled
from tracker.rule.stages import RULE_1, STAGE_WORDS, Due, Stage, due

REPLY, TELL, SETTLE, SUPERVISE = "reply", "tell", "settle", "supervise"
FOLLOW, HAND_BACK, REVISIT, OWN = "follow", "hand_back", "revisit", "own"


@dataclass(frozen=True)
class Kind:
    """A kind of clock. ``days`` and ``convention`` are what it counts when nobody says otherwise, ``source`` who sets
    it, ``more`` the most days by which it may be extended, once. ``holds``: a case is not closed while it runs.
    ``by_hand``: people set and meet it on the page of the case; the others belong to an act of their own."""

    key: str
    name: str
    source: str = ""
    days: int | None = None
    convention: str = ""
    more: int = 0
    holds: bool = True
    by_hand: bool = False


KINDS: dict[str, Kind] = {
    one.key: one
    for one in (
        Kind(REPLY, N_("应反"), holds=False, by_hand=True),  # its name begins with the channel that set it
        Kind(TELL, N_("信访告知"), N_("《信访工作条例》第二十三条"), 15, "natural", by_hand=True),
        Kind(SETTLE, N_("信访办结"), N_("《信访工作条例》第三十四条"), 60, "natural", more=30, by_hand=True),
        Kind(SUPERVISE, N_("督办"), N_("本单位督办人员")),
        Kind(FOLLOW, N_("继续整改"), N_("后续处理"), holds=False),  # the next step that is owed holds it
        Kind(HAND_BACK, N_("退单"), holds=False),
        Kind(REVISIT, N_("回头看"), N_("本单位督办人员"), holds=False),
        Kind(OWN, N_("自拟名称"), by_hand=True),
    )
}
#: What a route brings with it; every other route has no clock of its own.
ROUTES: dict[str, tuple[str, ...]] = {N_("信访事项"): (TELL, SETTLE)}
OF_ROUTES = tuple(kind for kinds in ROUTES.values() for kind in kinds)
#: A clock whose instant was given, and not counted.
GIVEN = ""
NAME_MAX, SOURCE_MAX = 20, 60
AGAIN = "#"
#: All clocks, where a list is asked for one limit.
ALL = "clocks"
NTH = N_("%(name)s（%(n)s）")
_NAMES = {KINDS[key].name for key in (TELL, SETTLE, SUPERVISE, FOLLOW, HAND_BACK, REVISIT)}


def is_clock(key: str) -> bool:
    """Is this the key of another clock, and not of a stage?"""
    return bool(key) and key not in STAGE_WORDS


def name(key: str, translate: Callable[[str], str] = str) -> str:
    """What a clock is called: ``12345热线应反``, ``督办（2）``. A name that the office chose stays as it is."""
    plain = base(key)
    nth = key[len(plain) + 1 :]
    told = translate(plain) if plain in _NAMES else outside_name(plain, translate)
    return filled(NTH, {"name": Word(told), "n": nth}, translate) if nth else told


def base(key: str) -> str:
    """The name under which clocks of one name are listed together: ``督办`` for ``督办#2``."""
    before, again, nth = key.rpartition(AGAIN)
    return before if again and nth.isdigit() else key


def word(key: str) -> str:
    """The same for a refusal, which is translated where it is said; the number is left out."""
    plain = base(key)
    return Word(plain) if plain in _NAMES else plain


def holds(kind: str) -> bool:
    """Is a case not closed while a clock of this kind runs?"""
    return kind in KINDS and KINDS[kind].holds


def named(kind: str, label: str = "") -> str:
    """The name of a new clock, from its kind and what was typed. Refuses a name that is missing or taken by the rule.

    ``label`` names a clock of the kind ``own`` and the source of an 应反; the other kinds have names of their own.
    """
    if kind not in KINDS:
        raise Refusal(N_("请选择时限的种类"), field="kind", value=kind)
    if kind not in (OWN, REPLY):
        return KINDS[kind].name
    plain = clean(label).replace(AGAIN, "")
    if kind == REPLY and plain and not is_outside(plain):
        plain += KINDS[REPLY].name
    if not plain:
        raise Refusal(N_("请填写时限的名称"), field="label")
    if len(plain) > NAME_MAX:
        raise Refusal(N_("名称最多 %(limit)s 字，现有 %(size)s 字"), field="label", limit=NAME_MAX, size=len(plain))
    if plain == ALL or plain in STAGE_WORDS or plain in STAGE_WORDS.values():
        raise Refusal(N_("“%(name)s”是办理阶段的名称，请换一个"), field="label", name=plain)
    return plain


def key_for(wanted: str, taken: Collection[str]) -> str:
    """The key of a clock called ``wanted`` among those that its round has: itself, or ``#2``, ``#3`` …"""
    if wanted not in taken:
        return wanted
    n = 2
    while f"{wanted}{AGAIN}{n}" in taken:
        n += 1
    return f"{wanted}{AGAIN}{n}"


def counted(key: str, days: int, convention: str, start_at: datetime, calendar: Calendar, zone: ZoneInfo) -> Due:
    """``days`` counted from ``start_at`` as the rule counts them, to 24:00 (see ``stages.due``)."""
    return due(replace(RULE_1, convention=convention), Stage(key, days), start_at, calendar, zone)


def given(key: str, due_at: datetime, zone: ZoneInfo) -> Due:
    """An instant that was given: the first that is late. Nothing is counted and nothing rolls."""
    day = last_day(due_at, zone)
    return Due(key=key, days=0, due_at=due_at, due_day=day, unrolled_day=day, provisional=False)


def check_reason(reason: str) -> None:
    """Whoever moves or takes back a clock says why."""
    if not reason.strip():
        raise Refusal(N_("请写明理由"), field="reason")


def runs_no_more(key: str) -> Refusal:
    """Only a clock that runs is met, moved or taken back."""
    return Refusal(N_("“%(name)s”已经完成或取消，可能已由他人处理"), name=word(key))

"""Standing in: who may decide for a supervisor (代行审批), who for somebody absent (请假代班), and when.

Source: docs/rule.md (two-person acts) and the table of roles in SECURITY.md. Nobody decides what they asked for
themselves, what was asked for them, or, as a deputy, a case that they worked on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from tracker.rule.ladder import QUESTION
from tracker.rule.refusals import N_, Refusal, Refusals

DEPUTY, ABSENCE = "deputy", "absence"
NAMES = {DEPUTY: N_("代行审批"), ABSENCE: N_("请假代班")}
#: Who looks after the users or the log decides on no case.
NO_DEPUTY = frozenset({"admin", "auditor"})
CASE_ROLES = frozenset({"clerk", "handler", "supervisor"})
#: Of what a deputy hears in the place of the supervisor: what is late, what falls to her since nobody handles or leads
#: the case, what has become urgent; and what waits for a decision.
ESCALATED = ("late", "weekly", "late_entry", "unsigned", "card", "dispatch", "raised")
TO_DECIDE = (*QUESTION, "redo")
#: Against a slip of the pen in the year.
MOST_DAYS = 366


@dataclass(frozen=True)
class Principal:
    """The person for whom somebody stands in."""

    id: int
    name: str


@dataclass(frozen=True)
class Matter:
    """What waits for a decision: who asked, and for whom; who worked on the case."""

    asked: frozenset[int]
    worked: frozenset[int] = field(default_factory=frozenset)


def check_not_asker(asked: Collection[int | None], person_id: int) -> None:
    """Nobody decides what they asked for, whoever pressed the button."""
    if person_id in asked:
        raise Refusal(N_("不能审批自己的申请，请其他督办人员办理"))


def authority(person_id: int, *, supervises: bool, principals: Iterable[Principal], matter: Matter) -> Principal | None:
    """For whom this person decides: None for themselves, in their own right; Refusal when they may not decide.

    A deputy holds what the supervisor holds and no more: not on the supervisor's own requests either.
    """
    check_not_asker(matter.asked, person_id)
    if supervises:
        return None
    found = tuple(principals)
    left = tuple(one for one in found if one.id not in matter.asked)
    if not left:
        names = tuple(one.name for one in found)
        raise Refusal(N_("%(names)s 的申请不能由其代行人审批，请其他督办人员办理"), names=names)
    if person_id in matter.worked:
        raise Refusal(N_("本件由您办理或记录，不能代行审批，请其他督办人员办理"))
    return left[0]


@dataclass(frozen=True)
class Candidate:
    """Somebody who may stand in, or be stood in for."""

    id: int
    name: str
    roles: frozenset[str]
    active: bool = True


@dataclass(frozen=True)
class Term:
    """From the first day to the last, both included; None for what was left open."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Does the day lie in it?"""
        return self.meets(Term(day, day))

    def meets(self, other: Term) -> bool:
        """Do the two share a day?"""
        if self.first is None or self.last is None or other.first is None or other.last is None:
            return False
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Known:
    """A standing-in of the same kind that is not over."""

    for_id: int
    by_id: int
    for_name: str
    by_name: str
    term: Term


def check(kind: str, who: Candidate, by: Candidate | None, term: Term, known: Iterable[Known], today: date) -> None:
    """May ``by`` stand in for ``who``? Refusals that name every field at fault."""
    found = [*_people(kind, who, by), *_days(term, today)]
    if not found and by is not None:
        found += _others(kind, who, by, term, known)
    if found:
        raise Refusals(found)


def _people(kind: str, who: Candidate, by: Candidate | None) -> list[Refusal]:
    needed = "supervisor" if kind == DEPUTY else "handler"
    if needed not in who.roles or not who.active:
        words = N_("只有督办人员可以指定代行人") if kind == DEPUTY else N_("只有承办人需要代班，请另选")
        return [Refusal(words, field="for_id")]
    if by is None or not by.active:
        return [Refusal(N_("请选择代行人") if kind == DEPUTY else N_("请选择代班人"), field="by_id")]
    if by.id == who.id:
        return [Refusal(N_("不能选本人"), field="by_id")]
    if kind == DEPUTY and "supervisor" in by.roles:
        return [Refusal(N_("%(name)s 本来就是督办人员，可以直接审批，不需要指定"), field="by_id", name=by.name)]
    if kind == DEPUTY and (by.roles & NO_DEPUTY or not by.roles & CASE_ROLES):
        return [Refusal(N_("系统管理员和审计员不能代行审批，请另选"), field="by_id")]
    if kind == ABSENCE and "handler" not in by.roles:
        return [Refusal(N_("代班人须有承办人角色，请另选"), field="by_id")]
    return []


def _days(term: Term, today: date) -> list[Refusal]:
    found = []
    if term.first is None:
        found.append(Refusal(N_("请填写开始日期"), field="first"))
    if term.last is None:
        found.append(Refusal(N_("请填写结束日期"), field="last"))
    if term.first is None or term.last is None:
        return found
    if term.last < term.first:
        return [Refusal(N_("结束日期不能早于开始日期"), field="last")]
    if term.last < today:
        return [Refusal(N_("结束日期已经过去"), field="last")]
    if (term.last - term.first).days >= MOST_DAYS:
        return [Refusal(N_("最长 %(n)s 天，请核对年份"), field="last", n=MOST_DAYS)]
    return []


def _others(kind: str, who: Candidate, by: Candidate, term: Term, known: Iterable[Known]) -> list[Refusal]:
    found = []
    for other in known:
        if not term.meets(other.term):
            continue
        if other.for_id == who.id:
            words = N_("这段时间已由 %(name)s 代行或代班，请先提前结束")
            found.append(Refusal(words, field="first", name=other.by_name))
        elif kind == ABSENCE and other.for_id == by.id:
            found.append(Refusal(N_("%(name)s 这段时间也请假，请另选代班人"), field="by_id", name=by.name))
        elif kind == ABSENCE and other.by_id == who.id:
            words = N_("%(name)s 这段时间为 %(other)s 代班，请先为 %(other)s 另选代班人")
            found.append(Refusal(words, field="first", name=who.name, other=other.for_name))
    return found[:1]


def check_mine(kind: str, *, mine: bool, roles: frozenset[str]) -> None:
    """Who may enter or end it: a supervisor her own deputy; an absence also the administrator and any supervisor."""
    if mine or (kind == ABSENCE and roles & {"admin", "supervisor"}):
        return
    words = N_("代行审批由督办人员本人指定和结束") if kind == DEPUTY else N_("请假由本人、督办或系统管理员登记和结束")
    raise Refusal(words)

"""值班: the day that a duty belongs to, who may be on duty, and what is wrong with a roster as it was typed.

A duty of a day runs from the hour that the office has set on that day to the same hour of the next one. While it lasts
the officer has a clerk's rights (the table of roles in SECURITY.md); it is a person on a date, not a role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from tracker.rule.instants import local, wall
from tracker.rule.refusals import N_, Refusal

FEATURE = "duty"
#: What the officer on duty may do besides what is theirs anyway.
RIGHTS = "clerk"
CASE_ROLES = frozenset({"clerk", "handler", "supervisor"})
#: Who looks after the users or the log sees no complaints by being on duty: only where their own roles show them all.
APART, SEES_ALL = frozenset({"admin", "auditor"}), frozenset({"clerk", "supervisor"})
#: Against a slip of the pen in the year.
MOST_DAYS = 366
#: So many lines at fault are named.
NAMED = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Staff:
    """Somebody who works or worked here."""

    id: int
    name: str
    account: str
    roles: frozenset[str]
    active: bool = True


@dataclass(frozen=True)
class Wish:
    """A day as it was typed, with the names of those who are to be on duty. ``line``: where it stood, 0 for nowhere."""

    day: date
    names: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True)
class Known:
    """What a wish is held against: the staff, who is on duty already, and who is away on which day."""

    staff: tuple[Staff, ...]
    standing: Mapping[date, tuple[str, ...]]
    away: Collection[tuple[int, date]] = ()


def day_of(at: datetime, turns: time, zone: ZoneInfo) -> date:
    """The day whose duty runs at ``at``; duties change at ``turns`` on the clock of ``zone``."""
    day = local(at, zone).date()
    return day if at >= wall(day, turns, zone) else day - _DAY


def span(day: date, turns: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the duty of that day begins, and the first instant after it (UTC)."""
    return wall(day, turns, zone), wall(day + _DAY, turns, zone)


def fits(roles: frozenset[str]) -> bool:
    """May somebody with these roles be on duty?"""
    return bool(roles & CASE_ROLES) and (not roles & APART or bool(roles & SEES_ALL))


def days(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last."""
    for n in range((last - first).days + 1):
        yield first + n * _DAY


def rotation(on: Iterable[date], groups: Iterable[tuple[str, ...]]) -> tuple[Wish, ...]:
    """Those groups in turn, one a day, over and over."""
    turns = cycle(groups)
    return tuple(Wish(day, names) for day, names in zip(on, turns, strict=False))


def check_range(first: date | None, last: date | None) -> tuple[date, date]:
    """The first and the last day, when both are there and in order."""
    if first is None:
        raise Refusal(N_("请填写开始日期"), field="first")
    if last is None:
        raise Refusal(N_("请填写结束日期"), field="last")
    if last < first:
        raise Refusal(N_("结束日期不能早于开始日期"), field="last")
    if (last - first).days >= MOST_DAYS:
        raise Refusal(N_("最长 %(n)s 天，请核对年份"), field="last", n=MOST_DAYS)
    return first, last


def read(
    wishes: Iterable[Wish],
    known: Known,
    now: date,
    *,
    field: str,
    replace: bool,
    unread: Iterable[Refusal] = (),
) -> tuple[dict[date, tuple[int, ...]], tuple[Refusal, ...]]:
    """Who is to be on duty on each day, by id, and everything that is wrong with it. ``now``: the day whose duty runs.

    Two wishes for one day add up. A day that has its people keeps them unless they are to be replaced. ``unread``: what
    is wrong with lines that are no wish at all; it is said in its place among the others.
    """
    found: dict[date, tuple[int, ...]] = {}
    wrong = list(unread)
    for wish in wishes:
        problems = list(_of_day(wish, known, now, replace=replace))
        people = [found_or_wrong(name, known.staff) for name in wish.names]
        problems += [one for one in people if isinstance(one, Refusal)]
        staff = [one for one in people if isinstance(one, Staff)]
        problems += [problem for one in staff for problem in _of_person(one, wish.day, known)]
        found[wish.day] = tuple(dict.fromkeys((*found.get(wish.day, ()), *(one.id for one in staff))))
        wrong += [_placed(problem, wish.line, field) for problem in problems]
    return found, _capped(sorted(wrong, key=_line), field)


def found_or_wrong(name: str, staff: Iterable[Staff]) -> Staff | Refusal:
    """The one colleague of that name or account, or what is wrong with it."""
    some = [one for one in staff if name in (one.name, one.account)]
    here = [one for one in some if one.active]
    if len(here) == 1:
        return here[0]
    if here:
        accounts = tuple(one.account for one in here)
        return Refusal(N_("有 %(n)s 位“%(name)s”，请写账号：%(accounts)s"), n=len(here), name=name, accounts=accounts)
    if some:
        return Refusal(N_("“%(name)s”已停用，请另选"), name=name)
    return Refusal(N_("没有“%(name)s”这个人，请核对姓名或写账号"), name=name[:40])


def _of_day(wish: Wish, known: Known, now: date, *, replace: bool) -> Iterator[Refusal]:
    day = wish.day.isoformat()
    if wish.day < now:
        yield Refusal(N_("%(day)s 的值班已经结束，不能再改"), day=day)
    elif (wish.day - now).days > MOST_DAYS:
        yield Refusal(N_("%(day)s 在 %(n)s 天以后，请核对年份"), day=day, n=MOST_DAYS)
    elif not replace and (there := known.standing.get(wish.day)):
        yield Refusal(N_("%(day)s 已由 %(names)s 值班；要换人请勾选“替换原有的人”"), day=day, names=there)


def _of_person(one: Staff, day: date, known: Known) -> Iterator[Refusal]:
    if not one.roles & CASE_ROLES:
        yield Refusal(N_("%(name)s 没有登记员、承办人或督办的角色，不能值班，请另选"), name=one.name)
    elif not fits(one.roles):
        words = N_("%(name)s 是系统管理员或审计员，本来就是登记员或督办的才能值班，请另选")
        yield Refusal(words, name=one.name)
    elif (one.id, day) in known.away:
        yield Refusal(N_("%(name)s %(day)s 请假，请另选，或先提前结束请假"), name=one.name, day=day.isoformat())


def _placed(problem: Refusal, line: int, field: str) -> Refusal:
    return in_line(problem, line, field) if line else Refusal(problem.message, field=field, **problem.params)


def in_line(problem: Refusal, line: int, field: str) -> Refusal:
    """What is wrong with that line."""
    return Refusal(N_("第 %(n)s 行：%(problem)s"), field=field, n=line, problem=problem)


def _line(wrong: Refusal) -> int:
    n = wrong.params.get("n")
    return n if isinstance(n, int) and "problem" in wrong.params else 0


def _capped(wrong: list[Refusal], field: str) -> tuple[Refusal, ...]:
    if len(wrong) <= NAMED:
        return tuple(wrong)
    return (*wrong[:NAMED], Refusal(N_("另有 %(n)s 处，请改好这些后再试"), field=field, n=len(wrong) - NAMED))

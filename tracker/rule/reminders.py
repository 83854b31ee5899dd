"""When the steps of the ladder are owed for a limit, and the hours at which people are written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.instants import end_of, local, wall
from tracker.rule.ladder import Rung
from tracker.rule.refusals import N_
from tracker.rule.roster import day_of

MORNING = time(8, 30)
#: Shown later than this after it was owed, a reminder says when that was.
PUNCTUAL = timedelta(hours=1)
_DAY = timedelta(days=1)
_MONDAY = 0

#: Acts of their own beside the ladder. 催办, by a supervisor: what the handler still owes. It ends with the limit.
URGE = "urge"
#: Somebody was named the leader of a case; a case has become urgent. Both leave like its dispatch.
LEAD, RAISED = "lead", "raised"
#: Rungs without a case, and those that are only shown in the app.
DIGEST, LIST, WEEK, UNDELIVERABLE = "digest", "morning", "week", "undeliverable"
DIGESTS = (DIGEST, LIST, WEEK)
#: Why something is told that is no step of the ladder.
REASONS = {
    "decided": N_("审批结果"),
    URGE: N_("催办"),
    "redo": N_("回访不满意，申请重办"),
    "co_handler": N_("协办"),
    LEAD: N_("责任领导"),
    RAISED: N_("升为紧急"),
    "card": N_("亮牌督办"),
    "order": N_("督办"),
    "order_answered": N_("督办答复待认可"),
    "order_returned": N_("督办答复退回"),
    "warning": N_("苗头预警"),
    "revisit": N_("回头看"),
    "revisit_late": N_("回头看未完成"),
    DIGEST: N_("督办日报"),
    LIST: N_("今日清单"),
    WEEK: N_("每周情况"),
    UNDELIVERABLE: N_("消息无法送达"),
}
#: What waits for a decision, and how it was decided.
QUESTIONS = {
    "end": N_("申请终止后续环节"),
    "close": N_("申请销项"),
    "extension": N_("申请延期"),
    "suspension": N_("申请中止"),
    "refuse": N_("申请不予受理"),
    "reclassify": N_("申请更正类型、等级"),
    "order_return": N_("退单待来源确认"),
    "backfill": N_("补录待核"),
    "redo": N_("回访不满意，申请重办"),
    "order": N_("督办答复待认可"),
}
DECISIONS = {
    "approved": N_("已同意"),
    "refused": N_("未同意"),
    "confirmed": N_("已确认"),
    "withdrawn": N_("已撤回"),
}


@dataclass(frozen=True)
class Hours:
    """The wall clock of the office: its zone, its working days, and when it may be written to."""

    zone: ZoneInfo
    calendar: Calendar
    opens: time = time(8)
    shuts: time = time(20)
    duty_from: time = MORNING

    def morning(self, day: date) -> datetime:
        return wall(day, MORNING, self.zone)

    def duty_day(self, at: datetime) -> date:
        """The day whose duty runs at ``at``."""
        return day_of(at, self.duty_from, self.zone)

    def working_morning(self, day: date) -> datetime:
        """08:30 of that day, or of the first working day after it."""
        return self.morning(self.calendar.next_working(day))

    def working_morning_after(self, at: datetime) -> datetime:
        """The first 08:30 of a working day that is later than ``at``."""
        day = local(at, self.zone).date()
        found = self.working_morning(day)
        return found if found > at else self.working_morning(day + _DAY)


@dataclass(frozen=True)
class Limit:
    """A limit that runs. ``due_at`` is the first late instant (UTC), ``due_day`` the local day of the last good one;
    ``kind`` is stage or outside, ``key`` the stage or the name of the outside limit; ``stood_still``: from when to when
    nobody was reminded of it, the earliest first."""

    id: int
    round: int
    due_at: datetime
    due_day: date
    due_version: int
    kind: str = "stage"
    key: str = ""
    stood_still: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class Due:
    """A rung of one limit and the instant at which it is owed."""

    rung: Rung
    at: datetime


def mornings(limit: Limit, rungs: Iterable[Rung], hours: Hours, since: datetime, until: datetime) -> tuple[Due, ...]:
    """What one limit owes from ``since`` on by the steps that apply to it: every one with an instant of its own, and of
    the repeating one all occurrences up to ``until`` and, once the limit is late enough, the first one after it.

    Of the steps that a holiday puts off to one and the same morning the gravest is owed, and of the others only those
    that reach somebody else.
    """
    steps = tuple(rungs)
    fixed = [Due(rung, at) for rung in steps for at in _fixed(rung, limit, hours)]
    late = [due.at for due in fixed if due.rung.anchor == "late"]
    last = max(late, default=limit.due_at)
    begun = last <= until or not late
    repeated = (Due(rung, at) for rung in steps if rung.repeats and begun for at in _mondays(last, hours, since, until))
    owed = [due for due in fixed if due.at >= since and not any(_covers(other, due) for other in fixed)]
    return (*sorted(owed, key=_at), *repeated)


def passed(limit: Limit, rungs: Iterable[Rung], hours: Hours, at: datetime) -> tuple[Due, ...]:
    """The late steps whose morning has come by ``at``, the gravest last."""
    late = (Due(rung, when) for rung in rungs if rung.anchor == "late" for when in _fixed(rung, limit, hours))
    return tuple(sorted((due for due in late if due.at <= at), key=lambda due: due.rung.offset))


#: Why a step of the ladder is not owed by a limit.
NO_MORNING, COVERED, NOT_YET = N_("到期时刻早于当日提醒"), N_("同一时间已有更重的提醒"), N_("末次超期提醒后才开始")


def unowed(rung: Rung, limit: Limit, steps: Iterable[Rung], hours: Hours) -> tuple[datetime | None, str]:
    """When a step would be owed by a limit (None for never), and why it is not as the ladder stands; "" if it is."""
    if rung.repeats:
        late = [at for step in steps if step.anchor == "late" for at in _fixed(step, limit, hours)]
        last = max(late, default=limit.due_at)
        return next(_mondays(last, hours, last, last)), NOT_YET
    at = next(_fixed(rung, limit, hours), None)
    if at is None:
        return None, NO_MORNING
    others = (Due(step, when) for step in steps for when in _fixed(step, limit, hours))
    return at, COVERED if any(_covers(other, Due(rung, at)) for other in others) else ""


def _at(due: Due) -> datetime:
    return due.at


def _covers(one: Due, other: Due) -> bool:
    """Does ``one`` say at the same morning, and more gravely, what ``other`` says to the same people?"""
    graver = _gravity(one.rung) > _gravity(other.rung)
    return graver and one.at == other.at and set(one.rung.roles) >= set(other.rung.roles)


def _gravity(rung: Rung) -> tuple[bool, int, bool]:
    late = rung.anchor == "late"
    return late, rung.offset if late else -rung.offset, rung.anchor == "day"


def _fixed(rung: Rung, limit: Limit, hours: Hours) -> Iterator[datetime]:
    """The morning of a step, where it has one."""
    if rung.anchor == "working":
        yield hours.morning(_working_before(limit.due_day, rung.offset, hours.calendar))
    elif rung.anchor == "day":
        at = hours.morning(limit.due_day - rung.offset * _DAY)
        if at < limit.due_at:  # a limit in the small hours has passed by then: the late rung says so
            yield at
    elif rung.anchor == "late":
        yield _said_again(_late(limit.due_at + rung.offset * _DAY, hours), limit, hours)


def _working_before(day: date, n: int, calendar: Calendar) -> date:
    while n:
        day -= _DAY
        n -= calendar.works(day)
    return day


def _late(at: datetime, hours: Hours) -> datetime:
    day = local(at, hours.zone).date()
    if hours.morning(day) < at:
        day += _DAY
    return hours.working_morning(day)


def _said_again(at: datetime, limit: Limit, hours: Hours) -> datetime:
    """A late step whose morning came while the limit stood still waits for the first working morning after that."""
    for since, until in limit.stood_still:
        if since <= at < until:
            at = hours.working_morning_after(until)
    return at


def _mondays(last: datetime, hours: Hours, since: datetime, until: datetime) -> Iterator[datetime]:
    """Each Monday morning after ``last`` and not before ``since``, up to the first one after ``until``."""
    day = local(max(last, since - 7 * _DAY), hours.zone).date()
    day += (_MONDAY - day.weekday()) % 7 * _DAY
    seen = last
    while True:
        monday, at = hours.morning(day), hours.working_morning(day)
        day += 7 * _DAY
        if monday < last or at <= seen or at < since:  # a long holiday puts two Mondays off to one morning
            continue
        yield at
        seen = at
        if at > until:
            return


def week_of(at: datetime, hours: Hours) -> date:
    """The Monday of the week in which ``at`` lies: the name of the week, also where that Monday rests."""
    day = local(at, hours.zone).date()
    return day - day.weekday() * _DAY


def weeks_told(at: datetime, hours: Hours) -> tuple[date, date]:
    """The days that a bulletin of ``at`` tells of: from the Monday of the last week that had a working day, and so a
    bulletin of its own, to before the Monday of this one."""
    until = week_of(at, hours)
    since = until - 7 * _DAY
    while not any(hours.calendar.works(since + n * _DAY) for n in range(7)):
        since -= 7 * _DAY
    return since, until


def digest_mornings(after: datetime, until: datetime, hours: Hours) -> tuple[datetime, ...]:
    """The working mornings later than ``after``, up to the first one later than ``until``."""
    found = [hours.working_morning_after(after)]
    while found[-1] <= until:
        found.append(hours.working_morning_after(found[-1]))
    return tuple(found)


def soon(at: datetime, hours: Hours) -> tuple[datetime, datetime]:
    """The end of today, and that of the next working day: what a digest calls “today” and “tomorrow”. Before rest days
    tomorrow reaches over them, since no digest comes until they are over."""
    today = local(at, hours.zone).date()
    return end_of(today, hours.zone), end_of(hours.calendar.next_working(today + _DAY), hours.zone)


def may_send_at(at: datetime, pressing: bool, hours: Hours, *, urgent: bool = False) -> datetime:
    """When a message raised at ``at`` may leave: at once between ``opens`` and ``shuts``, else when the office opens.
    What is ``urgent`` leaves at any hour of any day.

    On a rest day only what is ``pressing`` leaves (see ``presses``); the rest waits for the next working morning.
    """
    if urgent:
        return at
    moment = local(at, hours.zone)
    day = moment.date()
    if moment.time() >= hours.shuts:
        day += _DAY
    elif moment.time() >= hours.opens and (pressing or hours.calendar.works(day)):
        return at
    if pressing or hours.calendar.works(day):
        return wall(day, hours.opens, hours.zone)
    return hours.working_morning(day)


def presses(at: datetime, due_at: datetime | None, hours: Hours) -> bool:
    """Does a limit fall due before the next working morning? What is late already waits for it."""
    return due_at is not None and at < due_at < hours.working_morning_after(at)


def owed_key(
    case_id: int, round_: int, subject: str, due_version: int, rung: str, occurrence: str, recipient: int
) -> str:
    """The one name under which a reminder is owed: planned twice, it is still one row."""
    return f"{case_id}|{round_}|{subject}|{due_version}|{rung}|{occurrence}|{recipient}"


def for_recipient(key: str, recipient: int) -> str:
    """The same reminder owed to another person."""
    return f"{key.rpartition('|')[0]}|{recipient}"


def digest_key(kind: str, period: str, recipient: int) -> str:
    return f"digest|{kind}|{period}|{recipient}"

"""Which reminders a case owes, to whom and when: the ladder, and the hours at which people are written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.instants import end_of, local, wall
from tracker.rule.refusals import N_

HANDLER, SUPERVISOR = "handler", "supervisor"
MORNING = time(8, 30)
_DAY = timedelta(days=1)
_MONDAY = 0


@dataclass(frozen=True)
class Rung:
    """One step of the ladder. ``offset`` counts from the anchor, always to 08:30 of a local day:

    ``working``: working days from the due day · ``day``: days from the due day · ``late``: the first 08:30 that comes
    ``offset`` full days or more after ``due_at``, put off to a working day · ``monday``: each Monday after the last
    ``late`` rung, put off likewise. ``act``: the instant of the act itself.
    """

    key: str
    anchor: str
    offset: int
    roles: tuple[str, ...]
    repeats: bool = False


# reliability: “the first 08:30 after one full day late”, “after three”, “then each Monday”.
LADDER = (
    Rung("dispatch", "act", 0, (HANDLER,)),
    Rung("eve", "working", -1, (HANDLER,)),
    Rung("due_day", "day", 0, (HANDLER,)),
    Rung("late", "late", 0, (HANDLER, SUPERVISOR)),
    Rung("late_1", "late", 1, (HANDLER, SUPERVISOR)),
    Rung("late_3", "late", 3, (HANDLER, SUPERVISOR)),
    Rung("weekly", "monday", 0, (HANDLER, SUPERVISOR), repeats=True),
)
DISPATCH = LADDER[0]
#: Not of a limit: what was late already when the case was registered; what waits for a decision.
ENTRY = Rung("late_entry", "act", 0, (SUPERVISOR,))
DECIDE = Rung("decide", "act", 0, (SUPERVISOR,))
#: 催办, by a supervisor: what the handler still owes. It ends with the limit that it is about.
URGE = Rung("urge", "act", 0, (HANDLER,))
#: The rungs that end with their reason. What is told once (“decided”, “undeliverable”) and the digests are not here.
RUNGS = {rung.key: rung for rung in (*LADDER, ENTRY, DECIDE, URGE)}
#: After one of these the tick plans the next occurrence of what repeats.
CHAIN = tuple(rung.key for rung in LADDER[-2:])
#: Rungs without a case, and those that are only shown in the app.
DIGEST, UNDELIVERABLE = "digest", "undeliverable"
#: Why a rung is owed.
REASONS = {
    "dispatch": N_("派单"),
    "eve": N_("到期前一个工作日"),
    "due_day": N_("到期当天"),
    "late": N_("超期次日"),
    "late_1": N_("超期满1天"),
    "late_3": N_("超期满3天"),
    "weekly": N_("超期后每周一"),
    "late_entry": N_("登记时已超期"),
    "decide": N_("等待审批"),
    "decided": N_("审批结果"),
    "urge": N_("催办"),
    "redo": N_("回访不满意，申请重办"),
    DIGEST: N_("督办日报"),
    UNDELIVERABLE: N_("邮件无法送达"),
}
#: What waits for a decision, and how it was decided.
QUESTIONS = {
    "end": N_("申请终止后续环节"),
    "close": N_("申请销项"),
    "extension": N_("申请延期"),
    "suspension": N_("申请中止"),
    "backfill": N_("补录待核"),
    "redo": N_("回访不满意，申请重办"),
}
DECISIONS = {"approved": N_("同意"), "refused": N_("不同意")}


@dataclass(frozen=True)
class Hours:
    """The wall clock of the office: its zone, its working days, and when it may be written to."""

    zone: ZoneInfo
    calendar: Calendar
    opens: time = time(8)
    shuts: time = time(20)

    def morning(self, day: date) -> datetime:
        return wall(day, MORNING, self.zone)

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
    """A limit that runs. ``due_at`` is the first late instant (UTC), ``due_day`` the local day of the last good one."""

    id: int
    round: int
    due_at: datetime
    due_day: date
    due_version: int


@dataclass(frozen=True)
class Due:
    """A rung of one limit and the instant at which it is owed."""

    rung: Rung
    at: datetime


def mornings(limit: Limit, hours: Hours, since: datetime, until: datetime) -> tuple[Due, ...]:
    """What one limit owes from ``since`` on: every rung with an instant of its own, and of the repeating one all
    occurrences up to ``until`` and, once the limit is late enough, the first one after it.

    Late rungs that a holiday puts off to one and the same morning are owed as one, the gravest.
    """
    fixed = {at: Due(rung, at) for rung, at in _fixed(limit, hours)}
    last = max((due.at for due in fixed.values() if due.rung.anchor == "late"), default=limit.due_at)
    repeated = (
        Due(rung, at) for rung in LADDER if rung.repeats and last <= until for at in _mondays(last, hours, since, until)
    )
    owed = [due for due in fixed.values() if due.at >= since]
    return (*sorted(owed, key=lambda due: due.at), *repeated)


def _fixed(limit: Limit, hours: Hours) -> Iterator[tuple[Rung, datetime]]:
    for rung in LADDER:
        if rung.anchor == "working":
            yield rung, hours.morning(_working_before(limit.due_day, -rung.offset, hours.calendar))
        elif rung.anchor == "day":
            at = hours.morning(limit.due_day + rung.offset * _DAY)
            if at < limit.due_at:  # a limit in the small hours has passed by then: the late rung says so
                yield rung, at
        elif rung.anchor == "late":
            yield rung, _late(limit.due_at + rung.offset * _DAY, hours)


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


def _mondays(last: datetime, hours: Hours, since: datetime, until: datetime) -> Iterator[datetime]:
    """Each Monday morning after ``last`` and not before ``since``, up to the first one after ``until``."""
    day = local(max(last, since - 7 * _DAY), hours.zone).date()
    day += (_MONDAY - day.weekday()) % 7 * _DAY
    seen = last
    while True:
        at = hours.working_morning(day)
        day += 7 * _DAY
        if at <= seen or at < since:  # a long holiday puts two Mondays off to one morning
            continue
        yield at
        seen = at
        if at > until:
            return


def addressees(rung: Rung, handler: int | None, supervisors: Iterable[int]) -> tuple[int, ...]:
    """The people whom a rung is for, each once. Where nobody handles the case the supervisors stand in."""
    asked = tuple(supervisors)
    found: list[int] = []
    for role in rung.roles:
        found += [handler] if role == HANDLER and handler is not None else asked
    return tuple(dict.fromkeys(found))


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


def may_send_at(at: datetime, pressing: bool, hours: Hours) -> datetime:
    """When a message raised at ``at`` may leave: at once between ``opens`` and ``shuts``, else when the office opens.

    On a rest day only what is ``pressing`` leaves (see ``presses``); the rest waits for the next working morning.
    """
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


def digest_key(kind: str, period: str, recipient: int) -> str:
    return f"digest|{kind}|{period}|{recipient}"

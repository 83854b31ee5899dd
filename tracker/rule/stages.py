"""The stages of a case, the rule as data, and the due times that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.calendar import Calendar
from tracker.rule.explain import DayCount, explain
from tracker.rule.instants import end_of, last_day, local, shown, wall
from tracker.rule.lights import Light, State, lateness, light, span
from tracker.rule.refusals import N_, Refusal

__all__ = [
    "CONVENTIONS",
    "CONVENTION_WORDS",
    "RULE_1",
    "STAGES",
    "STAGE_WORDS",
    "DayCount",
    "Due",
    "Light",
    "Rule",
    "Stage",
    "State",
    "deadlines",
    "due",
    "explain",
    "lateness",
    "light",
    "shown",
    "span",
]

CONVENTION_WORDS = {
    "natural": N_("自然日"),
    "natural-roll": N_("自然日，末日遇休息日顺延"),
    "working": N_("工作日"),
    "hours": N_("小时"),
}
CONVENTIONS = tuple(CONVENTION_WORDS)

# The short names, for lists and narrow columns, in the order of the stages.
STAGE_WORDS = {
    "contact": N_("先行联系"),
    "inspection": N_("现场检查"),
    "recheck": N_("现场复查"),
    "resolution": N_("后续处理"),
}

_DAY = timedelta(days=1)
_MOST_DAYS = 3650


@dataclass(frozen=True)
class Stage:
    """One limit: ``days``, counted by the rule's convention."""

    key: str
    days: int


STAGES = (Stage("contact", 1), Stage("inspection", 3), Stage("recheck", 10), Stage("resolution", 15))


@dataclass(frozen=True)
class Rule:
    """One version of the law for one kind and grade of case. A case keeps the version it was logged under.

    ``closes`` is the closing hour in the office's zone, None for 24:00. ``near_hours`` and ``near_contact_hours`` say
    when a stage is near due, ``yellow_days`` and ``red_days`` how late a card is suggested.
    Raises Refusal, naming the field, for a rule that contradicts itself.
    """

    version: int
    name: str
    kind: str
    grade: str
    holds_from: date
    convention: str
    stages: tuple[Stage, ...]
    closes: time | None = None
    near_hours: int = 24
    near_contact_hours: int = 4
    yellow_days: int = 1
    red_days: int = 3

    def __post_init__(self) -> None:
        for field in ("name", "kind", "grade"):
            if not getattr(self, field).strip():
                raise Refusal(N_("时限规则的%(name)s不能为空"), field=field, name=field)
        for field in ("version", "near_hours", "near_contact_hours", "yellow_days", "red_days"):
            if getattr(self, field) < 1:
                raise Refusal(
                    N_("时限规则的%(name)s应为大于0的整数，现为 %(value)s"),
                    field=field,
                    name=field,
                    value=getattr(self, field),
                )
        if self.red_days <= self.yellow_days:
            raise Refusal(N_("红牌天数应大于黄牌天数（%(yellow)s天）"), field="red_days", yellow=self.yellow_days)
        if self.convention not in CONVENTIONS:
            raise Refusal(
                N_("没有“%(value)s”这种计日方式，可选：%(choices)s"),
                field="convention",
                value=self.convention,
                choices=CONVENTIONS,
            )
        self._check_stages()
        self._check_closing_hour()

    def _check_stages(self) -> None:
        keys = [stage.key for stage in self.stages]
        if not keys or keys != [key for key in STAGE_WORDS if key in keys]:
            raise Refusal(N_("阶段应按先行联系、现场检查、现场复查、后续处理的顺序排列，每个最多一次"), field="stages")
        for stage in self.stages:
            if not 1 <= stage.days <= _MOST_DAYS:
                raise Refusal(
                    N_("阶段天数应为1到%(most)s的整数，现为 %(value)s"),
                    field="stages",
                    most=_MOST_DAYS,
                    value=stage.days,
                )

    def _check_closing_hour(self) -> None:
        if self.closes is None:
            return
        if self.convention == "hours":
            raise Refusal(N_("按小时计时不用截止钟点，请去掉截止钟点，或改用其他计日方式"), field="closes")
        if self.closes == time(0) or self.closes.tzinfo or self.closes.second or self.closes.microsecond:
            raise Refusal(
                N_("截止钟点应在00:01到23:59之间，精确到分，现为 %(value)s；到24:00截止请留空"),
                field="closes",
                value=self.closes.isoformat().removesuffix(":00"),
            )


RULE_1 = Rule(1, "1-3-10-15", "投诉举报", "一般", date(2000, 1, 1), "natural", STAGES)


@dataclass(frozen=True)
class Due:
    """One limit. ``due_at``: the first instant that is late, in UTC. ``due_day``: the local day of the last instant
    that is not. ``unrolled_day``: that day before it moved off a rest day. ``provisional``: 暂定, it needed a day
    whose arrangement is not published."""

    key: str
    days: int
    due_at: datetime
    due_day: date
    unrolled_day: date
    provisional: bool


def deadlines(rule: Rule, received_at: datetime, calendar: Calendar, zone: ZoneInfo) -> tuple[Due, ...]:
    """All limits of a case. They run from one instant: a late stage gives the next one no more time."""
    return tuple(due(rule, stage, received_at, calendar, zone) for stage in rule.stages)


def due(rule: Rule, stage: Stage, start_at: datetime, calendar: Calendar, zone: ZoneInfo) -> Due:
    """The limit of one stage counted from ``start_at``, an aware instant in any zone; ``zone`` is the office's.

    Raises ValueError for a naive instant and Refusal when the count leaves the years 1 to 9999.
    """
    try:
        start = local(start_at, zone)
        if rule.convention == "hours":
            due_at = start.replace(second=0, microsecond=0).astimezone(UTC) + stage.days * _DAY
            day = unrolled = last_day(due_at, zone)
            provisional = False
        else:
            unrolled, day, provisional = count(rule.convention, start.date(), stage.days, calendar)
            due_at = ends(rule, day, zone)
    except OverflowError:
        raise Refusal(
            N_("收到时间 %(value)s 算不出时限，请核对年份"),
            field="received_at",
            value=start_at.isoformat(timespec="minutes"),
        ) from None
    return Due(stage.key, stage.days, due_at, day, unrolled, provisional)


def ends(rule: Rule, day: date, zone: ZoneInfo) -> datetime:
    """The first late instant of a limit that falls on ``day``: its 24:00, or the closing hour. UTC."""
    return end_of(day, zone) if rule.closes is None else wall(day, rule.closes, zone)


def count(convention: str, start: date, days: int, calendar: Calendar) -> tuple[date, date, bool]:
    """The last counted day, the day it moves to, and whether the calendar had to be asked about an unknown day."""
    if convention == "working":
        unrolled = day = calendar.add_working(start, days)
        asked_from = start + _DAY
    else:
        asked_from = unrolled = start + days * _DAY
        day = calendar.next_working(unrolled) if convention == "natural-roll" else unrolled
    asked = (asked_from + n * _DAY for n in range((day - asked_from).days + 1))
    provisional = convention != "natural" and not all(calendar.known(d) for d in asked)
    return unrolled, day, provisional
